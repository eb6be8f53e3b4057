"""Where browsers report what the content security policy stopped. Anybody may send here, so little is believed."""

from __future__ import annotations

import json
import logging
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from accounts.access import public_view

log = logging.getLogger("sextant.security")
LARGEST = 16_384
LONGEST = 100


@public_view
@csrf_exempt
@require_POST
def csp_report(request: HttpRequest) -> HttpResponse:
    """Log which directive stopped what, without queries and page contents; a report that cannot be read is let go."""
    if int(request.headers.get("Content-Length") or 0) <= LARGEST:
        try:
            report = json.loads(request.read(LARGEST))["csp-report"]
            log.warning(
                "content security policy: %s stopped %s on %s",
                str(report["violated-directive"])[:LONGEST],
                _place(report["blocked-uri"]),
                _place(report["document-uri"]),
            )
        except (ValueError, KeyError, TypeError, RecursionError):
            pass
    return HttpResponse(status=204)


def _place(address: Any) -> str:
    """An address without query and fragment, which may hold what people typed."""
    parts = urlsplit(str(address))
    return f"{parts.scheme}://{parts.netloc}{parts.path}"[:LONGEST] if parts.netloc else str(address)[:20]
