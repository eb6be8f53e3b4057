"""The best portfolio, by mixed-integer programming with HiGHS: the selection and a proven bound."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, vstack

from engine.plan.problem import Floats, Ints, Problem, Selection, canonical

EXACT_WAYS = 4000
"""Up to this many ways the best selection is proven to the last unit; beyond, to `GAP`."""
GAP = 0.002
NODES = 20_000
"""Where the search ends without proof; a count, so that the answer does not depend on the machine's speed."""


class Infeasible(Exception):
    """What is pinned in does not fit the limits."""


def optimum(problem: Problem) -> Selection:
    """The selection of most value. Raises Infeasible where the items pinned in do not fit together.

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
    scale = max(1.0, float(np.abs(problem.value).max()))
    answer = milp(
        -problem.value / scale,
        integrality=np.ones(problem.item.size),
        bounds=Bounds(0.0, np.where(problem.pinned[problem.item] == -1, 0.0, 1.0)),
        constraints=list(constraints(problem)),
        options={
            "mip_rel_gap": 0.0 if problem.item.size <= EXACT_WAYS else GAP,
            "node_limit": NODES,
            "presolve": True,
        },
    )
    if answer.x is None:
        raise Infeasible
    taken = tuple(int(way) for way in np.flatnonzero(answer.x > 0.5))
    value = float(problem.value[list(taken)].sum())
    return Selection(taken, value, max(value, -float(answer.mip_dual_bound) * scale))


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
