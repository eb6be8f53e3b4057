"""The caller's organisations, their people and trail, and the whole assessment in and out."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import ApiKey, AuditEvent, Membership, Organisation
from accounts.queries import members_of, memberships_of
from config.api.base import OrganisationView, SignedInView, page
from config.api.problems import ApiProblem
from config.api.runs import stamp
from engine.canonical import canonical
from engine.reading import DocumentError, read_document
from strategy.assessment import NotEmpty, gather, import_document
from strategy.knowledge import current


def shown(organisation: Organisation) -> dict[str, Any]:
    return {
        "id": organisation.public_id,
        "name": organisation.name,
        "slug": organisation.slug,
        "time_zone": organisation.time_zone,
        "created_at": stamp(organisation.created_at),
    }


class OrganisationList(SignedInView):
    def get(self, request: Request) -> Response:
        if isinstance(request.auth, ApiKey):
            return Response({"items": [shown(request.auth.organisation)], "next": None})
        items = [shown(m.organisation) for m in memberships_of(request.user)]
        return Response({"items": items, "next": None})


class OrganisationDetail(OrganisationView):
    actions = {"GET": "view"}

    def get(self, request: Request, organisation_id: str) -> Response:
        return Response(shown(self.organisation))


class Assessment(OrganisationView):
    """The whole document: the same bytes come out that went in, in canonical form."""

    actions = {"GET": "export_document", "POST": "import_document"}

    def get(self, request: Request, organisation_id: str) -> HttpResponse:
        return HttpResponse(canonical(gather()), content_type="application/json")

    def post(self, request: Request, organisation_id: str) -> Response:
        try:
            inputs = read_document(request.data, requirement_ids=current().law.requirement_ids())
            imported = import_document(inputs, actor=self.actor)
        except DocumentError as error:
            raise ApiProblem(400, "The document is refused; nothing was stored.", error.problems) from error
        except NotEmpty as error:
            raise ApiProblem(409, str(error)) from error
        return Response({"imported": dict(imported.counts)}, status=201)


class MemberList(OrganisationView):
    actions = {"GET": "view_members"}

    def get(self, request: Request, organisation_id: str) -> Response:
        return page(request, members_of(self.organisation), self.member)

    @staticmethod
    def member(membership: Membership) -> dict[str, Any]:
        return {"id": membership.user.public_id, "email": membership.user.email, "role": membership.role}


class AuditEventList(OrganisationView):
    actions = {"GET": "view_audit"}

    def get(self, request: Request, organisation_id: str) -> Response:
        return page(request, AuditEvent.objects.all(), self.event)

    @staticmethod
    def event(event: AuditEvent) -> dict[str, Any]:
        return {
            "number": event.number,
            "at": stamp(event.at),
            "actor": {"kind": event.actor_kind, "id": event.actor_id or None, "label": event.actor_label},
            "action": event.action,
            "object": {"type": event.object_type, "id": event.object_id, "label": event.object_label},
            "before": event.before,
            "after": event.after,
            "hash": event.hash,
        }
