"""Invitations: who is asked to join the open organisation, and the one link by which that person does.

A link holds a secret of 256 bits of which only the hash is stored. It works once, for seven days, for the
address that it was sent to. Sending it again makes a new secret, so the former link ends.
"""

from __future__ import annotations

import csv
import re
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from allauth.account.models import EmailAddress
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts.audit import Actor, record_event
from accounts.models import Invitation, Membership, Organisation, User
from accounts.queries import hashed, invitation_for, members_of, pending_invitations_of
from accounts.quotas import members_counted, refusal
from accounts.roles import MEMBER_ROLES, ROLE_NAMES
from accounts.services import Refused, add_member, lock_members, refuse_address, refuse_role, require_owner
from accounts.tenancy import scope
from accounts.versions import lock

VALID: Final = timedelta(days=7)
MOST_AT_ONCE: Final = 50
MOST_OPEN: Final = 500
GONE: Final = "This link was used, was taken back, or is too old. Ask who invited you for a new one."
KNOWN: Final = "This address signs in already. Sign in to accept; a forgotten password can be reset there."
HEADINGS: Final = frozenset({"email", "e-mail", "e-mail address", "address", "mail"})
NAMED: Final = re.compile(r"[^<>]*<(?P<address>[^<>]+)>\s*[,;\t]?(?P<rest>.*)")
ROLES_BY_WORD: Final = {word.lower(): role for role in MEMBER_ROLES for word in (role, ROLE_NAMES[role])}


@dataclass(frozen=True, slots=True)
class Asked:
    """A person to invite: the address, and the role to give."""

    email: str
    role: str


@dataclass(frozen=True, slots=True)
class Issued:
    """An invitation and its secret, which stands in the mail and is never stored."""

    invitation: Invitation
    secret: str


def read_list(text: str, role: str) -> list[Asked]:
    """The people of a pasted list or CSV: one a line, `address` or `address, role`; `role` where none stands.

    Raises Refused with every line that cannot be read.
    """
    asked, faults, seen = [], [], set()
    for number, cells in _lines(text):
        email = cells[0].strip().lower()
        word = cells[1].strip().lower() if len(cells) > 1 else ""
        try:
            refuse_address(email)
            given = ROLES_BY_WORD.get(word, word) if word else role
            refuse_role(given)
            if email in seen:
                raise Refused(f"{email} stands here twice.")
        except Refused as refusal:
            faults.append(f"Line {number}: {refusal}")
            continue
        seen.add(email)
        asked.append(Asked(email, given))
    if faults:
        more = f" And {len(faults) - 5} more." if len(faults) > 5 else ""
        raise Refused(" ".join(faults[:5]) + more, "/people")
    if not asked:
        raise Refused("No address was given. Right: one address a line.", "/people")
    if len(asked) > MOST_AT_ONCE:
        raise Refused(
            f"{len(asked)} people are more than {MOST_AT_ONCE} at once. Send the rest next.", "/people"
        )
    return asked


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        named = NAMED.fullmatch(line.strip())
        delimiter = next((mark for mark in ("\t", ";", ",") if mark in line), ",")
        cells = [named["address"], named["rest"]] if named else next(csv.reader([line], delimiter=delimiter))
        if number == 1 and cells[0].strip().lower() in HEADINGS:
            continue
        yield number, cells


@transaction.atomic
def invite(asked: Sequence[Asked], *, actor: Actor) -> list[Issued]:
    """Invite people into the open organisation, all or none; an open invitation of the same address ends.

    Says nothing about whether an address is known elsewhere. Raises Refused or PermissionDenied.
    """
    for person in asked:
        refuse_address(person.email)
        refuse_role(person.role)
        require_owner(actor, person.role)
    organisation = lock_members()
    emails = [person.email for person in asked]
    members = members_of(organisation).filter(user__email__in=emails).values_list("user__email", flat=True)
    if members:
        raise Refused(f"{', '.join(members)}: a member already. Change the role in the list.", "/people")
    for former in pending_invitations_of(organisation).filter(email__in=emails):
        require_owner(actor, former.role)
        revoke(former, actor=actor)
    if pending_invitations_of(organisation).count() + len(asked) > MOST_OPEN:
        raise Refused(f"More than {MOST_OPEN} invitations would be open. Revoke some first.", "/people")
    _require_places(organisation, len(asked), "/people")
    return [_issue(organisation, person, actor) for person in asked]


