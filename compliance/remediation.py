"""Tasks: made from the open duties of an analysis, changed by people, and told what each later analysis finds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.audit import SYSTEM, Actor, record_event
from accounts.clock import today
from accounts.models import User
from accounts.queries import members_of
from accounts.tenancy import open_organisation
from accounts.versions import lock
from compliance.duties import OPEN_STATES, Duty, Key
from compliance.evidence import is_proven
from compliance.models import RemediationTask, TaskDependency, TaskState
from compliance.order import runs_in_a_circle
from compliance.policies import Policy, policy
from compliance.waivers import is_waived, key_of_waiver, waived, waivers
from engine.asking import CURRENCY
from engine.canonical import plain_number
from engine.plan.tables import Step
from engine.strict import LONGEST_TEXT, Problem, nearest
from inventory.knowledge import current
from inventory.models import UseCase
from inventory.records import InvalidPart

LEAST_DAYS, MOST_DAYS = Decimal("0.1"), Decimal(9999)
MOST_COST = Decimal(10) ** 13
GONE = "gone"
"""What a task says of a requirement that the last analysis no longer found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskChange:
    """What people decide of a task. `owner` is a member's id, `waits_for` ids of tasks; `days` are person-days."""

    text: str
    note: str
    owner: str | None
    due: date
    days: Decimal
    cost: Decimal | None
    currency: str
    waits_for: tuple[str, ...]
    state: str


def key_of(task: RemediationTask) -> Key:
    """What a task is about, as duties name it. Reads the use case that was fetched along."""
    return (task.use_case.key if task.use_case else None), task.regime, task.requirement_id


@transaction.atomic
def make_tasks(
    duties: Iterable[Duty], *, run: str, as_of: date, currency: str, actor: Actor
) -> list[RemediationTask]:
    """A task for each open duty that has none yet, due by the organisation's spans; one entry of the trail."""
    existing = list(RemediationTask.objects.select_related("use_case"))
    known = {key_of(task) for task in existing}
    use_cases = {use_case.key: use_case for use_case in UseCase.objects.filter(archived_at=None)}
    spans = policy()
    wanted = [
        duty
        for duty in duties
        if duty.is_open and duty.key not in known and (duty.use_case is None or duty.use_case in use_cases)
    ]
    made = [_made(duty, use_cases, spans, run, as_of, currency, actor) for duty in wanted]
    for task in made:
        task.save()
    _link(made, [*existing, *made])
    if made:
        tasks = [task.public_id for task in made]
        label = f"{len(tasks)} tasks" if len(tasks) > 1 else str(made[0])[:200]
        record_event(
            actor=actor, action="remediationtask.created", after={"run": run, "tasks": tasks}, label=label
        )
    return made


def _made(
    duty: Duty,
    use_cases: Mapping[str, UseCase],
    spans: Policy,
    run: str,
    as_of: date,
    currency: str,
    actor: Actor,
) -> RemediationTask:
    upcoming = duty.timing == "upcoming" and duty.applies_from is not None
    task = RemediationTask(
        regime=duty.regime,
        requirement_id=duty.requirement_id,
        use_case=use_cases[duty.use_case] if duty.use_case else None,
        title=duty.title,
        text=duty.text,
        role=duty.role[:200],
        proof=duty.proof,
        estimate=dict(duty.estimate),
        due=duty.applies_from if upcoming else spans.due(duty.weight, today()),
        days=max(duty.days, LEAST_DAYS),
        cost=duty.cost,
        currency=currency if duty.cost is not None else "",
        created_by=actor.label,
    )
    _note_finding(task, duty, run, as_of)
    task.former_finding = ""
    return task


def _link(made: Sequence[RemediationTask], every: Sequence[RemediationTask]) -> None:
    """Let new tasks wait for the blocking ones of the steps before theirs: inventory, classification, contract …"""
    plan = current().plan
    steps = {step.id: step for step in plan.steps}
    blocking: dict[str, list[RemediationTask]] = {}
    for task in every:
        if task.blocker and task.is_open:
            blocking.setdefault(plan.step_of(task.regime, task.requirement_id).id, []).append(task)

    def before(step: Step, task: RemediationTask) -> list[RemediationTask]:
        found: list[RemediationTask] = []
        for name in step.after:
            mine = [
                other
                for other in blocking.get(name, ())
                if other.use_case_id in (None, task.use_case_id) or task.use_case_id is None
            ]
            found += mine or before(steps[name], task)
        return found

    links = {
        (task.pk, other.pk): TaskDependency(task=task, before=other)
        for task in made
        for other in before(plan.step_of(task.regime, task.requirement_id), task)
    }
    TaskDependency.objects.bulk_create(links.values())


