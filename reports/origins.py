"""Where a number or a reason comes from: the answer in the snapshot, the rule, the facts with date and source.

Works on stored results and snapshots as plain data; nothing is asked of the database or the engine.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.labels import LABELS
from engine.prices import BASE
from engine.questions import question, steps
from reports import words

ANY = "*"
OWN_PRICES = "price_overrides"


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that a result cites: its JSON pointer, the thing and question it belongs to, and its value."""

    pointer: str
    thing: str
    question: str
    value: str


class Sources:
    """One stored result's trace and the document it was computed from, ready for look-ups."""

    def __init__(self, trace: Mapping[str, Any], document: Mapping[str, Any]) -> None:
        self.document = document
        self.facts: dict[str, dict[str, Any]] = {fact["id"]: fact for fact in trace["facts"]}
        self.rules: Sequence[dict[str, Any]] = trace["rules"]
        self.numbers: Sequence[dict[str, Any]] = trace["numbers"]
        self.cited = {source["id"]: source for source in trace.get("sources", ())}

    def facts_of(self, ids: Iterable[str]) -> list[dict[str, Any]]:
        """The facts of some ids as the analysis read them; an id outside the trace stands alone."""
        return [self.facts.get(fact_id, {"id": fact_id}) for fact_id in ids]

    def source(self, name: str) -> str:
        """The title of a source that the result names by its id."""
        cited = self.cited.get(name)
        return words.clean(cited["title"] if cited else name)

    def answer(self, pointer: str) -> Answer:
        """The answer at a JSON pointer of the snapshot's document."""
        parts = steps(pointer)
        return Answer(pointer, self._thing(parts), question(parts), self._value(parts))

    def origins_of(self, pointer: str) -> list[dict[str, Any]]:
        """The recorded origins of a number, or of the numbers below a pointer, the most exact first."""
        found = [number for number in self.numbers if covers(number["pointer"], pointer)]
        return sorted(found, key=lambda number: (number["pointer"].count(ANY), number["pointer"]))

    def rules_on(self, answers: Iterable[str], facts: Iterable[str]) -> list[dict[str, Any]]:
        """The rules that fired on any of some answers or facts."""
        asked, read = set(answers), set(facts)
        return [rule for rule in self.rules if asked & set(rule["answers"]) or read & set(rule["facts"])]

    def _thing(self, parts: Sequence[str]) -> str:
        if len(parts) < 2 or not parts[1].isdigit():
            return words.clean((self.document.get("organisation") or {}).get("name") or "The organisation")
        row = at(self.document, parts[:2])
        if not isinstance(row, Mapping):
            return words.clean(parts[0].replace("_", " "))
        if parts[0] == OWN_PRICES:
            return words.clean(self.facts.get(row["fact"], row).get("label", row["fact"]))
        named = row.get("name") or row.get("key") or row.get("requirement_id") or row.get("regime")
        return words.clean(named or row.get("period"))

    def _value(self, parts: Sequence[str]) -> str:
        if parts[0] == OWN_PRICES and len(parts) == 2:
            row = at(self.document, parts)
            unit = self.facts.get(row["fact"], {}).get("unit", "") if row else ""
            return f"{own_amount(row, unit)} from {words.day(row['since'])}" if row else said(None)
        return said(at(self.document, parts))


def at(document: Any, parts: Sequence[str]) -> Any:
    """What stands at a place of plain data; None where nothing does."""
    for part in parts:
        if isinstance(document, Mapping):
            document = document.get(part)
        elif isinstance(document, list) and part.isdigit() and int(part) < len(document):
            document = document[int(part)]
        else:
            return None
    return document


def own_amount(row: Mapping[str, Any], unit: str = "") -> str:
    """An own price of the document as it was stated, `2.5 USD` or `1 / 2 / 3 EUR`; in words where it is open."""
    likely = row.get("likely") if row.get("value") is None else row["value"]
    if likely is None:
        return said(None)
    ends = [row["low"] if row.get("low") else likely, likely, row["high"] if row.get("high") else likely]
    numbers = " / ".join(words.exact(end) for end in (ends if len(set(ends)) > 1 else ends[:1]))
    currency = row.get("currency") or ""
    return f"{numbers} {unit.replace(BASE, currency) if currency and unit else unit or currency}".strip()


def said(value: Any) -> str:
    """An answer's value in words."""
    if value is None or value == "unknown":
        return "not answered"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping) and {"amount", "currency"} <= set(value):
        return f"{words.exact(value['amount'])} {value['currency']}"
    if isinstance(value, Mapping):
        return ", ".join(f"{key.replace('_', ' ')} {said(item)}" for key, item in value.items())
    if isinstance(value, list):
        return ", ".join(said(item) for item in value) or "none"
    if isinstance(value, int):
        return words.exact(value)
    return words.clean(LABELS.get(value) or value.replace("_", " ") if isinstance(value, str) else value)


def covers(pattern: str, pointer: str) -> bool:
    """Whether one of two pointers lies at or below the other; `*` stands for any one part."""
    pairs = zip(steps(pattern), steps(pointer), strict=False)
    return all(one in (ANY, other) or other == ANY for one, other in pairs)
