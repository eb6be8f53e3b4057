"""How board papers look, over the API: colours, texts, and the logo as a picture."""

from __future__ import annotations

from django.http import HttpResponse
from rest_framework.parsers import MultiPartParser
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.branding import LARGEST_LOGO, TAKEN, Look, branding, set_logo, set_look
from accounts.models import Branding
from accounts.pictures import media_type
from config.api import shapes
from config.api.base import OrganisationView, found_or_404, read_body, single, stated_version, versioned
from config.api.operations import Content, Operation
from config.api.organisations import PeopleErrors
from config.api.parsers import StrictJSONParser
from config.api.problems import ApiProblem
from engine.strict import Problem


def branding_shown(stored: Branding) -> shapes.Branding:
    return shapes.Branding(
        version=stored.version,
        colour=stored.colour,
        band=stored.band,
        footer=stored.footer,
        confidentiality=stored.confidentiality,
        logo_sha256=stored.logo.sha256 if stored.logo else None,
    )


class BrandingDetail(PeopleErrors, OrganisationView):
    section = "open"
    operations = {
        "GET": Operation("Read how board papers look", "view", shapes.Branding),
        "PUT": Operation(
            "Set colours and texts of board papers",
            "manage_organisation",
            shapes.Branding,
            body=shapes.BrandingSettings,
            versioned=True,
        ),
    }

    def get(self, request: Request, organisation_id: str) -> Response:
        return single(request, branding_shown(branding()))

    def put(self, request: Request, organisation_id: str) -> Response:
        version, body = stated_version(request), read_body(request, shapes.BrandingSettings)
        look = Look(body.colour, body.band, body.footer, body.confidentiality)
        return versioned(branding_shown(set_look(look, actor=self.actor, version=version)))


class PictureRenderer(JSONRenderer):
    """Lets a caller ask for a picture; what is rendered is only ever a problem."""

    media_type = "image/*"


class LogoDetail(PeopleErrors, OrganisationView):
    section = "open"
    parser_classes = (MultiPartParser, StrictJSONParser)
    renderer_classes = (JSONRenderer, PictureRenderer)
    operations = {
        "GET": Operation(
            "Fetch the logo", "view", Content("image/*", {"type": "string", "format": "binary"})
        ),
        "POST": Operation(
            "Upload a logo; it is made anew from its pixels",
            "manage_organisation",
            shapes.Branding,
            body=shapes.LogoUpload,
            upload=True,
        ),
        "DELETE": Operation("Show no logo", "manage_organisation", shapes.Branding, versioned=True),
    }

    def get(self, request: Request, organisation_id: str) -> HttpResponse:
        content = bytes(found_or_404(branding().logo).content)
        return HttpResponse(content, content_type=media_type(content))

    def post(self, request: Request, organisation_id: str) -> Response:
        file = request.FILES.get("file")
        if file is None:
            fault = Problem("/file", "“file” is missing", TAKEN)
            raise ApiProblem(400, "The upload is refused; nothing was stored.", [fault])
        if file.size > LARGEST_LOGO:
            raise ApiProblem(413, f"The logo has {file.size} bytes. Right: {TAKEN}.")
        return versioned(branding_shown(set_logo(file.read(), actor=self.actor)))

    def delete(self, request: Request, organisation_id: str) -> Response:
        return versioned(branding_shown(set_logo(None, actor=self.actor, version=stated_version(request))))
