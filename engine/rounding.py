"""How numbers of a result are rounded."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal

from engine.result import Range


def whole(number: float | Decimal) -> Decimal:
    """A whole number."""
    return Decimal(str(number)).quantize(Decimal(1), ROUND_HALF_EVEN) + 0


def tenth(number: float | Decimal) -> Decimal:
    """One decimal place."""
    return Decimal(str(number)).quantize(Decimal("0.1"), ROUND_HALF_EVEN) + 0


def tenth_said(number: float | Decimal) -> str:
    """One decimal place as a sentence says it: “14”, “25.9”."""
    return f"{tenth(number):f}".removesuffix(".0")


def about(number: float | Decimal) -> str:
    """An amount as a sentence says it: two significant digits, thousands separated."""
    given = Decimal(str(number))
    last = max(0, given.adjusted() - 1)
    return f"{given.quantize(Decimal(1).scaleb(last), ROUND_HALF_EVEN) + 0:,.0f}"


def whole_range(points: Range) -> Range:
    return Range(low=whole(points.low), likely=whole(points.likely), high=whole(points.high))


def tenth_range(points: Range) -> Range:
    return Range(low=tenth(points.low), likely=tenth(points.likely), high=tenth(points.high))
