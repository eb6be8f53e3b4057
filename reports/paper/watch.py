"""What a board presses on: the risks, and the five questions that every paper on AI is asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from reports import words
from reports.paper.answer import risks
from reports.paper.material import Json, Material, best, named, share_of, small_start, together

MOST_RISKS = 5
WRONG = "risk.hallucination"
HANDS = {
    "none": "it decides nothing about a person",
    "assists": "a person decides, and it assists",
    "human_review": "a person reviews each output",
    "solely_automated": "nobody: it decides alone",
}


def watch(paper: Material) -> dict[str, Any]:
    """The context of the page."""
    rows = risks(paper)
    return {
        "title": title(paper, rows),
        "risks": [{**row, "where": where(paper, row["keys"])} for row in rows[:MOST_RISKS]],
        "left": max(0, len(rows) - MOST_RISKS),
        "questions": list(questions(paper, rows)),
    }  # fmt: skip


def title(paper: Material, rows: list[dict[str, Any]]) -> str:
    if not rows:
        return "Five questions decide what happens when it goes wrong"
    widest = max(len(row["keys"]) for row in rows)
    of = share_of(widest, len(paper.recommended), "recommended use case")
    return f"Watch {words.spelled(len(rows))} risk{'s' if len(rows) > 1 else ''}; the widest touches {of}"


def where(paper: Material, keys: Sequence[str]) -> str:
    """The use cases that a risk touches."""
    if not keys:
        return "The whole programme"
    if len(keys) > 1 and len(keys) == len(paper.recommended):
        said = share_of(len(keys), len(keys), "recommended use case")
        return said[0].upper() + said[1:]
    return words.listed([words.short(paper.names[key]) for key in keys], 3)


def questions(paper: Material, rows: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """Each question, with the answer that the run gives or that it has none."""
    yield "Where does the data go?", places(paper)
    yield "Who approves the output?", approvers(paper)
    yield "What is the off-switch?", off_switch(paper)
    yield "What is the cost ceiling?", ceiling(paper)
    yield "What happens when it is wrong?", when_wrong(rows)


def places(paper: Material) -> str:
    by_place: dict[str, list[Json]] = {}
    for item in paper.chosen or paper.recommended:
        by_place.setdefault(best(item)["deployment"], []).append(item)
    said = [f"{named(items, 3)}: {words.DATA_GOES[place]}." for place, items in by_place.items()]
    return " ".join(said) or "Not assessed: no option is recommended."


def approvers(paper: Material) -> str:
    stated = {item.get("key"): item.get("decision") for item in paper.document.get("use_cases") or []}
    by_hand: dict[str, list[Json]] = {}
    for item in paper.chosen or paper.recommended:
        hand = HANDS.get(stated.get(item["key"]) or "", "not answered")
        by_hand.setdefault(hand, []).append(item)
    return " ".join(f"{named(items, 3)}: {hand}." for hand, items in by_hand.items()) or (
        "Not assessed: no option is recommended."
    )


def off_switch(paper: Material) -> str:
    gates = sorted(paper.result["roadmap"]["gates"], key=lambda gate: Decimal(gate["week"]))
    if not gates:
        return "Not assessed: nothing is planned, so there is nothing to switch off."
    last = gates[-1]
    return (
        f"Each of {words.count(len(gates), 'gate')} stops the work where its conditions do not hold, the last in "
        f"{paper.month_of(last['week'])}. How a running system is switched off is not recorded: ask its owner."
    )


def ceiling(paper: Material) -> str:
    cost = together(paper.chosen, "cost")
    if cost is None:
        return "Not assessed: nothing is planned, so nothing is spent."
    quarters = [row for row in paper.result["portfolio"]["quarters"] if row["available"] is not None]
    held = (
        f"The plan stays within the money of each of {words.count(len(quarters), 'fiscal quarter')}."
        if quarters and all(Decimal(row["spend"]) <= Decimal(row["available"]) for row in quarters)
        else "What each fiscal quarter may spend is not answered."
    )
    return f"We estimate {words.money(cost['p90'], paper.currency)} where all runs dear (P90 of each). {held}"


def when_wrong(rows: list[dict[str, Any]]) -> str:
    found = next((row for row in rows if row["rule"] == WRONG), None)
    if found is None:
        return "Not assessed: no risk of wrong statements was found in what is recommended."
    return f"{words.sentence(found['mitigation'])} Warning sign: {small_start(found['trigger'])}."
