"""Fiscal quarters of the programme: their names, their weeks, and how work and money fall into them."""

from __future__ import annotations

import calendar
import math
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from engine.inputs import Inputs
from engine.plan.spending import SLOWEST_GROWTH, WEEKS_A_YEAR, Span
from engine.rounding import whole

MONTHS = 36
DAYS_A_WEEK = Decimal(7)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The fiscal quarters that the programme touches, from the day of the analysis on.

    `bounds` holds the week in which each quarter starts (0 for the first, which has begun already) and, last,
    the week in which the programme ends.
    """

    as_of: date
    periods: tuple[str, ...]
    bounds: tuple[Decimal, ...]

    @property
    def end(self) -> Decimal:
        return self.bounds[-1]

    def index(self, week: Decimal) -> int:
        """The quarter in which a week lies; the last one for weeks beyond the programme."""
        return max(
            (index for index in range(len(self.periods)) if self.bounds[index] <= week),
            default=len(self.periods) - 1,
        )

    def overlaps(self, start: Decimal, end: Decimal) -> tuple[Decimal, ...]:
        """The weeks of a stretch that fall into each quarter."""
        return tuple(
            max(Decimal(0), min(end, self.bounds[index + 1]) - max(start, self.bounds[index]))
            for index in range(len(self.periods))
        )

    def spread(self, span: Span, begins: Decimal) -> tuple[tuple[Decimal, ...], Decimal]:
        """A span that begins in a week: whole amounts by quarter, and what falls after the programme.

        The parts sum to the rounded amount. A span without length falls into the quarter of its week.
        """
        span = span.begun(begins)
        total, start, end = whole(span.amount), begins + span.start, begins + span.end
        done, parts = Decimal(0), []
        for index in range(len(self.periods)):
            last = index == len(self.periods) - 1
            until = whole(total * passed(span, start, end, self.bounds[index + 1], last))
            parts.append(until - done)
            done = until
        return tuple(parts), total - done

    def week_of(self, day: date) -> Decimal:
        return Decimal((day - self.as_of).days) / DAYS_A_WEEK


def passed(span: Span, start: Decimal, end: Decimal, week: Decimal, inclusive: bool) -> Decimal:
    """The share of a span that is spent by a week. One without length is spent before its week ends."""
    if end <= start:
        return Decimal(start < week or (inclusive and start == week))
    share = min(max((week - start) / (end - start), Decimal(0)), Decimal(1))
    if not span.growth or share in (0, 1):
        return share
    years = float(end - start) / WEEKS_A_YEAR * math.log1p(max(span.growth, SLOWEST_GROWTH))
    return Decimal(str(math.expm1(years * float(share)) / math.expm1(years)))


def calendar_of(inputs: Inputs, as_of: date) -> Calendar:
    """The programme's quarters: every fiscal quarter that 36 months from `as_of` touch."""
    first_month = start_month(inputs)
    end = months_later(as_of, MONTHS)
    periods, days = [quarter_of(as_of, first_month)], [as_of]
    day = as_of
    while day < end:
        day += timedelta(days=1)
        if day.day == 1 and day < end and (name := quarter_of(day, first_month)) != periods[-1]:
            periods.append(name)
            days.append(day)
    bounds = [Decimal((day - as_of).days) / DAYS_A_WEEK for day in (*days, end)]
    return Calendar(as_of, tuple(periods), tuple(bounds))


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


def months_later(day: date, months: int) -> date:
    """The same day of the month some months later; the month's last day where it has no such day."""
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
