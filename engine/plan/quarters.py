"""Fiscal quarters: their names, when they start, and what may be spent in each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

from engine.facts import Knowledge
from engine.inputs import Inputs
from engine.money.currency import Exchange

QUARTERS = 12
BANDS: Mapping[str, str] = {
    "<100k": "budget.band.100k",
    "100k-1M": "budget.band.1m",
    "1M-10M": "budget.band.10m",
}


def start_month(inputs: Inputs) -> int:
    """The month in which the fiscal year starts; January where it is not answered."""
    start = inputs.organisation.fiscal_year_start
    if start is None:
        return 1
    return int(start) if isinstance(start, int) else int(str(start)[:2])


def quarter_of(day: date, first_month: int) -> str:
    """The fiscal quarter of a day. A fiscal year bears the calendar year in which it ends."""
    passed = (day.month - first_month) % 12
    year = day.year + (1 if first_month > 1 and day.month >= first_month else 0)
    return f"{year}-Q{passed // 3 + 1}"


def quarters_from(as_of: date, first_month: int) -> tuple[str, ...]:
    """The quarters of the programme, the one of `as_of` first."""
    found: list[str] = []
    day = as_of
    while len(found) < QUARTERS:
        name = quarter_of(day, first_month)
        if name not in found:
            found.append(name)
        day += timedelta(days=28)
    return tuple(found)


def available(
    inputs: Inputs, periods: tuple[str, ...], exchange: Exchange, knowledge: Knowledge, as_of: date
) -> dict[str, Decimal | None]:
    """What may be spent in each quarter: the answered quarter, else a quarter of the yearly budget, else unknown."""
    org = inputs.organisation
    yearly: Decimal | None = None
    if org.annual_ai_budget is not None:
        yearly = exchange.of(org.annual_ai_budget)
    elif org.annual_ai_budget_band is not None and org.annual_ai_budget_band in BANDS:
        yearly = exchange.usd(knowledge.at(BANDS[org.annual_ai_budget_band], as_of).likely or Decimal(0))
    stated = {}
    for budget in inputs.budgets:
        parts = [budget.capex, budget.opex]
        if any(part is not None for part in parts):
            whole = sum((exchange.of(part) for part in parts if part is not None), Decimal(0))
            stated[budget.period] = whole - (exchange.of(budget.committed) if budget.committed else 0)
    return {
        period: stated.get(period, None if yearly is None else (yearly / 4).quantize(Decimal(1)))
        for period in periods
    }
