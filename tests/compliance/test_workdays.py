"""Business days and months, by hand on a calendar."""

from __future__ import annotations

from datetime import date

import pytest

from compliance.workdays import after_business_days, months_after

FRIDAY = date(2026, 11, 27)
CHRISTMAS = (date(2026, 12, 25), date(2026, 12, 28))


@pytest.mark.parametrize(
    ("days", "off", "due"),
    [
        (0, (), FRIDAY),
        (1, (), date(2026, 11, 30)),
        (5, (), date(2026, 12, 4)),
        (10, (), date(2026, 12, 11)),
        (20, (), date(2026, 12, 25)),
        (20, CHRISTMAS, date(2026, 12, 29)),
    ],
)
def test_saturdays_sundays_and_days_off_do_not_count(days: int, off: tuple[date, ...], due: date) -> None:
    assert after_business_days(FRIDAY, days, off) == due


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2026, 11, 24), 1, date(2026, 12, 24)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 12, 31), 12, date(2027, 12, 31)),
        (date(2026, 1, 31), 36, date(2029, 1, 31)),
    ],
)
def test_months_end_on_the_same_day_or_on_the_last(start: date, months: int, end: date) -> None:
    assert months_after(start, months) == end
