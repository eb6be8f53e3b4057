"""Appendix B: the plan and the open duties as tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from reports import words
from reports.paper.compliance import remedy
from reports.paper.material import Json, Material, due

MOST_PHASES, MOST_GAPS = 80, 120
LAST = 3
"""Rows that stay together at a table's end, so that no page holds a single one."""


def tables(paper: Material) -> dict[str, Any]:
    """The context of the appendix."""
    phases = paper.result["roadmap"]["phases"]
    found = list(gaps(paper))
    unit = words.unit_of_column(phase["cost"]["likely"] for phase in phases)
    return {
        "title": title(paper, len(found)),
        "phases": split([phase_row(paper, phase, unit) for phase in phases[:MOST_PHASES]]),
        "phases_left": max(0, len(phases) - MOST_PHASES),
        "gaps": split(found[:MOST_GAPS]),
        "gaps_left": max(0, len(found) - MOST_GAPS),
    }


def title(paper: Material, open_duties: int) -> str:
    phases = words.count(len(paper.result["roadmap"]["phases"]), "phase")
    return f"The plan has {phases}; {words.count(open_duties, 'duty is', 'duties are')} open"


def split(rows: Sequence[Any]) -> tuple[Sequence[Any], Sequence[Any]]:
    """The rows of a table and its last few; a short table's are all last."""
    return (rows[:-LAST], rows[-LAST:]) if len(rows) > 2 * LAST else ([], rows)


def phase_row(paper: Material, phase: Json, unit: str) -> dict[str, Any]:
    cost = phase["cost"]
    return {
        "use_case": words.short(paper.names[phase["use_case"]]),
        "name": phase["name"],
        "start": paper.month_of(phase["start_week"]),
        "weeks": words.spread(phase["weeks"]),
        "cost": words.money_range(cost["low"], cost["likely"], cost["high"], paper.currency, unit),
        "roles": words.listed(phase["roles"]),
    }


def gaps(paper: Material) -> Iterator[dict[str, Any]]:
    """The open duties of the recommended options: those that stop a launch first."""
    found = [
        (item, row) for item in paper.recommended for row in due(item) if row["state"] in ("gap", "partial")
    ]
    for item, row in sorted(found, key=lambda pair: (not pair[1]["blocker"], pair[1]["state"] != "gap")):
        yield {
            "use_case": words.short(item["name"]),
            "regime": words.regime(row["regime"]),
            "id": row["requirement_id"],
            "title": row["title"],
            "state": words.STATES[row["state"]],
            "blocker": row["blocker"],
            "because": words.sentence(row["because"]),
            **remedy(row),
        }
