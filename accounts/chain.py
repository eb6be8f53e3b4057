"""The keyed chain of the audit trail, and the check of a whole trail.

Each entry's hash is an HMAC over the former hash and over all that the entry says, with the organisation and
the key's id inside. The keys come from the environment and are never in the database. The counter bears a seal
of its own, so that cutting off the last entries needs a key too.

Names stand in the chain as a salted digest. Erasing a person replaces the names and drops the salt; the trail
holds an entry of each erasure, and only the erased may have no salt.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings

from accounts.models import AuditCounter, AuditEvent, Organisation
from accounts.tenancy import open_organisation
from engine.canonical import canonical

ERASED: Final = "person.erased"


@dataclass(frozen=True, slots=True)
class Key:
    """A key of the trail, and the id by which entries name it."""

    id: str
    secret: bytes


@dataclass(frozen=True, slots=True)
class Broken:
    """The first entry of a trail that is not as it was written, and what is wrong with it."""

    number: int
    what: str


def keys() -> list[Key]:
    """The keys that are known here: the current one, then former ones, newest first."""
    return [
        Key(hashlib.sha256(f"id of {key}".encode()).hexdigest()[:16], key.encode())
        for key in (settings.AUDIT_KEY, *settings.AUDIT_KEY_FALLBACKS)
    ]


def current_key() -> Key:
    """The key that signs new entries."""
    return keys()[0]


def chained(key: Key, former: str, said: Mapping[str, Any]) -> str:
    """The keyed hash of what an entry says and of everything before it."""
    return hmac.new(key.secret, former.encode() + canonical(said), hashlib.sha256).hexdigest()


def names_digest(event: AuditEvent) -> str:
    """The salted digest that stands for an entry's names in the chain."""
    names = [event.salt, event.actor_label, event.object_label]
    return hashlib.sha256(canonical(names)).hexdigest()


def signed(event: AuditEvent, organisation: Organisation) -> dict[str, Any]:
    """What an entry's hash covers: all that it says, when, in which organisation, and by which key.

    Entries from before keys had ids name none, and hold their names in the open.
    """
    said = {
        "number": event.number,
        "actor_kind": event.actor_kind,
        "actor_id": event.actor_id,
        "action": event.action,
        "object_type": event.object_type,
        "object_id": event.object_id,
        "before": event.before,
        "after": event.after,
        "at": event.at.isoformat(),
        "organisation": organisation.public_id,
    }
    if not event.key_id:
        return said | {"actor_label": event.actor_label, "object_label": event.object_label}
    return said | {"names": event.names, "key": event.key_id}


def seal_of(key: Key, counter: AuditCounter, organisation: Organisation) -> str:
    """The keyed hash of where a trail ends."""
    end = {"last": counter.last, "head": counter.head, "organisation": organisation.public_id}
    return hmac.new(key.secret, b"the end of the trail" + canonical(end), hashlib.sha256).hexdigest()


def sealed(purpose: str, said: Mapping[str, Any]) -> str:
    """The keyed hash of something that is to be proven later; one purpose's seal fits no other."""
    return hmac.new(current_key().secret, purpose.encode() + canonical(said), hashlib.sha256).hexdigest()


def verify() -> Broken | None:
    """Compute the open organisation's trail again; the first entry that is wrong, or None for a whole trail."""
    organisation, former, number = open_organisation(), "", 0
    known, oldest = keys(), len(settings.AUDIT_KEY_FALLBACKS)
    erased = erased_things()
    for event in AuditEvent.objects.order_by("number").iterator():
        number += 1
        if event.number != number:
            return Broken(number, "is missing")
        age = _age(event, known, former, organisation)
        if age is None:
            return Broken(number, _without_key(event, known))
        if age > oldest:
            return Broken(number, "is signed with a key that had been replaced before")
        if not _named(event, erased):
            return Broken(number, "has other names than were written")
        former, oldest = event.hash, age
    return _wrong_end(number, former, known, organisation)


def erased_things() -> set[str]:
    """The ids of the people who were erased in the open organisation, and of things that bore their names."""
    found: set[str] = set()
    for person, after in AuditEvent.objects.filter(action=ERASED).values_list("object_id", "after"):
        found |= {person, *after["also"]}
    return found


def entries_with(heads: Mapping[str, int | None]) -> Iterator[Broken]:
    """For each head that was kept elsewhere, with its number where known: what is wrong where it is not there."""
    found = dict(AuditEvent.objects.filter(hash__in=heads).values_list("hash", "number"))
    for head, number in heads.items():
        if head not in found:
            yield Broken(number or 0, f"is not there any more with the hash {head} that was kept of it")
        elif number not in (None, found[head]):
            yield Broken(found[head], f"was number {number} when its hash was kept")


def _age(event: AuditEvent, known: list[Key], former: str, organisation: Organisation) -> int | None:
    """Which key signed an entry, counted from the current one; None where none did."""
    said = signed(event, organisation)
    for age, key in enumerate(known):
        if event.key_id in ("", key.id) and hmac.compare_digest(event.hash, chained(key, former, said)):
            return age
    return None


def _without_key(event: AuditEvent, known: list[Key]) -> str:
    if event.key_id and event.key_id not in {key.id for key in known}:
        return f"is signed with the key {event.key_id}, which is not among AUDIT_KEY and AUDIT_KEY_FALLBACKS"
    return "is not as it was written"


def _named(event: AuditEvent, erased: set[str]) -> bool:
    if not event.key_id or event.names == names_digest(event):
        return True
    return not event.salt and bool({event.actor_id, event.object_id} & erased)


def _wrong_end(number: int, former: str, known: list[Key], organisation: Organisation) -> Broken | None:
    counter = AuditCounter.objects.first()
    if counter is None or counter.last > number:
        return Broken(number + 1, "is missing")
    if counter.last < number or counter.head != former:
        return Broken(number, "is not the last one that was counted")
    if counter.seal not in {seal_of(key, counter, organisation) for key in known}:
        return Broken(number, "is not the end that was sealed")
    return None
