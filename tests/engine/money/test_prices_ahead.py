"""Prices and services that are known to change while the programme runs: each month at the price of its day."""

from __future__ import annotations

import math
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from engine.money.account import accounts
from engine.money.ahead import price_changes
from engine.money.bill import Bill
from engine.money.estimate import drafted, outline
from engine.plan.quarters import Calendar
from engine.plan.spending import Span
from engine.result import CostLine, RankedOption, UseCaseResult
from tests.engine.clinic import KNOWLEDGE, TODAY, Change, answer, use, vendor
from tests.engine.money.scenes import contender, dollars, scene_of
from tests.engine.money.test_calendar_and_draws import calendar

FLASH = contender("api_prompt/public_api", "gemini-3-8-flash", "few_shot")
LUNA = contender("api_prompt/public_api", "gpt-6-luna", "few_shot")
SEATS = contender("api_prompt/vendor_saas", "gpt-6-luna", "few_shot")
READING, SEAT = "price.gpt-6-luna.in", "price.seat.month"
DAYS_A_MONTH = 365.25 / 12
START = 6 / (365.25 / 12 / 7)
"""The likely month in which a prompted model through an endpoint is in use."""
YEAR_TWO = (date(2028, 1, 1) - TODAY).days / DAYS_A_MONTH
A_REQUEST = (2600 * 0.10 + 300 * 0.50) / 1e6
REQUESTS = 2000 * DAYS_A_MONTH


def own(**price: Any) -> Change:
    return lambda document: document.update(price_overrides=[price])


def grown(first: float, last: float = 36) -> float:
    """Months of today's volume between two months, growing by a tenth a year."""
    rate = math.log(1.1) / 12
    return (math.exp(rate * last) - math.exp(rate * first)) / rate


def likely(bill: Bill) -> dict[tuple[str, date | None], float]:
    return {(line.key, line.day): bill.over(line).likely for line in bill.lines}


def test_a_price_of_the_book_that_doubles_before_first_use_counts_double_in_every_month() -> None:
    found = likely(drafted(scene_of(), FLASH))
    today = REQUESTS * (2600 * 0.75 + 300 * 3.75) / 1e6 * grown(START)

    assert found["inference", None] == pytest.approx(today)
    assert found["inference", date(2027, 1, 1)] == pytest.approx(today)


def test_a_price_counts_from_the_month_of_its_day() -> None:
    scene = scene_of(own(fact=READING, since="2028-01-01", value="0.3"))
    bill = drafted(scene, LUNA)
    found = likely(bill)
    more = REQUESTS * 2600 * 0.2 / 1e6

    assert found["inference", None] == pytest.approx(REQUESTS * A_REQUEST * grown(START))
    assert found["inference", date(2028, 1, 1)] == pytest.approx(more * grown(YEAR_TWO))
    assert [line.since for line in bill.lines if line.day] == [pytest.approx(YEAR_TWO)]
    before = drafted(scene_of(), LUNA)
    assert bill.until(13).likely == before.until(13).likely
    assert bill.until(24).likely - before.until(24).likely == pytest.approx(more * grown(YEAR_TWO, 24))


def test_a_price_that_falls_makes_the_bill_smaller() -> None:
    found = likely(drafted(scene_of(own(fact=READING, since="2028-01-01", value="0.05")), LUNA))

    assert found["inference", date(2028, 1, 1)] == pytest.approx(
        REQUESTS * 2600 * -0.05 / 1e6 * grown(YEAR_TWO)
    )


def test_a_price_of_its_own_is_not_touched_by_what_the_book_says_next() -> None:
    scene = scene_of(own(fact="price.gemini-3-8-flash.in", since="2026-10-01", value="0.75"))
    found = likely(drafted(scene, FLASH))
    only_writing = REQUESTS * 300 * 3.75 / 1e6 * grown(START)

    assert found["inference", date(2027, 1, 1)] == pytest.approx(only_writing)
    (change,) = price_changes(drafted(scene, FLASH).lines, scene.tracer)
    assert (change.fact, change.since, change.month, change.now, change.then) == (
        "price.gemini-3-8-flash.out",
        date(2027, 1, 1),
        2,
        Decimal("3.75"),
        Decimal("7.5"),
    )


def test_a_change_after_the_programme_does_not_count() -> None:
    scene = scene_of(own(fact=READING, since="2029-11-25", value="9"))
    bill = drafted(scene, LUNA)

    assert [line.key for line in bill.lines if line.day] == []
    assert list(price_changes(bill.lines, scene.tracer)) == []


