"""Own prices stand before those of the price book, with their day and their place in the document."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.inputs import Money
from engine.money.currency import Exchange
from engine.reading import DocumentError, read_document
from engine.result import FactUsed, Result
from tests.engine.clinic import KNOWLEDGE, Change, answer, result

READING = "price.claude-haiku-5-5.in"
"""What the clinic's endpoint takes for a million tokens that it reads."""


def own(*prices: dict[str, Any]) -> Change:
    return lambda document: document.update(price_overrides=list(prices))


def price(**fields: Any) -> dict[str, Any]:
    return {"fact": READING, "since": "2026-10-01", **fields}


def used(found: Result, fact_id: str = READING) -> FactUsed:
    return next(fact for fact in found.trace.facts if fact.id == fact_id)


def refused(*prices: dict[str, Any]) -> list[str]:
    with pytest.raises(DocumentError) as error:
        read_document({"price_overrides": list(prices)}, facts=KNOWLEDGE.facts)
    return [str(problem) for problem in error.value.problems]


def inference(found: Result) -> Decimal:
    line = next(
        line
        for option in found.use_cases[0].options
        if (option.approach, option.deployment) == ("api_prompt", "public_api")
        for line in option.cost_lines
        if line.key == "inference"
    )
    return line.amount.likely


def test_an_own_price_stands_beside_the_shipped_one_with_both_days() -> None:
    found = result(own(price(value="0.4", note="Contract of May")))
    fact = used(found)

    assert (fact.value, fact.since, fact.answer, fact.note) == (
        "0.4",
        date(2026, 10, 1),
        "/price_overrides/0",
        "Contract of May",
    )
    assert (fact.shipped_value, fact.shipped_since) == ("0.1", date(2026, 10, 7))
    place = [item.id for item in found.trace.facts].index(READING)
    origin = next(n for n in found.trace.numbers if n.pointer == f"/trace/facts/{place}/value")
    assert (origin.origin, origin.answers) == ("answer", ("/price_overrides/0",))


def test_a_line_that_an_own_price_pays_cites_its_place_in_the_document() -> None:
    lines = [
        line
        for option in answer(own(price(value="0.4"))).options
        for line in option.cost_lines
        if READING in line.facts
    ]
    assert lines
    assert all("/price_overrides/0" in line.answers for line in lines)


def test_four_times_the_price_of_reading_costs_the_difference_and_no_more() -> None:
    before, after = inference(result()), inference(result(own(price(value="0.4"))))
    # 2,600 tokens read and 300 written: 0.00026 + 0.00015 a request, then 0.00104 + 0.00015.
    assert after / before == pytest.approx(Decimal("0.00119") / Decimal("0.00041"), rel=Decimal("0.001"))


def test_a_price_in_euro_is_converted_at_the_known_rate() -> None:
    fact = used(result(own(price(value="2", currency="EUR"))))
    assert (fact.value, fact.unit) == ("2.2", "USD")


def test_a_price_converts_at_the_organisations_own_rate_too() -> None:
    rate = {"fact": "fx.EUR", "value": "1.5", "since": "2026-01-01"}
    assert used(result(own(price(value="2", currency="EUR"), rate))).value == "3"


def test_a_range_of_own_prices_is_drawn_from() -> None:
    fact = used(result(own(price(low="0.1", likely="0.2", high="0.9"))))
    assert fact.value == "0.1 / 0.2 / 0.9"


def test_a_price_of_a_later_day_is_noted_and_counts_from_that_day() -> None:
    found = result(own(price(value="0.4", since="2027-01-01")))

    assert (used(found).value, used(found).answer) == ("0.1", None)
    fired = next(rule for rule in found.trace.rules if rule.rule == "price.later")
    assert (fired.answers, fired.facts) == (("/price_overrides/0",), (READING,))
    assert inference(found) == inference(result())
    endpoint = next(
        option
        for option in found.use_cases[0].options
        if (option.approach, option.deployment) == ("api_prompt", "public_api")
    )
    (step,) = [line for line in endpoint.cost_lines if line.since == date(2027, 1, 1)]
    assert (step.key, step.answers[0]) == ("inference.2027-01-01", "/price_overrides/0")
    assert [(c.month, c.now, c.then) for c in endpoint.price_changes] == [(2, Decimal("0.1"), Decimal("0.4"))]


def test_an_unknown_fact_is_refused_with_the_nearest_price() -> None:
    assert refused(price(fact="price.claude-haiku-5-5.inn", value=1)) == [
        "/price_overrides/0/fact: there is no fact “price.claude-haiku-5-5.inn”. "
        "Right: “price.claude-haiku-5-5.in”, or another of: " + _others()
    ]


def _others() -> str:
    names = sorted(
        name
        for name, fact in KNOWLEDGE.facts.items()
        if fact.kind in ("price", "estimate") and all(dated.text is None for dated in fact.values)
    )
    return ", ".join(names[:20]) + ", …."


