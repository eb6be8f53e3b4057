"""The audit trail: every write records who did what to which thing, in the write's own transaction."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from django.db import models
from django.utils import timezone

from accounts.chain import chained, current_key, names_digest, seal_of, signed
from accounts.models import ApiKey, AuditCounter, AuditEvent, User
from accounts.tenancy import open_organisation


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


def record_event(
    *,
    actor: Actor,
    action: str,
    obj: models.Model | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    label: str | None = None,
) -> AuditEvent:
    """Add an event to the open organisation's trail. Call it inside the transaction of the write itself.

    `label` names the object where its own name must not be kept.
    """
    organisation, key = open_organisation(), current_key()
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
        object_label=label if label is not None else str(obj)[:200] if obj is not None else "",
        before=None if before is None else dict(before),
        after=None if after is None else dict(after),
    )
    event.key_id, event.salt = key.id, secrets.token_hex(16)
    event.names = names_digest(event)
    event.hash = chained(key, counter.head, signed(event, organisation))
    event.save()
    counter.last, counter.head = event.number, event.hash
    counter.seal = seal_of(key, counter, organisation)
    counter.save(update_fields=["last", "head", "seal"])
    return event


def head() -> str:
    """The hash of the open organisation's last event; empty where there is none."""
    counter = AuditCounter.objects.first()
    return counter.head if counter else ""


def told_head() -> str:
    """One line of where the open organisation's trail ends: its id, the last number, the last hash."""
    counter = AuditCounter.objects.first() or AuditCounter()
    return f"{open_organisation().public_id} {counter.last} {counter.head}"
