"""Prices that are known to change while the programme runs, and what that does to the first option's cost."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from engine.facts import FactAt
from engine.money.currency import Exchange
from engine.options.gates import months_after
from engine.result import CostLine, RankedOption, Reason
from engine.rounding import about
from engine.trace import Tracer

MONTHS = 36
"""How far ahead the cost reaches."""


def price_remarks(option: RankedOption, answer: str, tracer: Tracer, exchange: Exchange) -> Iterator[Reason]:
    """A note on the next known prices behind an option's bill, if any: price, day, and its lines at that price.

    `answer` is the pointer of the volume that is priced.
    """
    moved = [line for line in option.cost_lines if any(next_price(fact, tracer) for fact in line.facts)]
    changes = {fact: pair for line in moved for fact in line.facts if (pair := next_price(fact, tracer))}
    if changes:
        prices = "; ".join(map(change, changes.values()))
        effects = "; ".join(effect(line, tracer, exchange) for line in moved)
        yield Reason(
            direction="note",
            text=f"{prices}. All three years are reckoned at today's price; at the next one: {effects}.",
            answer=answer,
            rule="remark.price",
            facts=tuple(changes),
        )


def next_price(fact_id: str, tracer: Tracer) -> tuple[FactAt, FactAt] | None:
    """A price as it stands and as it will stand next within the programme; None where no change is known.

    An organisation's own price has no known next one.
    """
    if tracer.knowledge.facts[fact_id].kind != "price":
        return None
    now, coming = tracer.fact(fact_id), tracer.knowledge.coming(fact_id, tracer.as_of)
    if coming is None or now.own is not None or now.since > tracer.as_of or now.unit != coming.unit:
        return None
    return (now, coming) if coming.since <= months_after(tracer.as_of, MONTHS) else None


def change(pair: tuple[FactAt, FactAt]) -> str:
    now, coming = pair
    return f"{now.label} costs {now.likely} {now.unit} today and {coming.likely} {coming.unit} from {coming.since}"


def effect(line: CostLine, tracer: Tracer, exchange: Exchange) -> str:
    """What the line would come to at the next known prices, bounded by the smallest and largest change of its prices."""
    rates = []
    for fact_id in line.facts:
        if tracer.knowledge.facts[fact_id].kind == "price":
            pair = next_price(fact_id, tracer)
            rates.append(
                (pair[1].likely or Decimal(0)) / pair[0].likely if pair and pair[0].likely else Decimal(1)
            )
    low, high = (about(line.amount.likely * rate) for rate in (min(rates), max(rates)))
    then = f"about {high}" if low == high else f"between {low} and {high}"
    return f"{line.item} {then} {exchange.code} instead of {about(line.amount.likely)} {exchange.code}"
