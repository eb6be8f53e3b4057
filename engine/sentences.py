"""Small parts of the sentences of a result: shares, counted nouns, lists of names."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal


def percent(share: float | Decimal) -> str:
    """A share of 1 as a whole percentage: “25 %”; the whole is “all”."""
    text = f"{share * 100:.0f}"
    return "all" if text == "100" else f"{text} %"


def certainty(confidence: int | None) -> str:
    """A confidence in whole percent: “55 %”; certainty is never claimed."""
    if confidence is None:
        return "not known how"
    return "over 99 %" if confidence > 99 else f"{confidence} %"


def two_percents(one: float | Decimal, other: float | Decimal) -> tuple[str, str]:
    """Two shares of 1 as percentages, with as many places as it takes to tell them apart: “1.4 %”, “0.6 %”."""
    for places in (0, 1, 2):
        first, second = (f"{share * 100:.{places}f} %" for share in (one, other))
        if first != second:
            break
    return first, second


def counted(amount: int, one: str, many: str) -> str:
    """A number with its noun: “1 gap”, “3 gaps”, “0 gaps”."""
    return f"{amount} {one if amount == 1 else many}"


def joined(names: Sequence[str]) -> str:
    """“a”, “a and b”, “a, b and c”."""
    return " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)


def small_start(text: str) -> str:
    """A text that goes on within a sentence; an abbreviation in front stays as it is."""
    return text if text[1:2].isupper() else f"{text[:1].lower()}{text[1:]}"
