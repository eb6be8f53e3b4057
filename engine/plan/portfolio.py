"""Which use cases the budgets carry: greedy by value for money, quarter by quarter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from engine.facts import Knowledge
from engine.inputs import Inputs
from engine.money.currency import Exchange
from engine.plan.chosen import Chosen
from engine.plan.quarters import available, quarter_of, quarters_from, start_month
from engine.result import LeftOut, PortfolioResult, QuarterSpend
from engine.rounding import about
from engine.trace import Tracer

WEEKS_A_QUARTER = Decimal(13)


def portfolio(
    inputs: Inputs,
    chosen: Sequence[Chosen],
    exchange: Exchange,
    knowledge: Knowledge,
    as_of: date,
    tracer: Tracer,
) -> PortfolioResult:
    """Take use cases in the order of value for money while every quarter's budget carries them.

    An unanswered budget carries everything. Quarters show spend beside what is available.
    """
    first = start_month(inputs)
    periods = quarters_from(as_of, first)
    means = available(inputs, periods, exchange, knowledge, as_of)
    spent = dict.fromkeys(periods, Decimal(0))
    invested = dict.fromkeys(periods, Decimal(0))
    taken: list[str] = []
    left: list[LeftOut] = []
    lost = Decimal(0)
    for item in sorted(chosen, key=lambda one: (-worth_of(one), one.key)):
        if item.estimate is None:
            left.append(LeftOut(use_case=item.key, because=why_left(item)))
            continue
        build = build_of(item, periods)
        cash = cash_of(item, periods)
        short = [p for p in periods if (cap := means[p]) is not None and spent[p] + cash[p] > cap]
        if short:
            cap = means[short[0]]
            text = f"{short[0]} holds {cap:,.0f} {exchange.code}; with it, about {about(spent[short[0]] + cash[short[0]])} would be spent."
            left.append(LeftOut(use_case=item.key, because=text))
            tracer.fired("portfolio.budget", text, ("/budgets", "/organisation/annual_ai_budget"))
            lost += max(item.estimate.npv.p50, Decimal(0)) if item.estimate.npv else Decimal(0)
            continue
        taken.append(item.key)
        for period in periods:
            spent[period] += cash[period]
            invested[period] += build[period]
    tracer.origin(
        "/portfolio/quarters/*/spend",
        "estimate",
        answers=("/budgets",),
        how="Likely build cost over its weeks, then the likely monthly run cost.",
    )
    return PortfolioResult(
        chosen=tuple(item.key for item in chosen if item.key in taken),
        left=tuple(left),
        value_lost_to_cap=lost if any(item.estimate and item.estimate.npv for item in chosen) else None,
        quarters=tuple(
            QuarterSpend(
                period=p,
                spend=spent[p],
                available=means[p],
                capex=invested[p],
                opex=spent[p] - invested[p],
                capex_available=None,
                opex_available=None,
                committed=None,
                people=Decimal(0),
                people_available=None,
            )
            for p in periods
        ),
    )


def worth_of(item: Chosen) -> float:
    """Median net value for each unit of median cost; use cases without an answered value come last."""
    if item.estimate is None or item.estimate.npv is None:
        return float("-inf")
    return float(item.estimate.npv.p50) / max(1.0, float(item.estimate.cost.p50))


def build_of(item: Chosen, periods: Sequence[str]) -> Mapping[str, Decimal]:
    """Likely build cost in each quarter, evenly over its weeks."""
    assert item.estimate is not None
    share = item.estimate.build.likely / max(Decimal(1), item.estimate.weeks.likely)
    cash = {}
    remaining = item.estimate.weeks.likely
    for period in periods:
        building = min(remaining, WEEKS_A_QUARTER)
        remaining -= building
        cash[period] = (share * building).quantize(Decimal(1))
    return cash


def cash_of(item: Chosen, periods: Sequence[str]) -> Mapping[str, Decimal]:
    """Likely spend in each quarter: the build evenly over its weeks, then what running costs."""
    assert item.estimate is not None
    months = item.estimate.fixed_per_month
    daily = Decimal(item.case.use_case.requests_per_day or 0) * item.estimate.per_request
    running = months * 3 + daily * Decimal("91.25")
    share = item.estimate.build.likely / max(Decimal(1), item.estimate.weeks.likely)
    cash = {}
    remaining = item.estimate.weeks.likely
    for period in periods:
        building = min(remaining, WEEKS_A_QUARTER)
        remaining -= building
        cash[period] = (share * building + running * (1 - building / WEEKS_A_QUARTER)).quantize(Decimal(1))
    return cash


def why_left(item: Chosen) -> str:
    if item.outcome == "classical_model":
        return "No language model is indicated; plan it as a classical model."
    return "Not yet: " + (item.first_get[0] if item.first_get else "an answer is still missing.")


def starts_in(as_of: date, week: Decimal, first_month: int) -> str:
    """The fiscal quarter of a week of the programme."""
    return quarter_of(as_of + timedelta(weeks=float(week)), first_month)
