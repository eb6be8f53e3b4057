"""Writes to organisations, members and API keys; each is one transaction with one audit event."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import available_timezones

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import slugify

from accounts.audit import Actor, record_event
from accounts.ids import public_id
from accounts.models import ApiKey, Membership, Organisation, User
from accounts.queries import hashed, owners_left, pending_invitations_of
from accounts.roles import LIMITED, MEMBER_ROLES, SCOPES, allows
from accounts.sessions import end_all
from accounts.tenancy import open_organisation, scope
from accounts.versions import lock

LONGEST_KEY: Final = timedelta(days=366)
LONGEST_OVERLAP: Final = timedelta(days=30)
AUDIT_LASTS: Final = timedelta(days=30)


class Refused(Exception):
    """A write that the rules of membership forbid; the text says why and what would be right, `where` which field."""

    def __init__(self, text: str, where: str = "") -> None:
        super().__init__(text)
        self.where = where


def free_slug(name: str) -> str:
    """A slug from a name that no organisation has yet."""
    base = slugify(name)[:50] or "organisation"
    slug = base
    while Organisation.objects.filter(slug=slug).exists():
        slug = f"{base}-{secrets.token_hex(2)}"
    return slug


@transaction.atomic
def create_organisation(*, name: str, owner: User, time_zone: str = "UTC") -> Organisation:
    """A new organisation whose first owner is the person who made it. Raises Refused."""
    _refuse_name(name)
    _refuse_time_zone(time_zone)
    organisation = _stored_organisation(name.strip(), time_zone)
    Membership.objects.create(organisation=organisation, user=owner, role="owner")
    with scope(organisation):
        record_event(actor=Actor.person(owner), action="organisation.created", obj=organisation)
    return organisation


@transaction.atomic
def change_organisation(
    *, name: str, time_zone: str, actor: Actor, version: int | None = None
) -> Organisation:
    """Rename the open organisation or set its time zone; its address stays. Raises Refused or Conflict."""
    _refuse_name(name)
    _refuse_time_zone(time_zone)
    current = lock(Organisation.objects.all(), open_organisation(), version)
    before, after = _settings(current), {"name": name.strip(), "time_zone": time_zone}
    if before == after:
        return current
    current.name, current.time_zone = after["name"], after["time_zone"]
    return _stored(current, "organisation.changed", actor, before, after)


@transaction.atomic
def archive_organisation(*, actor: Actor, version: int | None = None) -> Organisation:
    """Make the open organisation one that is only read. Raises Conflict."""
    current = lock(Organisation.objects.all(), open_organisation(), version)
    if current.archived_at is not None:
        return current
    current.archived_at = timezone.now()
    return _stored(current, "organisation.archived", actor)


@transaction.atomic
def restore_organisation(*, actor: Actor, version: int | None = None) -> Organisation:
    """Let the open organisation be changed again, and call its deletion off. Raises Conflict."""
    current = lock(Organisation.objects.all(), open_organisation(), version)
    if current.archived_at is None:
        return current
    current.archived_at, current.deletion_due_at = None, None
    return _stored(current, "organisation.restored", actor)


@transaction.atomic
def add_member(*, email: str, role: str, actor: Actor, name: str = "") -> Membership:
    """Give a person a role in the open organisation, also one who was removed before.

    A person who is not known yet can sign in after setting a password by e-mail. Raises Refused.
    """
    address = email.strip().lower()
    refuse_address(address)
    refuse_role(role)
    require_owner(actor, role)
    organisation = lock_members()
    user = _known(address) or _new_person(address, name.strip()[:200])
    membership = Membership.everyone.filter(organisation=organisation, user=user).first()
    if membership is None:
        membership = Membership(organisation=organisation, user=user)
    elif membership.archived_at is None:
        raise Refused(f"{address} is a member already. Change the role in the list.", "/email")
    else:
        membership.archived_at, membership.version = None, membership.version + 1
    membership.role, membership.sections, membership.regimes = role, [], []
    membership.ends_at = timezone.now() + AUDIT_LASTS if role == "auditor" else None
    membership.save()
    record_event(actor=actor, action="member.added", obj=user, after={"role": role})
    return membership


@transaction.atomic
def change_role(membership: Membership, role: str, *, actor: Actor, version: int | None = None) -> Membership:
    """Change a member's role; limits of the former role end, and an auditor's access lasts AUDIT_LASTS. Raises Refused for the last owner, PermissionDenied, Conflict."""
    refuse_role(role)
    lock_members()
    current = _current(membership, version)
    require_owner(actor, role, current.role)
    if current.role == role:
        return current
    _keep_an_owner(current)
    _keep_the_way_in(current)
    before, current.role = current.role, role
    current.sections, current.regimes = [], []
    current.ends_at = timezone.now() + AUDIT_LASTS if role == "auditor" else None
    current.version += 1
    current.save(update_fields=["role", "sections", "regimes", "ends_at", "version"])
    record_event(
        actor=actor,
        action="member.role_changed",
        obj=current.user,
        before={"role": before},
        after={"role": role},
    )
    _revoke_invitations_by(current.user, actor)
    return current


@transaction.atomic
def remove_member(membership: Membership, *, actor: Actor, version: int | None = None) -> Membership:
    """Take a person out of the organisation at once, and end their sessions. Raises Refused for the last owner, PermissionDenied, Conflict."""
    lock_members()
    current = _current(membership, version)
    require_owner(actor, current.role)
    _keep_an_owner(current)
    _keep_the_way_in(current)
    current.archived_at = timezone.now()
    current.version += 1
    current.save(update_fields=["archived_at", "version"])
    record_event(actor=actor, action="member.removed", obj=current.user, before={"role": current.role})
    _revoke_invitations_by(current.user, actor)
    end_all(current.user)
    return current


def require_owner(actor: Actor, *roles: str) -> None:
    """Raise PermissionDenied where a role is the owner's and the actor is none."""
    if "owner" in roles and not allows(actor.role, "own_organisation"):
        raise PermissionDenied("Only an owner makes, changes or removes owners. Ask one of them.")


