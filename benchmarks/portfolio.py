"""The portfolio: 200 use cases × 8 options × 12 quarters under budgets that bind, with prerequisites."""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np

from benchmarks.line import Line, seconds
from engine.plan.greedy import greedy
from engine.plan.optimum import optimum
from engine.plan.problem import Problem

CASES, OPTIONS, QUARTERS, PLATFORMS = 200, 8, 12, 4
SEED = 20261124
REFERENCE = 4.8
"""Seconds that HiGHS took for a problem of this size when the figure was set."""
LIMITS = ("capex", "opex", "money", "people")
MANY, ABOUT = 4, 1.25


def run() -> Iterator[Line]:
    problem = generated(CASES)
    start = time.perf_counter()
    best = optimum(problem)
    taken = time.perf_counter() - start
    quick = greedy(problem)
    size = f"Portfolio {CASES} × {OPTIONS} × {QUARTERS}"
    yield Line(
        figure=f"{size}: the optimum's distance to HiGHS's dual bound",
        aim="within 1 %",
        measured=f"{1 - best.value / best.bound:.2%} in {taken:.1f} s, {len(best.ways)} taken",
        met=best.value >= 0.99 * best.bound,
        note=f"{REFERENCE} s when the figure was set, on another machine",
    )
    yield Line(
        figure=f"{size}: the greedy answer beside it",
        measured=f"{quick.value / best.value:.1%} of it in {seconds(lambda: greedy(problem), times=3) * 1000:.0f} ms",
    )
    many = generated(MANY * CASES)
    yield Line(
        figure=f"Portfolio: the greedy answer for {MANY} times the use cases",
        aim=f"linear: at most {MANY * ABOUT:g} times the time",
        measured=f"{(grows := least(many) / least(problem)):.2f} times",
        met=grows <= MANY * ABOUT,
        note=f"{CASES} against {MANY * CASES} use cases; {ABOUT - 1:.0%} are left for noise",
    )


def least(problem: Problem) -> float:
    return seconds(lambda: greedy(problem), times=5)


def generated(cases: int, seed: int = SEED) -> Problem:
    """A portfolio problem from a seed: use cases with options, platforms they share, and what they wait for.

    Each option is built over one to three quarters from one of the first six, then it runs. The limits hold a
    part of what the best options would take in each quarter, so that all of them bind.
    """
    random = np.random.default_rng(seed)
    items = cases + PLATFORMS
    item, start, ready, value, use, needs = [], [], [], [], [], []
    for case in range(cases):
        worth = random.lognormal(12.6, 0.5)
        needed = np.zeros(items, dtype=bool)
        needed[cases:] = random.random(PLATFORMS) < 0.3
        if case and random.random() < 0.15:
            needed[random.integers(0, case)] = True
        for option in range(OPTIONS):
            begins, builds = int(random.integers(0, 6)), int(random.integers(1, 4))
            taken = np.zeros((len(LIMITS), QUARTERS))
            taken[0, begins : begins + builds] = random.lognormal(11.2, 0.5) * (0.6 + 0.1 * option) / builds
            taken[1, begins + builds :] = random.lognormal(9.0, 0.5)
            taken[2] = taken[0] + taken[1]
            taken[3, begins : begins + builds] = random.uniform(0.5, 3.0)
            fit = random.uniform(0.7, 1.0)
            item.append(case)
            start.append(begins)
            ready.append(begins + builds)
            value.append(worth * fit * (QUARTERS - begins - builds) / 4 - taken[2].sum())
            use.append(taken.ravel())
            needs.append(needed)
    for platform in range(PLATFORMS):
        capex, opex = random.lognormal(12.0, 0.3), random.lognormal(9.5, 0.3)
        for begins in range(QUARTERS):
            taken = np.zeros((len(LIMITS), QUARTERS))
            taken[0, begins], taken[1, begins:] = capex, opex
            taken[2] = taken[0] + taken[1]
            item.append(cases + platform)
            start.append(begins)
            ready.append(begins)
            value.append(-taken[2].sum())
            use.append(taken.ravel())
            needs.append(np.zeros(items, dtype=bool))
    ways = {
        "item": np.array(item),
        "value": np.round(np.array(value)),
        "use": np.array(use),
        "needs": np.array(needs),
    }
    return Problem(
        items=tuple(f"case-{number:03d}" for number in range(cases))
        + tuple(f"platform-{number}" for number in range(PLATFORMS)),
        item=ways["item"],
        start=np.array(start),
        ready=np.array(ready),
        value=ways["value"],
        use=ways["use"],
        limit=binding(ways["item"], ways["value"], ways["use"]),
        needs=ways["needs"],
        excludes=pairs(cases, ways["needs"], ways["item"], random),
        pinned=np.zeros(items, dtype=np.int64),
    )


def binding(item: np.ndarray, value: np.ndarray, use: np.ndarray) -> np.ndarray:
    """Limits that hold less than half of what the best way of every item would take in each quarter."""
    best = [ways[np.argmax(value[ways])] for ways in (np.flatnonzero(item == one) for one in np.unique(item))]
    demand = use[best].sum(axis=0).reshape(len(LIMITS), QUARTERS)
    limit = 0.45 * demand
    limit[2] = 0.9 * (limit[0] + limit[1])
    return np.maximum(limit, demand.max(axis=1, keepdims=True) * 0.05).ravel()


def pairs(
    cases: int, needs: np.ndarray, item: np.ndarray, random: np.random.Generator
) -> tuple[tuple[int, int], ...]:
    """Some pairs of use cases that rule each other out, none of which waits for the other."""
    found = []
    for one, other in random.integers(0, cases, (cases // 20, 2)):
        waits = needs[item == one][:, other].any() or needs[item == other][:, one].any()
        if one != other and not waits:
            found.append((int(one), int(other)))
    return tuple(found)
