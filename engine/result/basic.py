"""Words, ranges and names that every part of a result uses."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from engine.inputs import Approach, Deployment, Method

Answer3 = Literal["yes", "no", "unknown"]
Timing = Literal["in_force", "upcoming", "watch"]
State = Literal["met", "partial", "gap", "unknown", "not_applicable"]
Outcome = Literal["recommend", "classical_model", "not_yet"]
Origin = Literal["answer", "fact", "estimate"]
Level = Literal["low", "medium", "high"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """A three-point range: lowest plausible, likely, highest plausible."""

    low: Decimal
    likely: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Percentiles:
    """The 10th, 50th and 90th percentile of simulated totals, in the result's currency."""

    p10: Decimal
    p50: Decimal
    p90: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionId:
    """An approach in a deployment, with the method inside where one is named."""

    approach: Approach
    deployment: Deployment
    method: Method | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why an option gains or loses: the answer (JSON pointer), the rule and the facts behind the sentence."""

    direction: Literal["for", "against", "note"]
    text: str
    answer: str | None
    rule: str
    facts: tuple[str, ...] = ()
