"""How those who operate a server come into an organisation: with a reason, for half an hour, to look only, seen by all."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from accounts.audit import Actor, record_event
from accounts.factors import has_second_factor
from accounts.models import Membership, User
from accounts.services import Refused, lock_members

STAY: Final = timedelta(minutes=30)
SHORTEST_REASON: Final = 15
LONGEST_REASON: Final = 300


@transaction.atomic
def let_staff_in(user: User, *, reason: str) -> Membership:
    """Let a person of the staff see the open organisation as a viewer for half an hour. Raises Refused.

    It is an entry of the organisation's trail, and so is each page that the person opens.
    """
    reason = reason.strip()
    if not user.is_staff:
        raise Refused(f"{user.email} is not staff of this server.")
    if not has_second_factor(user):
        raise Refused(f"{user.email} has no second factor. Set one up first.")
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
        raise Refused(
            f"A reason has {SHORTEST_REASON} to {LONGEST_REASON} characters that the members understand."
        )
    organisation = lock_members()
    membership = Membership.everyone.filter(organisation=organisation, user=user).first()
    if membership is None:
        membership = Membership(organisation=organisation, user=user)
    elif membership.archived_at is None and not membership.staff_reason:
        raise Refused(f"{user.email} is a member already.")
    membership.role, membership.staff_reason, membership.archived_at = "viewer", reason, None
    membership.ends_at = timezone.now() + STAY
    membership.save()
    after = {"reason": reason, "until": membership.ends_at.isoformat()}
    record_event(actor=Actor.person(user, "viewer"), action="staff.came_in", obj=user, after=after)
    return membership
