"""From a stored result to the picture of its plan: rows of the Gantt, gates, cash per fiscal quarter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from reports import words
from reports.charts import Bar, Gantt, Mark, Quarter, Row

DAYS_A_WEEK = Decimal(5)
MOST_TICKS = 14
MOST_ALONE = 8
"""Tasks of one use case that get a line of their own; the rest share one."""


def gantt_of(result: Mapping[str, Any], names: Mapping[str, str], fiscal_year_start: str) -> Gantt:
    """The plan as the chart takes it. `names` are the use cases' names by key; weeks count from `as_of`."""
    roadmap = result["roadmap"]
    critical = set(roadmap["critical_path"])
    rows: list[Row] = []
    for key, name in names.items():
        mine = [
            _phase(phase, roadmap["gates"], critical)
            for phase in roadmap["phases"]
            if phase["use_case"] == key
        ]
        mine += _tasks(key, [task for task in roadmap["tasks"] if task["use_case"] == key], critical)
        if mine:
            rows += [Row(words.short(name), group=True), *mine]
    weeks = max((bar.high for row in rows for bar in row.bars), default=1.0)
    start = date.fromisoformat(result["as_of"])
    return Gantt(
        rows=tuple(rows),
        quarters=tuple(_quarters(roadmap["cash"], start, weeks, fiscal_year_start, result["currency"])),
        ticks=tuple(_ticks(start, weeks)),
        weeks=weeks,
    )


def week_of(start: date, week: str | Decimal) -> date:
    """The day on which a week of the plan begins."""
    return start + timedelta(days=float(week) * 7)


def _phase(phase: Mapping[str, Any], gates: list[Mapping[str, Any]], critical: set[str]) -> Row:
    start = float(phase["start_week"])
    bar = Bar(
        id=phase["id"],
        start=start,
        end=start + float(phase["weeks"]["likely"]),
        high=start + float(phase["weeks"]["high"]),
        critical=phase["id"] in critical,
        after=tuple(phase["after"]),
    )
    marks = [
        Mark(week=float(gate["week"]), before=phase["id"], name=gate["name"])
        for gate in gates
        if gate["before"] == phase["id"]
    ]
    return Row(phase["name"], bars=(bar,), marks=tuple(marks))


def _tasks(key: str, tasks: list[Mapping[str, Any]], critical: set[str]) -> list[Row]:
    """What blocks a launch or lies on the critical path, each on its line; the rest of the work as one bar."""
    alone = [task for task in tasks if task["blocker"] or task["id"] in critical][:MOST_ALONE]
    rows = [_task(task, critical) for task in alone]
    others = [_task(task, critical).bars[0] for task in tasks if task not in alone]
    if others:
        joint = Bar(
            id=f"{key}/compliance",
            start=min(bar.start for bar in others),
            end=max(bar.end for bar in others),
            high=max(bar.high for bar in others),
            compliance=True,
        )
        rows.append(Row(f"Other compliance work ({len(others)})", bars=(joint,)))
    return rows


def _task(task: Mapping[str, Any], critical: set[str]) -> Row:
    start = float(task["start_week"])
    bar = Bar(
        id=task["id"],
        start=start,
        end=start + float(Decimal(task["days"]["likely"]) / DAYS_A_WEEK),
        high=start + float(Decimal(task["days"]["high"]) / DAYS_A_WEEK),
        critical=task["id"] in critical,
        compliance=True,
        blocker=task["blocker"],
    )
    return Row(words.short(work(task)), bars=(bar,))


def work(task: Mapping[str, Any]) -> str:
    """What a task asks, without the ids of the duties that it closes."""
    text: str = task["text"]
    for duty in task["closes"]:
        text = text.removeprefix(f"{duty}: ")
    return text


def parts(plan: Gantt, most: int) -> list[Gantt]:
    """The plan in parts of at most `most` rows where it is longer, broken between use cases where that is possible."""
    groups: list[list[Row]] = []
    for row in plan.rows:
        if row.group or not groups or len(groups[-1]) >= most:
            groups.append([])
        groups[-1].append(row)
    pages: list[list[Row]] = []
    for group in groups:
        if not pages or len(pages[-1]) + len(group) > most:
            pages.append([])
        pages[-1] += group
    return [replace(plan, rows=tuple(rows)) for rows in pages]


def _quarters(
    cash: list[Mapping[str, Any]], start: date, weeks: float, fiscal_year_start: str, currency: str
) -> list[Quarter]:
    unit = words.unit_of(item["spend"] for item in cash)
    found = []
    for item in cash:
        begins, ends = quarter_days(item["period"], fiscal_year_start)
        first, last = ((day - start).days / 7 for day in (begins, ends))
        if last > 0 and first < weeks:
            available = item["available"]
            found.append(
                Quarter(
                    start=first,
                    end=last,
                    label=words.quarter(item["period"]),
                    spend=float(item["spend"]),
                    available=None if available is None else float(available),
                    text=words.money(item["spend"], currency, unit),
                )
            )
    return found


def quarter_days(period: str, fiscal_year_start: str) -> tuple[date, date]:
    """First day of a fiscal quarter like 2027-Q1 and of the next one.

    A fiscal year bears the calendar year in which it ends; its quarters start on the first of a month.
    """
    year, quarter = (int(part) for part in period.split("-Q"))
    month = int(fiscal_year_start.split("-")[0])
    months = [12 * (year - (month > 1)) + month - 1 + 3 * (quarter - 1 + step) for step in (0, 1)]
    first, following = (date(passed // 12, passed % 12 + 1, 1) for passed in months)
    return first, following


def _ticks(start: date, weeks: float) -> list[tuple[float, str]]:
    """The first of each month along the top, thinned out where the plan is long."""
    months: list[tuple[float, str]] = []
    day = date(start.year, start.month, 1)
    while True:
        day = date(day.year + day.month // 12, day.month % 12 + 1, 1)
        week = (day - start).days / 7
        if week >= weeks:
            break
        months.append((week, words.month(day)))
    return months[:: len(months) // MOST_TICKS + 1]
