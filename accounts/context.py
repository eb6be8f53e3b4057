"""What every template knows: the theme, the organisation, the member's role, and what the role allows."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from accounts.factors import second_factor_due
from accounts.queries import live_memberships_of
from accounts.roles import ROLE_NAMES, allowed


def member(request: HttpRequest) -> dict[str, Any]:
    found: dict[str, Any] = {
        "theme": request.COOKIES.get("theme", "auto"),
        "open_signup": settings.OPEN_SIGNUP,
    }
    if found["theme"] not in ("light", "dark"):
        found["theme"] = "auto"
    membership = getattr(request, "member", None)
    if membership is not None:
        archived = membership.organisation.archived_at is not None
        found |= {
            "organisation": request.organisation,  # type: ignore[attr-defined]
            "member": membership,
            "role_name": ROLE_NAMES.get(membership.role, membership.role),
            "open_sections": membership.open_sections(),
            "may": dict.fromkeys(allowed(membership.role, archived=archived), True),
            "second_factor_due": second_factor_due(membership.organisation, request.user),  # type: ignore[arg-type]
            "my_memberships": live_memberships_of(request.user),  # type: ignore[arg-type]
        }
    return found
