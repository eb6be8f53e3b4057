"""The board paper, first edition: from a stored result to the PDF's bytes.

Everything printed comes from the report's header and the run's result, so the same report row gives the
same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from reports import fonts, words
from reports.charts import gantt_chart, heat_map, option_matrix, range_chart
from reports.charts.grids import HeatCell, Standing
from reports.charts.ranges import RangeRow
from reports.plan import gantt_of
from reports.render import render_pdf

MOST_OPTIONS = 6
MOST_FINDINGS = 14
MOST_FACTS = 70
MOST_BARS = 26
UNITS = {"m": 1_000_000, "k": 1_000, "": 1}
LETTERS: Sequence[tuple[Literal["G", "P", "U", "M"], str]] = (
    ("G", "gap"),
    ("P", "partial"),
    ("U", "unknown"),
    ("M", "met"),
)
Json = Mapping[str, Any]


def print_paper(header: Json, result: Json) -> bytes:
    """The board paper of a result. Raises RenderError with a reason that a person can act on."""
    faces = mark_safe(fonts.FACE)  # noqa: S308 (style rules of our own packages)
    html = render_to_string("paper/paper.html", {**context(header, result), "faces": faces})
    created = datetime.fromisoformat(header["created_at"])
    return render_pdf(html, identifier=header["report_id"], timestamp=created)


def context(header: Json, result: Json) -> dict[str, Any]:
    """What the pages show, in words and pictures."""
    cases = [use_case(item, result["currency"]) for item in result["use_cases"]]
    names = {item["key"]: item["name"] for item in result["use_cases"]}
    chosen = result["portfolio"]["chosen"]
    blockers = [finding for item in result["use_cases"] for finding in decisive(item) if finding["blocker"]]
    return {
        "header": header,
        "created": words.day(header["created_at"][:10]),
        "result": result,
        "as_of": words.day(result["as_of"]),
        "law_read_on": words.day(result["law_read_on"]),
        "price_date": words.day(result["price_date"]),
        "cases": cases,
        "chosen": [names[key] for key in chosen],
        "left": [
            {"name": names[row["use_case"]], "because": row["because"]} for row in result["portfolio"]["left"]
        ],
        "blockers": len(blockers),
        "regimes": [
            {**row, "name": words.regime(row["regime"])}
            for row in result["regimes"]
            if row["applies"] == "yes"
        ],
        "asked": [
            {**row, "name": words.regime(row["regime"])}
            for row in result["regimes"]
            if row["applies"] == "unknown"
        ],
        "matrix": svg(matrix(result)),
        "heat": svg(heat(result)) if any(row["applies"] == "yes" for row in result["regimes"]) else "",
        "gantt": svg(plan(result, names)) if result["roadmap"]["phases"] else "",
        "gates": [
            {**gate, "when": "; ".join(gate["passes_when"][:3]), "name_of": names[gate["use_case"]]}
            for gate in result["roadmap"]["gates"]
        ],
        "facts": result["trace"]["facts"][:MOST_FACTS],
        "facts_left": max(0, len(result["trace"]["facts"]) - MOST_FACTS),
        "readiness": result["organisation"]["readiness"],
        "delivery": result["organisation"]["delivery"],
        "questions": [
            {"name": item["name"], "text": f"{words.answer(row['answer'])}: {row['worth']}"}
            for item in result["use_cases"]
            for row in item["ask_next"][:2]
        ],
    }


def svg(markup: str) -> str:
    """A picture made by `reports.charts`, whose text is escaped there."""
    return mark_safe(markup)  # noqa: S308 (built by an XML writer)


def use_case(item: Json, currency: str) -> dict[str, Any]:
    """One use case's pages."""
    options = item["options"][:MOST_OPTIONS]
    first = options[0] if options else None
    found = [row for row in decisive(item) if row["applies"] == "yes" and row["state"] in ("gap", "partial")]
    return {
        "name": item["name"],
        "summary": item["summary"],
        "outcome": item["outcome"].replace("_", " "),
        "first_get": item["first_get"],
        "first": first,
        "option": words.option(first) if first else "",
        "sure": words.percent(first["confidence"]) if first else "",
        "cost": words.percentiles(first["cost"], currency) if first else "",
        "weeks": words.spread(first["weeks"]) if first else "",
        "reasons": first["reasons"] if first else [],
        "conditions": first["conditions"][:5] if first else [],
        "ranges": svg(ranges(options, currency)) if options else "",
        "options": [
            {**row, "name": words.option(row), "sure": words.percent(row["confidence"])} for row in options
        ],
        "refused": refusals(item["refused"]),
        "findings": [{**row, "regime": words.regime(row["regime"])} for row in found[:MOST_FINDINGS]],
        "findings_left": max(0, len(found) - MOST_FINDINGS),
        "switches": item["switch_points"][:4],
    }


