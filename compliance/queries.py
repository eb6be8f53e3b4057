"""Reads of tasks that join, count or order."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from compliance.models import RemediationTask, TaskDependency, TaskState
from compliance.order import Work, ordered

OPEN = (TaskState.OPEN, TaskState.STARTED)


@dataclass(frozen=True, slots=True)
class Queue:
    """Ids of tasks in the order to do them, closed ones last; how many open ones each waits for; counts by state."""

    ids: Sequence[int]
    waiting: Mapping[int, int]
    counts: Mapping[str, int]


def tasks() -> QuerySet[RemediationTask]:
    """Tasks with what a page shows of them."""
    rows: QuerySet[RemediationTask] = RemediationTask.objects.select_related("use_case", "owner")
    return rows


def queue(wanted: QuerySet[RemediationTask], states: Collection[str]) -> Queue:
    """The tasks of a query that are in one of some states, in their order. Two queries."""
    rows = list(wanted.order_by().values_list("pk", "state", "blocker", "points", "days", "due"))
    links = TaskDependency.objects.filter(before__state__in=OPEN).values_list("task_id", "before_id")
    waits = set(links)
    open_ = ordered((Work(pk, *rest) for pk, state, *rest in rows if state in OPEN), waits)
    closed = sorted((pk for pk, state, *_ in rows if state not in OPEN), reverse=True)
    state_of = {pk: state for pk, state, *_ in rows}
    waiting: dict[int, int] = {}
    for task, _ in waits:
        waiting[task] = waiting.get(task, 0) + 1
    return Queue(
        ids=[pk for pk in (*open_, *closed) if state_of[pk] in states],
        waiting=waiting,
        counts={state: list(state_of.values()).count(state) for state in TaskState.values},
    )
