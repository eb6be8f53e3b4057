"""Invitations over the API. A link's secret stands in the mail alone, never in an answer."""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from accounts import invitations
from accounts.invitations import Asked, Issued
from accounts.mail import send_invitations
from accounts.models import Invitation
from accounts.queries import invitations_of, pending_invitations_of
from accounts.services import Refused
from config.api import shapes
from config.api.base import OrganisationView, found_or_404, read_body, single, stated_version, versioned
from config.api.lists import listed
from config.api.operations import PAGED, Operation, Page
from config.api.organisations import PeopleErrors
from config.api.problems import ApiProblem


def shown(invitation: Invitation) -> shapes.Invitation:
    return shapes.Invitation(
        id=invitation.public_id,
        version=invitation.version,
        email=invitation.email,
        role=invitation.role,  # type: ignore[arg-type]
        state=invitation.state,
        expires_at=shapes.stamp(invitation.expires_at) or "",
        created_at=shapes.stamp(invitation.created_at) or "",
        created_by=invitation.created_by,
    )


class InvitationView(PeopleErrors, OrganisationView):
    def find(self, invitation_id: str) -> Invitation:
        return found_or_404(invitations_of(self.organisation).filter(public_id=invitation_id).first())

    def mail(self, request: Request, issued: Issued) -> None:
        """Send the link. Raises a 503, and so stores nothing, where the mail was not taken."""
        if not send_invitations(request._request, [issued]):
            raise ApiProblem(503, "The mail could not be sent; nothing was stored. Try again soon.")


class InvitationList(InvitationView):
    operations = {
        "GET": Operation("List pending invitations", "view_members", Page(shapes.Invitation), query=PAGED),
        "POST": Operation(
            "Invite a person",
            "manage_members",
            shapes.Invitation,
            body=shapes.NewInvitation,
            status=201,
            located=True,
            problems=(503,),
        ),
    }

    def get(self, request: Request, organisation_id: str) -> Response:
        return listed(request, pending_invitations_of(self.organisation), shown)

    def post(self, request: Request, organisation_id: str) -> Response:
        body = read_body(request, shapes.NewInvitation)
        asked = Asked(body.email.strip().lower(), body.role)
        try:
            issued = invitations.invite([asked], actor=self.actor)[0]
        except Refused as refusal:
            raise Refused(str(refusal), "/role" if refusal.where == "/role" else "/email") from refusal
        self.mail(request, issued)
        made = shown(issued.invitation)
        response = versioned(made, status=201)
        response["Location"] = request.build_absolute_uri(f"{request.path}{made.id}/")
        return response


class InvitationDetail(InvitationView):
    operations = {
        "GET": Operation("Read an invitation", "view_members", shapes.Invitation),
        "DELETE": Operation(
            "Revoke an invitation", "manage_members", shapes.Invitation, versioned=True, problems=(409,)
        ),
    }

    def get(self, request: Request, organisation_id: str, invitation_id: str) -> Response:
        return single(request, shown(self.find(invitation_id)))

    def delete(self, request: Request, organisation_id: str, invitation_id: str) -> Response:
        found, version = self.find(invitation_id), stated_version(request)
        return versioned(shown(invitations.revoke(found, actor=self.actor, version=version)))


class InvitationResend(InvitationView):
    operations = {
        "POST": Operation(
            "Send an invitation again, with a new link",
            "manage_members",
            shapes.Invitation,
            versioned=True,
            problems=(409, 503),
        )
    }

    def post(self, request: Request, organisation_id: str, invitation_id: str) -> Response:
        found, version = self.find(invitation_id), stated_version(request)
        issued = invitations.resend(found, actor=self.actor, version=version)
        self.mail(request, issued)
        return versioned(shown(issued.invitation))
