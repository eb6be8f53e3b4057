"""Writes to an organisation's records: each is one transaction with one audit event.

A record comes in as its part of the assessment document (see `inventory.records`), is judged by the
engine's reader, and is refused whole when anything in it is wrong. `version` guards against two people
editing at once: a stale one raises Conflict and changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import count
from typing import Any, TypeVar

from django.db import IntegrityError, transaction
from django.db.models import F, Max
from django.utils import timezone
from django.utils.text import slugify

from accounts.audit import Actor, record_event
from accounts.versions import lock
from engine.canonical import canonical
from engine.strict import Problem
from inventory.models import BaseModel, DataAsset, Record, UseCase, UseCaseDataAsset, Vendor
from inventory.records import InvalidPart, answers_of, key_field, normalised, part_of

R = TypeVar("R", bound=Record)


class InUse(Exception):
    """The record cannot be archived while others refer to it; `users` names them."""

    def __init__(self, users: Iterable[str]) -> None:
        self.users = tuple(users)
        super().__init__("Still used by " + ", ".join(self.users) + ". Change that first.")


def refuse_duplicate(model: type[Record], key: str, *, apart_from: Record | None = None) -> None:
    """Raise InvalidPart when the key is taken by another record of the organisation, archived or not."""
    taken = model.objects.filter(key=key)
    if apart_from is not None:
        taken = taken.exclude(pk=apart_from.pk)
    holder = taken.first()
    if holder is not None:
        raise _taken(model, key, archived=holder.archived_at is not None)


def _taken(model: type[Record], key: str, *, archived: bool = False) -> InvalidPart:
    where, right = f"/{key_field(model) or 'key'}", "a key that no other record has"
    if archived:
        right = "the archived record that has it, restored; or another key"
    return InvalidPart([Problem(where, f"“{key}” is already taken", right)])


def save_once(record: Record) -> None:
    """Save a record; raises InvalidPart where somebody took its key in the same moment."""
    try:
        with transaction.atomic():
            record.save()
    except IntegrityError as error:
        raise _taken(type(record), record.key) from error


def free_key(model: type[Record], name: str) -> str:
    """A short name made from a name, that no record of the kind has yet."""
    base = slugify(name)[:60] or "record"
    taken = set(model.objects.filter(key__startswith=base).values_list("key", flat=True))
    numbered = (f"{base}-{number}" for number in count(2))
    return base if base not in taken else next(key for key in numbered if key not in taken)


def next_position(model: type[Record]) -> int:
    last = model.objects.aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1


@transaction.atomic
def create_record(model: type[R], part: Mapping[str, Any], *, actor: Actor, position: int | None = None) -> R:
    """Store a new record from its part. Raises InvalidPart; then nothing is written."""
    plain = normalised(model, part)
    field = key_field(model)
    key = plain[field] if field else model.document_list
    refuse_duplicate(model, key)
    record = model(
        key=key,
        name=plain.get("name") or "",
        answers=answers_of(model, plain),
        position=next_position(model) if position is None else position,
    )
    _set_links(record, plain)
    save_once(record)
    _save_asset_links(record, plain)
    record_event(actor=actor, action=f"{record._meta.model_name}.created", obj=record, after=part_of(record))
    return record


@transaction.atomic
def update_record(record: R, part: Mapping[str, Any], *, actor: Actor, version: int | None = None) -> R:
    """Replace a record's part; an equal one changes nothing. Raises InvalidPart or Conflict; then nothing is written."""
    model = type(record)
    plain = normalised(model, part)
    current = lock(model.objects.all(), record, version)
    before = part_of(current)
    if "defaults" in plain:
        plain["defaults"] = still_defaults(plain, before)
    if canonical(plain) == canonical(before):
        return current
    field = key_field(model)
    renamed = field is not None and plain[field] != current.key
    if field and renamed:
        refuse_duplicate(model, plain[field], apart_from=current)
        current.key = plain[field]
    current.name = plain.get("name") or ""
    current.answers = answers_of(model, plain)
    current.version += 1
    _set_links(current, plain)
    save_once(current)
    _save_asset_links(current, plain)
    if renamed:
        _tell_of_new_key(current)
    action = f"{current._meta.model_name}.changed"
    record_event(actor=actor, action=action, obj=current, before=before, after=part_of(current))
    return current


