"""A clinic's wing with four use cases, analysed once; and its plan again where only the plan's own answers change.

“a” summarises and “b” writes letters with a prompted model, “c” answers with retrieval, “d” states no value.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from engine.case import cases
from engine.inputs import Inputs
from engine.money.currency import exchange
from engine.plan.chosen import Chosen
from engine.plan.portfolio import Plan, portfolio
from engine.plan.readiness import readiness
from engine.plan.risks import risks
from engine.plan.roadmap import roadmap
from engine.reading import read_document
from engine.result import OrganisationResult, Pick, PortfolioResult, Result, Risk, Roadmap
from engine.trace import Tracer
from tests.engine import clinic
from tests.engine.clinic import KNOWLEDGE, TODAY

Change = Callable[[dict[str, Any]], object]
QUARTERS = ("2026-Q4", "2027-Q1", "2027-Q2", "2027-Q3", "2027-Q4")


def worth(amount: int) -> dict[str, Any]:
    return {"likely": {"amount": f"{amount}.00", "currency": "USD"}}


def wing(document: dict[str, Any]) -> None:
    first = document["use_cases"][0]
    first |= {"value": worth(900_000), "deadline_months": 9}
    letters, search, notes = (copy.deepcopy(first) for _ in range(3))
    letters |= {"key": "b", "name": "Letters", "task_type": "generation_style", "value": worth(400_000)}
    search |= {"key": "c", "name": "Search", "task_type": "knowledge_qa", "value": worth(600_000)}
    search |= {"citations_required": True, "knowledge_change_rate": "weekly"}
    notes |= {"key": "d", "name": "Notes"}
    del notes["value"], notes["deadline_months"]
    document["use_cases"] += [letters, search, notes]


@cache
def analysed() -> Result:
    return clinic.result(wing)


@dataclass(frozen=True)
class Planned:
    inputs: Inputs
    chosen: tuple[Chosen, ...]
    plan: Plan
    roadmap: Roadmap
    tracer: Tracer

    @property
    def result(self) -> PortfolioResult:
        return self.plan.result

    @property
    def readiness(self) -> OrganisationResult:
        """The readiness of the organisation, with the regimes as they were analysed."""
        return readiness(self.inputs, self.chosen, self.plan, analysed().regimes, self.tracer)

    @property
    def risks(self) -> dict[str, Risk]:
        return {risk.id: risk for risk in risks(self.chosen, KNOWLEDGE, self.tracer)}

    def pick(self, key: str) -> Pick:
        return next(pick for pick in self.result.picks if pick.use_case == key)

    def left(self, key: str) -> tuple[str, str]:
        """The kind and the words of why a use case is left out."""
        return next((left.kind, left.because) for left in self.result.left if left.use_case == key)


def planned(*changes: Change) -> Planned:
    """The plan of the wing after changes of what the plan alone reads: budgets, people, pins, order, deadlines."""
    document = copy.deepcopy(clinic.DOCUMENT)
    for change in (wing, *changes):
        change(document)
    inputs = read_document(document)
    tracer = Tracer(KNOWLEDGE, TODAY)
    chosen = tuple(
        Chosen(case=case, answer=answer)
        for case, answer in zip(cases(inputs, TODAY), analysed().use_cases, strict=True)
    )
    plan = portfolio(inputs, chosen, exchange(inputs, tracer), tracer)
    return Planned(inputs, chosen, plan, roadmap(plan, chosen, KNOWLEDGE, tracer), tracer)


def use(key: str, **fields: Any) -> Change:
    """Answers of one use case."""

    def change(document: dict[str, Any]) -> None:
        next(row for row in document["use_cases"] if row["key"] == key).update(fields)

    return change


def people(count: int | None) -> Change:
    return lambda document: document["organisation"].update(ml_engineers=count)


def yearly(amount: int | None) -> Change:
    def change(document: dict[str, Any]) -> None:
        document["organisation"]["annual_ai_budget"] = (
            None if amount is None else {"amount": f"{amount}.00", "currency": "USD"}
        )

    return change


def quarterly(capex: int, opex: int, committed: int = 0, periods: tuple[str, ...] = QUARTERS) -> Change:
    """The same budget in each of some quarters."""
    money = {
        name: {"amount": f"{amount}.00", "currency": "USD"}
        for name, amount in (("capex", capex), ("opex", opex), ("committed", committed))
    }
    return lambda document: document.update(budgets=[{"period": period, **money} for period in periods])
