"""The three shipped organisations: each use case gets the answer that its figures call for."""

from __future__ import annotations

import pytest

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
