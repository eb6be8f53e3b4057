"""The portfolio as numbers: items, the ways to do each, what a way takes and brings, and the limits.

An item is a use case or a platform that use cases share. A way is one option of an item from one quarter on;
at most one way of an item is taken. A way that needs an item waits until a taken way of that item is ready.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

ROOM = 1e-6
"""The part of a limit by which sums of floats may miss it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """K ways of I items under C limits.

    `item`, `start` and `ready` (K): the way's item, the quarter it starts in, and the first quarter in which
    what needs it may start. `value` (K): what it brings; platforms bring less than nothing. `use` (K, C) and
    `limit` (C): what it takes of each limit, and the limits (inf where there is none). `needs` (K, I): the
    items that must be ready when it starts. `excludes`: pairs of items of which one at most is taken.
    `pinned` (I): 1 must be taken, -1 must not, 0 free.
    """

    items: tuple[str, ...]
    item: Ints
    start: Ints
    ready: Ints
    value: Floats
    use: Floats
    limit: Floats
    needs: Bools
    excludes: tuple[tuple[int, int], ...]
    pinned: Ints

    def fits(self, ways: int | slice, spent: Floats) -> Bools:
        """Whether ways fit, each alone, beside what is spent already (C)."""
        return np.asarray((self.use[ways] + spent <= self.limit * (1 + ROOM) + ROOM).all(axis=-1))

    def spent(self, ways: tuple[int, ...]) -> Floats:
        """What these ways take of each limit."""
        total: Floats = self.use[list(ways)].sum(axis=0)
        return total


@dataclass(frozen=True, slots=True)
class Selection:
    """The ways taken, in the order of their items; their value; and the most that any selection could bring."""

    ways: tuple[int, ...]
    value: float
    bound: float

    @property
    def gap(self) -> float:
        """How far the value may lie below the best one, as a share of it."""
        return max(0.0, self.bound - self.value) / max(abs(self.value), 1e-9)


def canonical(problem: Problem) -> tuple[Problem, Ints]:
    """The same problem with its items in the order of their names, and the old index of each way.

    Whoever solves it in this order gives the same answer whatever order the items came in.
    """
    by_name = sorted(range(len(problem.items)), key=lambda index: problem.items[index])
    place = np.empty(len(by_name), dtype=np.int64)
    place[by_name] = np.arange(len(by_name))
    ways = np.argsort(place[problem.item], kind="stable")
    return (
        Problem(
            items=tuple(problem.items[index] for index in by_name),
            item=place[problem.item][ways],
            start=problem.start[ways],
            ready=problem.ready[ways],
            value=problem.value[ways],
            use=problem.use[ways],
            limit=problem.limit,
            needs=problem.needs[ways][:, by_name],
            excludes=tuple(
                sorted(
                    (int(min(pair)), int(max(pair)))
                    for pair in (place[list(old)] for old in problem.excludes)
                )
            ),
            pinned=problem.pinned[by_name],
        ),
        ways,
    )