def still_defaults(plain: Mapping[str, Any], before: Mapping[str, Any]) -> list[str]:
    """The answers that stand as a template gave them: those that were defaults before and have not changed."""
    return [
        name
        for name in plain["defaults"]
        if name in before.get("defaults", ()) and plain.get(name) == before.get(name)
    ]


def _tell_of_new_key(record: Record) -> None:
    """What refers to a record says its key, and so changes with it."""
    if isinstance(record, DataAsset | Vendor | BaseModel):
        UseCase.objects.filter(pk__in=record.use_cases.values("pk")).update(version=F("version") + 1)
    if isinstance(record, UseCase):
        for answer in record.control_answers.all():
            answer.set_key()
            answer.version += 1
            answer.save()


@transaction.atomic
def archive_record(record: R, *, actor: Actor, version: int | None = None) -> R:
    """Take a record out of use. Raises InUse while a live use case refers to it, or Conflict."""
    current = lock(type(record).objects.all(), record, version)
    users = []
    if isinstance(current, DataAsset | Vendor | BaseModel):
        users = [str(u) for u in current.use_cases.filter(archived_at=None)]
    if users:
        raise InUse(users)
    if current.archived_at is None:
        current.archived_at = timezone.now()
        current.version += 1
        current.save()
        record_event(actor=actor, action=f"{current._meta.model_name}.archived", obj=current)
    return current


@transaction.atomic
def restore_record(record: R, *, actor: Actor, version: int | None = None) -> R:
    """Bring an archived record back. Raises InvalidPart when something it refers to is archived, or Conflict."""
    current = lock(type(record).objects.all(), record, version)
    if isinstance(current, UseCase):
        linked = [current.vendor, current.model, *(link.data_asset for link in current.asset_links.all())]
        gone = [str(r) for r in linked if r is not None and r.archived_at is not None]
        if gone:
            raise InvalidPart(
                [Problem("/", f"refers to archived records: {', '.join(gone)}", "restore those first")]
            )
    if current.archived_at is not None:
        current.archived_at = None
        current.version += 1
        current.save()
        record_event(actor=actor, action=f"{current._meta.model_name}.restored", obj=current)
    return current


def _linked(model: type[R], key: str, where: str) -> R:
    found = model.objects.select_for_update(no_key=True).filter(key=key, archived_at=None).first()
    if found is None:
        raise InvalidPart(
            [
                Problem(
                    where,
                    f"“{key}” is not a record of this organisation",
                    f"the key of a {model._meta.verbose_name} that is not archived",
                )
            ]
        )
    return found


def _set_links(record: Record, plain: Mapping[str, Any]) -> None:
    if isinstance(record, UseCase):
        vendor, model = plain.get("vendor"), plain.get("model")
        record.vendor = _linked(Vendor, vendor, "/vendor") if vendor else None
        record.model = _linked(BaseModel, model, "/model") if model else None
        record.data_assets_answered = plain.get("data_assets") is not None


def _save_asset_links(record: Record, plain: Mapping[str, Any]) -> None:
    if not isinstance(record, UseCase):
        return
    keys = plain.get("data_assets") or []
    live = DataAsset.objects.select_for_update(no_key=True).filter(key__in=keys, archived_at=None)
    found = {asset.key: asset for asset in live.order_by("pk")}
    missing = [
        Problem(
            f"/data_assets/{i}",
            f"“{key}” is not a data asset of this organisation",
            "the key of one that is not archived",
        )
        for i, key in enumerate(keys)
        if key not in found
    ]
    if missing:
        raise InvalidPart(missing)
    record.asset_links.all().delete()
    UseCaseDataAsset.objects.bulk_create(
        UseCaseDataAsset(use_case=record, data_asset=found[key], position=i) for i, key in enumerate(keys)
    )
