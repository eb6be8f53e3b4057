"""The best portfolio, by mixed-integer programming with HiGHS: the selection and a proven bound."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, vstack

from engine.plan.greedy import choose
from engine.plan.problem import Floats, Ints, Problem, Selection, canonical

EXACT_WAYS = 500
"""Up to this many ways the search goes on until the best selection is proven; beyond, until it is to `GAP`."""
GAP = 0.01
NODES = 500
"""Where the search ends without proof; a count, so that the answer does not depend on the machine's speed.

Where it has found nothing by then that holds the pins, it goes on until it has."""
INFEASIBLE = 2


class Infeasible(Exception):
    """What is pinned in does not fit the limits."""


def optimum(problem: Problem) -> Selection:
    """The selection of most value, never less than the greedy one's.

    Raises Infeasible where the items pinned in do not fit together.
    The same problem gives the same selection, whatever the order of its items and the speed of the machine.
    """
    ordered, ways = canonical(problem)
    found = solve(ordered)
    return replace(found, ways=tuple(int(ways[way]) for way in found.ways))


def solve(problem: Problem) -> Selection:
    if not problem.item.size:
        if (problem.pinned == 1).any():
            raise Infeasible
        return Selection((), 0.0, 0.0)
    found: list[tuple[int, ...]] = []
    bound = np.inf
    for options in ({"node_limit": NODES}, {}):
        taken, bound = searched(problem, options)
        found = [ways for ways in (taken, choose(problem).ways) if holds_pins(problem, ways)]
        if found:
            break
    if not found:
        raise Infeasible
    best = max(found, key=lambda ways: float(problem.value[list(ways)].sum()))
    value = float(problem.value[list(best)].sum())
    return Selection(best, value, max(value, bound))


def searched(problem: Problem, options: Mapping[str, int]) -> tuple[tuple[int, ...], float]:
    """The ways that HiGHS takes, none where its search ends before it finds any; and the bound that it proves.

    Raises Infeasible where it proves that the items pinned in do not fit together.
    """
    scale = max(1.0, float(np.abs(problem.value).max()))
    answer = milp(
        -problem.value / scale,
        integrality=np.ones(problem.item.size),
        bounds=Bounds(0.0, np.where(problem.pinned[problem.item] == -1, 0.0, 1.0)),
        constraints=list(constraints(problem)),
        options={"mip_rel_gap": 0.0 if problem.item.size <= EXACT_WAYS else GAP, **options},
    )
    if answer.status == INFEASIBLE:
        raise Infeasible
    taken = () if answer.x is None else tuple(int(way) for way in np.flatnonzero(answer.x > 0.5))
    return taken, np.inf if answer.mip_dual_bound is None else -float(answer.mip_dual_bound) * scale


def holds_pins(problem: Problem, ways: tuple[int, ...]) -> bool:
    """Whether all that is pinned in is taken."""
    return set(np.flatnonzero(problem.pinned == 1)) <= {int(problem.item[way]) for way in ways}


def constraints(problem: Problem) -> Iterator[LinearConstraint]:
    """One way of each item, the limits, what must be ready, and what rules each other out."""
    items, ways = len(problem.items), problem.item.size
    every = np.arange(ways)
    one = csr_array((np.ones(ways), (problem.item, every)), shape=(items, ways))
    yield LinearConstraint(one, np.where(problem.pinned == 1, 1.0, 0.0), np.ones(items))
    bound = np.isfinite(problem.limit) & (problem.use.sum(axis=0) > problem.limit)
    if bound.any():
        scale = np.maximum(problem.limit[bound], 1.0)
        yield LinearConstraint(
            csr_array((problem.use[:, bound] / scale).T), -np.inf, problem.limit[bound] / scale
        )
    waits = waiting(problem)
    if waits is not None:
        yield LinearConstraint(waits, -np.inf, np.zeros(waits.shape[0]))
    if problem.excludes:
        pairs = vstack([one[[a]] + one[[b]] for a, b in problem.excludes])
        yield LinearConstraint(pairs, -np.inf, np.ones(pairs.shape[0]))


def waiting(problem: Problem) -> csr_array | None:
    """Rows that hold ways back until an item that they need is ready: one for each item, need and quarter.

    By any quarter, no more ways have started than the needed item has ways that are ready.
    """
    columns: list[Ints] = []
    entries: list[Floats] = []
    for item in range(len(problem.items)):
        mine = np.flatnonzero(problem.item == item)
        for needed in np.flatnonzero(problem.needs[mine].any(axis=0)):
            needing = mine[problem.needs[mine, needed]]
            others = np.flatnonzero(problem.item == needed)
            for start in np.unique(problem.start[needing]):
                begun = needing[problem.start[needing] <= start]
                ready = others[problem.ready[others] <= start]
                columns.append(np.concatenate([begun, ready]))
                entries.append(np.concatenate([np.ones(begun.size), -np.ones(ready.size)]))
    if not columns:
        return None
    rows = np.repeat(np.arange(len(columns)), [column.size for column in columns])
    return csr_array(
        (np.concatenate(entries), (rows, np.concatenate(columns))), shape=(len(columns), problem.item.size)
    )
