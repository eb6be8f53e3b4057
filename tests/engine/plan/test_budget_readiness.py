"""A budget that stops or delays use cases is not called ready."""

from __future__ import annotations

from typing import Any

import pytest

from engine.analyse import analyse
from engine.reading import read_document
from tests.engine.clinic import KNOWLEDGE, TODAY
from tests.engine.examples import document

QUARTERS = [f"{year}-Q{quarter}" for year in (2026, 2027, 2028) for quarter in (1, 2, 3, 4)][3:]


def small_year(stated: dict[str, Any]) -> None:
    stated["organisation"]["annual_ai_budget"] = {"amount": "10000.00", "currency": "EUR"}


def small_quarters(stated: dict[str, Any]) -> None:
    amount = {"amount": "2000.00", "currency": "EUR"}
    stated["organisation"]["annual_ai_budget"] = None
    stated["budgets"] = [{"period": period, "capex": amount, "opex": amount} for period in QUARTERS]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (small_year, "The budget carries no option of 2 use cases: "),
        (small_quarters, "The budgets that are stated carry no start in time of 1 use case: "),
    ],
)
def test_a_budget_that_carries_nothing_is_low(change: Any, said: str) -> None:
    stated = document("manufacturer")
    change(stated)
    inputs = read_document(stated, requirement_ids=KNOWLEDGE.law.requirement_ids())

    item = analyse(inputs, KNOWLEDGE, TODAY).organisation.readiness["budget"]

    assert item.level == "low"
    assert item.because.startswith(said)