@transaction.atomic
def create_api_key(
    *, name: str, expires_at: datetime, scopes: Sequence[str], actor: Actor
) -> tuple[ApiKey, str]:
    """A key of the open organisation and its secret, which is shown once and never stored. Raises Refused."""
    _refuse_name(name, longest=100)
    _refuse_scopes(scopes)
    now = timezone.now()
    if not now < expires_at <= now + LONGEST_KEY:
        raise Refused(f"A key is valid for 1 to {LONGEST_KEY.days} days.", "/expires_at")
    organisation = open_organisation()
    prefix = f"sxt_{public_id('k')[2:12]}"
    secret = f"{prefix}_{secrets.token_urlsafe(32).replace('_', '-')}"
    key = ApiKey.objects.create(
        organisation=organisation,
        name=name.strip(),
        prefix=prefix,
        secret_hash=hashed(secret),
        scopes=[scope for scope in SCOPES if scope in scopes],
        expires_at=expires_at,
        created_by=actor.label,
    )
    after = {"prefix": prefix, "scopes": key.scopes, "expires_at": expires_at.isoformat()}
    record_event(actor=actor, action="api_key.created", obj=key, after=after)
    return key, secret


@transaction.atomic
def revoke_api_key(key: ApiKey, *, actor: Actor) -> ApiKey:
    """End a key at once."""
    current = ApiKey.objects.select_for_update().get(pk=key.pk)
    if current.revoked_at is None:
        current.revoked_at = timezone.now()
        current.save(update_fields=["revoked_at"])
        record_event(actor=actor, action="api_key.revoked", obj=current)
    return current


@transaction.atomic
def rotate_api_key(key: ApiKey, *, overlap: timedelta, actor: Actor) -> tuple[ApiKey, str]:
    """A new key in place of one, with its name and scopes and as long a life; the old one works for the overlap.

    Raises Refused for a key that ended or was replaced, and for an overlap beyond LONGEST_OVERLAP.
    """
    if not timedelta(0) <= overlap <= LONGEST_OVERLAP:
        raise Refused(f"The old key works on for 0 to {LONGEST_OVERLAP.days} days.", "/overlap")
    current, now = ApiKey.objects.select_for_update().get(pk=key.pk), timezone.now()
    if current.revoked_at is not None or current.expires_at <= now or current.replaced_by_id is not None:
        raise Refused(f"The key {current.name} has ended or was replaced. Make a new one.")
    life = current.expires_at - current.created_at
    made, secret = create_api_key(
        name=current.name, expires_at=now + min(life, LONGEST_KEY), scopes=current.scopes, actor=actor
    )
    before = current.expires_at
    current.expires_at, current.replaced_by = min(before, now + overlap), made
    current.save(update_fields=["expires_at", "replaced_by"])
    record_event(
        actor=actor,
        action="api_key.replaced",
        obj=current,
        before={"expires_at": before.isoformat()},
        after={"expires_at": current.expires_at.isoformat(), "by": made.prefix},
    )
    return made, secret


