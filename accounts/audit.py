"""The audit trail: every write records who did what to which thing, in the write's own transaction."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.models import ApiKey, AuditCounter, AuditEvent, Organisation, User
from accounts.tenancy import open_organisation
from engine.canonical import canonical


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, in which role: a person, an API key, or the system itself."""

    kind: Literal["person", "key", "system"]
    id: str
    label: str
    role: str = ""

    @staticmethod
    def person(user: User, role: str = "") -> Actor:
        return Actor("person", user.public_id, str(user)[:200], role)

    @staticmethod
    def key(api_key: ApiKey) -> Actor:
        return Actor("key", api_key.public_id, f"API key {api_key.name}"[:200], "api_client")


SYSTEM: Final = Actor("system", "", "Sextant", "owner")


@dataclass(frozen=True, slots=True)
class Broken:
    """The first entry of a trail that is not as it was written, and what is wrong with it."""

    number: int
    what: str


def chained(former: str, event: Mapping[str, Any]) -> str:
    """The keyed hash of an event and of everything before it."""
    return hmac.new(
        settings.AUDIT_KEY.encode(), former.encode() + canonical(event), hashlib.sha256
    ).hexdigest()


def signed(event: AuditEvent, organisation: Organisation) -> dict[str, Any]:
    """What an event's hash covers: all that it says, when, and in which organisation."""
    return {
        "number": event.number,
        "actor_kind": event.actor_kind,
        "actor_id": event.actor_id,
        "actor_label": event.actor_label,
        "action": event.action,
        "object_type": event.object_type,
        "object_id": event.object_id,
        "object_label": event.object_label,
        "before": event.before,
        "after": event.after,
        "at": event.at.isoformat(),
        "organisation": organisation.public_id,
    }


def record_event(
    *,
    actor: Actor,
    action: str,
    obj: models.Model | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> AuditEvent:
    """Add an event to the open organisation's trail. Call it inside the transaction of the write itself."""
    organisation = open_organisation()
    AuditCounter.objects.get_or_create(organisation=organisation)
    counter = AuditCounter.objects.select_for_update().get()
    event = AuditEvent(
        number=counter.last + 1,
        at=timezone.now(),
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_label=actor.label,
        action=action,
        object_type=obj._meta.model_name or "" if obj is not None else "",
        object_id=getattr(obj, "public_id", "") if obj is not None else "",
        object_label=str(obj)[:200] if obj is not None else "",
        before=None if before is None else dict(before),
        after=None if after is None else dict(after),
    )
    event.hash = chained(counter.head, signed(event, organisation))
    event.save()
    counter.last, counter.head = event.number, event.hash
    counter.save(update_fields=["last", "head"])
    return event


def head() -> str:
    """The hash of the open organisation's last event; empty where there is none."""
    counter = AuditCounter.objects.first()
    return counter.head if counter else ""


def verify() -> Broken | None:
    """Compute the open organisation's trail again; the first entry that is wrong, or None for a whole trail."""
    organisation, former, number = open_organisation(), "", 0
    for event in AuditEvent.objects.order_by("number").iterator():
        number += 1
        if event.number != number:
            return Broken(number, "is missing")
        if event.hash != chained(former, signed(event, organisation)):
            return Broken(number, "is not as it was written")
        former = event.hash
    counter = AuditCounter.objects.first()
    last = counter.last if counter else 0
    if last > number:
        return Broken(number + 1, "is missing")
    if last < number or head() != former:
        return Broken(number, "is not the last one that was counted")
    return None
