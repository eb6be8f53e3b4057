"""What the answer rests on: which cost line is widest, what was answered, what would change it, what is missing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from reports import words
from reports.charts import RangeRow, range_chart
from reports.origins import said
from reports.ownprices import not_known
from reports.paper.material import Material, best, picture
from reports.paper.options import NAMES, UNITS

MOST_LINES, MOST_SWITCHES, MOST_QUESTIONS, MOST_CASES = 8, 10, 8, 16
MOST_PRICES = 12
ANSWERS = ("requests_per_day", "growth_per_year", "users", "error_cost")
SHARES = ("growth_per_year",)


@dataclass
class Line:
    """A line of cost over all the use cases that have it: the sums of its lows, likely amounts and highs."""

    item: str
    low: Decimal = Decimal(0)
    likely: Decimal = Decimal(0)
    high: Decimal = Decimal(0)
    cases: int = field(default=0)

    @property
    def width(self) -> Decimal:
        return self.high - self.low


def assumptions(paper: Material) -> dict[str, Any]:
    """The context of the section."""
    found = lines(paper)
    return {
        "title": title(paper, found),
        "chart": picture(chart(paper, found[:MOST_LINES])) if found else "",
        "source": paper.source(
            f"Lines of cost of {words.count(len(paper.chosen or paper.recommended), 'use case')} over three "
            "years: one case in ten lies below each line, one in ten above; dot: likely."
        ),
        "answers": list(answers(paper)),
        "own_prices": list(prices(paper))[:MOST_PRICES],
        "prices_left": max(0, len(paper.own_prices) - MOST_PRICES),
        "not_known": not_known(paper.sources),
        "switches": list(switches(paper))[:MOST_SWITCHES],
        "questions": questions(paper)[:MOST_QUESTIONS],
        "readiness": list(readiness(paper)),
    }


def lines(paper: Material) -> list[Line]:
    """The lines of cost of what the budgets carry (else of what is recommended), the widest first."""
    summed: dict[str, Line] = {}
    for item in paper.chosen or paper.recommended:
        for row in best(item)["cost_lines"]:
            line = summed.setdefault(row["item"], Line(row["item"]))
            line.low += Decimal(row["amount"]["low"])
            line.likely += Decimal(row["amount"]["likely"])
            line.high += Decimal(row["amount"]["high"])
            line.cases += 1
    return sorted(summed.values(), key=lambda line: -line.width)


def title(paper: Material, found: Sequence[Line]) -> str:
    facts = paper.result["trace"]["facts"]
    judged = sum(fact["kind"] == "estimate" for fact in facts)
    estimates = f"{judged} of {len(facts)} facts are estimates"
    total = sum((line.width for line in found), Decimal(0))
    if not total:
        return f"No cost was computed; {estimates}"
    share = words.whole(100 * found[0].width / total)
    return f"“{found[0].item}” carries {share}\u00a0% of the doubt about cost; {estimates}"


def chart(paper: Material, found: Sequence[Line]) -> str:
    unit = words.unit_of_column(line.likely for line in found)
    share = UNITS[unit]
    rows = [
        RangeRow(
            label=line.item,
            low=float(line.low) / share,
            mid=float(line.likely) / share,
            high=float(line.high) / share,
            text=words.money_range(line.low, line.likely, line.high, paper.currency, unit),
            chosen=number == 0,
        )
        for number, line in enumerate(found)
    ]
    title = f"The {words.count(len(rows), 'widest line')} of cost. {rows[0].label} {rows[0].text}"
    axis = f"{paper.currency} {NAMES[unit]}, three years"
    return range_chart(rows, title=title, axis=axis, width=paper.width)


def answers(paper: Material) -> Iterator[dict[str, Any]]:
    """What was answered about each use case, of what moves its cost and value most."""
    stated = {row.get("key"): row for row in paper.document.get("use_cases") or []}
    for item in paper.in_order[:MOST_CASES]:
        given = stated.get(item["key"], {})
        cells = [
            words.percent_of(given[name]) if name in SHARES and given.get(name) is not None
            else said(given.get(name))
            for name in ANSWERS
        ]  # fmt: skip
        yield {"name": words.short(item["name"]), "cells": [*cells, worth(given.get("value"))]}


def worth(value: Any) -> str:
    """The yearly value as answered, in the currency in which it was."""
    if not value or any(value.get(end) is None for end in ("low", "likely", "high")):
        return "not answered"
    ends = [value[end]["amount"] for end in ("low", "likely", "high")]
    return words.money_range(*ends, value["likely"]["currency"], "m")


def prices(paper: Material) -> Iterator[dict[str, str]]:
    """The organisation's own prices beside the book's, and what each moves."""
    for price in paper.own_prices:
        yield {
            "label": words.short(price.label, 12),
            "stated": price.stated,
            "since": words.day(price.since),
            "note": words.short(price.note, 10),
            "counted": price.counted or "not counted",
            "book": price.book or "stands",
            "moves": words.sentence(price.moves),
        }


def switches(paper: Material) -> Iterator[dict[str, str]]:
    """The answers that, changed alone, change what is recommended; each use case's deepest first."""
    rounds = [list(item["switch_points"]) for item in paper.in_order]
    named = [words.short(item["name"]) for item in paper.in_order]
    for turn in range(max((len(points) for points in rounds), default=0)):
        for name, points in zip(named, rounds, strict=True):
            if turn < len(points):
                yield {"name": name, **switch(paper, points[turn])}


def switch(paper: Material, point: Any) -> dict[str, str]:
    """One answer, what it is, what it would have to be, and what we would then choose."""
    asked = paper.sources.answer(point["answer"])
    then = words.option(point["becomes"]) if point["becomes"] else words.OUTCOMES[point["outcome"]]
    return {"question": asked.question, "from": point["from"], "to": point["to"], "then": then}


def questions(paper: Material) -> list[dict[str, str]]:
    """The open questions worth answering first, each with all that it could change."""
    found: dict[tuple[str, str], list[str]] = {}
    for item in paper.in_order:
        for row in item["ask_next"]:
            asked = words.short(item["name"]), paper.sources.answer(row["answer"]).question
            found.setdefault(asked, []).append(words.sentence(row["worth"]))
    return [
        {"name": name, "question": question, "worth": " ".join(worth)}
        for (name, question), worth in found.items()
    ]


def readiness(paper: Material) -> Iterator[dict[str, str]]:
    """How ready the organisation is, by dimension, and whether to build alone."""
    whole = paper.result["organisation"]
    for name, item in (*whole["readiness"].items(), ("delivery", whole["delivery"])):
        level = "not answered" if item["level"] == "unknown" else item["level"]
        yield {
            "name": name.replace("_", " ").capitalize(),
            "level": level,
            "because": words.sentence(item["because"]),
        }
