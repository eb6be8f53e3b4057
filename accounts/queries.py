"""Reads of global tables that happen before a scope is known. Nothing else reads them unscoped."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from accounts.models import ApiKey, Invitation, Membership, Organisation, User


def memberships_of(user: User) -> QuerySet[Membership]:
    """A person's memberships with their organisations, by name."""
    return _in_force(user).order_by("organisation__name")


def _in_force(user: User) -> QuerySet[Membership]:
    """A person's memberships but those that were given for a time that is over.

    In a session that an organisation's own provider began, only that organisation's.
    """
    lasting = Q(ends_at=None) | Q(ends_at__gt=timezone.now())
    found = Membership.objects.filter(lasting, user=user).select_related("organisation")
    only = getattr(user, "only_organisation", None)
    return found if only is None else found.filter(organisation=only)


def live_memberships_of(user: User) -> QuerySet[Membership]:
    """A person's memberships in organisations that are not archived, by name."""
    return memberships_of(user).filter(organisation__archived_at=None)


def membership_at(user: User, slug: str) -> Membership | None:
    """A person's membership in the organisation with this slug; None for strangers and for no such slug."""
    return _in_force(user).filter(organisation__slug=slug).first()


def membership_by_id(user: User, organisation_id: str) -> Membership | None:
    return _in_force(user).filter(organisation__public_id=organisation_id).first()


def members_of(organisation: Organisation) -> QuerySet[Membership]:
    return Membership.objects.filter(organisation=organisation).select_related("user").order_by("user__email")


def former_members_of(organisation: Organisation) -> QuerySet[Membership]:
    """Who was removed, by address."""
    removed = Membership.everyone.filter(organisation=organisation, archived_at__isnull=False)
    return removed.select_related("user").order_by("user__email")


def everyone_of(organisation: Organisation) -> QuerySet[Membership]:
    """Members and former members."""
    return Membership.everyone.filter(organisation=organisation).select_related("user")


def invitations_of(organisation: Organisation) -> QuerySet[Invitation]:
    """Every invitation of the organisation, by address."""
    return Invitation.objects.filter(organisation=organisation)


def pending_invitations_of(organisation: Organisation) -> QuerySet[Invitation]:
    """Invitations that nobody accepted or revoked; those past their end too, since they can be sent again."""
    return invitations_of(organisation).filter(accepted_at=None, revoked_at=None)


def invitation_for(secret: str) -> Invitation | None:
    """The open invitation that this link's secret belongs to; None for a wrong, used, revoked or expired one."""
    found = (
        Invitation.objects.filter(secret_hash=hashed(secret), organisation__archived_at=None)
        .select_related("organisation")
        .first()
    )
    return found if found is not None and found.state == "open" else None


def hashed(secret: str) -> str:
    """What is stored of a secret that only its holder has: its SHA-256. Random secrets need no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


def api_keys_of(organisation: Organisation) -> QuerySet[ApiKey]:
    return ApiKey.objects.filter(organisation=organisation)


def api_key_for(secret: str) -> ApiKey | None:
    """The live key that this secret opens; None for a wrong, revoked or expired one."""
    prefix, _, rest = secret.rpartition("_")
    key = ApiKey.objects.filter(prefix=prefix).select_related("organisation").first() if rest else None
    if key is None or not hmac.compare_digest(key.secret_hash, hashed(secret)):
        return None
    if key.revoked_at is not None or key.expires_at <= timezone.now():
        return None
    return key


def organisation_by_id(pk: int) -> Organisation:
    """An organisation by its database id, for tasks. Raises Organisation.DoesNotExist."""
    return Organisation.objects.get(pk=pk)


def organisation_named(name: str) -> Organisation | None:
    """An organisation by its opaque id or by its name in addresses, for commands; None where there is none."""
    return Organisation.objects.filter(Q(public_id=name) | Q(slug=name)).first()


def every_organisation() -> Iterator[Organisation]:
    """All organisations, for scheduled work that opens a scope for each."""
    yield from Organisation.objects.order_by("pk").iterator()


def owners_left(organisation: Organisation, without: Membership) -> int:
    """How many owners an organisation has besides one membership."""
    found = (
        Membership.objects.filter(organisation=organisation, role="owner")
        .exclude(pk=without.pk)
        .aggregate(n=Count("pk"))
    )
    return int(found["n"])
