"""Writes to organisations, members and API keys; each is one transaction with one audit event."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from accounts.audit import Actor, record_event
from accounts.ids import public_id
from accounts.models import ApiKey, Membership, Organisation, User
from accounts.queries import owners_left
from accounts.roles import MEMBER_ROLES, ROLE_NAMES
from accounts.tenancy import open_organisation, scope


class Refused(Exception):
    """A write that the rules of membership forbid; the text says why and what would be right."""


def free_slug(name: str) -> str:
    """A slug from a name that no organisation has yet."""
    base = slugify(name)[:50] or "organisation"
    slug = base
    while Organisation.objects.filter(slug=slug).exists():
        slug = f"{base}-{secrets.token_hex(2)}"
    return slug


@transaction.atomic
def create_organisation(*, name: str, owner: User, time_zone: str = "UTC") -> Organisation:
    """A new organisation whose first owner is the person who made it."""
    organisation = Organisation.objects.create(name=name.strip(), slug=free_slug(name), time_zone=time_zone)
    Membership.objects.create(organisation=organisation, user=owner, role="owner")
    with scope(organisation):
        record_event(actor=Actor.person(owner), action="organisation.created", obj=organisation)
    return organisation


@transaction.atomic
def add_member(*, email: str, role: str, actor: Actor, name: str = "") -> tuple[Membership, bool]:
    """Give a person a role in the open organisation; True where the person is new here.

    A person who is not known yet can sign in after setting a password by e-mail. Raises Refused.
    """
    _refuse_role(role)
    organisation = open_organisation()
    address = email.strip().lower()
    user = User.objects.filter(email__iexact=address).first()
    if user is None:
        user = User.objects.create_user(address, name=name.strip())
    membership, new = Membership.objects.get_or_create(
        organisation=organisation, user=user, defaults={"role": role}
    )
    if not new:
        raise Refused(f"{address} is a member already. Change the role in the list.")
    record_event(actor=actor, action="member.added", obj=user, after={"role": role})
    return membership, new


@transaction.atomic
def change_role(membership: Membership, role: str, *, actor: Actor) -> Membership:
    """Change a member's role. Raises Refused for the last owner."""
    _refuse_role(role)
    current = Membership.objects.select_for_update().get(pk=membership.pk)
    if current.role == "owner" and role != "owner":
        _keep_an_owner(current)
    before, current.role = current.role, role
    current.save(update_fields=["role"])
    record_event(
        actor=actor,
        action="member.role_changed",
        obj=current.user,
        before={"role": before},
        after={"role": role},
    )
    return current


@transaction.atomic
def remove_member(membership: Membership, *, actor: Actor) -> None:
    """Take a person out of the organisation at once. Raises Refused for the last owner."""
    current = Membership.objects.select_for_update().select_related("user").get(pk=membership.pk)
    if current.role == "owner":
        _keep_an_owner(current)
    record_event(actor=actor, action="member.removed", obj=current.user, before={"role": current.role})
    current.delete()


@transaction.atomic
def create_api_key(*, name: str, expires_at: datetime, actor: Actor) -> tuple[ApiKey, str]:
    """A key of the open organisation and its secret, which is shown once and never stored."""
    if expires_at <= timezone.now():
        raise Refused("The expiry lies in the past. Choose a later day.")
    organisation = open_organisation()
    prefix = f"sxt_{public_id('k')[2:12]}"
    secret = f"{prefix}_{secrets.token_urlsafe(32).replace('_', '-')}"
    key = ApiKey.objects.create(
        organisation=organisation,
        name=name.strip(),
        prefix=prefix,
        secret_hash=hashlib.sha256(secret.encode()).hexdigest(),
        expires_at=expires_at,
        created_by=actor.label,
    )
    record_event(actor=actor, action="api_key.created", obj=key, after={"prefix": prefix})
    return key, secret


@transaction.atomic
def revoke_api_key(key: ApiKey, *, actor: Actor) -> ApiKey:
    """End a key at once."""
    if key.revoked_at is None:
        key.revoked_at = timezone.now()
        key.save(update_fields=["revoked_at"])
        record_event(actor=actor, action="api_key.revoked", obj=key)
    return key


def _refuse_role(role: str) -> None:
    if role not in MEMBER_ROLES:
        raise Refused(f"“{role}” is no role. Right: {', '.join(ROLE_NAMES[r] for r in MEMBER_ROLES)}.")


def _keep_an_owner(membership: Membership) -> None:
    Membership.objects.select_for_update().filter(organisation=membership.organisation, role="owner").count()
    if owners_left(membership.organisation, without=membership) == 0:
        raise Refused("An organisation keeps at least one owner. Make somebody else owner first.")
