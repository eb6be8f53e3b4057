"""The roadmap of a stored result as the chart takes it: exact weeks, quarters and ticks."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from engine.plan.quarters import quarter_of
from reports.charts import Bar, Mark, Quarter, Row
from reports.plan import gantt_of, quarter_days, week_of

PHASE = {"weeks": {"low": "2", "likely": "4", "high": "6"}, "use_case": "a", "after": []}
RESULT: dict[str, Any] = {
    "as_of": "2026-11-20",
    "currency": "EUR",
    "roadmap": {
        "phases": [
            {**PHASE, "id": "p1", "name": "Build", "start_week": "0"},
            {**PHASE, "id": "p2", "name": "Pilot", "start_week": "4", "after": ["p1"]},
        ],
        "gates": [{"id": "g", "name": "Contract", "week": "4", "before": "p2"}],
        "tasks": [
            {
                "id": "t", "use_case": "a", "text": "GDPR Art. 28(3): sign it", "closes": ["GDPR Art. 28(3)"],
                "start_week": "1", "blocker": True,
                "days": {"low": "3", "likely": "5", "high": "10"},
            }
        ],
        "critical_path": ["p1"],
        "cash": [
            {"period": "2026-Q4", "spend": "90000", "available": None},
            {"period": "2027-Q1", "spend": "130000", "available": "150000"},
            {"period": "2028-Q1", "spend": "0", "available": "150000"},
        ],
    },
}  # fmt: skip


def test_phases_gates_and_tasks_become_bars_and_marks() -> None:
    plan = gantt_of(RESULT, {"a": "Assistant", "b": "Not planned"}, "01-01")
    assert plan.rows == (
        Row("Assistant", group=True),
        Row("Build", bars=(Bar(id="p1", start=0, end=4, high=6, critical=True),)),
        Row("Pilot", bars=(Bar(id="p2", start=4, end=8, high=10, after=("p1",)),), marks=(Mark(4, "p2", "Contract"),)),
        Row("sign it", bars=(Bar(id="t", start=1, end=2, high=3, compliance=True, blocker=True),)),
    )  # fmt: skip
    assert plan.weeks == 10


def test_tasks_that_block_nothing_are_one_bar() -> None:
    task = {**RESULT["roadmap"]["tasks"][0], "blocker": False}
    tasks = [{**task, "id": "t1"}, {**task, "id": "t2", "start_week": "3"}]
    plan = gantt_of({**RESULT, "roadmap": {**RESULT["roadmap"], "tasks": tasks}}, {"a": "Assistant"}, "01-01")
    joint = Bar(id="a/compliance", start=1, end=4, high=5, compliance=True)
    assert plan.rows[3:] == (Row("Other compliance work (2)", bars=(joint,)),)


def test_quarters_lie_where_their_days_lie_and_far_ones_are_left_out() -> None:
    plan = gantt_of(RESULT, {"a": "Assistant"}, "01-01")
    assert plan.quarters == (
        Quarter(start=-50 / 7, end=42 / 7, label="Q4 FY2026", spend=90000, available=None, text="€0.090m"),
        Quarter(start=42 / 7, end=132 / 7, label="Q1 FY2027", spend=130000, available=150000, text="€0.13m"),
    )
    assert plan.ticks == ((11 / 7, "Dec 2026"), (42 / 7, "Jan 2027"))


@pytest.mark.parametrize(
    ("period", "fiscal", "days"),
    [
        ("2027-Q1", "01-01", (date(2027, 1, 1), date(2027, 4, 1))),
        ("2027-Q4", "01-01", (date(2027, 10, 1), date(2028, 1, 1))),
        ("2027-Q1", "04-01", (date(2026, 4, 1), date(2026, 7, 1))),
        ("2027-Q4", "04-01", (date(2027, 1, 1), date(2027, 4, 1))),
        ("2027-Q2", "10", (date(2027, 1, 1), date(2027, 4, 1))),
    ],
)
def test_a_fiscal_quarter_follows_the_fiscal_year(period: str, fiscal: str, days: tuple[date, date]) -> None:
    assert quarter_days(period, fiscal) == days


@pytest.mark.parametrize("month", [1, 4, 7, 10])
def test_the_picture_names_quarters_as_the_engine_does(month: int) -> None:
    for day in (date(2026, 1, 1), date(2026, 5, 15), date(2026, 12, 31)):
        first, following = quarter_days(quarter_of(day, month), f"{month:02}-01")
        assert first <= day < following


def test_weeks_count_from_the_day_of_the_analysis() -> None:
    assert week_of(date(2026, 11, 20), "1.5") == date(2026, 11, 30)
