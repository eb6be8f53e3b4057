"""Pages about organisations, and what each role may do."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts import services
from accounts.access import MemberRequest, organisation_view, public_view, signed_in_view
from accounts.deletion import owners_of, request_deletion
from accounts.forms import OrganisationForm
from accounts.mail import tell_of_deletion
from accounts.models import User
from accounts.queries import memberships_of
from accounts.roles import ACTION_NAMES, ALLOWED, ROLE_NAMES


@signed_in_view
def home(request: HttpRequest) -> HttpResponse:
    """My organisations; straight on where there is only one."""
    found = list(memberships_of(cast(User, request.user)))
    live = [membership for membership in found if membership.organisation.archived_at is None]
    if len(found) == len(live) == 1 and "all" not in request.GET:
        return redirect("overview", live[0].organisation.slug)
    archived = [membership for membership in found if membership not in live]
    return render(request, "accounts/home.html", {"memberships": live, "archived": archived})


@public_view
def help_page(request: HttpRequest) -> HttpResponse:
    """What the words and numbers of a result mean."""
    return render(request, "accounts/help.html")


@signed_in_view
@require_http_methods(["GET", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Create an organisation of which I am the owner."""
    form = OrganisationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        organisation = services.create_organisation(owner=cast(User, request.user), **form.cleaned_data)
        return redirect("overview", organisation.slug)
    return render(request, "accounts/start.html", {"form": form}, status=400 if form.errors else 200)


@organisation_view("own_organisation")
@require_POST
def archive_organisation(request: MemberRequest) -> HttpResponse:
    services.archive_organisation(actor=request.actor)
    messages.success(request, "The organisation was archived. Nothing is lost: it can be read, and restored.")
    return redirect("settings", request.organisation.slug)


@organisation_view("own_organisation")
@require_POST
def restore_organisation(request: MemberRequest) -> HttpResponse:
    services.restore_organisation(actor=request.actor)
    messages.success(request, "The organisation was restored.")
    return redirect("settings", request.organisation.slug)


@organisation_view("own_organisation")
@require_POST
def delete_organisation(request: MemberRequest) -> HttpResponse:
    """Ask for the deletion; every owner is told by mail, and has thirty days to restore it."""
    try:
        organisation = request_deletion(name=request.POST.get("name", ""), actor=request.actor)
    except services.Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("settings", request.organisation.slug)
    tell_of_deletion(request, organisation, owners_of(organisation))
    messages.success(
        request, "The deletion is planned. Every owner was told by mail and can restore it until then."
    )
    return redirect("settings", request.organisation.slug)


@organisation_view("view", section="open")
def roles(request: MemberRequest) -> HttpResponse:
    """The table of roles and actions, as it is enforced."""
    table = [
        (name, [action in ALLOWED[role] for role in ROLE_NAMES]) for action, name in ACTION_NAMES.items()
    ]
    return render(request, "accounts/roles.html", {"roles": ROLE_NAMES.values(), "table": table})
