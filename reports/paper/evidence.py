"""Appendix C: the facts behind the recommended options, each with its date and source, and how it was computed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reports import words
from reports.paper.material import Json, Material, best

MOST_FACTS = 60
ORDER = ("law", "published", "price", "estimate")
KINDS = {
    "law": "Law",
    "published": "Published figures",
    "price": "Prices",
    "estimate": "Estimates",
}


def evidence(paper: Material) -> dict[str, Any]:
    """The context of the appendix."""
    facts = paper.result["trace"]["facts"]
    read = used(paper)
    shown = [fact for fact in facts if fact["id"] in read] or list(facts)
    shown = sorted(shown, key=lambda fact: ORDER.index(fact["kind"]))[:MOST_FACTS]
    return {
        "title": title(shown),
        "kinds": [
            {"name": KINDS[kind], "facts": [fact_row(fact) for fact in shown if fact["kind"] == kind]}
            for kind in ORDER
            if any(fact["kind"] == kind for fact in shown)
        ],
        "left": len(facts) - len(shown),
    }


def used(paper: Material) -> set[str]:
    """The facts that the recommended options' costs, reasons and risks rest on."""
    found: set[str] = set()
    for item in paper.recommended:
        for part in (*best(item)["cost_lines"], *best(item)["reasons"]):
            found.update(part["facts"])
    for risk in paper.result["risks"]:
        found.update(risk["facts"])
    return found


def title(facts: Sequence[Json]) -> str:
    sources = {fact["source"] for fact in facts}
    judged = sum(fact["kind"] == "estimate" for fact in facts)
    return f"{words.count(len(facts), 'fact')} from {words.count(len(sources), 'source')} carry the answer; {judged} are estimates"


def fact_row(fact: Json) -> dict[str, Any]:
    return {
        "id": fact["id"],
        "label": fact["label"],
        "value": valued(fact["value"]),
        "unit": fact["unit"],
        "since": words.day(fact["since"]),
        "source": own_words(fact) if fact.get("answer") else fact["source_title"],
        "source_id": "" if fact.get("answer") else fact["source"],
        "basis": fact["basis"],
    }


def own_words(fact: Json) -> str:
    """That a value is the organisation's own, where from, and what it stands before."""
    note = f", {words.short(fact['note'], 10)}" if fact["note"] else ""
    return f"Own price{note}; the book says {valued(fact['shipped_value'])} since {words.day(fact['shipped_since'])}"


def valued(text: str) -> str:
    """A value, or the three of a range, with thousands separated."""
    return " / ".join(amount(part) for part in text.split(" / "))


def amount(text: str) -> str:
    """A number with thousands separated; any other value as it stands."""
    digits = text.removeprefix("-").replace(".", "", 1)
    return words.exact(text) if digits.isdecimal() else text
