"""DRF's hook for exceptions: every refusal of a view becomes a problem."""

from __future__ import annotations

from typing import Any

from allauth.core.exceptions import ReauthenticationRequired
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework.exceptions import APIException, Throttled
from rest_framework.response import Response
from rest_framework.views import set_rollback

from config.api.problems import MEDIA_TYPE, body
from engine.strict import Problem


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """The problem for a refusal; None for a failure, which Django logs and answers."""
    headers: dict[str, str] = {}
    faults: tuple[Problem, ...] = ()
    if isinstance(error, Http404):
        code, detail = 404, ""
    elif isinstance(error, PermissionDenied):
        code, detail = 403, str(error)
    elif isinstance(error, ReauthenticationRequired):
        code, detail = 403, "This needs a fresh sign-in. Sign in again, then repeat the request."
    elif isinstance(error, APIException):
        code = error.status_code
        detail = error.detail if isinstance(error.detail, str) else ""
        faults = getattr(error, "faults", ())
        if isinstance(error, Throttled):
            detail = (
                f"{settings.API_CALLS_A_MINUTE} calls a minute are answered. Wait {error.wait} seconds, "
                "then send the call again. Nothing was done."
            )
            headers["Retry-After"] = str(error.wait)
        if getattr(error, "auth_header", None):
            headers["WWW-Authenticate"] = error.auth_header  # type: ignore[attr-defined]
    else:
        return None
    set_rollback()
    response = Response(body(context["request"], code, detail, faults), status=code, headers=headers)
    response.content_type = MEDIA_TYPE
    return response
