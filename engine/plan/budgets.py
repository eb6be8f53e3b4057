"""What may be spent, and how many people there are: the limits that a portfolio must keep."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from engine.inputs import Budget, Inputs
from engine.money.currency import Exchange
from engine.plan.problem import Floats
from engine.plan.quarters import Calendar
from engine.result import Limit
from engine.trace import Tracer

BANDS: Mapping[str, str] = {
    "<100k": "budget.band.100k",
    "100k-1M": "budget.band.1m",
    "1M-10M": "budget.band.10m",
}
READS = tuple(BANDS.values())


@dataclass(frozen=True, slots=True)
class Cap:
    """A limit on what is taken in some quarters together: one quarter, or what a year leaves to several."""

    limit: Limit
    period: str
    quarters: tuple[int, ...]
    most: Decimal
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Budgets:
    """Every cap, the budget stated for each quarter, and the own people who build (None: not answered)."""

    caps: tuple[Cap, ...]
    stated: Mapping[str, Budget]
    people: Decimal | None

    def use(self, capex: Floats, opex: Floats, people: Floats) -> Floats:
        """What amounts by quarter (…, Q) take of each cap (…, C)."""
        taken: Mapping[Limit, Floats] = {
            "capex": capex,
            "opex": opex,
            "money": capex + opex,
            "people": people,
        }
        columns = [taken[cap.limit][..., list(cap.quarters)].sum(axis=-1) for cap in self.caps]
        return np.stack(columns, axis=-1) if columns else np.zeros((*capex.shape[:-1], 0))

    def limits(self, money: float = 1.0) -> Floats:
        """The caps as numbers, those of money times a factor."""
        return np.array([float(cap.most) * (1.0 if cap.limit == "people" else money) for cap in self.caps])


def budgets(inputs: Inputs, calendar: Calendar, exchange: Exchange, tracer: Tracer) -> Budgets:
    """The limits that the organisation answered. What is not answered does not limit.

    A quarter with a budget of its own keeps to it. The others of a fiscal year share a quarter of the yearly
    budget each. Own people limit what is built at once; where there are none, a partner builds.
    """
    caps: list[Cap] = []
    stated = {budget.period: budget for budget in inputs.budgets}
    for index, period in enumerate(calendar.periods):
        if period in stated:
            at = f"/budgets/{inputs.budgets.index(stated[period])}"
            caps += quarter_caps(stated[period], index, at, exchange)
    closed = {cap.period for cap in caps if cap.limit == "money"}
    open_by_year: dict[str, list[int]] = {}
    for index, period in enumerate(calendar.periods):
        if period not in closed:
            open_by_year.setdefault(period.split("-")[0], []).append(index)
    yearly, answer = yearly_budget(inputs, exchange, tracer)
    if yearly is not None:
        for year, quarters in open_by_year.items():
            committed = sum(
                (
                    exchange.of(budget.committed)
                    for index in quarters
                    if (budget := stated.get(calendar.periods[index])) is not None and budget.committed
                ),
                Decimal(0),
            )
            most = max(Decimal(0), yearly * len(quarters) / 4 - committed)
            caps.append(Cap("money", year, tuple(quarters), most, (answer,)))
    engineers = inputs.organisation.ml_engineers
    people = None if engineers is None else Decimal(engineers)
    if people:
        caps += [
            Cap("people", period, (index,), people, ("/organisation/ml_engineers",))
            for index, period in enumerate(calendar.periods)
        ]
    return Budgets(tuple(caps), stated, people)


def quarter_caps(budget: Budget, index: int, at: str, exchange: Exchange) -> list[Cap]:
    """The caps of a quarter's own budget: what may be invested, what running may cost, and both less the committed."""
    caps = []
    if budget.capex is not None:
        caps.append(Cap("capex", budget.period, (index,), exchange.of(budget.capex), (f"{at}/capex",)))
    if budget.opex is not None:
        caps.append(Cap("opex", budget.period, (index,), exchange.of(budget.opex), (f"{at}/opex",)))
    if budget.capex is not None and budget.opex is not None:
        committed = exchange.of(budget.committed) if budget.committed else Decimal(0)
        most = max(Decimal(0), exchange.of(budget.capex) + exchange.of(budget.opex) - committed)
        caps.append(
            Cap(
                "money",
                budget.period,
                (index,),
                most,
                tuple(f"{at}/{part}" for part in ("capex", "opex", "committed")),
            )
        )
    return caps


def yearly_budget(inputs: Inputs, exchange: Exchange, tracer: Tracer) -> tuple[Decimal | None, str]:
    """The yearly budget in the result's currency, or the most of its band; and the answer behind it."""
    org = inputs.organisation
    if org.annual_ai_budget is not None:
        return exchange.of(org.annual_ai_budget), "/organisation/annual_ai_budget"
    if org.annual_ai_budget_band is not None and org.annual_ai_budget_band in BANDS:
        band = tracer.likely(BANDS[org.annual_ai_budget_band])
        return exchange.usd(band), "/organisation/annual_ai_budget_band"
    return None, "/organisation/annual_ai_budget"