@transaction.atomic
def change_task(
    task: RemediationTask, change: TaskChange, *, actor: Actor, version: int | None = None
) -> RemediationTask:
    """Change what people decide of a task; an equal change writes nothing.

    Raises InvalidPart, or Conflict where `version` is stale; then nothing is written.
    """
    stored: RemediationTask = lock(RemediationTask.objects.select_related("use_case", "owner"), task, version)
    problems: list[Problem] = [*_faults(change)]
    owner = _member(change.owner, problems)
    waits_for = _tasks(stored, change.waits_for, problems)
    if change.state == TaskState.DONE != stored.state and not _may_close(key_of(stored)):
        right = (
            f"accepted evidence that holds today, linked to {stored.regime}/{stored.requirement_id}, "
            "or a risk that is accepted until a later day"
        )
        problems.append(Problem("/state", "nothing shows that it is done", right))
    if problems:
        raise InvalidPart(problems)
    before = plain_task(stored)
    stored.text, stored.note, stored.owner = change.text.strip(), change.note.strip(), owner
    stored.due, stored.days = change.due, change.days.quantize(Decimal("0.1"))
    stored.cost = change.cost.quantize(Decimal("0.01")) if change.cost is not None else None
    stored.currency = change.currency if change.cost is not None else ""
    _move(stored, TaskState(change.state))
    kept = set(stored.waits_for.values_list("pk", flat=True))
    wanted = {other.pk for other in waits_for}
    if kept != wanted:
        TaskDependency.objects.filter(task=stored).exclude(before__in=wanted).delete()
        TaskDependency.objects.bulk_create(
            TaskDependency(task=stored, before=other) for other in waits_for if other.pk not in kept
        )
    after = plain_task(stored)
    if after == before:
        return stored
    stored.version += 1
    stored.save()
    record_event(actor=actor, action="remediationtask.changed", obj=stored, before=before, after=after)
    return stored


def plain_task(task: RemediationTask) -> dict[str, Any]:
    """What people decided of a task, as the trail holds it."""
    return {
        "text": task.text,
        "note": task.note,
        "owner": task.owner.public_id if task.owner else None,
        "due": task.due.isoformat(),
        "days": plain_number(task.days),
        "cost": plain_number(task.cost, 2) if task.cost is not None else None,
        "currency": task.currency,
        "waits_for": list(task.waits_for.order_by("pk").values_list("public_id", flat=True)),
        "state": str(task.state),
    }


def _may_close(key: Key) -> bool:
    return is_proven(key, today()) or is_waived(key, today())


def _move(task: RemediationTask, state: TaskState) -> None:
    was_open = task.is_open
    task.state = state
    if was_open and not task.is_open:
        task.closed_at = timezone.now()
    if task.is_open:
        task.closed_at = None


def _faults(change: TaskChange) -> Iterable[Problem]:
    if not change.text.strip():
        yield Problem("/text", "is empty", "what is to be done, in a sentence")
    for name, text in (("text", change.text), ("note", change.note)):
        if len(text) > LONGEST_TEXT:
            yield Problem(f"/{name}", f"{len(text)} characters", f"at most {LONGEST_TEXT}")
    if not LEAST_DAYS <= change.days <= MOST_DAYS:
        yield Problem("/days", f"{change.days} days", f"person-days from {LEAST_DAYS} to {MOST_DAYS}")
    if change.cost is not None and not 0 <= change.cost < MOST_COST:
        yield Problem("/cost", f"{change.cost}", "an amount from 0, of at most 13 digits")
    if change.cost is not None and not re.fullmatch(CURRENCY.pattern, change.currency):
        yield Problem("/currency", f"“{change.currency[:10]}”", CURRENCY.right)
    if change.state not in TaskState.values:
        yield Problem(
            "/state", f"“{change.state[:40]}” is not a state", nearest(change.state, TaskState.values)
        )


