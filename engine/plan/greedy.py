"""A quick portfolio: the most value for each unit of the limits first. It respects every constraint."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine.plan.problem import Floats, Problem, Selection, canonical

NEVER = 2**31
"""A quarter that never comes: nothing waits for the item."""


def greedy(problem: Problem) -> Selection:
    """Take items in the order of value for means, each in the way of most value that fits with what it needs."""
    ordered, ways = canonical(problem)
    found = choose(ordered)
    return replace(found, ways=tuple(int(ways[way]) for way in found.ways))


def choose(problem: Problem) -> Selection:
    worth = for_means(problem)
    best = np.full(len(problem.items), -np.inf)
    np.maximum.at(best, problem.item, worth)
    order = sorted(range(len(problem.items)), key=lambda item: (-problem.pinned[item], -best[item], item))
    taken = Taken(problem)
    for item in order:
        if problem.pinned[item] == 1 or best[item] > 0:
            taken.try_with_needs(item)
    ways = tuple(sorted(taken.way.values()))
    return Selection(ways, float(problem.value[list(ways)].sum()), np.inf)


def for_means(problem: Problem) -> Floats:
    """Value for each unit of means, where a whole limit is one unit; limits without end do not count."""
    finite = np.isfinite(problem.limit)
    share = problem.use[:, finite] / np.maximum(problem.limit[finite], 1e-9)
    found: Floats = problem.value / np.maximum(share.sum(axis=1), 1e-9)
    return found


class Taken:
    """What is taken so far, by item, and what is spent."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.way: dict[int, int] = {}
        self.spent = np.zeros(problem.limit.size)
        self.ways_of = [
            ways[np.argsort(-problem.value[ways], kind="stable")]
            for item in range(len(problem.items))
            for ways in [np.flatnonzero(problem.item == item)]
        ]
        self.rivals: dict[int, set[int]] = {}
        for one, other in problem.excludes:
            self.rivals.setdefault(one, set()).add(other)
            self.rivals.setdefault(other, set()).add(one)

    def try_with_needs(self, item: int) -> None:
        """Take an item and what it needs, where all of it fits and brings something together; else nothing."""
        before, spent = dict(self.way), self.spent
        taken = self.take(item, NEVER)
        new = [way for one, way in self.way.items() if one not in before]
        if not taken or (self.problem.pinned[item] != 1 and self.problem.value[new].sum() <= 0):
            self.way, self.spent = before, spent

    def take(self, item: int, by: int) -> bool:
        """Take an item, ready by a quarter, in the best way that fits with all that it needs."""
        if item in self.way:
            return bool(self.problem.ready[self.way[item]] <= by)
        if self.problem.pinned[item] == -1 or self.rivals.get(item, set()) & set(self.way):
            return False
        for way in self.ways_of[item]:
            if self.problem.ready[way] > by or not self.problem.fits(way, self.spent):
                continue
            before, spent = dict(self.way), self.spent
            needed = np.flatnonzero(self.problem.needs[way])
            start = int(self.problem.start[way])
            if all(self.take(int(one), start) for one in needed) and self.problem.fits(way, self.spent):
                self.way[item] = int(way)
                self.spent = self.spent + self.problem.use[way]
                return True
            self.way, self.spent = before, spent
        return False
