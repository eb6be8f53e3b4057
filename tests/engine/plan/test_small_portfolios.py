"""Portfolios small enough to work out by hand."""

from __future__ import annotations

import pytest

from engine.plan.greedy import greedy
from engine.plan.optimum import Infeasible, optimum
from tests.engine.plan.small import W, problem, taken


def test_the_best_set_is_not_the_one_of_best_ratios() -> None:
    """60 for 10, 100 for 20, 120 for 30, and 50 to spend: 100 and 120 bring 220, the best ratios only 160."""
    sack = problem({"a": [W(60, (10,))], "b": [W(100, (20,))], "c": [W(120, (30,))]}, (50,))

    best, quick = optimum(sack), greedy(sack)

    assert taken(best, sack) == {"b": (100, 0), "c": (120, 0)}
    assert best.value == 220
    assert (best.bound, best.gap) == pytest.approx((220, 0))
    assert taken(quick, sack) == {"a": (60, 0), "b": (100, 0)}
    assert quick.value == 160


def test_each_limit_holds_in_its_own_quarter() -> None:
    """Both fit the sum of 10 in two quarters, but both want the first one, unless one of them waits."""
    both = {"a": [W(9, (6, 0)), W(8, (0, 6), start=1, ready=2)], "b": [W(7, (5, 0))]}

    assert taken(optimum(problem({**both, "a": both["a"][:1]}, (10, 10))), problem(both, (10, 10))) == {
        "a": (9, 0)
    }
    assert taken(optimum(problem(both, (10, 10))), problem(both, (10, 10))) == {"a": (8, 1), "b": (7, 0)}


def test_one_way_at_most_of_each_use_case() -> None:
    one = problem({"a": [W(5, (1,)), W(6, (1,)), W(4, (1,))]}, (3,))

    assert taken(optimum(one), one) == taken(greedy(one), one) == {"a": (6, 0)}


@pytest.mark.parametrize(
    ("first", "expected"),
    [(-10, {"a": (-10, 0), "b": (30, 1)}), (-40, {})],
    ids=["worth its prerequisite", "not worth it"],
)
def test_what_a_use_case_requires_is_taken_with_it_or_both_are_left(
    first: float, expected: dict[str, tuple[float, int]]
) -> None:
    pair = problem({"a": [W(first)], "b": [W(30, start=1, ready=2, needs=("a",))]})

    assert taken(optimum(pair), pair) == taken(greedy(pair), pair) == expected


def test_a_use_case_starts_once_what_it_requires_is_live() -> None:
    """“a” is ready in quarter 2, so “b” cannot take its better way from quarter 1 on."""
    pair = problem(
        {
            "a": [W(10, ready=2)],
            "b": [W(30, start=1, ready=2, needs=("a",)), W(20, start=2, ready=3, needs=("a",))],
        }
    )

    assert taken(optimum(pair), pair) == taken(greedy(pair), pair) == {"a": (10, 0), "b": (20, 2)}


def test_a_platform_pays_once_two_use_cases_share_it() -> None:
    """The platform costs 30; each use case brings 20. One alone would lose 10, both together bring 10."""
    shared = {"a": [W(20, needs=("p",))], "b": [W(20, needs=("p",))], "p": [W(-30, ready=0)]}
    alone = {"a": shared["a"], "p": shared["p"]}

    assert optimum(problem(shared)).value == 10
    assert set(taken(optimum(problem(shared)), problem(shared))) == {"a", "b", "p"}
    assert taken(optimum(problem(alone)), problem(alone)) == {}


def test_two_use_cases_that_rule_each_other_out_are_never_both_taken() -> None:
    rivals = problem({"a": [W(40)], "b": [W(50)], "c": [W(1)]}, excludes=[("a", "b")])

    assert taken(optimum(rivals), rivals) == taken(greedy(rivals), rivals) == {"b": (50, 0), "c": (1, 0)}


def test_what_is_pinned_in_is_taken_at_a_loss_and_what_is_pinned_out_is_not() -> None:
    pinned = problem(
        {"a": [W(-5, (8,))], "b": [W(50, (8,))], "c": [W(7, (2,))]}, (10,), pinned={"a": 1, "b": -1}
    )

    assert taken(optimum(pinned), pinned) == taken(greedy(pinned), pinned) == {"a": (-5, 0), "c": (7, 0)}


def test_pins_that_do_not_fit_together_are_said_to_be_impossible() -> None:
    with pytest.raises(Infeasible):
        optimum(problem({"a": [W(9, (6,))], "b": [W(9, (6,))]}, (10,), pinned={"a": 1, "b": 1}))
    with pytest.raises(Infeasible):
        optimum(problem({"a": []}, pinned={"a": 1}))


def test_nothing_to_choose_is_an_answer() -> None:
    nothing = problem({"a": [W(-1)]})

    assert optimum(nothing).ways == greedy(nothing).ways == ()
    assert (optimum(nothing).value, optimum(nothing).bound) == (0, 0)
