"""Three-point ranges of Decimals: what a result shows of a fact, and their arithmetic end by end."""

from __future__ import annotations

from decimal import Decimal

from engine.result import Range
from engine.trace import Tracer


def points(tracer: Tracer, fact_id: str) -> Range:
    """A fact as a range; one number is its own low and high."""
    fact = tracer.fact(fact_id)
    likely = tracer.likely(fact_id)
    return Range(
        low=likely if fact.low is None else fact.low,
        likely=likely,
        high=likely if fact.high is None else fact.high,
    )


def plus(*ranges: Range) -> Range:
    return Range(
        low=sum((one.low for one in ranges), Decimal(0)),
        likely=sum((one.likely for one in ranges), Decimal(0)),
        high=sum((one.high for one in ranges), Decimal(0)),
    )


def scaled(one: Range, factor: Decimal | int) -> Range:
    return Range(low=one.low * factor, likely=one.likely * factor, high=one.high * factor)
