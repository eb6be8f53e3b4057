"""Writes of what-if scenarios: name, base and changed answers; each is one transaction with one audit event.

A scenario never touches the assessment. Every function expects an open scope.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.audit import Actor, record_event
from accounts.versions import lock
from engine.canonical import to_plain
from engine.knowledge import Knowledge
from engine.reading import DocumentError
from engine.strict import Problem
from strategy.answerchanges import AnswerChange, answer_changes
from strategy.assessment import gather
from strategy.models import Run, RunPurpose, RunState, Scenario, ScenarioRun
from strategy.overrides import Override, addresses, homeless, overridden, read_overrides, restored
from strategy.places import Place, answer_of, inside, place_at, with_answers
from strategy.services import find_or_queue, keep_snapshot

LONGEST_NAME = 200


class Refused(Exception):
    """A scenario that cannot be stored or run; `problems` say where, what, and what would be right."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def base_document(base_run: Run | None) -> dict[str, Any]:
    """The document that a scenario changes: that of a finished analysis, or the assessment as it stands now."""
    document: dict[str, Any] = gather() if base_run is None else json.loads(base_run.snapshot.document)
    return document


def saved_base(scenario: Scenario) -> dict[str, Any]:
    """The base as it stood when the scenario was last saved."""
    document: dict[str, Any] = json.loads(scenario.base.document)
    return document


def with_overrides(base: Mapping[str, Any], overrides: Iterable[Override]) -> dict[str, Any]:
    """The base with the overrides in place, as plain data. Raises DocumentError where a record is gone."""
    return with_answers(base, {item.place: item.value for item in overrides})


def drift(scenario: Scenario, now: Mapping[str, Any]) -> tuple[AnswerChange, ...]:
    """What has changed in the base since the scenario was last saved."""
    return answer_changes(saved_base(scenario), now)


@transaction.atomic
def create_scenario(
    *, actor: Actor, name: str, answers: Mapping[str, Any], base_run: Run | None, knowledge: Knowledge
) -> Scenario:
    """Store a scenario. `answers` are JSON pointers into the base and values; None or "unknown" blanks one.

    Raises Refused; then nothing is written.
    """
    base = base_document(base_run)
    overrides = _read(name, base_run, base, answers, knowledge)
    scenario = Scenario.objects.create(
        name=name.strip(),
        base=keep_snapshot(base, actor=actor),
        base_run=base_run,
        overrides=[item.stored() for item in overrides],
        created_by=actor.label,
    )
    record_event(actor=actor, action="scenario.created", obj=scenario, after=told(scenario))
    return scenario


@transaction.atomic
def update_scenario(
    scenario: Scenario,
    *,
    actor: Actor,
    version: int | None,
    name: str,
    answers: Mapping[str, Any],
    knowledge: Knowledge,
) -> Scenario:
    """Replace a scenario's name and changed answers, on its base as it stands now; equal ones change nothing.

    Raises Refused or Conflict; then nothing is written.
    """
    current = lock(Scenario.objects.all(), scenario, version)
    base = base_document(current.base_run)
    return _save(current, name, _read(name, current.base_run, base, answers, knowledge), base, actor)


@transaction.atomic
def change_answer(
    scenario: Scenario, *, actor: Actor, version: int | None, at: str, value: Any, knowledge: Knowledge
) -> Scenario:
    """Change one answer in a scenario and keep the others; one that the base gives too is no change.

    Raises Refused or Conflict; then nothing is written.
    """
    current = lock(Scenario.objects.all(), scenario, version)
    base, kept = base_document(current.base_run), restored(current.overrides)
    try:
        place = place_at(base, at)
    except DocumentError as error:
        raise Refused(error.problems) from error
    lost = homeless(base, kept)
    others = [item for item in kept if item not in lost and not inside(item.place, place)]
    answers = addresses(base, (*others, Override(place, value)))
    read = _read(current.name, current.base_run, base, answers, knowledge)
    changed = [item for item in read if item.place != place or item.value != answer_of(base, place)]
    return _save(current, current.name, (*changed, *lost), base, actor)


@transaction.atomic
def as_in_base(scenario: Scenario, *, actor: Actor, version: int | None, place: Place) -> Scenario:
    """Let an answer, with all of its parts, be as in the base again. Raises Conflict."""
    current = lock(Scenario.objects.all(), scenario, version)
    kept = [item for item in restored(current.overrides) if not inside(item.place, place)]
    return _save(current, current.name, kept, base_document(current.base_run), actor)


