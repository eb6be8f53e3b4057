"""Pages about organisations, their people, API keys and the audit trail."""

from __future__ import annotations

from typing import cast

from allauth.account.forms import ResetPasswordForm
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts import services
from accounts.access import MemberRequest, organisation_view, signed_in_view
from accounts.forms import ApiKeyForm, MemberForm, OrganisationForm, RoleForm
from accounts.models import ApiKey, AuditEvent, Membership, User
from accounts.queries import api_keys_of, members_of, memberships_of
from accounts.roles import ACTION_NAMES, ALLOWED, ROLE_NAMES

EVENTS_A_PAGE = 50


@signed_in_view
def home(request: HttpRequest) -> HttpResponse:
    """My organisations; straight on where there is only one."""
    memberships = list(memberships_of(cast(User, request.user)))
    if len(memberships) == 1 and "all" not in request.GET:
        return redirect("overview", memberships[0].organisation.slug)
    return render(request, "accounts/home.html", {"memberships": memberships})


@signed_in_view
@require_http_methods(["GET", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Create an organisation of which I am the owner."""
    form = OrganisationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        organisation = services.create_organisation(
            name=form.cleaned_data["name"],
            owner=cast(User, request.user),
            time_zone=form.cleaned_data["time_zone"],
        )
        return redirect("overview", organisation.slug)
    return render(request, "accounts/start.html", {"form": form}, status=400 if form.errors else 200)


@organisation_view("view_members")
def members(request: MemberRequest) -> HttpResponse:
    return _members(request, MemberForm())


@organisation_view("manage_members")
@require_POST
def add_member(request: MemberRequest) -> HttpResponse:
    form = MemberForm(request.POST)
    if not form.is_valid():
        return _members(request, form, status=400)
    try:
        membership, _ = services.add_member(
            email=form.cleaned_data["email"],
            name=form.cleaned_data["name"],
            role=form.cleaned_data["role"],
            actor=request.actor,
        )
    except services.Refused as refusal:
        form.add_error("email", str(refusal))
        return _members(request, form, status=400)
    if not membership.user.has_usable_password():
        reset = ResetPasswordForm({"email": membership.user.email})
        if reset.is_valid():
            reset.save(request)
    messages.success(request, f"{membership.user.email} is a member now. A link to set a password was sent.")
    return redirect("members", request.organisation.slug)


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
@require_POST
def remove_member(request: MemberRequest, user_id: str) -> HttpResponse:
    try:
        services.remove_member(_member(request, user_id), actor=request.actor)
        messages.success(request, "The member was removed.")
    except services.Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("members", request.organisation.slug)


@organisation_view("manage_api_keys")
@require_http_methods(["GET", "POST"])
def api_keys(request: MemberRequest) -> HttpResponse:
    """List keys; make one, whose secret is shown this once."""
    form, secret = ApiKeyForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        _, secret = services.create_api_key(
            name=form.cleaned_data["name"], expires_at=form.expires_at(), actor=request.actor
        )
        form = ApiKeyForm()
    context = {"form": form, "secret": secret, "keys": api_keys_of(request.organisation)}
    return render(request, "accounts/api_keys.html", context, status=400 if form.errors else 200)


@organisation_view("manage_api_keys")
@require_POST
def revoke_api_key(request: MemberRequest, key_id: str) -> HttpResponse:
    key: ApiKey = get_object_or_404(api_keys_of(request.organisation), public_id=key_id)
    services.revoke_api_key(key, actor=request.actor)
    messages.success(request, f"The key {key.name} was revoked.")
    return redirect("api_keys", request.organisation.slug)


@organisation_view("view_audit")
def audit_trail(request: MemberRequest) -> HttpResponse:
    """The trail, newest first, by action and person."""
    events = AuditEvent.objects.all()
    action, person = request.GET.get("action", ""), request.GET.get("person", "")
    if action:
        events = events.filter(action=action)
    if person:
        events = events.filter(actor_label__icontains=person)
    actions = AuditEvent.objects.order_by("action").values_list("action", flat=True).distinct()
    context = {
        "page": Paginator(events, EVENTS_A_PAGE).get_page(request.GET.get("page")),
        "actions": list(actions),
        "action": action,
        "person": person,
    }
    return render(request, "accounts/audit_trail.html", context)


@organisation_view("view")
def roles(request: MemberRequest) -> HttpResponse:
    """The table of roles and actions, as it is enforced."""
    table = [
        (name, [action in ALLOWED[role] for role in ROLE_NAMES]) for action, name in ACTION_NAMES.items()
    ]
    return render(request, "accounts/roles.html", {"roles": ROLE_NAMES.values(), "table": table})


def _members(request: MemberRequest, form: MemberForm, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "members": members_of(request.organisation),
        "roles": MemberForm().fields["role"],
    }
    return render(request, "accounts/members.html", context, status=status)


def _member(request: MemberRequest, user_id: str) -> Membership:
    found = members_of(request.organisation).filter(user__public_id=user_id).first()
    if found is None:
        raise Http404("No such member.")
    return found
