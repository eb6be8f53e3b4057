"""Where the money numbers of a use case come from, for the trace."""

from __future__ import annotations

from collections.abc import Iterable

from engine.money.account import Accounts
from engine.trace import Tracer

HOW = {
    "cost": "10th, 50th and 90th percentile of 10,000 simulated totals over 36 months.",
    "capex": "The same draws, invested part.",
    "opex": "The same draws, running part.",
    "stages": "The same draws, by stage: one training job, the programme, the run.",
    "years": "The same draws, by year of the programme.",
    "cost_lines": "Each line's own facts and answers stand beside it.",
    "price_changes": "The values that the price book holds for later days, or an own price of a later day.",
    "npv": "Answered value less cost, discounted, over the same draws; value counts from first use.",
    "payback": "The first month by whose end the value has paid the cost, over the same draws.",
    "loss": "Share of the draws whose net present value is below zero.",
    "over_budget": "Share of the draws whose dearest year takes more than the yearly budget.",
    "break_even": "The volume at which both options' totals are equal; its band over 400 draws.",
    "drivers": "The median of 2,000 draws with one input held at its low, then at its high.",
    "training": "Formulas of the estimator (docs/estimator.md) over the same draws.",
    "serving": "Formulas of the estimator (docs/estimator.md) over the same draws.",
}
MORE_ANSWERS = {
    "npv": "value",
    "payback": "value",
    "loss": "value",
}


def note_money(index: int, money: Accounts, tracer: Tracer) -> None:
    """Note the origin of every money number of the use case at an index."""
    lines = [line for option in money.options for line in option.cost_lines]
    facts = distinct(fact for line in lines for fact in line.facts)
    answers = distinct(answer for line in lines for answer in line.answers)
    for name, how in HOW.items():
        asked = [*answers, f"/use_cases/{index}/{MORE_ANSWERS[name]}"] if name in MORE_ANSWERS else answers
        extra = ("money.discount", "value.ramp") if name in MORE_ANSWERS else ()
        if name == "over_budget":
            asked = [*answers, "/organisation/annual_ai_budget"]
        pointer = f"/use_cases/{index}/options/*/{name}"
        tracer.origin(pointer, "estimate", answers=asked, facts=distinct([*facts, *extra]), how=how)


def distinct(words: Iterable[str]) -> list[str]:
    return sorted(set(words))