@pytest.mark.parametrize(
    ("stated", "problem"),
    [
        (
            price(fact="training.mfu.pretraining", value="0.6"),
            "/price_overrides/0/fact: “training.mfu.pretraining” is a published figure. "
            "Right: a fact of kind price or estimate.",
        ),
        (
            price(fact="law.weights_personal", value="1"),
            "/price_overrides/0/fact: “law.weights_personal” is law. Right: a fact of kind price or estimate.",
        ),
        (
            price(fact="days.exit", value="5", currency="EUR"),
            "/price_overrides/0/currency: “days.exit” is no amount of money. Right: no currency.",
        ),
        (
            price(value=1, low=1, likely=2, high=3),
            "/price_overrides/0: a value and a range. Right: a value, or low, likely and high.",
        ),
        (
            price(low=3, likely=2, high=4),
            "/price_overrides/0: the range is out of order. Right: low ≤ likely ≤ high.",
        ),
        (price(value="-1"), "/price_overrides/0/value: -1 is negative. Right: 0 or more."),
        (
            {"fact": READING, "value": 1},
            "/price_overrides/0/since: “since” is missing. Right: a date like 2026-11-24.",
        ),
    ],
)
def test_a_price_that_cannot_be_used_is_refused_in_words(stated: dict[str, Any], problem: str) -> None:
    assert refused(stated) == [problem]


def test_two_prices_of_one_fact_are_refused() -> None:
    problems = refused(price(value=1), price(value=2))
    assert problems == [
        f"/price_overrides/1/fact: “{READING}” stands at /price_overrides/0/fact already. "
        "Right: one record for each."
    ]


@pytest.mark.parametrize("stated", [price(), price(low="0.2"), price(value="unknown")])
def test_a_price_whose_number_is_not_answered_changes_nothing(stated: dict[str, Any]) -> None:
    found = result(own(stated))
    assert (used(found).value, used(found).answer) == ("0.1", None)
    assert found.use_cases == result().use_cases


def test_a_likely_number_without_bounds_stands_for_both() -> None:
    assert used(result(own(price(likely="0.3", high="0.5")))).value == "0.3 / 0.3 / 0.5"


def test_a_release_without_the_fact_leaves_the_price_unused_and_says_so() -> None:
    found = result(own({"fact": "price.gone", "value": "1", "since": "2026-01-01"}))

    fired = next(rule for rule in found.trace.rules if rule.rule == "price.unused")
    assert fired.answers == ("/price_overrides/0",)
    assert fired.text.startswith("An own price is not used: there is no fact “price.gone”.")
    assert found.use_cases == result().use_cases


def place_of(found: Any, approach: str, deployment: str) -> int:
    order = [(option.approach, option.deployment) for option in found.options]
    return order.index((approach, deployment)) if (approach, deployment) in order else len(order)


@settings(deadline=None, max_examples=8)
@given(st.decimals(min_value="0.1", max_value="500", places=2))
def test_a_dearer_endpoint_never_helps_the_endpoint(dearer: Decimal) -> None:
    dear = answer(own(price(value=str(dearer), since="2026-01-01")))
    endpoint = [o for o in dear.options if (o.approach, o.deployment) == ("api_prompt", "public_api")]
    before = next(o for o in answer().options if (o.approach, o.deployment) == ("api_prompt", "public_api"))

    assert place_of(dear, "api_prompt", "public_api") >= place_of(answer(), "api_prompt", "public_api")
    for option in endpoint:
        assert option.cost.p50 >= before.cost.p50 or option.base_model != before.base_model


def test_an_exchange_counts_no_currency_one_to_one() -> None:
    money = Exchange("EUR", {"USD": Decimal(1), "EUR": Decimal("1.1"), "GBP": Decimal("1.32")})

    assert money.of(Money(amount=Decimal(100), currency="GBP")) == Decimal(120)
    assert money.of(Money(amount=Decimal(100), currency="EUR")) == Decimal(100)
    with pytest.raises(LookupError, match=r"XAF is known\. Right: USD, EUR, GBP\."):
        money.of(Money(amount=Decimal(100), currency="XAF"))


@pytest.mark.parametrize("stated", [{"value": "0"}, {"low": "0", "likely": "1", "high": "2"}])
def test_an_exchange_rate_of_nothing_is_refused(stated: dict[str, str]) -> None:
    assert refused({"fact": "fx.EUR", "since": "2026-01-01", **stated}) == [
        "/price_overrides/0/fact: an exchange rate of 0. Right: how many US dollars one unit buys, above 0."
    ]


def test_a_price_in_another_currency_names_the_rate_that_it_was_converted_at() -> None:
    assert "fx.GBP" in {fact.id for fact in result(own(price(value="2", currency="GBP"))).trace.facts}
