"""What holds of every portfolio, small enough here to try every choice."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.plan.greedy import greedy
from engine.plan.optimum import optimum
from engine.plan.problem import Problem
from tests.engine.plan.small import W, problem

SOME = settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
NAMES = "abcde"
QUARTERS = 3


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    """Up to five items with up to three ways each, two limits in each of three quarters, needs and exclusions."""
    count = draw(st.integers(1, len(NAMES)))
    items = {}
    for place, name in enumerate(NAMES[:count]):
        needs = draw(st.sets(st.sampled_from(NAMES[:place]), max_size=2)) if place else set()
        ways = []
        for _ in range(draw(st.integers(0, 3))):
            start = draw(st.integers(0, QUARTERS - 1))
            ready = start + draw(st.integers(1, 2))
            use = draw(st.lists(st.integers(0, 9), min_size=2 * QUARTERS, max_size=2 * QUARTERS))
            ways.append(W(draw(st.integers(-20, 60)), tuple(use), start, ready, tuple(sorted(needs))))
        items[name] = ways
    pairs = list(itertools.combinations(NAMES[:count], 2))
    excludes = draw(st.lists(st.sampled_from(pairs), max_size=2)) if pairs else []
    limit = draw(st.lists(st.integers(0, 25), min_size=2 * QUARTERS, max_size=2 * QUARTERS))
    return problem(items, limit, excludes=excludes)


def allowed(of: Problem, ways: tuple[int, ...]) -> bool:
    """Whether a set of ways keeps every rule, told without the engine's own arithmetic."""
    items = [int(of.item[way]) for way in ways]
    if len(set(items)) < len(items):
        return False
    for limit in range(len(of.limit)):
        if sum(of.use[way][limit] for way in ways) > of.limit[limit]:
            return False
    ready = {int(of.item[way]): of.ready[way] for way in ways}
    for way in ways:
        for needed in range(len(of.items)):
            if of.needs[way][needed] and not (needed in ready and ready[needed] <= of.start[way]):
                return False
    return not any(one in items and other in items for one, other in of.excludes)


def most(of: Problem) -> float:
    """The most that any allowed set brings, by trying every one."""
    choices = [[None, *np.flatnonzero(of.item == item)] for item in range(len(of.items))]
    values = [0.0]
    for picked in itertools.product(*choices):
        ways = tuple(int(way) for way in picked if way is not None)
        if allowed(of, ways):
            values.append(float(of.value[list(ways)].sum()))
    return max(values)


@SOME
@given(problems())
def test_the_optimum_is_the_best_of_all_allowed_sets_and_its_bound_proves_it(of: Problem) -> None:
    found = optimum(of)

    assert allowed(of, found.ways)
    assert found.value == sum(of.value[way] for way in found.ways) == most(of)
    assert found.value <= found.bound <= found.value + 1e-6 * max(1.0, abs(found.value))


@SOME
@given(problems())
def test_the_greedy_set_keeps_every_rule_and_never_beats_the_optimum(of: Problem) -> None:
    quick, best = greedy(of), optimum(of)

    assert allowed(of, quick.ways)
    assert quick.value == sum(of.value[way] for way in quick.ways)
    assert 0 <= quick.value <= best.value <= best.bound


@SOME
@given(problems(), st.lists(st.integers(0, 10), min_size=2 * QUARTERS, max_size=2 * QUARTERS))
def test_more_budget_never_lowers_the_optimum(of: Problem, added: list[int]) -> None:
    larger = replace(of, limit=of.limit + np.array(added))

    assert optimum(larger).value >= optimum(of).value


@SOME
@given(problems(), st.randoms(use_true_random=False))
def test_the_order_of_use_cases_never_matters(of: Problem, random: st.Random) -> None:  # type: ignore[name-defined]
    order = list(range(len(of.items)))
    random.shuffle(order)
    place = {old: new for new, old in enumerate(order)}
    ways = [way for item in order for way in np.flatnonzero(of.item == item)]
    turned = Problem(
        items=tuple(of.items[item] for item in order),
        item=np.array([place[int(of.item[way])] for way in ways], dtype=np.int64),
        start=of.start[ways],
        ready=of.ready[ways],
        value=of.value[ways],
        use=of.use[ways],
        limit=of.limit,
        needs=of.needs[ways][:, order],
        excludes=tuple((place[one], place[other]) for one, other in of.excludes),
        pinned=of.pinned[order],
    )

    for solve in (optimum, greedy):
        here, there = solve(of), solve(turned)
        assert here.value == there.value
        assert sorted(here.ways) == sorted(int(ways[way]) for way in there.ways)


@SOME
@given(problems(), st.sampled_from(NAMES), st.sampled_from([1, -1]))
def test_a_pin_holds_and_never_raises_the_value(of: Problem, name: str, pin: int) -> None:
    if name not in of.items:
        return
    item = of.items.index(name)
    pinned = replace(of, pinned=np.where(np.arange(len(of.items)) == item, pin, 0))
    if pin == 1 and not any(allowed(of, ways) and item in of.item[list(ways)] for ways in every_set(of)):
        return

    found = optimum(pinned)

    assert (item in of.item[list(found.ways)]) == (pin == 1)
    assert allowed(of, found.ways)
    assert found.value <= optimum(of).value


def every_set(of: Problem) -> list[tuple[int, ...]]:
    choices = [[None, *np.flatnonzero(of.item == item)] for item in range(len(of.items))]
    return [tuple(int(way) for way in picked if way is not None) for picked in itertools.product(*choices)]
