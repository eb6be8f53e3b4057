"""Pages about who belongs to an organisation: members, invitations, and the page that an invitation leads to."""

from __future__ import annotations

from datetime import timedelta
from typing import cast, get_args

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts import invitations, services
from accounts.access import MemberRequest, organisation_view, public_view
from accounts.erasure import erase_person
from accounts.forms import InvitationForm, LimitsForm, NewPersonForm, RoleForm
from accounts.invitations import Issued
from accounts.mail import folder_of_mails, send_invitations
from accounts.models import Invitation, Membership, User
from accounts.queries import former_members_of, invitation_for, members_of, pending_invitations_of
from engine.inputs import RegimeId


@organisation_view("view_members")
def members(request: MemberRequest) -> HttpResponse:
    return _members(request, InvitationForm())


@organisation_view("manage_members")
@require_POST
def change_role(request: MemberRequest, user_id: str) -> HttpResponse:
    form = RoleForm(request.POST)
    if form.is_valid():
        try:
            services.change_role(_member(request, user_id), form.cleaned_data["role"], actor=request.actor)
            messages.success(request, "The role was changed.")
        except services.Refused as refusal:
            messages.error(request, str(refusal))
    else:
        messages.error(request, "That is no role. Choose one from the list.")
    return redirect("members", request.organisation.slug)


@organisation_view("manage_members")
@require_http_methods(["GET", "POST"])
def member_limits(request: MemberRequest, user_id: str) -> HttpResponse:
    """Which sections or regimes a member sees, and until when."""
    member = _member(request, user_id)
    last = timezone.localtime(member.ends_at - timedelta(days=1)).date() if member.ends_at else None
    form = LimitsForm(
        request.POST if request.method == "POST" else None,
        member=member,
        regimes=get_args(RegimeId),
        initial={"sections": member.sections, "regimes": member.regimes, "ends_on": last},
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.limit_member(
                member,
                sections=form.cleaned_data.get("sections", []),
                regimes=form.cleaned_data.get("regimes", []),
                ends_at=form.ends_at(),
                actor=request.actor,
            )
            messages.success(request, f"The limits of {member.user} were saved.")
            return redirect("members", request.organisation.slug)
        except services.Refused as refusal:
            form.add_error(refusal.where.strip("/") or None, str(refusal))
    context = {"form": form, "person": member}
    return render(request, "accounts/limits.html", context, status=400 if form.errors else 200)


@organisation_view("manage_members")
@require_POST
def remove_member(request: MemberRequest, user_id: str) -> HttpResponse:
    try:
        services.remove_member(_member(request, user_id), actor=request.actor)
        messages.success(request, "The member was removed.")
    except services.Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("members", request.organisation.slug)


@organisation_view("own_organisation")
@require_POST
def erase_member(request: MemberRequest, user_id: str) -> HttpResponse:
    """Erase a former member; the page says which texts still hold the name."""
    former: Membership = get_object_or_404(
        former_members_of(request.organisation), user__public_id=user_id, user__is_active=True
    )
    erasure = erase_person(former, actor=request.actor)
    return render(request, "accounts/erased.html", {"erasure": erasure})


@organisation_view("manage_members")
@require_POST
def invite(request: MemberRequest) -> HttpResponse:
    """Invite the people of a pasted list; each is sent a link."""
    form = InvitationForm(request.POST)
    if not form.is_valid():
        return _members(request, form, status=400)
    try:
        asked = invitations.read_list(form.cleaned_data["people"], form.cleaned_data["role"])
        issued = invitations.invite(asked, actor=request.actor)
    except services.Refused as refusal:
        form.add_error(refusal.where.strip("/") or None, str(refusal))
        return _members(request, form, status=400)
    return _sent(request, issued)


@organisation_view("manage_members")
@require_POST
def resend_invitation(request: MemberRequest, invitation_id: str) -> HttpResponse:
    try:
        issued = invitations.resend(_invitation(request, invitation_id), actor=request.actor)
    except services.Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("members", request.organisation.slug)
    return _sent(request, [issued])


@organisation_view("manage_members")
@require_POST
def revoke_invitation(request: MemberRequest, invitation_id: str) -> HttpResponse:
    try:
        invitations.revoke(_invitation(request, invitation_id), actor=request.actor)
        messages.success(request, "The invitation was revoked. Its link no longer works.")
    except services.Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("members", request.organisation.slug)


@public_view
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """What a link offers: to join, signed in as the address that it was sent to, or as a new person."""
    found = invitation_for(secret)
    if found is None:
        return render(request, "accounts/invitation_gone.html", {"reason": invitations.GONE}, status=404)
    form = NewPersonForm(request.POST if request.method == "POST" else None, email=found.email)
    try:
        if request.method == "POST" and request.user.is_authenticated:
            invitations.accept(secret, cast(User, request.user))
            messages.success(request, f"You are a member of {found.organisation.name} now.")
            return redirect("overview", found.organisation.slug)
        if request.method == "POST" and form.is_valid():
            return _joined(request, found, secret, form)
    except services.Refused as refusal:
        form.add_error(None, str(refusal))
    except PermissionDenied as refusal:
        return _invitation_page(request, found, form, secret, status=403, refusal=str(refusal))
    return _invitation_page(request, found, form, secret, status=400 if form.errors else 200)


def _joined(request: HttpRequest, found: Invitation, secret: str, form: NewPersonForm) -> HttpResponse:
    joined = invitations.accept_as_new(
        secret, name=form.cleaned_data["name"], password=form.cleaned_data["password"]
    )
    record_authentication(request, joined.user, method="password", email=joined.user.email)
    page = reverse("overview", args=[found.organisation.slug])
    return cast(HttpResponse, perform_login(request, joined.user, redirect_url=page))


def _invitation_page(
    request: HttpRequest, found: Invitation, form: NewPersonForm, secret: str, status: int, refusal: str = ""
) -> HttpResponse:
    context = {"invitation": found, "form": form, "here": request.path, "refusal": refusal}
    return render(request, "accounts/invitation.html", context, status=status)


def _sent(request: MemberRequest, issued: list[Issued]) -> HttpResponse:
    """Mail the links and say so; a mail that was not taken loses nothing, since a link can be sent again."""
    people = issued[0].invitation.email if len(issued) == 1 else f"{len(issued)} people"
    if send_invitations(request, issued):
        messages.success(request, f"An invitation was sent to {people}. Its link works for seven days.")
    else:
        messages.error(request, f"{people}: invited, but the mail could not be sent. Send it again below.")
    return redirect("members", request.organisation.slug)


def _members(request: MemberRequest, form: InvitationForm, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "members": members_of(request.organisation),
        "former": former_members_of(request.organisation),
        "invitations": pending_invitations_of(request.organisation),
        "mails": folder_of_mails(),
        "roles": RoleForm().fields["role"],
    }
    return render(request, "accounts/members.html", context, status=status)


def _member(request: MemberRequest, user_id: str) -> Membership:
    found = members_of(request.organisation).filter(user__public_id=user_id).first()
    if found is None:
        raise Http404("No such member.")
    return found


def _invitation(request: MemberRequest, invitation_id: str) -> Invitation:
    return get_object_or_404(pending_invitations_of(request.organisation), public_id=invitation_id)
