"""The three shipped organisations: each use case gets the answer that its figures call for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from engine.canonical import to_plain
from tests.engine import examples

ANSWERS = {
    "hospital-group": {
        "policy-assistant": ("recommend", "rag"),
        "coding": ("recommend", "small_domain_model"),
        "discharge": ("recommend", "api_prompt"),
        "bed-demand": ("classical_model", None),
        "symptom-chat": ("not_yet", None),
    },
    "manufacturer": {
        "service-desk": ("recommend", "rag"),
        "offer-drafts": ("recommend", "api_prompt"),
        "pump-failure": ("classical_model", None),
        "shop-floor": ("not_yet", None),
    },
    "retail-bank": {
        "service-assistant": ("recommend", "rag"),
        "routing": ("recommend", "small_domain_model"),
        "fraud-score": ("classical_model", None),
        "developer-assistant": ("recommend", "api_prompt"),
        "credit-letters": ("not_yet", None),
    },
}
REGIMES = {
    "hospital-group": {"HIPAA", "SOC2", "NIST_CSF2", "NIST_AI_RMF", "SECTOR_US_HEALTH"},
    "manufacturer": {"GDPR", "EUAIA", "ISO27001"},
    "retail-bank": {"GDPR", "EUAIA", "ISO27001", "DORA", "PCI"},
}
PROPOSED = {
    "hospital-group": {"SECTOR_US_HEALTH"},
    "manufacturer": {"EUAIA"},
    "retail-bank": {"PCI"},
}
NOW = {"hospital-group": "2027-Q2", "manufacturer": "2027-Q3", "retail-bank": "2026-Q4"}
"""The fiscal quarter of 24 November 2026."""
FIRST_GET = {
    ("hospital-group", "symptom-chat"): "A hand-over to a person who decides",
    ("manufacturer", "shop-floor"): "licensed",
    ("retail-bank", "credit-letters"): "A hand-over to a person who decides",
}


@pytest.mark.parametrize("name", examples.NAMES)
def test_each_use_case_gets_the_answer_that_its_figures_call_for(name: str) -> None:
    found = {
        use.key: (use.outcome, use.options[0].approach if use.options else None)
        for use in examples.result(name).use_cases
    }
    assert found == ANSWERS[name]
    assert 4 <= len(found) <= 8


@pytest.mark.parametrize(("name", "key"), sorted(FIRST_GET))
def test_what_is_not_yet_says_what_to_get_first(name: str, key: str) -> None:
    use = next(use for use in examples.result(name).use_cases if use.key == key)
    assert any(FIRST_GET[name, key] in line for line in use.first_get)
    assert use.summary.startswith("Not yet. First get: ")


def test_the_five_kinds_of_answer_all_occur() -> None:
    kinds = {answer for answers in ANSWERS.values() for answer in answers.values()}
    assert kinds == {
        ("recommend", "api_prompt"),
        ("recommend", "rag"),
        ("recommend", "small_domain_model"),
        ("classical_model", None),
        ("not_yet", None),
    }


@pytest.mark.parametrize("name", examples.NAMES)
def test_an_organisation_knows_which_regimes_apply_to_it(name: str) -> None:
    regimes = examples.result(name).regimes
    assert {row.regime for row in regimes if row.applies == "yes"} == REGIMES[name]
    assert {row.regime for row in regimes if row.applies == "unknown"} == set()
    assert {row.regime for row in regimes if row.proposed} == PROPOSED[name]


@pytest.mark.parametrize("name", examples.NAMES)
def test_money_stands_in_the_organisations_own_currency_and_is_worth_its_cost(name: str) -> None:
    inputs, result = examples.inputs(name), examples.result(name)
    assert result.currency == inputs.organisation.currency
    for use, found in zip(inputs.use_cases, result.use_cases, strict=True):
        if found.outcome == "recommend":
            assert use.value is not None
            assert found.options[0].npv is not None
            assert found.options[0].npv.p50 > 0, use.key


@pytest.mark.parametrize("name", examples.NAMES)
def test_no_budget_lies_in_the_past(name: str) -> None:
    inputs = examples.inputs(name)
    assert [budget.period for budget in inputs.budgets if budget.period < NOW[name]] == []
    assert len(inputs.budgets) == 4


@pytest.mark.parametrize("name", examples.NAMES)
def test_no_sentence_holds_a_raw_word_of_the_contract(name: str) -> None:
    plain = to_plain(examples.result(name))
    del plain["trace"]
    sentences = set(sentences_of(plain))
    assert len(sentences) > 500
    assert [text for text in sentences if re.search(r"\b[a-z]+_[a-z]", text)] == []


@pytest.mark.parametrize("name", examples.NAMES)
def test_amounts_of_an_answer_carry_their_currency(name: str) -> None:
    result = examples.result(name)
    summaries = [use.summary for use in result.use_cases if use.outcome == "recommend"]
    amount = rf"about [\d,]+ {result.currency} to [\d,]+ {result.currency} over three years"
    assert [text for text in summaries if not re.search(amount, text)] == []


@pytest.mark.parametrize("name", examples.NAMES)
def test_the_first_option_has_three_to_five_reasons(name: str) -> None:
    first = {use.key: use.options[0] for use in examples.result(name).use_cases if use.options}
    assert {
        key: len(option.reasons) for key, option in first.items() if not 3 <= len(option.reasons) <= 5
    } == {}


@pytest.mark.parametrize("name", examples.NAMES)
def test_a_value_without_a_published_figure_names_the_estimate_behind_it(name: str) -> None:
    values = [v for use in examples.result(name).use_cases for option in use.options for v in option.values]
    assert [v.criterion for v in values if not v.facts] == []
    assert {v.answer for v in values if v.criterion == "independence"} <= {None}


@pytest.mark.parametrize("name", examples.NAMES)
def test_a_gate_speaks_for_the_first_option_by_what_it_removes(name: str) -> None:
    """A refusal of others must not read as an objection to what is recommended."""
    first = [use.options[0] for use in examples.result(name).use_cases if use.options]
    gates = [r for option in first for r in option.reasons if r.rule.startswith("gate.")]
    assert gates
    assert [
        r.text for r in gates if r.direction != "for" or not re.search(r" falls? away: [a-z\d]", r.text)
    ] == []


def sentences_of(plain: Any) -> Iterator[str]:
    """Every text of several words."""
    if isinstance(plain, dict):
        for item in plain.values():
            yield from sentences_of(item)
    elif isinstance(plain, list):
        for item in plain:
            yield from sentences_of(item)
    elif isinstance(plain, str) and " " in plain:
        yield plain


def test_a_price_that_is_known_to_change_is_named_with_its_day_and_its_effect() -> None:
    uses = {use.key: use for use in examples.result("hospital-group").use_cases}
    (remark,) = [r for r in uses["policy-assistant"].remarks if r.rule == "remark.price"]

    assert remark.text == (
        "A million input tokens of Gemini 3.8 Flash: 0.75 USD until 2027-01-01, 1.5 USD from then on, in month 2 of the "
        "programme. A million output tokens of Gemini 3.8 Flash: 3.75 USD until 2027-01-01, 7.5 USD from then on, in "
        "month 2 of the programme. Each month is reckoned at the price of its day; that changes the three years by "
        "43,000 USD."
    )
    first = uses["policy-assistant"].options[0]
    lines = {line.key: line for line in first.cost_lines}
    assert [lines[key].amount.likely for key in ("inference", "inference.2027-01-01")] == [39_200, 39_200]
    assert lines["inference.2027-01-01"].item == "Inference: what the prices from 2027-01-01 change"
    assert [(c.fact, c.month) for c in first.price_changes] == [
        ("price.gemini-3-8-flash.in", 2),
        ("price.gemini-3-8-flash.out", 2),
    ]
    assert remark.facts == ("price.gemini-3-8-flash.in", "price.gemini-3-8-flash.out")
    quiet = [use for use in uses.values() if use.options and use.options[0].base_model != "Gemini 3.8 Flash"]
    assert quiet
    assert [r for use in quiet for r in use.remarks if r.rule == "remark.price"] == []


@pytest.mark.parametrize("name", examples.NAMES)
def test_a_benchmark_that_was_not_read_is_unknown(name: str) -> None:
    tests = [
        test
        for use in examples.result(name).use_cases
        for option in use.options
        for test in option.model_tests
        if test.test == "benchmarks"
    ]
    assert tests
    assert {test.passed for test in tests if "No public score was read" in test.because} <= {"unknown", "no"}


def test_a_drawback_is_said_against_an_option_and_never_for_it() -> None:
    said = {
        reason.direction
        for name in examples.NAMES
        for use in examples.result(name).use_cases
        for option in use.options
        for reason in option.reasons
        if "hard to erase" in reason.text
    }
    assert said == {"against"}
