"""The page that hands out everything that an organisation has."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, organisation_view
from accounts.exporting import export_organisation
from engine.canonical import canonical
from strategy.assessment import gather


@organisation_view("own_organisation")
@require_POST
def export_everything(request: MemberRequest) -> HttpResponse:
    """The organisation as a ZIP, with its assessment as the document that an import takes."""
    packed = export_organisation(actor=request.actor, documents={"assessment.json": canonical(gather())})
    response = HttpResponse(packed, content_type="application/zip")
    name = f"{request.organisation.slug}-{timezone.localdate().isoformat()}.zip"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
