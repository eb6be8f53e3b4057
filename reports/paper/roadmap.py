"""The roadmap: the plan as a picture on a page on its side, then its gates, phases and quarters as tables."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from reports import words
from reports.charts import gantt_chart
from reports.paper.answer import first_live
from reports.paper.material import Json, Material, picture, small_start
from reports.plan import gantt_of, parts

MOST_BARS, MOST_PAGES = 28, 8
TALL = {"A4": 500, "Letter": 520}
ROW_TALL = 24.0
MONTHS = ("January", "February", "March", "April", "May", "June",
          "July", "August", "September", "October", "November", "December")  # fmt: skip


def roadmap(paper: Material) -> dict[str, Any]:
    """The context of the section; without a plan, the reason why there is none."""
    plan = paper.result["roadmap"]
    if not plan["phases"]:
        return {"charts": [], "why": why_none(paper)}
    cash = words.unit_of_column(row["spend"] for row in plan["cash"])
    gates = sorted(plan["gates"], key=lambda gate: Decimal(gate["week"]))
    return {
        "title": title(paper),
        "charts": charts(paper),
        "source": paper.source(
            "Weeks are likely ones; the whisker ends at the latest plausible one. "
            f"Fiscal years start in {fiscal_month(paper)}."
        ),
        "gates_title": gates_title(paper, gates),
        "gates": [gate_row(paper, gate) for gate in gates],
        "quarters": [quarter_row(paper, row, cash) for row in plan["cash"]],
        "launches": [launch_row(paper, row) for row in plan.get("launches") or []],
    }


def why_none(paper: Material) -> str:
    if paper.recommended:
        return "no budget carries a recommended use case, so no work is planned"
    return "no option is recommended, so no work is planned"


def title(paper: Material) -> str:
    live = first_live(paper)
    gates = words.count(len(paper.result["roadmap"]["gates"]), "gate")
    if live is None:
        return f"{gates.capitalize()} lie on the way; no launch is dated yet"
    item, week = live
    return f"{words.short(item['name'], 4)} goes live first, in {paper.month_of(week)}; {gates} can stop the work"


def gates_title(paper: Material, gates: list[Json]) -> str:
    first = gates[0]
    return (
        f"{words.spelled(len(gates)).capitalize()} gate{'s' if len(gates) > 1 else ''} decide{'' if len(gates) > 1 else 's'} "
        f"over the money; the first is due in {paper.month_of(first['week'])}"
    )


def fiscal_start(paper: Material) -> str:
    """Month and day on which the fiscal year starts, as answered; January where it is not."""
    organisation = paper.document.get("organisation") or {}
    return str(organisation.get("fiscal_year_start") or "01-01")


def fiscal_month(paper: Material) -> str:
    return MONTHS[int(fiscal_start(paper)[:2]) - 1]


def charts(paper: Material) -> list[str]:
    """The Gantt, in parts that fit a page."""
    whole = gantt_of(paper.result, paper.names, fiscal_start(paper))
    pages = parts(whole, MOST_BARS)[:MOST_PAGES]
    size = paper.header["page_size"]
    end = paper.month_of(str(whole.weeks))
    return [
        picture(
            gantt_chart(
                page,
                title=f"Plan of {words.count(sum(row.group for row in page.rows), 'use case')} in "
                f"{words.count(sum(len(row.bars) for row in page.rows), 'bar')}, from "
                f"{words.day(paper.result['as_of'])} to {end} at the latest",
                width=paper.wide,
                height=TALL[size],
                row_most=ROW_TALL,
                name=f"gantt{number}",
            )
        )
        for number, page in enumerate(pages)
    ]


def gate_row(paper: Material, gate: Json) -> Mapping[str, Any]:
    return {
        "use_case": words.short(paper.names[gate["use_case"]]),
        "name": gate["name"],
        "date": paper.month_of(gate["week"]),
        "when": [condition(paper, text) for text in gate["passes_when"]],
    }


def condition(paper: Material, text: str) -> str:
    """What opens a gate, without the ids of the duties that it closes."""
    done = text.removeprefix("Done: ")
    said = done
    for task in paper.result["roadmap"]["tasks"]:
        for duty in task["closes"]:
            said = said.removeprefix(f"{duty}: ")
    return text if done == text else f"Done: {small_start(said)}"


def quarter_row(paper: Material, row: Json, unit: str) -> Mapping[str, Any]:
    spend, available = Decimal(row["spend"]), row["available"]
    return {
        "period": words.quarter(row["period"]),
        "spend": words.money(spend, paper.currency, unit),
        "available": "not answered" if available is None else words.money(available, paper.currency, unit),
        "left": "–" if available is None else words.money(Decimal(available) - spend, paper.currency, unit),
    }


def launch_row(paper: Material, row: Json) -> Mapping[str, Any]:
    """When a use case goes live, beside its deadline."""
    week, deadline = row["week"], row["deadline_week"]
    return {
        "use_case": words.short(paper.names[row["use_case"]]),
        "likely": paper.month_of(week["likely"]),
        "range": f"{paper.month_of(week['low'])} to {paper.month_of(week['high'])}",
        "deadline": "none answered" if deadline is None else paper.month_of(deadline),
        "chance": "–" if row["chance"] is None else words.percent(row["chance"]),
    }
