"""Options of a use case: ranked, refused, and what would change the answer."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from engine.inputs import Approach, Deployment, Method
from engine.result.basic import OptionId, Outcome, Percentiles, Range, Reason
from engine.result.duties import Consequences, Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class CostLine:
    """One line of an option's bill of materials, over the programme's months."""

    item: str
    kind: Literal["capex", "opex"]
    amount: Range
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakEven:
    """The monthly volume at which this option costs the same as `against`."""

    requests_per_month: int
    against: OptionId


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedOption:
    """An option that passed every gate."""

    rank: int
    approach: Approach
    deployment: Deployment
    method: Method | None
    score: Decimal
    confidence: int
    regret: Decimal
    cost: Percentiles
    cost_lines: tuple[CostLine, ...]
    npv: Percentiles | None
    break_even: BreakEven | None
    weeks: Range
    staff: Range
    infrastructure: tuple[str, ...]
    base_model: str | None
    consequences: Consequences
    conditions: tuple[str, ...]
    reasons: tuple[Reason, ...]
    lost_because: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedOption:
    """An option that a gate removed: the rule, the answer (JSON pointer) and the facts that did it."""

    approach: Approach
    deployment: Deployment
    rule: str
    answer: str | None
    facts: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchPoint:
    """One answer that, changed alone from `from_` to `to`, changes the recommendation."""

    answer: str
    from_: str
    to: str
    becomes: OptionId | None
    outcome: Outcome
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """An unanswered question worth answering, with what the answer could change."""

    answer: str
    worth: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UseCaseResult:
    """The answer for one use case."""

    key: str
    name: str
    outcome: Outcome
    first_get: tuple[str, ...]
    summary: str
    options: tuple[RankedOption, ...]
    refused: tuple[RefusedOption, ...]
    switch_points: tuple[SwitchPoint, ...]
    ask_next: tuple[Question, ...]
    findings: tuple[Finding, ...]
