"""The organisation's own prices: what it pays, or expects, instead of a price or an estimate of the release."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Protocol

from engine.inputs import PriceOverride
from engine.strict import Problem, nearest, shown

KINDS = ("price", "estimate")
BASE = "USD"


class PriceFact(Protocol):
    """What an own price needs to know of a fact of the release."""

    @property
    def kind(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def numeric(self) -> bool: ...


def shape_fault(price: PriceOverride) -> tuple[str, str] | None:
    """What is wrong with a price that is a number and a range at once, or a range out of order, and what is right."""
    bounds = [bound for bound in (price.low, price.likely, price.high) if bound is not None]
    if price.value is not None and bounds:
        return "a value and a range", "a value, or low, likely and high"
    return None if bounds == sorted(bounds) else ("the range is out of order", "low ≤ likely ≤ high")


def price_faults(prices: Sequence[PriceOverride], facts: Mapping[str, PriceFact]) -> Iterator[Problem]:
    """Own prices that a release has no place for: facts that are not there, or that are no prices."""
    for index, price in enumerate(prices):
        fault = fault_of(price, facts)
        if fault is not None:
            field, what, right = fault
            yield Problem(f"/price_overrides/{index}/{field}", what, right)


def open_to_own(fact: PriceFact) -> bool:
    """Whether an organisation may state a price of its own for a fact."""
    return fact.kind in KINDS and fact.numeric


def fault_of(price: PriceOverride, facts: Mapping[str, PriceFact]) -> tuple[str, str, str] | None:
    """The field at fault, what is wrong with it, and what would be right; None where nothing is."""
    open_to = {name: fact for name, fact in facts.items() if open_to_own(fact)}
    if price.fact not in facts:
        return "fact", f"there is no fact {shown(price.fact)}", nearest(price.fact, open_to)
    fact = facts[price.fact]
    if price.fact not in open_to:
        said = "text" if fact.kind in KINDS else {"law": "law", "published": "a published figure"}[fact.kind]
        return "fact", f"{shown(price.fact)} is {said}", "a fact of kind price or estimate"
    if price.fact.startswith("fx.") and 0 in (price.value, price.low, price.likely, price.high):
        return "fact", "an exchange rate of 0", "how many US dollars one unit buys, above 0"
    if price.currency in (None, BASE):
        return None
    if BASE not in fact.unit or price.fact.startswith("fx."):
        return "currency", f"{shown(price.fact)} is no amount of money", "no currency"
    if f"fx.{price.currency}" not in facts:
        known = [name.removeprefix("fx.") for name in facts if name.startswith("fx.")]
        return "currency", f"no exchange rate of {price.currency} is known", nearest(price.currency, known)
    return None


def bounds_of(price: PriceOverride) -> tuple[Decimal, Decimal, Decimal] | None:
    """An own price as low, likely and high, in its own currency; None while its number is not answered."""
    likely = price.likely if price.value is None else price.value
    if likely is None:
        return None
    low = likely if price.low is None else price.low
    return low, likely, likely if price.high is None else price.high
