"""A quick portfolio: the most value for what it takes of the scarcest limits first. It respects every constraint."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from heapq import heapify, heappop, heapreplace
from itertools import islice

import numpy as np

from engine.plan.problem import Floats, Ints, Problem, Selection, canonical

NEVER = 2**31
"""A quarter that never comes: nothing waits for the item."""


def greedy(problem: Problem) -> Selection:
    """Take one use case after the other: the one that brings most for its part of what is scarce by then.

    What it needs is taken with it, where all of it fits and brings something together. What room is left at the
    end goes to better ways of what is taken. It is done twice, with the way that uses least for its value and
    with the way of most value, and the better end is kept.
    """
    ordered, ways = canonical(problem)
    found = choose(ordered)
    return replace(found, ways=tuple(int(ways[way]) for way in found.ways))


def choose(problem: Problem) -> Selection:
    return max(one_by_one(problem, sparing=True), one_by_one(problem, sparing=False), key=by_value)


def by_value(found: Selection) -> float:
    return found.value


def one_by_one(problem: Problem, *, sparing: bool) -> Selection:
    """The set that grows by one use case at a time; `sparing` takes each in the way that uses least for its value.

    What is scarce only grows scarcer, so a way is never worth more than when it was last looked at: the queue
    holds those worths, and a way that stays first once it is looked at again is the best of all.
    """
    taken = Taken(problem)
    for item in np.flatnonzero(problem.pinned == 1):
        taken.take(int(item), NEVER)
    finite = np.isfinite(problem.limit)
    most = np.maximum(problem.limit[finite], 1e-9)
    share = problem.use[:, finite] / most
    open_ = np.flatnonzero((problem.value > 0) & (problem.pinned[problem.item] == 0))
    scarcity = 1.0 + taken.spent[finite] / most
    worths = problem.value[open_] / np.maximum(share[open_] @ scarcity, 1e-9)
    queue = list(zip((-worths).tolist(), open_.tolist(), strict=True))
    heapify(queue)
    while queue:
        _, way = queue[0]
        if problem.item[way] in taken.way or not problem.fits(way, taken.spent):
            heappop(queue)
            continue
        worth = float(problem.value[way]) / max(float(share[way] @ scarcity), 1e-9)
        heapreplace(queue, (-worth, way))
        if queue[0] == (-worth, way):
            heappop(queue)
            taken.try_ways([way] if sparing else taken.ways_of[problem.item[way]])
            scarcity = 1.0 + taken.spent[finite] / most
    for key in sorted(taken.way):
        taken.better(key)
    ways = tuple(sorted(taken.way.values()))
    return Selection(ways, float(problem.value[list(ways)].sum()), np.inf)


class Taken:
    """What is taken so far, by item, and what is spent."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.way: dict[int, int] = {}
        self.spent: Floats = np.zeros(problem.limit.size)
        by_item = np.lexsort((-problem.value, problem.item))
        ends = np.cumsum(np.bincount(problem.item, minlength=len(problem.items)))
        self.ways_of: list[Ints] = np.split(by_item, ends[:-1])
        self.rivals: dict[int, set[int]] = {}
        for one, other in problem.excludes:
            self.rivals.setdefault(one, set()).add(other)
            self.rivals.setdefault(other, set()).add(one)

    def try_ways(self, ways: Iterable[int]) -> None:
        """Take the first way that fits, and what it needs, where it brings something together; else nothing."""
        before, spent = len(self.way), self.spent
        taken = any(self.take_way(int(way)) for way in ways)
        new = list(islice(reversed(self.way.values()), len(self.way) - before))
        if not taken or self.problem.value[new].sum() <= 0:
            self.give_back(before, spent)

    def give_back(self, before: int, spent: Floats) -> None:
        """Take nothing beyond the first so many, at what was spent on them."""
        while len(self.way) > before:
            self.way.popitem()
        self.spent = spent

    def take(self, item: int, by: int) -> bool:
        """Take an item, ready by a quarter, in the way of most value that fits with all that it needs."""
        if item in self.way:
            return bool(self.problem.ready[self.way[item]] <= by)
        return any(self.problem.ready[way] <= by and self.take_way(int(way)) for way in self.ways_of[item])

    def take_way(self, way: int) -> bool:
        """Take a way with all that it needs; nothing where it does not fit or is ruled out."""
        problem, item = self.problem, int(self.problem.item[way])
        ruled_out = problem.pinned[item] == -1 or any(
            rival in self.way for rival in self.rivals.get(item, ())
        )
        if ruled_out or not problem.fits(way, self.spent):
            return False
        before, spent = len(self.way), self.spent
        start = int(problem.start[way])
        needed = np.flatnonzero(problem.needs[way])
        if all(self.take(int(one), start) for one in needed) and problem.fits(way, self.spent):
            self.way[item] = way
            self.spent = self.spent + problem.use[way]
            return True
        self.give_back(before, spent)
        return False

    def better(self, item: int) -> None:
        """Change an item's way for its best one that fits, where what it needs and what needs it stays in order."""
        problem, now = self.problem, self.way[item]
        room = self.spent - problem.use[now]
        taken = np.fromiter(self.way.values(), dtype=np.int64)
        latest = int(problem.start[taken[problem.needs[taken, item]]].min(initial=NEVER))
        for way in self.ways_of[item]:
            if problem.value[way] <= problem.value[now]:
                return
            ready = all(
                int(needed) in self.way and problem.ready[self.way[int(needed)]] <= problem.start[way]
                for needed in np.flatnonzero(problem.needs[way])
            )
            if ready and problem.ready[way] <= latest and problem.fits(way, room):
                self.way[item], self.spent = int(way), room + problem.use[way]
                return
