"""What must hold of money whatever is answered: more is never cheaper, unknown is never narrower."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.canonical import canonical
from engine.money.account import accounts
from engine.money.breakeven import break_even, costs_by_volume, two_digits, volumes
from engine.money.estimate import drafted, outline
from engine.money.figures import LIKELY, Figure
from engine.money.information import bins_of, gain
from engine.money.tornado import drivers, strongest
from engine.money.worth import loss, net_worth, over_budget, payback
from engine.result import BreakEven
from tests.engine.clinic import Change, answer, organisation, use
from tests.engine.money.scenes import contender, dollars, scene_of

OPTIONS = (
    contender("api_prompt/public_api", "gpt-6-luna", "few_shot"),
    contender("api_prompt/private_cloud", "gpt-6-luna", "few_shot"),
    contender("api_prompt/on_prem", "llama-3-1-8b", "few_shot"),
    contender("rag/private_cloud", "gpt-6-1-sol"),
    contender("rag/vendor_saas", "gpt-6-luna"),
    contender("peft/private_cloud", "llama-3-1-8b", "lora"),
    contender("small_domain_model/on_prem", "bert-base", "sft"),
    contender("from_scratch/private_cloud", "own"),
)
NAMES = tuple(f"{one.option.approach}/{one.option.deployment}" for one in OPTIONS)
EACH = pytest.mark.parametrize("one", OPTIONS, ids=NAMES)
SAMPLED = 5e-3
"""How far percentiles of 10,000 draws may lie apart by chance."""
QUICK = settings(deadline=None, max_examples=12)
WORTH = {end: {"amount": amount, "currency": "USD"} for end, amount in
         (("low", "200000"), ("likely", "400000"), ("high", "700000"))}  # fmt: skip


def total(option: Any, *changes: Change) -> Figure:
    return drafted(scene_of(*changes), option).total()


@EACH
@QUICK
@given(st.integers(1, 10**7), st.floats(1.0, 50.0))
def test_more_volume_is_never_cheaper(one: Any, requests: int, factor: float) -> None:
    some = total(one, use(requests_per_day=requests)).values
    more = total(one, use(requests_per_day=int(requests * factor) + 1)).values
    assert float((some - more).max()) <= 1e-6 * float(more.max())


@QUICK
@given(st.sampled_from(OPTIONS), st.floats(0, 1), st.floats(0, 1))
def test_faster_growth_is_never_cheaper(one: Any, growth: float, further: float) -> None:
    slow = total(one, use(growth_per_year=str(round(growth, 3))))
    fast = total(one, use(growth_per_year=str(round(growth + further, 3))))
    assert float((slow.values - fast.values).max()) <= 1e-6 * float(fast.values.max())


PRICES = (
    "people.day_rate",
    "price.gpt-6-luna.out",
    "price.gpu.server",
    "price.seat.month",
    "days.monitoring",
)


@QUICK
@given(st.sampled_from(OPTIONS), st.sampled_from(PRICES), st.floats(1.0, 20.0))
def test_a_dearer_price_never_lowers_a_cost(one: Any, fact: str, factor: float) -> None:
    scene = scene_of()
    shipped = float(scene.tracer.likely(fact))
    dear, cheap = (
        total(one, lambda d, v=v: d.update(price_overrides=[{"fact": fact, "value": str(v), "since": "2026-01-01"}]))
        for v in (shipped * factor, shipped)
    )  # fmt: skip
    assert float((cheap.values - dear.values).max()) <= 1e-6 * float(dear.values.max())


@pytest.mark.parametrize(
    "field", ["requests_per_day", "input_tokens", "output_tokens", "users", "growth_per_year"]
)
@EACH
def test_an_unanswered_volume_never_narrows_the_range(one: Any, field: str) -> None:
    known, open_ = (total(one, *change).points for change in ((), (use(**{field: None}),)))
    assert open_[2] - open_[0] >= (known[2] - known[0]) * (1 - SAMPLED)


def test_an_unanswered_volume_widens_what_it_pays() -> None:
    def width(*changes: Change) -> float:
        bill = drafted(scene_of(*changes), contender("rag/public_api", "gpt-6-1-sol"))
        low, _, high = next(bill.over(line) for line in bill.lines if line.key == "inference").points
        return high - low

    assert width(use(requests_per_day=None)) > 2 * width()


def test_the_order_of_options_changes_nothing() -> None:
    scene = scene_of()
    found = {one: outline(scene, one, dollars(scene)) for one in OPTIONS}
    mixed = list(OPTIONS)
    random.Random(3).shuffle(mixed)
    again = scene_of()
    assert {one: outline(again, one, dollars(again)) for one in mixed} == found
    assert [outline(scene_of(), one, dollars(scene)) for one in OPTIONS] == list(found.values())


def test_the_same_draws_stand_behind_every_option() -> None:
    """What two options share cancels: their difference is far narrower than either."""
    scene = scene_of()
    shared, private = (drafted(scene, one).total().drawn for one in OPTIONS[:2])
    assert float(np.std(private - shared)) < 0.5 * float(np.std(shared))


def test_accounts_are_the_same_bytes_each_time() -> None:
    def made() -> bytes:
        scene = scene_of(use(value=WORTH))
        return canonical(accounts(scene.case, scene.tracer, OPTIONS, NAMES, dollars(scene), Decimal(10**6)))

    assert made() == made()


def even_of(one: int, other: int, *changes: Change) -> BreakEven | None:
    scene = scene_of(*changes)
    return break_even(OPTIONS, costs_by_volume(scene, OPTIONS), one, other)


def test_at_the_break_even_both_options_cost_the_same() -> None:
    found = even_of(0, 2)
    assert found is not None
    assert found.cheaper_above is False
    assert found.against == OPTIONS[2].option
    assert found.p10 is not None
    assert found.p10 <= found.requests_per_month

    scene = scene_of()
    at = scene.case.at("requests_per_day")
    rows = [{at: factor * found.requests_per_month / 30.4375} for factor in (0.8, 1.25)]
    tried = scene_of(size=0, held=rows)
    gap = (drafted(tried, OPTIONS[0]).total() - drafted(tried, OPTIONS[2]).total()).values[:, LIKELY]
    assert gap[0] < 0 < gap[1]


def test_the_break_even_is_the_same_from_both_sides() -> None:
    one, other = even_of(0, 2), even_of(2, 0)
    assert one is not None
    assert other is not None
    assert one.requests_per_month == other.requests_per_month
    assert (one.cheaper_above, other.cheaper_above) == (False, True)


def test_an_option_that_is_dearer_at_any_volume_has_no_break_even() -> None:
    assert even_of(0, 1) is None


def test_volumes_reach_from_a_hundred_to_three_billion_a_month() -> None:
    assert (volumes()[0], len(volumes())) == (100, 61)
    assert two_digits(4_149_999) == 4_100_000


def test_drivers_are_the_strongest_and_stand_on_both_sides() -> None:
    scene = scene_of(use(requests_per_day=None))
    bill = drafted(scene, OPTIONS[3])
    found = drivers(scene, OPTIONS[3], bill.total(), None, 1.0)
    median = outline(scene, OPTIONS[3], dollars(scene)).cost.p50

    assert len(found) == 8
    assert found[0].fact == "people.day_rate"
    volume = next(driver for driver in found if driver.fact == "volume.requests")
    assert (volume.answer, volume.low, volume.high) == ("/use_cases/0/requests_per_day", 100, 20_000)
    widths = [driver.cost_at_high - driver.cost_at_low for driver in found]
    assert all(driver.cost_at_low < median < driver.cost_at_high for driver in found)
    assert widths[0] == max(widths)


def test_a_driver_moves_the_likely_total_as_its_own_bill_would() -> None:
    scene = scene_of()
    swung = drafted(scene, OPTIONS[0]).total()
    item = next(one for one in strongest(scene, swung) if one.name == "people.day_rate")
    held = scene_of(size=0, held=[{"people.day_rate": item.low}, {"people.day_rate": item.high}])
    alone = drafted(held, OPTIONS[0]).total().values[:, LIKELY]
    assert [swung.values[item.place], swung.values[item.place + 1]] == pytest.approx(list(alone))


def test_value_less_cost_by_hand() -> None:
    """Without doubt about value: 36 months, value from first use on, less half of its rise."""
    same = {end: {"amount": "600000", "currency": "USD"} for end in ("low", "likely", "high")}
    scene = scene_of(use(value=same))
    bill = drafted(scene, OPTIONS[0])
    net = net_worth(scene, bill, dollars(scene))

    assert net is not None
    assert net.likely == pytest.approx(50_000 * bill.calendar.present_worth().likely - bill.present().likely)


def test_an_unanswered_value_leaves_worth_open() -> None:
    scene = scene_of()
    bill = drafted(scene, OPTIONS[0])
    assert net_worth(scene, bill, dollars(scene)) is None
    assert payback(scene, bill, dollars(scene)) is None
    option = answer().options[0]
    assert (option.npv, option.payback, option.loss) == (None, None, None)


def test_payback_is_the_first_month_that_value_has_paid() -> None:
    scene = scene_of(use(value=WORTH))
    bill = drafted(scene, OPTIONS[0])
    found = payback(scene, bill, dollars(scene))

    assert found is not None
    assert found.p50 is not None
    month = float(found.p50)
    net = [
        400_000 / 12 * bill.calendar.worth(m).likely - bill.until(m).likely for m in (month - 3, month + 3)
    ]
    assert net[0] < 0 < net[1]
    assert found.within == 100


def test_a_value_of_nothing_loses_and_never_pays_back() -> None:
    nothing = {end: {"amount": "0", "currency": "USD"} for end in ("low", "likely", "high")}
    scene = scene_of(use(value=nothing))
    bill = drafted(scene, OPTIONS[0])
    found = payback(scene, bill, dollars(scene))

    assert found is not None
    assert (found.p10, found.p50, found.p90, found.within) == (None, None, None, 0)
    net = net_worth(scene, bill, dollars(scene))
    assert net is not None
    assert loss(net) == 100


def test_a_larger_budget_is_never_overrun_more_often() -> None:
    bill = drafted(scene_of(), OPTIONS[3])
    odds = [over_budget(bill, budget) for budget in (1e4, 2e5, 3e5, 4e5, 1e7)]
    assert odds == sorted(odds, reverse=True)
    assert (odds[0], odds[-1]) == (100, 0)


def test_the_odds_of_an_overrun_are_open_without_a_budget() -> None:
    assert answer().options[0].over_budget is not None
    assert answer(organisation(annual_ai_budget=None)).options[0].over_budget is None


def test_information_is_worth_what_choosing_by_it_gains() -> None:
    known = np.linspace(-1, 1, 10_000)
    worths = np.stack([known, np.zeros_like(known)])

    assert gain(bins_of(worths, np.arange(10_000))) == pytest.approx(0.25, rel=0.05)
    assert gain(bins_of(worths[:1], np.arange(10_000))) == pytest.approx(0, abs=1e-12)


def test_an_unknown_volume_is_worth_knowing_where_it_decides_what_pays() -> None:
    scene = scene_of(use(requests_per_day=None, error_cost="high"))
    pair = (
        contender("api_prompt/public_api", "gpt-6-astra", "few_shot"),
        contender("api_prompt/on_prem", "llama-3-1-8b", "few_shot"),
    )
    found = accounts(scene.case, scene.tracer, pair, ("Endpoint", "Own hardware"), dollars(scene), None)

    first = found.worth_knowing[0]
    assert (first.rank, first.answer) == (1, "/use_cases/0/requests_per_day")
    assert "low, Endpoint pays most; high, Own hardware" in first.text