def test_cost_percentiles_and_the_strongest_inputs_follow_a_later_price() -> None:
    later = own(fact=SEAT, since="2027-12-01", low="60", likely="90", high="150")
    plain, moved = scene_of(), scene_of(later)
    exchange = dollars(plain)
    months = 36 - (date(2027, 12, 1) - TODAY).days / DAYS_A_MONTH
    before = float(KNOWLEDGE.at(SEAT, TODAY).likely or 0)
    more = drafted(moved, SEATS).total().likely - drafted(plain, SEATS).total().likely

    assert more == pytest.approx(200 * (90 - before) * months)
    assert outline(plain, SEATS, exchange).first_year == outline(moved, SEATS, exchange).first_year
    assert (outline(plain, SEATS, exchange).cost.p50, outline(moved, SEATS, exchange).cost.p50) == (
        379_887,
        698_241,
    )
    (account,) = accounts(moved.case, moved.tracer, [SEATS], ["seats"], exchange, None).options
    driver = account.drivers[0]
    assert (driver.label, driver.fact, driver.low, driver.high) == (
        "A seat of an application with a model inside, from 2027-12-01",
        SEAT,
        Decimal("60.0"),
        Decimal("150.0"),
    )
    assert (driver.cost_at_low, driver.cost_at_high) == (534_971, 962_979)
    assert [(c.month, c.now, c.then) for c in account.price_changes] == [(13, Decimal(25), Decimal(90))]


def option(found: UseCaseResult, approach: str, deployment: str) -> RankedOption:
    return next(o for o in found.options if (o.approach, o.deployment) == (approach, deployment))


def dated(one: RankedOption) -> list[CostLine]:
    return [line for line in one.cost_lines if line.since]


def test_a_service_that_ends_within_the_programme_costs_a_move_on_that_day() -> None:
    found = answer(vendor(retires_on="2028-11-24"), use(deadline_months=12))
    endpoint, own_cloud = (option(found, "api_prompt", place) for place in ("public_api", "private_cloud"))

    (move,) = dated(endpoint)
    assert (move.key, move.item, move.paid, move.since) == (
        "move",
        "Move to what follows a service that ends",
        "day",
        date(2028, 11, 24),
    )
    assert move.amount.likely == 15 * 847
    assert move.answers == ("/vendors/0/retires_on",)
    assert dated(own_cloud) == []
    assert dated(option(answer(use(deadline_months=12)), "api_prompt", "public_api")) == []


def test_a_model_that_its_vendor_tuned_is_tuned_again_after_the_move() -> None:
    tuned = contender("peft/public_api", "nova-2-lite", "lora")
    found = likely(drafted(scene_of(vendor(retires_on="2028-11-24")), tuned))
    again = found["retraining", None] / (drafted(scene_of(), tuned).calendar.spent("monthly").likely / 12)

    per_year = float(KNOWLEDGE.at("retraining.per_year", TODAY).likely or 0)
    assert found["move", date(2028, 11, 24)] == pytest.approx(15 * 847 + again / per_year)


@pytest.mark.parametrize(
    ("timing", "until", "since", "spent"),
    [
        ("monthly", 36, 10, 26),
        ("monthly", 12, 10, 2),
        ("monthly", 9, 10, 0),
        ("monthly", 36, 3, 30),
        ("volume", 36, 10, 26),
        ("build", 36, 3, 0.5),
        ("build", 4, 3, 1 / 6),
        ("launch", 36, 7, 0),
        ("launch", 36, 6, 1),
        ("day", 36, 7, 1),
        ("day", 6.5, 7, 0),
        ("day", 36, 5, 0),
    ],
)
def test_what_is_paid_from_a_month_on(timing: str, until: float, since: float, spent: float) -> None:
    assert calendar(6).spent(timing, until, since).likely == pytest.approx(spent)  # type: ignore[arg-type]


def test_later_money_is_discounted_from_the_month_on_in_which_it_is_paid() -> None:
    found, rate = calendar(6, discount=0.08), math.log(1.08) / 12

    assert found.present("day", 12.0).likely == pytest.approx(1 / 1.08)
    assert found.present("day", 3.0).likely == 0
    assert found.present("monthly", 12.0).likely == pytest.approx((1 / 1.08 - 1.08**-3) / rate)


QUARTERS = Calendar(TODAY, ("a", "b", "c", "d"), tuple(Decimal(13 * n) for n in range(5)))


def test_a_plan_pays_a_dated_price_from_its_day_whenever_the_use_case_starts() -> None:
    step = Span("opex", Decimal(260), Decimal(13), Decimal(52), since=Decimal(26))

    assert QUARTERS.spread(step, Decimal(0)) == ((0, 0, 130, 130), 0)
    # Begun a quarter later it is in use for as long, and more of that lies after the day.
    assert QUARTERS.spread(step, Decimal(13)) == ((0, 0, 130, 130), 130)


def test_a_plan_pays_a_move_on_its_day_and_none_where_use_starts_after_it() -> None:
    move = Span("opex", Decimal(70), Decimal(10), Decimal(10), since=Decimal(30))

    assert QUARTERS.spread(move, Decimal(0)) == ((0, 0, 70, 0), 0)
    assert QUARTERS.spread(move, Decimal(13)) == ((0, 0, 70, 0), 0)
    assert QUARTERS.spread(move, Decimal(26)) == ((0, 0, 0, 0), 0)
