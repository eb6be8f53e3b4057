"""Options of a use case: ranked, refused, and what would change the answer."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from engine.inputs import Approach, Criterion, Deployment, Method
from engine.result.basic import Answer3, OptionId, Outcome, Percentiles, Range, Reason
from engine.result.duties import Consequences, Finding
from engine.result.money import (
    BreakEven,
    CostLine,
    Driver,
    Payback,
    PriceChange,
    Serving,
    StageCosts,
    Training,
    WorthKnowing,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionValue:
    """What a criterion adds to an option's score: `weight` times `value`, both from 0 to 1, and why.

    `answer` is the answer it reads (a JSON pointer); None where it reads none.
    """

    criterion: Criterion
    weight: Decimal
    value: Decimal
    text: str
    answer: str | None
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelTest:
    """One of the four tests by which a base model was chosen, and what it said of the chosen one."""

    test: Literal["business_need", "benchmarks", "licence", "infrastructure"]
    passed: Answer3
    because: str
    answer: str | None = None
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedOption:
    """An option that passed every gate.

    `score` is the sum of `values`. `confidence` is the whole percent of draws over weights and uncertain
    scores in which it beats every other option, however the unanswered questions turn out, times the judged
    share that each of these leaves. `acceptability` gives the percent of draws for rank 1, 2, … and `pairwise`
    that in which it beats the option of rank 1, 2, … (unanswered questions at their mean). `regret` and
    `max_regret` are distances to the draw's best.
    `loss` is the probability that its net value is below zero, and `over_budget` the one that its dearest year
    takes more than the yearly budget, both in whole percent; None where the answer behind it is missing.
    """

    rank: int
    approach: Approach
    deployment: Deployment
    method: Method | None
    score: Decimal
    confidence: int
    regret: Decimal
    max_regret: Decimal
    acceptability: tuple[int, ...]
    pairwise: tuple[int, ...]
    values: tuple[CriterionValue, ...]
    cost: Percentiles
    capex: Percentiles
    opex: Percentiles
    stages: StageCosts
    years: tuple[Percentiles, ...]
    cost_lines: tuple[CostLine, ...]
    price_changes: tuple[PriceChange, ...]
    npv: Percentiles | None
    payback: Payback | None
    loss: int | None
    over_budget: int | None
    break_even: BreakEven | None
    drivers: tuple[Driver, ...]
    training: Training | None
    serving: Serving | None
    weeks: Range
    staff: Range
    infrastructure: tuple[str, ...]
    base_model: str | None
    model_tests: tuple[ModelTest, ...]
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
class RunnerUp:
    """The best option of another approach than the first one's: how far behind, where better, where worse."""

    option: OptionId
    behind: Decimal
    better_on: tuple[Criterion, ...]
    worse_on: tuple[Criterion, ...]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightSwitch:
    """The smallest change of one criterion's share of the weight that puts another option first."""

    criterion: Criterion
    from_: Decimal
    to: Decimal
    becomes: OptionId
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """An unanswered question worth answering, with what the answer could change; most worth first."""

    answer: str
    worth: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UseCaseResult:
    """The answer for one use case.

    `approach_confidence` is the whole percent of draws in which some option of the first one's approach
    beats every option of the other approaches, times the same shares. `switch_points` stand nearest first;
    `steadiness` says in one sentence what would flip the answer, or that nothing answered does.
    """

    key: str
    name: str
    outcome: Outcome
    first_get: tuple[str, ...]
    summary: str
    approach_confidence: int | None
    remarks: tuple[Reason, ...]
    options: tuple[RankedOption, ...]
    refused: tuple[RefusedOption, ...]
    runner_up: RunnerUp | None
    steadiness: str
    switch_points: tuple[SwitchPoint, ...]
    weight_switch: WeightSwitch | None
    ask_next: tuple[Question, ...]
    worth_knowing: tuple[WorthKnowing, ...]
    findings: tuple[Finding, ...]