@transaction.atomic
def limit_member(
    membership: Membership,
    *,
    sections: Sequence[str],
    regimes: Sequence[str],
    ends_at: datetime | None,
    actor: Actor,
) -> Membership:
    """Say which sections a contributor, which regimes an auditor sees, and until when access lasts.

    Raises Refused, PermissionDenied.
    """
    lock_members()
    current = _current(membership, None)
    require_owner(actor, current.role)
    possible = LIMITED.get(current.role, frozenset())
    wrong = [section for section in sections if section not in possible]
    if wrong and current.role != "auditor":
        raise Refused(
            f"No section of a {current.get_role_display().lower()}: {', '.join(wrong)}.", "/sections"
        )
    if ends_at is not None and ends_at <= timezone.now():
        raise Refused("The end lies in the past. To end access now, remove the member.", "/ends_on")
    if ends_at is not None and current.role == "owner":
        raise Refused("An owner's access has no end. Change the role first.", "/ends_on")
    before = _limits(current)
    current.sections = sorted(set(sections)) if current.role == "contributor" else []
    current.regimes = sorted(set(regimes)) if current.role == "auditor" else []
    current.ends_at = ends_at
    if _limits(current) == before:
        return current
    current.version += 1
    current.save(update_fields=["sections", "regimes", "ends_at", "version"])
    record_event(
        actor=actor, action="member.limited", obj=current.user, before=before, after=_limits(current)
    )
    return current


def _limits(membership: Membership) -> dict[str, object]:
    ends_at = membership.ends_at
    return {
        "sections": membership.sections,
        "regimes": membership.regimes,
        "ends_at": ends_at.isoformat() if ends_at else None,
    }


def _revoke_invitations_by(user: User, actor: Actor) -> None:
    """Whoever loses a role no longer vouches for the people that they invited in it."""
    for invitation in pending_invitations_of(open_organisation()).filter(created_by_id=user.public_id):
        invitation.revoked_at, invitation.version = timezone.now(), invitation.version + 1
        invitation.save(update_fields=["revoked_at", "version"])
        record_event(actor=actor, action="invitation.revoked", obj=invitation)


def _known(address: str) -> User | None:
    return User.objects.filter(email__iexact=address).first()


def _new_person(address: str, name: str) -> User:
    """A person who is not known yet; the one that another organisation added in the same moment."""
    try:
        with transaction.atomic():
            return User.objects.create_user(address, name=name)
    except IntegrityError:
        return User.objects.get(email__iexact=address)


def _stored_organisation(name: str, time_zone: str) -> Organisation:
    """A new organisation at a free address, also where another of that name is made in the same moment."""
    try:
        with transaction.atomic():
            return Organisation.objects.create(name=name, slug=free_slug(name), time_zone=time_zone)
    except IntegrityError:
        return Organisation.objects.create(name=name, slug=free_slug(name), time_zone=time_zone)


def _settings(organisation: Organisation) -> dict[str, str]:
    return {"name": organisation.name, "time_zone": organisation.time_zone}


def _stored(
    organisation: Organisation,
    action: str,
    actor: Actor,
    before: dict[str, str] | None = None,
    after: dict[str, str] | None = None,
) -> Organisation:
    organisation.version += 1
    organisation.save()
    record_event(actor=actor, action=action, obj=organisation, before=before, after=after)
    return organisation


def lock_members() -> Organisation:
    """Hold the open organisation's row, so that two who change its members do so one after the other."""
    return lock(Organisation.objects.all(), open_organisation(), None)


def _current(membership: Membership, version: int | None) -> Membership:
    current = lock(Membership.everyone.select_related("user"), membership, version)
    if current.archived_at is not None:
        raise Refused(f"{current.user.email} is no member any more. Add the person again.")
    return current


def _keep_an_owner(membership: Membership) -> None:
    if membership.role == "owner" and owners_left(membership.organisation, without=membership) == 0:
        raise Refused("An organisation keeps at least one owner. Make somebody else owner first.")


def _keep_the_way_in(membership: Membership) -> None:
    if membership.break_glass and membership.organisation.sso_only:
        raise Refused("This owner keeps the way in past the provider. Choose another one first.")


def _refuse_name(name: str, longest: int = 200) -> None:
    if not 0 < len(name.strip()) <= longest:
        raise Refused(f"A name has 1 to {longest} characters.", "/name")


def _refuse_scopes(scopes: Sequence[str]) -> None:
    if not scopes or set(scopes) - set(SCOPES):
        raise Refused(f"A key needs one or more of the scopes {', '.join(SCOPES)}.", "/scopes")


def _refuse_time_zone(time_zone: str) -> None:
    if time_zone not in available_timezones():
        raise Refused(f"“{time_zone[:60]}” is no time zone. Right: a name like Europe/Berlin.", "/time_zone")


def refuse_address(address: str) -> None:
    """Raise Refused for what is no e-mail address."""
    try:
        validate_email(address)
    except ValidationError as error:
        raise Refused(f"“{address[:60]}” is no e-mail address.", "/email") from error


def refuse_role(role: str) -> None:
    """Raise Refused for what is no role of a member."""
    if role not in MEMBER_ROLES:
        raise Refused(f"“{role[:60]}” is no role. Right: one of {', '.join(MEMBER_ROLES)}.", "/role")
