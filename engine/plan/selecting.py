"""What is taken: first the set of most value, then what has no value; platforms of one use case dissolve."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine.plan.budgets import Budgets
from engine.plan.chosen import Chosen
from engine.plan.greedy import greedy
from engine.plan.optimum import optimum
from engine.plan.problem import Ints, Problem, Selection
from engine.plan.quarters import Calendar
from engine.plan.sharing import Shared
from engine.plan.ways import Way, Ways, problem_of, ways_of
from engine.trace import Tracer

Solve = Callable[[Problem, Ways], "Solved"]


@dataclass(frozen=True, slots=True)
class Solved:
    """What is taken under some limits: the ways with a value first, then with those that have none."""

    valued: Selection
    ways: tuple[int, ...]


def chosen_set(
    chosen: Sequence[Chosen],
    limits: Budgets,
    calendar: Calendar,
    rate: float,
    tracer: Tracer,
    solve: Solve,
) -> tuple[Ways, Problem, Solved]:
    """What is taken. A platform that ends up with one use case is none: then the use case pays for it as before."""
    without: frozenset[str] = frozenset()
    while True:
        ways = ways_of(chosen, limits, calendar, rate, tracer, without)
        problem = problem_of(ways, chosen, limits, calendar)
        solved = solve(problem, ways)
        taken = [ways.all[index] for index in solved.ways]
        lonely = {one.id for one in ways.shared if len(users_of(one, taken)) == 1}
        if not lonely:
            return ways, problem, solved
        without |= lonely


def users_of(platform: Shared, taken: Sequence[Way]) -> tuple[str, ...]:
    """The use cases taken in an option that needs a platform."""
    return tuple(way.key for way in taken if way.track is not None and (way.key, way.rank) in platform.offers)


def best(problem: Problem, ways: Ways) -> Solved:
    """The set of most value that keeps as many pins as can be kept together."""
    return in_turn(within_pins(problem), ways, optimum)


def quick(problem: Problem, ways: Ways) -> Solved:
    """The set that the greedy rule takes; what is pinned in comes first."""
    return in_turn(problem, ways, greedy)


def within_pins(problem: Problem) -> Problem:
    """The problem with as many of the items pinned in as can be taken together; of as many, those that bring most."""
    if not (problem.pinned == 1).any():
        return problem
    wanted = (problem.pinned == 1)[problem.item]
    below_one = problem.value / (1 + 2 * np.abs(problem.value).sum())
    free = replace(problem, pinned=np.minimum(problem.pinned, 0), value=wanted + below_one)
    taken = problem.item[list(optimum(free).ways)]
    kept = np.zeros(len(problem.items), dtype=np.bool_)
    kept[taken] = True
    return replace(problem, pinned=np.where((problem.pinned == 1) & ~kept, 0, problem.pinned))


def in_turn(problem: Problem, ways: Ways, solver: Callable[[Problem], Selection]) -> Solved:
    """The selection of most value; then as many use cases without a value as still fit, each as early as it can."""
    first = solver(problem)
    valued = np.array([way.value is not None for way in ways.all], dtype=np.bool_)
    if valued.all():
        return Solved(first, first.ways)
    taken = np.zeros(len(ways.all), dtype=np.bool_)
    taken[list(first.ways)] = True
    settled = np.zeros(len(problem.items), dtype=np.bool_)
    settled[problem.item[taken]] = True
    platform = np.array([way.track is None for way in ways.all], dtype=np.bool_)
    kept = np.flatnonzero(taken | (~settled[problem.item] & (platform | ~valued)))
    late = problem.start[kept] / (1 + problem.start.max(initial=0)) / (1 + kept.size)
    second = solver(
        replace(
            only(problem, kept),
            value=np.where(platform[kept], 0.0, 1.0) - late,
            pinned=np.where(settled, 1, np.minimum(problem.pinned, 0)),
        )
    )
    return Solved(first, tuple(int(kept[way]) for way in second.ways))


def only(problem: Problem, ways: Ints) -> Problem:
    """The problem with some of its ways."""
    return replace(
        problem,
        item=problem.item[ways],
        start=problem.start[ways],
        ready=problem.ready[ways],
        value=problem.value[ways],
        use=problem.use[ways],
        needs=problem.needs[ways],
    )
