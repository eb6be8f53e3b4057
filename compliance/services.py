"""Writes of scopes, control answers and answers on common controls.

An identifier that the knowledge release does not have is refused, with the nearest one that it has.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar

from django.db import transaction

from accounts.audit import Actor, record_event
from accounts.versions import lock
from compliance.models import ControlAnswer, RegimeScope
from engine.canonical import canonical
from engine.duties.standing import may_be_excluded
from engine.links import check_requirements
from engine.strict import Problem
from inventory.knowledge import current
from inventory.models import Record, UseCase
from inventory.records import InvalidPart, answers_of, normalised, part_of
from inventory.services import create_record, next_position, save_once, update_record

R = TypeVar("R", bound=Record)


def create_known(model: type[R], part: Mapping[str, Any], *, actor: Actor, position: int | None = None) -> R:
    """Store a scope or an answer on a common control. Raises InvalidPart; then nothing is written."""
    _refuse_unknown(model, normalised(model, part))
    return create_record(model, part, actor=actor, position=position)


def update_known(record: R, part: Mapping[str, Any], *, actor: Actor, version: int | None = None) -> R:
    """Replace a scope or an answer on a common control. Raises InvalidPart or Conflict; then nothing is written."""
    _refuse_unknown(type(record), normalised(type(record), part))
    return update_record(record, part, actor=actor, version=version)


@transaction.atomic
def create_control_answer(
    model: type[ControlAnswer], part: Mapping[str, Any], *, actor: Actor, position: int | None = None
) -> ControlAnswer:
    """Store how a requirement stands. Raises InvalidPart; then nothing is written."""
    plain = normalised(model, part)
    _refuse_unknown(model, plain)
    answer = model(position=next_position(model) if position is None else position)
    _fill(answer, plain)
    _refuse_twice(answer)
    save_once(answer)
    record_event(actor=actor, action="controlanswer.created", obj=answer, after=part_of(answer))
    return answer


@transaction.atomic
def update_control_answer(
    answer: ControlAnswer, part: Mapping[str, Any], *, actor: Actor, version: int | None = None
) -> ControlAnswer:
    """Replace an answer's part; an equal one changes nothing. Raises InvalidPart or Conflict; then nothing is written."""
    plain = normalised(ControlAnswer, part)
    _refuse_unknown(ControlAnswer, plain)
    current = lock(ControlAnswer.objects.all(), answer, version)
    before = part_of(current)
    if canonical(plain) == canonical(before):
        return current
    _fill(current, plain)
    _refuse_twice(current)
    current.version += 1
    save_once(current)
    record_event(
        actor=actor, action="controlanswer.changed", obj=current, before=before, after=part_of(current)
    )
    return current


def _fill(answer: ControlAnswer, plain: Mapping[str, Any]) -> None:
    answer.regime = plain["regime"]
    answer.requirement_id = plain["requirement_id"]
    key = plain.get("use_case")
    answer.use_case = UseCase.objects.filter(key=key, archived_at=None).first() if key else None
    if key and answer.use_case is None:
        raise InvalidPart(
            [Problem("/use_case", f"“{key}” is not a use case", "the key of a use case that is not archived")]
        )
    answer.answers = answers_of(ControlAnswer, plain)
    answer.set_key()


def _refuse_twice(answer: ControlAnswer) -> None:
    same = ControlAnswer.objects.filter(key=answer.key).exclude(pk=answer.pk)
    if same.exists():
        raise InvalidPart(
            [Problem("/requirement_id", f"{answer.key} already has an answer", "edit that answer instead")]
        )


def _refuse_unknown(model: type[Record], part: Mapping[str, Any]) -> None:
    """Raise InvalidPart where the part names a requirement or a control that the knowledge release lacks, excludes
    what cannot be excluded, inherits what nobody provides, or calls something not applicable without a reason."""
    name, law = model.document_list, current().law
    problems = [
        replace(one, where=one.where.removeprefix(f"/{name}/0"))
        for one in check_requirements({name: [part]}, law.requirement_ids())
    ]
    if model is RegimeScope and not problems:
        problems += [
            Problem(
                f"/exclusions/{index}/requirement_id",
                f"{part['regime']} {row['requirement_id']} cannot be excluded",
                "a control or a criterion: law and the clauses of a standard stay",
            )
            for index, row in enumerate(part.get("exclusions") or ())
            if (part["regime"], row["requirement_id"]) in law.requirements
            and not may_be_excluded((part["regime"], row["requirement_id"]), law)
        ]
    if part.get("status") == "inherited" and not problems and not _can_be_inherited(model, part):
        wrong = "nobody else provides this in any deployment, so it cannot be inherited"
        problems.append(Problem("/status", wrong, "how it stands in the organisation itself"))
    if model is ControlAnswer and part.get("status") == "not_applicable" and not part.get("reason"):
        problems.append(Problem("/reason", "“not applicable” without a reason", "why it does not apply"))
    if problems:
        raise InvalidPart(problems)


def _can_be_inherited(model: type[Record], part: Mapping[str, Any]) -> bool:
    """Whether a provider meets the requirement or has a share in it; of a control, one that it serves."""
    law = current().law
    if model is ControlAnswer:
        return (part["regime"], part["requirement_id"]) in law.providers.rows
    control = law.crosswalk.controls[part["control"]]
    return any((row.regime, row.requirement) in law.providers.rows for row in control.serves)
