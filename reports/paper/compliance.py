"""Compliance posture: the heat map, what blocks, which regimes apply, what the law brings next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, Literal

from accounts.roles import ROLE_NAMES
from reports import words
from reports.charts import HeatCell, heat_map
from reports.paper.material import (
    Json,
    Material,
    blockers,
    decisive,
    due,
    picture,
)

MOST_ROWS, MOST_COLUMNS = 14, 7
MOST_BLOCKERS, MOST_DATES, MOST_ACCEPTED = 12, 8, 10
Letter = Literal["G", "P", "U", "M"]
LETTERS: Sequence[tuple[Letter, str]] = (("G", "gap"), ("P", "partial"), ("U", "unknown"), ("M", "met"))


def compliance(paper: Material) -> dict[str, Any]:
    """The context of the section."""
    assessed = [item for item in paper.shown if decisive(item)]
    applying = [row for row in paper.result["regimes"] if row["applies"] == "yes"]
    stopping = open_blockers(paper)
    return {
        "title": title(paper, stopping),
        "maps": [picture(markup) for markup in maps(paper, assessed, [row["regime"] for row in applying])],
        "map_source": paper.source(f"Law as read on {words.day(paper.result['law_read_on'])}."),
        "not_assessed": words.listed(
            [words.short(item["name"]) for item in paper.shown if item not in assessed], 12
        ),
        "blockers": stopping[:MOST_BLOCKERS],
        "blockers_left": max(0, len(stopping) - MOST_BLOCKERS),
        "accepted": [accepted(row) for row in paper.header.get("accepted_risks", ())][:MOST_ACCEPTED],
        "accepted_left": max(0, len(paper.header.get("accepted_risks", ())) - MOST_ACCEPTED),
        "regimes": [regime(row, stopping) for row in applying],
        "open": [
            {"name": words.regime(row["regime"]), "because": words.sentence(row["because"])}
            for row in paper.result["regimes"]
            if row["applies"] == "unknown"
        ],
        "not_said": undecided(paper),
        "dates": list(deadlines(paper))[:MOST_DATES],
        "watch": [row["text"] for row in paper.result["watch"] if row["since"] is None],
    }


def title(paper: Material, stopping: Sequence[Json]) -> str:
    states = Counter(row["state"] for item in paper.recommended for row in due(item))
    total = states.total()
    unanswered = f"{states['unknown']} of {total} duties are not answered"
    if stopping:
        regimes = Counter(row["regime"] for row in stopping)
        name = regimes.most_common(1)[0][0]
        many = len(stopping) > 1
        place = f" in {name}" if len(regimes) == 1 else f", most in {name},"
        launches = words.count(sum(bool(blockers(item)) for item in paper.recommended), "launch", "launches")
        what = f"{words.spelled(len(stopping)).capitalize()} blocker{'s' if many else ''}{place} stop{'' if many else 's'}"
        return f"{what} {launches}; {unanswered}"
    if total:
        return f"No open blocker is known, but {unanswered}"
    return f"No duty is known to hold: {len(paper.result['regimes'])} regimes are looked at"


def maps(paper: Material, items: Sequence[Json], regimes: Sequence[str]) -> Iterator[str]:
    """The heat map, in parts that fit a page."""
    for first in range(0, len(regimes), MOST_COLUMNS):
        columns = regimes[first : first + MOST_COLUMNS]
        for start in range(0, len(items), MOST_ROWS):
            yield heat(paper, items[start : start + MOST_ROWS], columns)


def heat(paper: Material, items: Sequence[Json], regimes: Sequence[str]) -> str:
    """Use cases by regimes: the worst state, and how many of the duties are in it."""
    cells = [
        cell(row, column, [found for found in due(item) if found["regime"] == regime])
        for row, item in enumerate(items)
        for column, regime in enumerate(regimes)
    ]
    stopped = sum(one.blocker for one in cells)
    return heat_map(
        [item["name"] for item in items],
        [words.regime(name) for name in regimes],
        cells,
        title=f"Worst state of the duties of {words.count(len(items), 'use case')} in {words.count(len(regimes), 'regime')}: "
        f"{stopped} of {len(cells)} cells hold an open blocker",
        width=paper.width,
    )


def cell(row: int, column: int, found: Sequence[Json]) -> HeatCell:
    states = Counter(one["state"] for one in found if one["state"] != "not_applicable")
    worst = next(((letter, state) for letter, state in LETTERS if states[state]), None)
    if worst is None:
        return HeatCell(row, column, "–", "")
    blocked = any(one["blocker"] for one in found)
    return HeatCell(row, column, worst[0], f"{states[worst[1]]}/{states.total()}", blocked)


def open_blockers(paper: Material) -> list[dict[str, Any]]:
    """Each blocking duty once, with the use cases that it stops."""
    grouped: dict[tuple[str, str], list[tuple[Json, Json]]] = {}
    for item in paper.recommended:
        for found in blockers(item):
            grouped.setdefault((found["regime"], found["requirement_id"]), []).append((item, found))
    return [
        {
            "regime": words.regime(regime),
            "id": requirement,
            "title": pairs[0][1]["title"],
            "stops": words.listed(list(dict.fromkeys(words.short(item["name"]) for item, _ in pairs)), 3),
            **remedy(pairs[0][1]),
        }
        for (regime, requirement), pairs in grouped.items()
    ]


def remedy(found: Json) -> dict[str, str]:
    """What closes a finding, who does it, and for how long."""
    work = found["remediation"]
    if work is None:
        return {"todo": "Not assessed: no remedy is recorded.", "owner": "–", "days": "–"}
    return {"todo": words.sentence(work["text"]), "owner": work["owner"], "days": words.spread(work["days"])}


def accepted(row: Json) -> dict[str, str]:
    """A risk that somebody accepted, or an exception: for what, why, at which level, until when."""
    instead = f" Instead: {words.sentence(row['instead'])}" if row["instead"] else ""
    return {
        "regime": words.regime(row["regime"]),
        "id": row["requirement_id"],
        "where": row["use_case"] or "Whole organisation",
        "why": f"{words.sentence(row['reason'])}{instead}",
        "level": row["level"].capitalize(),
        "by": ROLE_NAMES[row["accepted_as"]],
        "until": words.day(row["expires_on"]),
    }


def regime(row: Json, stopping: Sequence[Json]) -> dict[str, Any]:
    coverage = row["coverage"]
    return {
        "name": words.regime(row["regime"]),
        "because": row["because"],
        "met": f"{coverage['met']} of {coverage['applicable']}" if coverage["applicable"] else "none listed",
        "blockers": sum(one["regime"] == words.regime(row["regime"]) for one in stopping),
    }


def undecided(paper: Material) -> int:
    """Duties of the recommended options of which we do not know whether they hold."""
    return sum(found["applies"] == "unknown" for item in paper.recommended for found in decisive(item))


def deadlines(paper: Material) -> Iterator[dict[str, str]]:
    """What starts to hold after the day of the analysis, by date."""
    today = date.fromisoformat(paper.result["as_of"])
    counted: Counter[tuple[date, str]] = Counter()
    for found in {
        (row["applies_from"], row["regime"], row["requirement_id"])
        for item in paper.recommended
        for row in decisive(item)
        if row["applies_from"] and row["timing"] == "upcoming" and row["applies"] != "no"
    }:
        counted[date.fromisoformat(found[0]), found[1]] += 1
    rows = [
        (when, f"{words.count(count, 'duty', 'duties')} of {words.regime(name)} may start to hold")
        for (when, name), count in counted.items()
    ]
    rows += [
        (date.fromisoformat(row["since"]), row["text"])
        for row in paper.result["watch"]
        if row["since"] is not None
    ]
    for when, text in sorted(rows):
        if when > today:
            yield {"date": words.day(when), "text": words.sentence(text)}
