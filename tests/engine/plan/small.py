"""Small portfolio problems as a person writes them down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from engine.plan.problem import Problem, Selection


@dataclass(frozen=True)
class W:
    """A way of an item: its value, what it takes of each limit, when it starts and is ready, what it needs."""

    value: float
    use: tuple[float, ...] = (0.0,)
    start: int = 0
    ready: int = 1
    needs: tuple[str, ...] = ()


def problem(
    items: Mapping[str, Sequence[W]],
    limit: Sequence[float] = (np.inf,),
    *,
    excludes: Sequence[tuple[str, str]] = (),
    pinned: Mapping[str, int] | None = None,
) -> Problem:
    """The problem of these items, in their order."""
    names = list(items)
    ways = [(name, way) for name, mine in items.items() for way in mine]
    return Problem(
        items=tuple(names),
        item=np.array([names.index(name) for name, _ in ways], dtype=np.int64),
        start=np.array([way.start for _, way in ways], dtype=np.int64),
        ready=np.array([way.ready for _, way in ways], dtype=np.int64),
        value=np.array([way.value for _, way in ways], dtype=np.float64),
        use=np.array([way.use for _, way in ways], dtype=np.float64).reshape(len(ways), len(limit)),
        limit=np.array(limit, dtype=np.float64),
        needs=np.array([[name in way.needs for name in names] for _, way in ways], dtype=np.bool_).reshape(
            len(ways), len(names)
        ),
        excludes=tuple((names.index(one), names.index(other)) for one, other in excludes),
        pinned=np.array([(pinned or {}).get(name, 0) for name in names], dtype=np.int64),
    )


def taken(found: Selection, of: Problem) -> dict[str, tuple[float, int]]:
    """What a selection takes: the value and the start of each item's way."""
    return {
        of.items[of.item[way]]: (float(of.value[way]), int(of.start[way]))
        for way in sorted(found.ways, key=lambda way: of.items[of.item[way]])
    }
