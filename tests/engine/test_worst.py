"""The least lead of an option: by hand, and as the law that an open question never makes a lead longer."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.options.worst import Work, least_in_cost, least_in_effort

DAYS = st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 60), min_size=6, max_size=6)
OPENS = st.lists(st.frozensets(st.sampled_from("abcdef")), min_size=2, max_size=4)


def even(days: np.ndarray) -> np.ndarray:
    """Each day counts the same, up to 100."""
    return np.clip(1 - days / 100, 0, 1)


def made(days: Mapping[str, int], opens: list[frozenset[str]], unknown: frozenset[str]) -> Work:
    """The work of options that open these duties, the unknown ones of which may take nothing or all."""
    most = np.array([[days[duty] * (duty in mine) for duty in sorted(unknown)] for mine in opens], float)
    most = most.reshape(len(opens), -1)
    shared = most @ (most > 0).T
    return Work(
        known=np.array([sum(days[duty] for duty in mine - unknown) for mine in opens], float),
        own=most.sum(axis=1, keepdims=True) - shared,
        both=shared,
    )


def test_a_duty_that_both_may_open_costs_both_the_same() -> None:
    work = made({"a": 20, "b": 30}, [frozenset("ab"), frozenset("b")], frozenset("ab"))

    assert least_in_effort(work, even) == pytest.approx(np.array([[0, -0.2], [0, 0]]))


def test_cost_is_held_at_both_ends_of_what_is_open() -> None:
    low, high = np.array([10.0, 20.0]), np.array([60.0, 30.0])

    assert least_in_cost(even, [low, high]) == pytest.approx(np.array([[0, -0.3], [-0.1, 0]]))


@given(DAYS, OPENS, st.frozensets(st.sampled_from("abcdef")), st.sampled_from("abcdef"))
def test_one_more_open_question_never_makes_a_lead_longer(
    days: Mapping[str, int], opens: list[frozenset[str]], unknown: frozenset[str], more: str
) -> None:
    before = least_in_effort(made(days, opens, unknown - {more}), even)
    after = least_in_effort(made(days, opens, unknown | {more}), even)

    assert (after <= before + 1e-12).all()