def decisive(item: Json) -> list[Json]:
    """The findings of the recommended option, else of the planned one."""
    if not item["options"]:
        return [row for row in item["findings"] if row["planned"]]
    first = item["options"][0]
    mine = (first["approach"], first["deployment"])
    return [r for r in item["findings"] if (r["option"]["approach"], r["option"]["deployment"]) == mine]


def refusals(refused: Sequence[Json]) -> list[dict[str, Any]]:
    """One row for each reason, with the options that it removed."""
    rows: dict[tuple[str, str], list[str]] = {}
    for row in refused:
        rows.setdefault((row["rule"], row["text"]), []).append(words.option(row))
    return [
        {"rule": rule, "text": text, "options": words.listed(names, most=4)}
        for (rule, text), names in rows.items()
    ]


def ranges(options: Sequence[Json], currency: str) -> str:
    unit = words.unit_of([row["cost"]["p50"] for row in options])
    share = UNITS.get(unit.strip(), 1)
    rows = [
        RangeRow(
            label=words.option(row),
            low=float(row["cost"]["p10"]) / share,
            mid=float(row["cost"]["p50"]) / share,
            high=float(row["cost"]["p90"]) / share,
            text=words.percentiles(row["cost"], currency, unit),
            chosen=row["rank"] == 1,
        )
        for row in options
    ]
    return range_chart(
        rows, title="Three-year cost of each option, P10 to P90", axis=f"{currency} {unit}, three years"
    )


def matrix(result: Json) -> str:
    """Use cases by approaches."""
    approaches = list(words.APPROACHES)
    cells = [
        cell for index, item in enumerate(result["use_cases"]) for cell in standings(index, item, approaches)
    ]
    return option_matrix(
        [item["name"] for item in result["use_cases"]],
        [words.APPROACHES[name] for name in approaches],
        cells,
        title="Which approach stands where for each use case",
    )


def standings(row: int, item: Json, approaches: Sequence[str]) -> Iterator[Standing]:
    best: dict[str, Json] = {}
    for option in item["options"]:
        best.setdefault(option["approach"], option)
    order = sorted(best.values(), key=lambda option: option["rank"])
    for column, approach in enumerate(approaches):
        if approach not in best:
            yield Standing(row, column, "refused")
            continue
        place = order.index(best[approach])
        text = words.percent(best[approach]["confidence"]) if place == 0 else ""
        yield Standing(row, column, ("chosen", "runner_up")[place] if place < 2 else "ranked", text)


def heat(result: Json) -> str:
    """Use cases by the regimes that apply: the worst state, and how many duties are in it."""
    regimes = [row["regime"] for row in result["regimes"] if row["applies"] == "yes"]
    cells = []
    for row, item in enumerate(result["use_cases"]):
        found = decisive(item)
        for column, regime in enumerate(regimes):
            mine = [
                f
                for f in found
                if f["regime"] == regime and f["applies"] == "yes" and f["timing"] == "in_force"
            ]
            states = [f["state"] for f in mine]
            worst = next(((letter, state) for letter, state in LETTERS if state in states), None)
            cells.append(
                HeatCell(
                    row,
                    column,
                    worst[0] if worst else "–",
                    str(states.count(worst[1])) if worst else "",
                    any(f["blocker"] for f in mine),
                )
            )
    return heat_map(
        [item["name"] for item in result["use_cases"]],
        [words.regime(name) for name in regimes],
        cells,
        title="Worst state of the duties of each use case, by regime",
    )


def plan(result: Json, names: Mapping[str, str]) -> str:
    """The plan; where compliance work would crowd it, the blocking tasks alone."""
    roadmap = result["roadmap"]
    if len(roadmap["phases"]) + len(roadmap["tasks"]) > MOST_BARS:
        kept = [task for task in roadmap["tasks"] if task["blocker"]]
        result = {**result, "roadmap": {**roadmap, "tasks": kept}}
    return gantt_chart(gantt_of(result, names, "01-01"), title="Plan of the chosen use cases")