@transaction.atomic
def rename_scenario(scenario: Scenario, *, actor: Actor, version: int | None, name: str) -> Scenario:
    """Give a scenario another name. Raises Refused or Conflict; then nothing is written."""
    current = lock(Scenario.objects.all(), scenario, version)
    _refuse(_name_problems(name))
    return _save(current, name, restored(current.overrides), base_document(current.base_run), actor)


@transaction.atomic
def archive_scenario(scenario: Scenario, *, actor: Actor, version: int | None = None) -> Scenario:
    """Take a scenario out of use; its analyses stay. Raises Conflict."""
    return _archived(scenario, actor, version, archive=True)


@transaction.atomic
def restore_scenario(scenario: Scenario, *, actor: Actor, version: int | None = None) -> Scenario:
    """Bring an archived scenario back. Raises Conflict."""
    return _archived(scenario, actor, version, archive=False)


@transaction.atomic
def request_scenario_run(
    scenario: Scenario, *, actor: Actor, knowledge: Knowledge, as_of: date
) -> tuple[Run, bool]:
    """Queue an analysis of a scenario on its base as it stands now; True where it is new.

    The same answers, knowledge and day find the analysis that is there. The caller sends it to the worker.
    Raises Refused where the scenario no longer fits its base, or NothingToAnalyse.
    """
    current = lock(Scenario.objects.all(), scenario, None)
    base, overrides = base_document(current.base_run), restored(current.overrides)
    try:
        document = to_plain(overridden(base, overrides, knowledge.law.requirement_ids()))
    except DocumentError as error:
        raise Refused(error.problems) from error
    snapshot = keep_snapshot(document, actor=actor)
    run, new = find_or_queue(snapshot, as_of, knowledge, actor, RunPurpose.SCENARIO)
    ScenarioRun.objects.get_or_create(
        scenario=current,
        run=run,
        base=keep_snapshot(base, actor=actor),
        defaults={"overrides": current.overrides},
    )
    if new:
        after = {"as_of": as_of.isoformat(), "scenario": current.public_id}
        record_event(actor=actor, action="run.requested", obj=run, after=after)
    return run, new


def told(scenario: Scenario) -> dict[str, Any]:
    """A scenario as the audit trail keeps it."""
    return {
        "name": scenario.name,
        "base_run": scenario.base_run.public_id if scenario.base_run else None,
        "base_digest": scenario.base.digest,
        "answers": scenario.overrides,
    }


def _read(
    name: str,
    base_run: Run | None,
    base: Mapping[str, Any],
    answers: Mapping[str, Any],
    knowledge: Knowledge,
) -> tuple[Override, ...]:
    """The overrides that some answers mean. Raises Refused with every problem of the scenario."""
    problems = _name_problems(name)
    if base_run is not None and base_run.state != RunState.SUCCEEDED:
        state = base_run.get_state_display().lower()
        problems.append(Problem("/base_run", f"the analysis has no result: {state}", "a finished analysis"))
    overrides: tuple[Override, ...] = ()
    try:
        overrides = read_overrides(base, answers, knowledge.law.requirement_ids(), knowledge.facts)
    except DocumentError as error:
        problems += error.problems
    _refuse(problems)
    return overrides


def _name_problems(name: str) -> list[Problem]:
    length = len(name.strip())
    if 0 < length <= LONGEST_NAME:
        return []
    what = f"{length} characters" if length else "there is none"
    return [Problem("/name", what, f"1 to {LONGEST_NAME} characters")]


def _refuse(problems: Iterable[Problem]) -> None:
    found = tuple(problems)
    if found:
        raise Refused(found)


def _save(
    current: Scenario, name: str, overrides: Iterable[Override], base: Mapping[str, Any], actor: Actor
) -> Scenario:
    before = told(current)
    current.name, current.overrides = name.strip(), [item.stored() for item in overrides]
    current.base = keep_snapshot(base, actor=actor)
    if told(current) == before:
        return current
    current.version += 1
    current.save()
    after = told(current)
    record_event(actor=actor, action="scenario.changed", obj=current, before=before, after=after)
    return current


def _archived(scenario: Scenario, actor: Actor, version: int | None, *, archive: bool) -> Scenario:
    current = lock(Scenario.objects.all(), scenario, version)
    if (current.archived_at is not None) != archive:
        current.archived_at = timezone.now() if archive else None
        current.version += 1
        current.save()
        action = "scenario.archived" if archive else "scenario.restored"
        record_event(actor=actor, action=action, obj=current)
    return current
