"""How money falls into fiscal quarters, and what it is worth today, by hand."""

from __future__ import annotations

import math
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.plan.cash import cash_of, worth_today
from engine.plan.quarters import Calendar
from engine.plan.spending import Span, split_number, use_span
from engine.result import CostLine, Range
from tests.engine.clinic import TODAY

FOUR = Calendar(TODAY, ("Q1", "Q2", "Q3", "Q4"), tuple(Decimal(week) for week in (0, 13, 26, 39, 52)))


def span(amount: int, start: int, end: int, kind: str = "capex", growth: float = 0.0) -> Span:
    return Span(kind, Decimal(amount), Decimal(start), Decimal(end), growth)  # type: ignore[arg-type]


def quarters(*amounts: int) -> tuple[Decimal, ...]:
    return tuple(Decimal(amount) for amount in amounts)


def test_an_amount_is_spread_over_the_weeks_of_its_stretch() -> None:
    """100 over 20 weeks is 5 a week: 13 weeks fall into the first quarter, 7 into the second."""
    assert FOUR.spread(span(100, 0, 20), Decimal(0)) == (quarters(65, 35, 0, 0), 0)
    assert FOUR.spread(span(100, 0, 20), Decimal(26)) == (quarters(0, 0, 65, 35), 0)


def test_what_falls_after_the_programme_is_said() -> None:
    assert FOUR.spread(span(100, 0, 20), Decimal(39)) == (quarters(0, 0, 0, 65), 35)
    assert FOUR.spread(span(100, 0, 20), Decimal(52)) == (quarters(0, 0, 0, 0), 100)


def test_what_is_paid_at_once_falls_into_the_quarter_of_its_week() -> None:
    assert FOUR.spread(span(70, 13, 13), Decimal(0)) == (quarters(0, 70, 0, 0), 0)
    assert FOUR.spread(span(70, 52, 52), Decimal(0)) == (quarters(0, 0, 0, 70), 0)
    assert FOUR.spread(span(70, 53, 53), Decimal(0)) == (quarters(0, 0, 0, 0), 70)


def test_what_grows_costs_more_in_later_quarters() -> None:
    """Over a year in which volume doubles, the share spent by a quarter is (2^t - 1)."""
    parts, later = FOUR.spread(span(1_000_000, 0, 52, "opex", growth=1.0), Decimal(0))
    by = [
        round(1_000_000 * (2 ** (52 / 52.1786 * t) - 1) / (2 ** (52 / 52.1786) - 1))
        for t in (0.25, 0.5, 0.75)
    ]

    assert later == 0
    assert [sum(parts[: n + 1]) for n in range(3)] == pytest.approx(by, abs=2)
    assert parts[0] < parts[1] < parts[2] < parts[3]


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 10**6), st.integers(0, 60), st.integers(0, 60), st.sampled_from([0.0, 0.5, -0.5])
        ),
        max_size=5,
    ),
    st.integers(0, 40),
)
def test_no_unit_of_money_is_lost_or_made(rows: list[tuple[int, int, int, float]], start: int) -> None:
    spans = [span(amount, first, first + length, "opex", growth) for amount, first, length, growth in rows]

    cash = cash_of(spans, Decimal(start), FOUR)

    assert cash.total + cash.later == sum(amount for amount, *_ in rows)
    assert all(part >= 0 for part in (*cash.capex, *cash.opex, cash.later))


def test_investment_and_running_stay_apart() -> None:
    cash = cash_of([span(13, 0, 13), span(39, 13, 52, "opex")], Decimal(0), FOUR)

    assert (cash.capex, cash.opex, cash.later) == (quarters(13, 0, 0, 0), quarters(0, 13, 13, 13), 0)


def test_money_of_later_is_worth_less_today_and_what_falls_after_the_end_does_not_count() -> None:
    year = Decimal("52.178571428571428571")
    once = [Span("capex", Decimal(110), year, year)]

    assert worth_today(once, Decimal(0), Decimal(100), 0.1) == pytest.approx(100, rel=1e-4)
    assert worth_today(once, Decimal(60), Decimal(100), 0.1) == 0
    assert worth_today([span(100, 0, 20)], Decimal(0), Decimal(10), 0.0) == pytest.approx(50)
    even = worth_today([span(100, 0, 52)], Decimal(0), Decimal(52), 0.1)
    force = math.log(1.1) / 52.178571428571428571
    assert even == pytest.approx(100 / 52 * (1 - math.exp(-52 * force)) / force)


@pytest.mark.parametrize(
    ("paid", "start", "end", "growth"),
    [
        ("launch", 10, 10, 0.0),
        ("monthly", 10, None, 0.0),
        ("volume", 10, None, 0.3),
        ("end", None, None, 0.0),
    ],
)
def test_a_line_is_paid_when_its_bill_says(
    paid: str, start: int | None, end: int | None, growth: float
) -> None:
    three_years = Decimal(1095) / 7
    amount = Range(low=Decimal(1), likely=Decimal(5), high=Decimal(9))
    line = CostLine(key="x", item="X", kind="opex", stage="run", paid=paid, amount=amount)  # type: ignore[arg-type]

    found = use_span(line, Decimal(10), 0.3)

    assert (found.start, found.end) == tuple(three_years if week is None else week for week in (start, end))
    assert (found.amount, found.growth) == (5, growth)


def test_parts_of_an_amount_sum_to_it() -> None:
    assert split_number(Decimal(100), [Decimal("0.333"), Decimal("0.333"), Decimal("0.334")]) == [33, 34, 33]
    assert split_number(Decimal(10), [Decimal(1), Decimal(1), Decimal(1)]) == [3, 4, 3]