def _issue(organisation: Organisation, person: Asked, actor: Actor) -> Issued:
    secret = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        organisation=organisation,
        email=person.email,
        role=person.role,
        secret_hash=hashed(secret),
        expires_at=timezone.now() + VALID,
        created_by=actor.label,
        created_by_id=actor.id,
    )
    record_event(actor=actor, action="invitation.created", obj=invitation, after={"role": person.role})
    return Issued(invitation, secret)


@transaction.atomic
def resend(invitation: Invitation, *, actor: Actor, version: int | None = None) -> Issued:
    """A new link for a pending invitation; the former one ends. Raises Refused, PermissionDenied, Conflict."""
    current = _pending(invitation, version)
    require_owner(actor, current.role)
    secret = secrets.token_urlsafe(32)
    current.secret_hash, current.expires_at = hashed(secret), timezone.now() + VALID
    current.version += 1
    current.save(update_fields=["secret_hash", "expires_at", "version"])
    record_event(actor=actor, action="invitation.resent", obj=current)
    return Issued(current, secret)


@transaction.atomic
def revoke(invitation: Invitation, *, actor: Actor, version: int | None = None) -> Invitation:
    """End a pending invitation at once. Raises Refused, PermissionDenied, Conflict."""
    current = _pending(invitation, version)
    require_owner(actor, current.role)
    current.revoked_at, current.version = timezone.now(), current.version + 1
    current.save(update_fields=["revoked_at", "version"])
    record_event(actor=actor, action="invitation.revoked", obj=current)
    return current


def _pending(invitation: Invitation, version: int | None) -> Invitation:
    current = lock(Invitation.objects.all(), invitation, version)
    if current.state in ("accepted", "revoked"):
        raise Refused(f"This invitation was {current.state} already.")
    return current


@contextmanager
def _held(secret: str) -> Iterator[Invitation]:
    """The open invitation of a link, locked, in its organisation's scope. Raises Refused for any other link."""
    found = invitation_for(secret)
    if found is None:
        raise Refused(GONE)
    with scope(found.organisation):
        lock_members()
        invitation = Invitation.objects.select_for_update(of=("self",)).get(pk=found.pk)
        if invitation.secret_hash != hashed(secret) or invitation.state != "open":
            raise Refused(GONE)
        yield invitation


def accept(secret: str, user: User) -> Membership:
    """Join by a link. Raises Refused for one that does not work, PermissionDenied for somebody else's."""
    with _held(secret) as invitation:
        return _join(invitation, user)


def accept_as_new(secret: str, *, name: str, password: str) -> Membership:
    """Join by a link as a person who is new to Sextant; the link proves the address.

    Raises Refused for a link that does not work and for an address that is known: its owner signs in instead.
    """
    with _held(secret) as invitation:
        if User.objects.filter(email__iexact=invitation.email).exists():
            raise Refused(KNOWN)
        user = User.objects.create_user(invitation.email, password, name=name.strip()[:200])
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        return _join(invitation, user)


def _require_places(organisation: Organisation, more: int, where: str = "") -> None:
    text = refusal("members", members_counted(organisation), more)
    if text is not None:
        raise Refused(text, where)


def _join(invitation: Invitation, user: User) -> Membership:
    if user.email.lower() != invitation.email:
        raise PermissionDenied("This invitation is for another address than the one you signed in with.")
    _require_places(invitation.organisation, 0)
    membership = add_member(
        email=invitation.email, role=invitation.role, actor=Actor.person(user, invitation.role)
    )
    invitation.accepted_at, invitation.version = timezone.now(), invitation.version + 1
    invitation.save(update_fields=["accepted_at", "version"])
    return membership
