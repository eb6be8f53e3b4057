"""The assessment document of an organisation: gathered from its records, or imported into them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from accounts.audit import Actor, record_event
from compliance.evidence import evidence, evidence_for_answers
from compliance.links import COMMON
from compliance.models import CommonControlAnswer, ControlAnswer, RegimeScope
from compliance.policies import policy
from compliance.services import create_control_answer, create_known
from engine.canonical import to_plain
from engine.inputs import Inputs
from engine.reading import DocumentError, read_document
from engine.strict import Problem
from inventory.models import (
    BaseModel,
    Budget,
    DataAsset,
    OrganisationProfile,
    OwnPrice,
    Record,
    UseCase,
    Vendor,
)
from inventory.records import InvalidPart, part_of
from inventory.services import create_record, update_record
from strategy.ownprices import create_own_price

IMPORT_ORDER: tuple[type[Record], ...] = (
    RegimeScope,
    CommonControlAnswer,
    Budget,
    OwnPrice,
    DataAsset,
    Vendor,
    BaseModel,
    UseCase,
    ControlAnswer,
)
CREATE: Mapping[type[Record], Callable[..., Record]] = {
    RegimeScope: create_known,
    CommonControlAnswer: create_known,
    ControlAnswer: create_control_answer,
    OwnPrice: create_own_price,
}
"""The services of kinds that are held against the release; every other kind takes the inventory's."""


class NotEmpty(Exception):
    """An import would overwrite records that are there; nothing was written."""


@dataclass(frozen=True, slots=True)
class Imported:
    """How many records an import made, by the document's list."""

    counts: Mapping[str, int]


def records_of(model: type[Record]) -> Iterable[Record]:
    """The live records of a kind in the document's order; what is said of an archived use case rests with it."""
    live: QuerySet[Any] = model.with_links().filter(archived_at=None).order_by("position", "id")
    return live.filter(use_case__archived_at=None) if model is ControlAnswer else live


def gather() -> dict[str, Any]:
    """The open organisation's assessment in document form, without `as_of`.

    What accepted evidence shows stands with the control answers that it is about. One query a kind, two for use
    cases, one more for evidence and three where there is some.
    """
    document: dict[str, Any] = {"version": 1}
    profile = OrganisationProfile.objects.filter(archived_at=None).first()
    document["organisation"] = part_of(profile) if profile else {}
    for model in IMPORT_ORDER:
        parts = [part_of(record) for record in records_of(model)]
        if parts:
            document[model.document_list] = parts
    add_evidence(document)
    return document


def add_evidence(document: dict[str, Any]) -> None:
    """Let answers on requirements and common controls hold what accepted evidence shows of them, by kind.

    Evidence about no use case serves all of them.
    """
    lists = (ControlAnswer.document_list, CommonControlAnswer.document_list)
    pieces = list(evidence()) if any(name in document for name in lists) else []
    if not pieces:
        return
    known = evidence_for_answers(pieces, policy())
    for name in lists:
        for part in document.get(name, ()):
            about = (
                (part["regime"], part["requirement_id"]) if "regime" in part else (COMMON, part["control"])
            )
            kinds = {**known.get((None, *about), {}), **known.get((part.get("use_case"), *about), {})}
            rows = [{"kind": kind, "valid_until": day.isoformat()} for kind, day in sorted(kinds.items())]
            if rows:
                part["evidence"] = [*(part.get("evidence") or ()), *rows]


def gather_inputs() -> Inputs:
    """The open organisation's assessment as the engine's inputs."""
    return read_document(gather())


@contextmanager
def placed(where: str) -> Iterator[None]:
    """Let a refused part say where in the document it stands."""
    try:
        yield
    except InvalidPart as error:
        problems = [Problem(f"{where}{p.where}", p.what, p.right) for p in error.problems]
        raise DocumentError(problems) from error


@transaction.atomic
def import_document(inputs: Inputs, *, actor: Actor) -> Imported:
    """Make the records of a whole assessment in an organisation that has none yet.

    Raises NotEmpty when there are records (the organisation's own answers apart), or DocumentError for a
    record that cannot be stored; then nothing is written.
    """
    for model in IMPORT_ORDER:
        if model.objects.exists():
            raise NotEmpty(
                f"This organisation already has {model._meta.verbose_name_plural}. "
                "Import the document into a new organisation instead."
            )
    document: dict[str, Any] = to_plain(inputs)
    profile = OrganisationProfile.objects.first()
    if profile is None:
        create_record(OrganisationProfile, document.get("organisation", {}), actor=actor)
    else:
        update_record(profile, document.get("organisation", {}), actor=actor)
    counts = {"organisation": 1}
    for model in IMPORT_ORDER:
        parts = document.get(model.document_list, [])
        for position, part in enumerate(parts):
            with placed(f"/{model.document_list}/{position}"):
                CREATE.get(model, create_record)(model, part, actor=actor, position=position)
        counts[model.document_list] = len(parts)
    record_event(actor=actor, action="assessment.imported", after=counts)
    return Imported(counts)