def _member(person: str | None, problems: list[Problem]) -> User | None:
    if person is None:
        return None
    found = members_of(open_organisation()).filter(user__public_id=person).first()
    if found is None:
        problems.append(Problem("/owner", "is not a member", "the id of a member of this organisation"))
        return None
    return found.user


def _tasks(task: RemediationTask, ids: Sequence[str], problems: list[Problem]) -> list[RemediationTask]:
    found = list(RemediationTask.objects.filter(public_id__in=ids).order_by("pk"))
    known = {other.public_id for other in found}
    problems += [
        Problem(f"/waits_for/{index}", "is not a task", "the id of a task of this organisation")
        for index, name in enumerate(ids)
        if name not in known
    ]
    links = set(TaskDependency.objects.exclude(task=task).values_list("task_id", "before_id"))
    if runs_in_a_circle(task.pk, [other.pk for other in found], links):
        problems.append(Problem("/waits_for", "runs in a circle", "tasks that do not wait for this one"))
    return found


@transaction.atomic
def follow(duties: Iterable[Duty], *, run: str, as_of: date) -> list[RemediationTask]:
    """Tell every task what an analysis found; those that were done and are found open are opened again, and given back.

    A requirement that is waived on that day lets its task rest.
    An analysis as of an earlier day than the last one changes nothing.
    """
    tasks = list(RemediationTask.objects.select_for_update(of=("self",)).select_related("use_case"))
    found = {duty.key: duty for duty in duties}
    known = waived(as_of)
    told = [task for task in tasks if task.as_of <= as_of and task.run != run]
    again = []
    for task in told:
        _note_finding(task, found.get(key_of(task)), run, as_of)
        use_case, *about = key_of(task)
        left_open = (use_case, *about) in known or (None, *about) in known
        if task.state == TaskState.DONE and task.finding in OPEN_STATES and not left_open:
            _move(task, TaskState.OPEN)
            task.version += 1
            again.append(task)
    RemediationTask.objects.bulk_update(told, [*FOLLOWED, "state", "closed_at", "version"])
    for task in again:
        record_event(
            actor=SYSTEM,
            action="remediationtask.opened_again",
            obj=task,
            before={"state": str(TaskState.DONE)},
            after={"state": str(TaskState.OPEN), "run": run, "finding": task.finding},
        )
    return again


@transaction.atomic
def reopen_expired() -> list[RemediationTask]:
    """Open again, and give back, the done tasks that rested on an accepted risk or exception which no longer stands.

    So a task comes back on the day after the last one, or once the acceptance is ended, whenever the next analysis is.
    """
    day = today()
    once, standing = {key_of_waiver(waiver) for waiver in waivers()}, waived(day)
    done = RemediationTask.objects.select_for_update(of=("self",)).select_related("use_case")
    again = []
    for task in done.filter(state=TaskState.DONE, finding__in=OPEN_STATES):
        use_case, *about = key_of(task)
        keys = {(use_case, *about), (None, *about)}
        if not keys & once or keys & standing.keys() or is_proven(key_of(task), day):
            continue
        _move(task, TaskState.OPEN)
        task.version += 1
        task.save()
        after = {"state": str(TaskState.OPEN), "finding": task.finding, "accepted": "no longer"}
        before = {"state": str(TaskState.DONE)}
        record_event(
            actor=SYSTEM, action="remediationtask.opened_again", obj=task, before=before, after=after
        )
        again.append(task)
    return again


FOLLOWED = (
    "finding",
    "former_finding",
    "blocker",
    "legal",
    "sensitivity",
    "exposure",
    "evidence",
    "timing",
    "applies_from",
    "points",
    "run",
    "as_of",
)


def _note_finding(task: RemediationTask, duty: Duty | None, run: str, as_of: date) -> None:
    task.former_finding, task.run, task.as_of = task.finding, run, as_of
    if duty is None or duty.applies != "yes":
        task.finding, task.blocker, task.points = GONE, False, Decimal(0)
        return
    task.finding, task.blocker, task.points = duty.state, duty.blocker, duty.points
    task.legal, task.sensitivity, task.exposure = duty.legal, duty.sensitivity, duty.exposure
    task.timing, task.applies_from, task.evidence = duty.timing, duty.applies_from, duty.evidence
