"""The result of an analysis: what a run stores, a page shows and a report prints.

Every type is a frozen dataclass; field names are those of the result contract (docs/result.schema.json).
Money inside a result is a Decimal amount in `Result.currency`; weeks and days are Decimals.
Confidence is a whole percent. A missing number is None and never zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
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

    direction: Literal["for", "against"]
    text: str
    answer: str | None
    rule: str
    facts: tuple[str, ...] = ()


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
class Consequences:
    """What choosing an option opens in duties: the seam through which compliance reaches the recommendation."""

    duties: int
    gaps: int
    blockers: int
    unknown: int
    days: Range
    cost: Range


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
class Severity:
    """The visible factors of a finding's severity; they are shown, never multiplied."""

    legal: Literal["unlawful", "duty", "practice"]
    sensitivity: Level | Literal["unknown"]
    exposure: Level | Literal["unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Remediation:
    """How a finding is closed. `days` is an estimate in person-days."""

    text: str
    owner: str
    days: Range
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A duty and its state for one use case in one option."""

    option: OptionId
    planned: bool
    regime: str
    requirement_id: str
    title: str
    applies: Answer3
    timing: Timing
    applies_from: date | None
    state: State
    blocker: bool
    severity: Severity
    rule: str
    because: str
    needs: tuple[str, ...]
    remediation: Remediation | None
    source: str
    confidence: Literal["high", "medium"]


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


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadinessItem:
    level: Level | Literal["unknown"]
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationResult:
    """How ready the organisation is, by dimension, and whether to build alone or with a partner."""

    readiness: dict[str, ReadinessItem]
    delivery: ReadinessItem


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Duties met of those that apply; never a percentage of lawfulness."""

    met: int
    applicable: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RegimeResult:
    """Whether a regime applies to the organisation's use cases, in the options recommended or planned."""

    regime: str
    applies: Answer3
    because: str
    proposed: bool
    coverage: Coverage
    open_blockers: int
    unknown_facts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    use_case: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarterSpend:
    """Money planned and available in one fiscal quarter; available is None where no budget was answered."""

    period: str
    spend: Decimal
    available: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PortfolioResult:
    chosen: tuple[str, ...]
    left: tuple[LeftOut, ...]
    value_lost_to_cap: Decimal | None
    quarters: tuple[QuarterSpend, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """A stage of one use case's plan. Weeks count from the programme's start (`as_of`)."""

    id: str
    use_case: str
    name: str
    start_week: Decimal
    weeks: Range
    cost: Range
    roles: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """A decision that must be passed before `before` starts, and what opens it."""

    id: str
    use_case: str
    name: str
    week: Decimal
    before: str
    passes_when: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Compliance work in the plan: the findings it closes and the gate that waits for it."""

    id: str
    use_case: str
    text: str
    owner: str
    start_week: Decimal
    days: Range
    closes: tuple[str, ...]
    gate: str | None
    blocker: bool
    due: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Roadmap:
    phases: tuple[Phase, ...]
    gates: tuple[Gate, ...]
    tasks: tuple[Task, ...]
    critical_path: tuple[str, ...]
    cash: tuple[QuarterSpend, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk:
    id: str
    use_case: str | None
    text: str
    mitigation: str
    trigger: str
    rule: str
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchItem:
    id: str
    text: str
    since: date | None
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FactUsed:
    """A knowledge fact that the analysis read, as it stood on the analysis date."""

    id: str
    label: str
    kind: Literal["law", "published", "price", "estimate"]
    value: str
    unit: str
    since: date
    source: str
    source_title: str
    source_url: str
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFired:
    rule: str
    text: str
    answers: tuple[str, ...]
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberOrigin:
    """Where a number of the result comes from: its JSON pointer (or pattern with `*`) and its sources."""

    pointer: str
    origin: Origin
    answers: tuple[str, ...]
    facts: tuple[str, ...]
    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    facts: tuple[FactUsed, ...]
    rules: tuple[RuleFired, ...]
    numbers: tuple[NumberOrigin, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    version: str
    as_of: date
    engine_version: str
    knowledge_release: str
    knowledge_digest: str
    law_read_on: date
    input_digest: str
    currency: str
    price_date: date
    organisation: OrganisationResult
    use_cases: tuple[UseCaseResult, ...]
    regimes: tuple[RegimeResult, ...]
    portfolio: PortfolioResult
    roadmap: Roadmap
    risks: tuple[Risk, ...]
    watch: tuple[WatchItem, ...]
    trace: Trace
