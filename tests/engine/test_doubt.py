"""Confidence and its companions: against another library, by hand, and as laws."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from pymcdm.methods import WSM

from engine.options.doubt import DRAWS, PAIRS, Completed, doubt, draw_noise, draw_weights
from engine.options.tables import CRITERIA

RANKS = {name: Decimal(place) for place, name in enumerate(CRITERIA, 1)}
OPTIONS = PAIRS[:5]
SPREAD = 0.02
VALUES = arrays(float, (len(CRITERIA), len(OPTIONS)), elements=st.floats(0, 1, allow_nan=False, width=16))


def known(values: np.ndarray) -> list[Completed]:
    return [Completed(row[None, :], np.ones(1)) for row in values]


def test_each_draw_scores_as_the_weighted_sum_of_pymcdm() -> None:
    values = np.random.default_rng(1).random((len(CRITERIA), len(OPTIONS)))
    weights = draw_weights(RANKS)[:50]

    method = WSM(normalization_function=lambda column, cost: column)
    theirs = [method(values.T, row, np.ones(len(CRITERIA))) for row in weights]

    assert np.abs(np.array(theirs) - weights @ values).max() < 1e-15


def test_ranks_give_weights_in_their_order_that_sum_to_one() -> None:
    weights = draw_weights(RANKS)

    assert weights.shape == (DRAWS, len(CRITERIA))
    assert (np.diff(weights, axis=1) <= 0).all()
    assert np.allclose(weights.sum(axis=1), 1)
    expected = [sum(1 / k for k in range(place, 13)) / 12 for place in range(1, 13)]
    assert weights.mean(axis=0) == pytest.approx(expected, abs=0.003)


def test_stated_weights_are_the_mean_of_the_drawn_ones() -> None:
    stated = {"cost": Decimal("0.6"), "task_fit": Decimal("0.4")}

    weights = dict(zip(CRITERIA, draw_weights(stated).mean(axis=0), strict=True))

    assert weights["cost"] == pytest.approx(0.6, abs=0.003)
    assert weights["task_fit"] == pytest.approx(0.4, abs=0.003)
    assert weights["freshness"] == pytest.approx(0, abs=1e-6)


@given(VALUES)
@settings(max_examples=25, deadline=None)
def test_the_indices_agree_with_each_other(values: np.ndarray) -> None:
    found = doubt(OPTIONS, known(values), RANKS, SPREAD)
    count = len(OPTIONS)

    assert found.acceptability.sum(axis=0) == pytest.approx(np.ones(count))
    assert found.acceptability.sum(axis=1) == pytest.approx(np.ones(count))
    assert found.confidence == pytest.approx(found.acceptability[:, 0])
    assert found.pairwise + found.pairwise.T == pytest.approx(1 - np.eye(count))
    assert (found.max_regret >= found.regret).all()
    assert (found.regret >= 0).all()
    assert sum(found.approach_confidence.values()) == pytest.approx(1)


@given(VALUES, st.integers(0, 3))
@settings(max_examples=25, deadline=None)
def test_a_dominated_option_more_leaves_the_others_as_they_are(values: np.ndarray, which: int) -> None:
    worse = values.copy()
    worse[:, 4] = np.maximum(worse[:, which] - 1, 0)

    four = doubt(OPTIONS[:4], known(values[:, :4]), RANKS, SPREAD)
    five = doubt(OPTIONS, known(worse), RANKS, SPREAD)

    assert five.scores[:4] == pytest.approx(four.scores)
    assert np.argsort(-five.scores[:4]).tolist() == np.argsort(-four.scores).tolist()
    assert five.pairwise[:4, :4] == pytest.approx(four.pairwise)


@given(VALUES, VALUES)
@settings(max_examples=25, deadline=None)
def test_another_way_that_an_open_question_could_turn_out_only_lowers_confidence(
    values: np.ndarray, other: np.ndarray
) -> None:
    both = [
        Completed(np.stack([row, more]), np.array([0.7, 0.3]))
        for row, more in zip(values, other, strict=True)
    ]

    closed = doubt(OPTIONS, known(values), RANKS, SPREAD)
    opened = doubt(OPTIONS, both, RANKS, SPREAD)

    assert (opened.confidence <= closed.confidence + 1e-12).all()
    for approach, share in opened.approach_confidence.items():
        assert share <= closed.approach_confidence[approach] + 1e-12


def test_an_option_keeps_its_noise_whatever_stands_beside_it() -> None:
    alone = draw_noise(OPTIONS[2:3], SPREAD)
    beside = draw_noise(OPTIONS, SPREAD)

    assert (alone[:, 0] == beside[:, 2]).all()


def test_central_weights_favour_what_the_option_is_good_at() -> None:
    values = np.zeros((len(CRITERIA), 2))
    values[CRITERIA.index("cost"), 0] = 1
    values[CRITERIA.index("freshness"), 1] = 1
    equal = {name: Decimal("0.1") for name in CRITERIA}

    found = doubt((PAIRS[0], PAIRS[5]), known(values), equal, 0.0)

    cost, freshness = CRITERIA.index("cost"), CRITERIA.index("freshness")
    assert found.central[0, cost] > found.central[0, freshness]
    assert found.central[1, freshness] > found.central[1, cost]
