"""The own prices of an analysis: what each stood before, which money it moved, and why one was not used.

Works on stored results and snapshots as plain data, for the pages and the board paper alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reports import words
from reports.origins import OWN_PRICES, Sources, own_amount

AMOUNT = "Every amount of the result"
NO_MONEY = "No amount of money"
Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class OwnPrice:
    """An own price beside the book's. `number` is the pointer of its value in the result; empty where not used."""

    at: str
    label: str
    stated: str
    since: str
    note: str
    counted: str
    book: str
    book_since: str
    number: str
    moves: str

    @property
    def used(self) -> bool:
        return bool(self.number)


def own_prices(
    sources: Sources, currency: str, use_cases: Sequence[Json], picks: Sequence[tuple[str, Json]]
) -> list[OwnPrice]:
    """The own prices of the document, those that were used first.

    `picks` are the names of the use cases that have an option to go for, each with that option.
    """
    places = {fact_id: number for number, fact_id in enumerate(sources.facts)}
    found = []
    for index, row in enumerate(sources.document.get(OWN_PRICES) or ()):
        at, fact = f"/{OWN_PRICES}/{index}", sources.facts.get(row["fact"])
        used = fact is not None and fact.get("answer") == at
        later = None if used else later_change(row, use_cases)
        found.append(
            OwnPrice(
                at=at,
                label=words.clean(fact["label"]) if fact else row["fact"],
                stated=own_amount(row, fact["unit"] if fact else ""),
                since=row["since"],
                note=words.clean(row.get("note") or ""),
                counted=counted_as(fact, used, later) if fact else "",
                book=figured(f"{fact['shipped_value' if used else 'value']} {fact['unit']}")
                if fact and (used or later)
                else "",
                book_since=fact["shipped_since" if used else "since"] if fact and (used or later) else "",
                number=f"/trace/facts/{places[row['fact']]}/value" if used else later or "",
                moves=moves(row["fact"], sources, currency, use_cases, picks)
                if used or later
                else why_not(at, row, sources),
            )
        )
    return sorted(found, key=lambda price: not price.used)


def later_change(row: Json, use_cases: Sequence[Json]) -> str | None:
    """The pointer of the first cost that an own price of a later day changes from that day on; None for no such."""
    for place, item in enumerate(use_cases):
        for rank, option in enumerate(item["options"]):
            for number, change in enumerate(option.get("price_changes") or ()):
                if (change["fact"], change["since"]) == (row["fact"], row["since"]):
                    return f"/use_cases/{place}/options/{rank}/price_changes/{number}/then"
    return None


def counted_as(fact: Json, used: bool, later: str | None) -> str:
    """The value that counts, or from when it does."""
    if used:
        return figured(f"{fact['value']} {fact['unit']}")
    return "From its day on" if later else ""


def moves(
    fact_id: str,
    sources: Sources,
    currency: str,
    use_cases: Sequence[Json],
    picks: Sequence[tuple[str, Json]],
) -> str:
    """Which money rests on an own price, in words."""
    if fact_id == f"fx.{currency}":
        return AMOUNT
    paid = [name for name, option in picks if is_paid(option, fact_id)]
    if paid:
        return f"Cost of {words.listed(paid, most=4)}"
    worth = [
        item["name"] for number, item in enumerate(use_cases)
        if rests(sources, f"/use_cases/{number}/options/0/npv", fact_id) and item["options"]
    ]  # fmt: skip
    if worth:
        return f"Net value of {words.listed(worth, most=4)}"
    others = any(is_paid(option, fact_id) for item in use_cases for option in item["options"])
    return "Cost of options that are not recommended" if others else NO_MONEY


def is_paid(option: Json, fact_id: str) -> bool:
    """Whether a line of an option's cost rests on a fact."""
    return any(fact_id in line["facts"] for line in option["cost_lines"])


def rests(sources: Sources, pointer: str, fact_id: str) -> bool:
    """Whether a number of the result rests on a fact."""
    return any(fact_id in origin["facts"] for origin in sources.origins_of(pointer))


def why_not(at: str, row: Json, sources: Sources) -> str:
    """Why an own price was not used: a rule says so, its number is open, or nothing asked for it."""
    rules = [rule for rule in sources.rules if rule["rule"].startswith("price.") and at in rule["answers"]]
    if any(rule["rule"] == "price.later" for rule in rules):
        return "It holds from a later day, and nothing that is paid from then on asks for it."
    if rules:
        return words.clean(rules[0]["text"])
    if all(row.get(name) is None for name in ("value", "likely")):
        return "Not used: it has no likely number yet."
    return "Not used: nothing in this analysis asks for it."


def figured(text: str) -> str:
    """A value with its unit, thousands separated."""
    return " ".join(words.exact(part) if part[:1].isdigit() else part for part in text.split(" "))


def count_used(facts: Iterable[Json]) -> int:
    """How many facts of a trace are the organisation's own prices."""
    return sum(fact.get("answer") is not None for fact in facts)


def not_known(sources: Sources) -> list[str]:
    """What the analysis could not put into its currency, a sentence for each."""
    return [
        f"{sources.answer(rule['answers'][0]).question} {words.clean(rule['text'])}"
        for rule in sources.rules
        if rule["rule"] == "money.currency"
    ]
