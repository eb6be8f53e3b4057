"""Money over time: what spans cost by fiscal quarter, and what that is worth today."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from engine.plan.quarters import Calendar
from engine.plan.spending import SLOWEST_GROWTH, WEEKS_A_YEAR, Span


@dataclass(frozen=True, slots=True)
class Cash:
    """Whole amounts by fiscal quarter, and what falls after the programme."""

    capex: tuple[Decimal, ...]
    opex: tuple[Decimal, ...]
    later: Decimal

    @property
    def total(self) -> Decimal:
        """What falls within the programme."""
        return sum((*self.capex, *self.opex), Decimal(0))


def cash_of(spans: Iterable[Span], start: Decimal, calendar: Calendar) -> Cash:
    """What spans cost by quarter when they begin in a week of the programme."""
    kinds = {kind: [Decimal(0)] * len(calendar.periods) for kind in ("capex", "opex")}
    later = Decimal(0)
    for span in spans:
        parts, after = calendar.spread(span, start)
        kinds[span.kind] = [one + other for one, other in zip(kinds[span.kind], parts, strict=True)]
        later += after
    return Cash(tuple(kinds["capex"]), tuple(kinds["opex"]), later)


def worth_today(spans: Sequence[Span], start: Decimal, end: Decimal, rate: float) -> float:
    """What spans cost in money of today, as far as they fall before `end` (a week), at a yearly discount rate."""
    total, fall = 0.0, math.log1p(rate) / WEEKS_A_YEAR
    for span in (one.begun(start) for one in spans):
        first, last = float(start + span.start), float(start + span.end)
        if last <= first:
            total += float(span.amount) * math.exp(-fall * first) if first <= end else 0.0
            continue
        rise = math.log1p(max(span.growth, SLOWEST_GROWTH)) / WEEKS_A_YEAR
        whole = integral(rise, 0.0, last - first)
        within = integral(rise - fall, 0.0, max(0.0, min(last, float(end)) - first))
        total += float(span.amount) * math.exp(-fall * first) * within / whole
    return total


def discounted_weeks(first: float, last: float, rate: float) -> float:
    """The weeks of a stretch, each discounted to today."""
    return integral(-math.log1p(rate) / WEEKS_A_YEAR, first, max(first, last))


def integral(force: float, first: float, last: float) -> float:
    """The integral of e^(force · t) over a stretch."""
    if abs(force) < 1e-12:
        return last - first
    return (math.exp(force * last) - math.exp(force * first)) / force
