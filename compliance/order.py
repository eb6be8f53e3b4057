"""The order of tasks: blockers first, then the most risk taken away for a person-day; never before what they wait for."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

Rank = tuple[bool, Decimal, date, int]


@dataclass(frozen=True, slots=True)
class Work:
    """What the order of an open task depends on. `points` is the risk that it takes away, `days` what it takes."""

    id: int
    blocker: bool
    points: Decimal
    days: Decimal
    due: date

    @property
    def rank(self) -> Rank:
        return not self.blocker, -self.points / self.days, self.due, self.id


def ordered(works: Iterable[Work], links: Collection[tuple[int, int]]) -> list[int]:
    """Ids of tasks in the order to do them. `links` are pairs of a task and one that it waits for.

    What an urgent task waits for is as urgent as that task. Links to tasks that are not listed count as done.
    """
    ranks = {work.id: work.rank for work in works}
    before: dict[int, set[int]] = {task: set() for task in ranks}
    after: dict[int, set[int]] = {task: set() for task in ranks}
    for task, other in links:
        if task in ranks and other in ranks:
            before[task].add(other)
            after[other].add(task)
    urgent = _inherited(ranks, after, before)
    ready = [(urgent[task], task) for task in ranks if not before[task]]
    heapq.heapify(ready)
    found = []
    while ready:
        _, task = heapq.heappop(ready)
        found.append(task)
        for other in after[task]:
            before[other].discard(task)
            if not before[other]:
                heapq.heappush(ready, (urgent[other], other))
    return found


def _inherited(
    ranks: Mapping[int, Rank], after: Mapping[int, set[int]], before: Mapping[int, set[int]]
) -> dict[int, Rank]:
    """The rank of each task, or of the most urgent one that waits for it."""
    urgent = dict(ranks)
    left = {task: len(others) for task, others in after.items()}
    last = [task for task, number in left.items() if not number]
    while last:
        task = last.pop()
        for other in before[task]:
            urgent[other] = min(urgent[other], urgent[task])
            left[other] -= 1
            if not left[other]:
                last.append(other)
    return urgent


def runs_in_a_circle(task: int, waits_for: Iterable[int], links: Collection[tuple[int, int]]) -> bool:
    """Whether a task that waits for some would, through them, wait for itself."""
    before: dict[int, list[int]] = {}
    for one, other in links:
        before.setdefault(one, []).append(other)
    open_, seen = list(waits_for), set[int]()
    while open_:
        one = open_.pop()
        if one == task:
            return True
        if one not in seen:
            seen.add(one)
            open_ += before.get(one, ())
    return False
