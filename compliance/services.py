"""Writes of control answers; regime scopes are plain records (see `inventory.services`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from accounts.audit import Actor, record_event
from accounts.versions import lock
from compliance.models import ControlAnswer
from engine.canonical import canonical
from engine.strict import Problem
from inventory.models import UseCase
from inventory.records import InvalidPart, answers_of, normalised, part_of
from inventory.services import next_position, save_once


@transaction.atomic
def create_control_answer(
    model: type[ControlAnswer], part: Mapping[str, Any], *, actor: Actor, position: int | None = None
) -> ControlAnswer:
    """Store how a requirement stands. Raises InvalidPart; then nothing is written."""
    plain = normalised(model, part)
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
