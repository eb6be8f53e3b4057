"""Every page declares who may open it; the declaration is what the isolation test reads.

- `@organisation_view(action)`: a page under `/o/<slug>/`. Strangers and unknown organisations get the same
  404; a member whose role does not allow the action gets 403; the organisation's scope is open inside.
- `@signed_in_view`: a page for any person who is signed in.
- `@public_view`: a page for everybody.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Literal
from urllib.parse import urlsplit, urlunsplit

import structlog
from allauth.core.exceptions import ReauthenticationRequired
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.audit import Actor, record_event
from accounts.factors import require_second_factor
from accounts.kept import keep
from accounts.models import Membership, Organisation, User
from accounts.queries import membership_at
from accounts.roles import (
    ACTION_NAMES,
    ROLE_NAMES,
    SECTION_NAMES,
    STEP_UP,
    WITHIN_SECTIONS,
    Action,
    Section,
    allows,
)
from accounts.sessions import proven_lately
from accounts.sso import require_single_sign_on
from accounts.tenancy import scope, seeing

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
View = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True)
class Access:
    """Who may open a page: everybody, people who are signed in, or members whose role allows `action`."""

    kind: Literal["public", "signed_in", "organisation"]
    action: Action | None = None
    section: Section | Literal["open"] | None = None


class MemberRequest(HttpRequest):
    """A request inside an organisation's scope."""

    user: User
    organisation: Organisation
    member: Membership
    actor: Actor


def organisation_view(
    action: Action, section: Section | Literal["open"] | None = None
) -> Callable[[View], View]:
    """A page of one section of the assessment, of none of it (`open`), or of all of it (None)."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, slug: str, **kwargs: Any) -> HttpResponse:
            assert isinstance(request.user, User)
            membership = membership_at(request.user, slug)
            if membership is None:
                raise Http404("No such page.")
            enter(request, membership)
            with (
                structlog.contextvars.bound_contextvars(organisation=membership.organisation.public_id),
                timezone.override(membership.organisation.time_zone),
                scope(membership.organisation),
                seeing(membership.sight()),
            ):
                require(membership.organisation, membership.role, action)
                require_section(membership, action, section)
                require_single_sign_on(membership, request.user)
                require_second_factor(membership.organisation, request.user)
                require_proof(request, action)
                note_auditor(request, membership)
                return view(request, **kwargs)

        guard: View = keeping(login_required(guarded))
        guard.access = Access("organisation", action, section)  # type: ignore[attr-defined]
        return guard

    return decorate


def require(organisation: Organisation, role: str, action: Action) -> None:
    """Raise PermissionDenied, with the reason, unless the role may do the action in the organisation."""
    if not allows(role, action):
        known = next((name for key, name in ROLE_NAMES.items() if key == role), role)
        raise PermissionDenied(
            f"Your role here is {known}. It does not include: {ACTION_NAMES[action].lower()}. "
            "An owner or admin can change your role."
        )
    if not allows(role, action, archived=organisation.archived_at is not None):
        raise PermissionDenied(
            "This organisation is archived: it can be read, not changed. An owner can restore it."
        )


def require_section(member: Membership, action: Action, section: str | None) -> None:
    """Raise PermissionDenied where a member who is limited to sections would see or change another."""
    limit = member.open_sections()
    if limit is None or section == "open" or action not in WITHIN_SECTIONS or section in limit:
        return
    given = ", ".join(name for key, name in SECTION_NAMES.items() if key in limit) or "nothing yet"
    raise PermissionDenied(
        f"As {member.get_role_display().lower()} you were given: {given}. An admin can change it."
    )


def note_auditor(request: HttpRequest, member: Membership) -> None:
    """Enter in the open organisation's trail what an auditor, or staff of the server, looks at."""
    if (member.role == "auditor" or member.staff_reason) and request.method in SAFE_METHODS:
        assert isinstance(request.user, User)
        actor = Actor.person(request.user, member.role)
        action = "staff.viewed" if member.staff_reason else "auditor.viewed"
        record_event(actor=actor, action=action, after={"page": request.get_full_path()[:500]})


def require_proof(request: HttpRequest, action: Action) -> None:
    """Raise ReauthenticationRequired for a dangerous change by somebody who did not prove lately who they are.

    The person is asked for password, code or passkey, and what they sent is then done.
    """
    if action in STEP_UP and request.method not in SAFE_METHODS and not proven_lately(request):
        raise ReauthenticationRequired


def keeping(view: View) -> View:
    """Keep what a person typed who turns out to be signed out, and lead back to the form after the sign-in."""

    @wraps(view)
    def kept(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST" or request.user.is_authenticated:
            return view(request, *args, **kwargs)
        keep(request)
        came_from = request.headers.get("Referer", "")
        if not url_has_allowed_host_and_scheme(came_from, {request.get_host()}):
            return redirect_to_login(request.get_full_path())
        place = urlsplit(came_from)
        return redirect_to_login(urlunsplit(("", "", place.path, place.query, "")))

    return kept


def enter(request: Any, membership: Membership) -> None:
    """Note on the request which organisation it is in, as whom."""
    request.organisation = membership.organisation
    request.member = membership
    request.actor = Actor.person(request.user, membership.role)


def signed_in_view(view: View) -> View:
    guard: View = login_required(view)
    guard.access = Access("signed_in")  # type: ignore[attr-defined]
    return guard


def public_view(view: View) -> View:
    view.access = Access("public")  # type: ignore[attr-defined]
    return view
