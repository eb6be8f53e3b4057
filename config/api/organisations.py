"""The caller's organisations, their people and trail, and the whole assessment in and out."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import services
from accounts.models import ApiKey, AuditEvent, Membership, Organisation
from accounts.queries import everyone_of, memberships_of
from accounts.versions import Conflict
from config.api import shapes
from config.api.base import (
    OrganisationView,
    SignedInView,
    answer,
    found_or_404,
    read_body,
    single,
    stated_version,
    unchanged,
    versioned,
)
from config.api.lists import listed
from config.api.operations import ARCHIVED, PAGED, Operation, Page
from config.api.problems import ApiProblem
from engine.canonical import canonical, digest
from engine.inputs import Inputs
from engine.reading import DocumentError, read_document
from engine.strict import Problem
from strategy.assessment import NotEmpty, gather, import_document
from strategy.knowledge import current


def shown(organisation: Organisation) -> shapes.Organisation:
    return shapes.Organisation(
        id=organisation.public_id,
        version=organisation.version,
        name=organisation.name,
        slug=organisation.slug,
        time_zone=organisation.time_zone,
        created_at=shapes.stamp(organisation.created_at) or "",
        archived=organisation.archived_at is not None,
    )


def member_shown(membership: Membership) -> shapes.Member:
    return shapes.Member(
        id=membership.user.public_id,
        version=membership.version,
        email=membership.user.email,
        name=membership.user.name,
        role=membership.role,  # type: ignore[arg-type]
        created_at=shapes.stamp(membership.created_at) or "",
        archived=membership.archived_at is not None,
    )


class PeopleErrors:
    """Turns the refusals of `accounts.services` into problems."""

    def handle_exception(self, exc: Exception) -> Response:
        if isinstance(exc, services.Refused):
            faults = [Problem(exc.where, str(exc), "see detail")] if exc.where else []
            exc = ApiProblem(400 if exc.where else 409, str(exc), faults)
        if isinstance(exc, Conflict):
            exc = ApiProblem(412, str(exc))
        return super().handle_exception(exc)  # type: ignore[misc,no-any-return]


class OrganisationList(PeopleErrors, SignedInView):
    operations = {
        "GET": Operation("List my organisations", None, Page(shapes.Organisation), query=(*PAGED, ARCHIVED)),
        "POST": Operation(
            "Create an organisation",
            None,
            shapes.Organisation,
            body=shapes.NewOrganisation,
            status=201,
            located=True,
            problems=(403,),
        ),
    }

    def get(self, request: Request) -> Response:
        mine = Organisation.objects.all()
        if isinstance(request.auth, ApiKey):
            mine = mine.filter(pk=request.auth.organisation_id)
        else:
            mine = mine.filter(pk__in=memberships_of(request.user).order_by().values("organisation"))
        return listed(request, mine, shown, archive=True)

    def post(self, request: Request) -> Response:
        if isinstance(request.auth, ApiKey):
            raise PermissionDenied("A key belongs to its organisation. Sign in to create another one.")
        body = read_body(request, shapes.NewOrganisation)
        made = shown(
            services.create_organisation(name=body.name, time_zone=body.time_zone, owner=request.user)
        )
        response = versioned(made, status=201)
        response["Location"] = request.build_absolute_uri(f"{request.path}{made.id}/")
        return response


class OrganisationDetail(PeopleErrors, OrganisationView):
    section = "open"
    operations = {
        "GET": Operation("Read an organisation", "view", shapes.Organisation),
        "PUT": Operation(
            "Rename an organisation, or set its time zone",
            "manage_organisation",
            shapes.Organisation,
            body=shapes.OrganisationSettings,
            versioned=True,
        ),
        "DELETE": Operation(
            "Archive an organisation", "own_organisation", shapes.Organisation, versioned=True
        ),
    }

    def get(self, request: Request, organisation_id: str) -> Response:
        return single(request, shown(self.organisation))

    def put(self, request: Request, organisation_id: str) -> Response:
        version, body = stated_version(request), read_body(request, shapes.OrganisationSettings)
        changed = services.change_organisation(
            name=body.name, time_zone=body.time_zone, actor=self.actor, version=version
        )
        return versioned(shown(changed))

    def delete(self, request: Request, organisation_id: str) -> Response:
        return versioned(
            shown(services.archive_organisation(actor=self.actor, version=stated_version(request)))
        )


class OrganisationRestore(PeopleErrors, OrganisationView):
    operations = {
        "POST": Operation(
            "Restore an archived organisation", "own_organisation", shapes.Organisation, versioned=True
        )
    }

    def post(self, request: Request, organisation_id: str) -> Response:
        return versioned(
            shown(services.restore_organisation(actor=self.actor, version=stated_version(request)))
        )


class Assessment(OrganisationView):
    """The whole document: the same bytes come out that went in, in canonical form."""

    operations = {
        "GET": Operation("Export the assessment", "export_document", Inputs),
        "POST": Operation(
            "Import an assessment into an organisation without records",
            "import_document",
            shapes.Imported,
            body=Inputs,
            status=201,
            problems=(409,),
        ),
    }

    def get(self, request: Request, organisation_id: str) -> HttpResponse:
        document = gather()
        etag = f'"{digest(document)}"'
        return unchanged(request, etag) or HttpResponse(
            canonical(document), content_type="application/json", headers={"ETag": etag}
        )

    def post(self, request: Request, organisation_id: str) -> Response:
        try:
            inputs = read_document(
                request.data, requirement_ids=current().law.requirement_ids(), facts=current().facts
            )
            imported = import_document(inputs, actor=self.actor)
        except DocumentError as error:
            raise ApiProblem(400, "The document is refused; nothing was stored.", error.problems) from error
        except NotEmpty as error:
            raise ApiProblem(409, str(error)) from error
        return answer(shapes.Imported(imported=imported.counts), status=201)


class MemberView(PeopleErrors, OrganisationView):
    def find(self, member_id: str) -> Membership:
        return found_or_404(everyone_of(self.organisation).filter(user__public_id=member_id).first())


class MemberList(MemberView):
    operations = {
        "GET": Operation("List the members", "view_members", Page(shapes.Member), query=(*PAGED, ARCHIVED)),
    }

    def get(self, request: Request, organisation_id: str) -> Response:
        rows = everyone_of(self.organisation)
        return listed(request, rows, member_shown, by="user__public_id", archive=True)


class MemberDetail(MemberView):
    operations = {
        "GET": Operation("Read a member", "view_members", shapes.Member),
        "PUT": Operation(
            "Change a member's role",
            "manage_members",
            shapes.Member,
            body=shapes.MemberSettings,
            versioned=True,
            problems=(409,),
        ),
        "DELETE": Operation(
            "Remove a member", "manage_members", shapes.Member, versioned=True, problems=(409,)
        ),
    }

    def get(self, request: Request, organisation_id: str, member_id: str) -> Response:
        return single(request, member_shown(self.find(member_id)))

    def put(self, request: Request, organisation_id: str, member_id: str) -> Response:
        member, version = self.find(member_id), stated_version(request)
        body = read_body(request, shapes.MemberSettings)
        return versioned(
            member_shown(services.change_role(member, body.role, actor=self.actor, version=version))
        )

    def delete(self, request: Request, organisation_id: str, member_id: str) -> Response:
        member, version = self.find(member_id), stated_version(request)
        return versioned(member_shown(services.remove_member(member, actor=self.actor, version=version)))


class AuditEventList(OrganisationView):
    operations = {"GET": Operation("Read the audit trail", "view_audit", Page(shapes.Event), query=PAGED)}

    def get(self, request: Request, organisation_id: str) -> Response:
        return listed(request, AuditEvent.objects.all(), self.event, by="number")

    @staticmethod
    def event(event: AuditEvent) -> Any:
        return shapes.Event(
            number=event.number,
            at=shapes.stamp(event.at) or "",
            actor=shapes.EventActor(
                kind=event.actor_kind,  # type: ignore[arg-type]
                id=event.actor_id or None,
                label=event.actor_label,
            ),
            action=event.action,
            object=shapes.EventObject(type=event.object_type, id=event.object_id, label=event.object_label),
            before=event.before,
            after=event.after,
            hash=event.hash,
        )
