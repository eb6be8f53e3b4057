"""Closed forms against sums over months, and draws against the distribution they stand for."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import beta

from engine.money.calendar import MONTHS, Calendar, integral
from engine.money.draws import DRAWS, pert, tenths
from engine.money.figures import Figure

FINE = 1000


def calendar(start: float, growth: float = 0.0, discount: float = 0.0, ramp: float = 0.01) -> Calendar:
    """A calendar of known months; growth and discount are yearly shares."""
    return Calendar(
        start=Figure(start),
        growth=Figure(math.log1p(growth) / 12),
        discount=Figure(math.log1p(discount) / 12),
        ramp=Figure(ramp),
    )


def summed(start: float, end: float, rate: float) -> float:
    """The midpoint sum of e^(rate · t) between two months, in thousandths of a month."""
    steps = np.linspace(start, end, FINE * MONTHS + 1)
    middle = (steps[1:] + steps[:-1]) / 2
    return float(np.exp(rate * middle).sum() * (end - start) / len(middle))


@given(st.floats(-0.2, 0.2), st.floats(0, 35), st.floats(0.1, 1))
@settings(deadline=None)
def test_an_integral_is_the_sum_over_small_steps(rate: float, start: float, share: float) -> None:
    end = start + share * (MONTHS - start)
    assert float(integral(np.float64(rate), start, end)) == pytest.approx(summed(start, end, rate), rel=1e-5)


def test_flat_money_runs_from_first_use_to_the_end() -> None:
    assert calendar(6).spent("monthly").likely == 30
    assert calendar(6).spent("volume").likely == 30
    assert calendar(6, growth=0.1).spent("volume").likely == pytest.approx(summed(6, 36, math.log(1.1) / 12))


@pytest.mark.parametrize(
    ("timing", "month", "share"),
    [
        ("build", 3, 0.5),
        ("build", 6, 1),
        ("build", 36, 1),
        ("launch", 5.9, 0),
        ("launch", 6, 1),
        ("monthly", 6, 0),
        ("monthly", 9, 3),
        ("end", 35, 0),
        ("end", 36, 1),
    ],
)
def test_what_is_spent_by_a_month(timing: str, month: float, share: float) -> None:
    assert calendar(6).spent(timing, month).likely == share  # type: ignore[arg-type]


def test_later_money_counts_less() -> None:
    rate = math.log(1.08) / 12
    found = calendar(6, growth=0.1, discount=0.08)

    assert found.present("end").likely == pytest.approx(1.08**-3)
    assert found.present("launch").likely == pytest.approx(1.08**-0.5)
    assert found.present("build").likely == pytest.approx(summed(0, 6, -rate) / 6)
    assert found.present("monthly").likely == pytest.approx(summed(6, 36, -rate))
    assert found.present("volume").likely == pytest.approx(summed(6, 36, math.log(1.1) / 12 - rate))


def test_value_rises_evenly_until_all_use_it() -> None:
    found = calendar(6, ramp=4)

    assert found.worth(6).likely == 0
    assert found.worth(8).likely == pytest.approx(2**2 / 8)
    assert found.worth(10).likely == pytest.approx(2)
    assert found.worth(36).likely == pytest.approx(30 - 2)
    assert found.present_worth().likely == pytest.approx(30 - 2)


@pytest.mark.parametrize(("low", "likely", "high"), [(0, 1, 4), (10, 12, 50), (0.3, 0.4, 0.5), (5, 5, 9)])
def test_draws_follow_pert(low: float, likely: float, high: float) -> None:
    drawn = pert(f"test.{low}.{likely}", low, likely, high)
    shape = 4 * (likely - low) / (high - low)
    wanted = low + (high - low) * beta.ppf([0.1, 0.5, 0.9], 1 + shape, 5 - shape)

    assert drawn.shape == (DRAWS,)
    assert tenths(drawn) == pytest.approx(wanted, rel=2e-3)
    assert float(drawn.mean()) == pytest.approx((low + 4 * likely + high) / 6, rel=1e-3)
    assert low <= float(drawn.min()) < float(drawn.max()) <= high


def test_draws_depend_on_the_name_and_the_block_alone() -> None:
    first = pert("a", 0, 1, 4)
    pert("b", 0, 1, 4)

    pert.cache_clear()
    assert np.array_equal(pert("a", 0, 1, 4), first)
    assert abs(np.corrcoef(first, pert("b", 0, 1, 4))[0, 1]) < 0.05
    assert abs(np.corrcoef(first, pert("a", 0, 1, 4, 1))[0, 1]) < 0.05
    assert np.array_equal(np.sort(pert("a", 0, 1, 4, 1)), np.sort(first))


def test_a_single_number_is_not_drawn() -> None:
    assert set(pert("a", 3, 3, 3)) == {3.0}


def test_the_tenths_are_the_percentiles() -> None:
    draws = np.random.default_rng(1).normal(size=4321)
    assert tenths(draws) == pytest.approx(np.percentile(draws, (10, 50, 90)))
