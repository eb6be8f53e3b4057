"""The plan as data: stages, compliance steps, platforms, tests, risks, and what to watch; read strictly."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Literal, get_args

from engine.duties.expressions import Expression, ExpressionError, compiled
from engine.inputs import Approach, ErrorCost, RegimeId
from engine.result import Dimension, Level
from engine.strict import Problem, nearest, read

SampleKind = Literal["share", "rare", "groups", "duties"]
Weight = Literal["blocker", "unlawful", "duty", "practice"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A stage: its share of the build's weeks, its roles, its cost lines, its checks, and the gate that closes it.

    `data` marks the stage that first touches the organisation's data, `evaluates` the one that holds the tests,
    `run` the time after go-live. `article` is the row of the founding article that the stage stands for.
    """

    id: str
    approaches: tuple[Approach, ...]
    name: str
    roles: tuple[str, ...]
    share: Decimal = Decimal(0)
    lines: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    gate: str | None = None
    passes_when: tuple[str, ...] = ()
    article: str | None = None
    data: bool = False
    evaluates: bool = False
    run: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DataCheck:
    """What is checked for one kind of data asset before it is used."""

    kind: str
    text: str
    article: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step of compliance work: the duties in it, the steps before it, and what waits for its blocking work."""

    id: str
    name: str
    opens: Literal["data", "live"]
    after: tuple[str, ...] = ()
    requirements: Mapping[RegimeId, tuple[str, ...]] = field(default_factory=dict)
    rest: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """What use cases can share: when an option needs it, and the share of each cost line that it carries."""

    id: str
    name: str
    when: str
    lines: Mapping[str, Decimal]
    source: str
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A level where `when` holds, and why; without `when` it holds where nothing before it does."""

    level: Level
    because: str
    when: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskRow:
    """A risk: where it applies, how likely and how grave it is and why, and what lessens it."""

    id: str
    name: str
    when: str
    text: str
    mitigation: str
    trigger: str
    owner: str
    likelihood: tuple[Judgement, ...]
    impact: tuple[Judgement, ...]
    likelihood_after: Level
    impact_after: Level
    lines: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    article: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchRow:
    """Something to watch; with a regime, only where that regime applies or may apply."""

    id: str
    name: str
    text: str
    trigger: str
    action: str
    source: str
    regime: RegimeId | None = None
    since: date | None = None
    article: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationRow:
    """A test: where it applies, what is measured, and the facts that hold its threshold and its margin.

    `threshold` names a fact for each cost of an error; `margin` a fact. `sample` says how the number of
    examples follows: from the margin of a share, from a rare event that must not occur, from the difference of
    two groups, or from the count of duties.
    """

    id: str
    dimension: Dimension
    when: str
    metric: str
    direction: Literal["at_least", "at_most"]
    threshold: Mapping[ErrorCost, str]
    margin: str | None = None
    sample: SampleKind
    owner: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sla:
    """In how many business days a duty of a weight is usually closed."""

    weight: Weight
    days: int
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """For how many months a kind of evidence is usually believed."""

    kind: str
    name: str
    months: int
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanTables:
    """The tables of a release. `conditions` holds every expression of theirs, compiled."""

    stages: tuple[Stage, ...]
    data_checks: tuple[DataCheck, ...]
    steps: tuple[Step, ...]
    platforms: tuple[Platform, ...]
    evaluation: tuple[EvaluationRow, ...]
    risks: tuple[RiskRow, ...]
    watch: tuple[WatchRow, ...]
    sla: tuple[Sla, ...]
    freshness: tuple[Freshness, ...]
    conditions: Mapping[str, Expression]

    def stages_of(self, approach: Approach) -> tuple[Stage, ...]:
        """The stages of an approach's build."""
        return tuple(stage for stage in self.stages if approach in stage.approaches and not stage.run)

    def run_of(self, approach: Approach) -> Stage:
        """The time after go-live."""
        return next(stage for stage in self.stages if approach in stage.approaches and stage.run)

    def step_of(self, regime: str, requirement: str) -> Step:
        """The step that a duty belongs to."""
        return next(
            (step for step in self.steps if requirement in step.requirements.get(regime, ())),  # type: ignore[call-overload]
            next(step for step in self.steps if step.rest),
        )

    def fact_ids(self) -> tuple[str, ...]:
        """The facts that the tables name."""
        named = {fact for risk in self.risks for fact in risk.facts}
        named |= {fact for row in self.evaluation for fact in row.threshold.values()}
        named |= {row.margin for row in self.evaluation if row.margin is not None}
        return tuple(sorted(named))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    stages: tuple[Stage, ...]
    data_checks: tuple[DataCheck, ...]
    steps: tuple[Step, ...]
    platforms: tuple[Platform, ...]
    evaluation: tuple[EvaluationRow, ...]
    risks: tuple[RiskRow, ...]
    watch: tuple[WatchRow, ...]
    sla: tuple[Sla, ...]
    freshness: tuple[Freshness, ...]


def read_plan(
    raw: Mapping[str, Mapping[str, Any]],
    sources: Collection[str],
    derived: Collection[str],
    problems: list[Problem],
) -> PlanTables:
    """The tables of `plan/*.toml`; adds a problem for each fault. `derived` are the words of the law."""
    merged: dict[str, Any] = {}
    for table in raw.values():
        merged.update(table)
    found = read(_Plan, merged, "plan: ", problems)
    if found is None:
        return PlanTables(
            stages=(),
            data_checks=(),
            steps=(),
            platforms=(),
            evaluation=(),
            risks=(),
            watch=(),
            sla=(),
            freshness=(),
            conditions={},
        )
    tables = PlanTables(
        stages=found.stages,
        data_checks=found.data_checks,
        steps=found.steps,
        platforms=found.platforms,
        evaluation=found.evaluation,
        risks=found.risks,
        watch=found.watch,
        sla=found.sla,
        freshness=found.freshness,
        conditions=compile_all(found, derived, problems),
    )
    problems += [
        *stage_faults(tables),
        *step_faults(tables),
        *level_faults(tables),
        *habit_faults(tables),
    ]
    sourced: tuple[tuple[str, str, str], ...] = (
        *(("watch", row.id, row.source) for row in found.watch),
        *(("platforms", row.id, row.source) for row in found.platforms),
        *(("sla", row.weight, row.source) for row in found.sla),
        *(("freshness", row.kind, row.source) for row in found.freshness),
    )
    for what, name, source in sourced:
        if source not in sources:
            problems.append(
                Problem(f"plan: {what} {name}", f"unknown source “{source}”", nearest(source, sources))
            )
    return tables


def compile_all(found: _Plan, derived: Collection[str], problems: list[Problem]) -> dict[str, Expression]:
    """Every expression of the tables by its text; adds a problem for each that is no sentence of the language."""
    texts: dict[str, str] = {}
    for risk in found.risks:
        texts[risk.when] = f"risks {risk.id}"
        texts |= {
            judgement.when: f"risks {risk.id}"
            for judgement in (*risk.likelihood, *risk.impact)
            if judgement.when is not None
        }
    texts |= {row.when: f"evaluation {row.id}" for row in found.evaluation}
    texts |= {row.when: f"platforms {row.id}" for row in found.platforms}
    conditions = {}
    for text, where in texts.items():
        try:
            conditions[text] = compiled(text, derived)
        except ExpressionError as error:
            problems.append(Problem(f"plan: {where}", str(error), "an expression as in law/rules"))
    return conditions


def stage_faults(tables: PlanTables) -> Iterable[Problem]:
    """Shares that do not sum to one, and approaches without a stage that touches data, tests, or runs."""
    for approach in get_args(Approach):
        stages = tables.stages_of(approach)
        where = f"plan: stages of {approach}"
        share = sum((stage.share for stage in stages), Decimal(0))
        if share != 1:
            yield Problem(where, f"shares sum to {share}", "shares that sum to 1")
        for mark in ("data", "evaluates"):
            if sum(getattr(stage, mark) for stage in stages) != 1:
                yield Problem(
                    where, f"not exactly one stage is marked {mark}", f"one stage with {mark} = true"
                )
        if sum(approach in stage.approaches and stage.run for stage in tables.stages) != 1:
            yield Problem(where, "not exactly one stage is marked run", "one stage with run = true")


def step_faults(tables: PlanTables) -> Iterable[Problem]:
    """Steps that wait for a step which does not stand before them; not exactly one step for the rest."""
    seen: list[str] = []
    for step in tables.steps:
        for other in step.after:
            if other not in seen:
                yield Problem(
                    f"plan: steps {step.id}", f"“{other}” does not stand before it", nearest(other, seen)
                )
        seen.append(step.id)
    if sum(step.rest for step in tables.steps) != 1:
        yield Problem("plan: steps", "not exactly one step takes the rest", "one step with rest = true")


def level_faults(tables: PlanTables) -> Iterable[Problem]:
    """Risks whose likelihood or impact has no level where no condition holds."""
    for risk in tables.risks:
        for name in ("likelihood", "impact"):
            judgements: tuple[Judgement, ...] = getattr(risk, name)
            if not judgements or judgements[-1].when is not None:
                where = f"plan: risks {risk.id}.{name}"
                yield Problem(where, "no level where no condition holds", "a last row without when")


def habit_faults(tables: PlanTables) -> Iterable[Problem]:
    """Weights without a number of days, kinds that stand twice, and spans that are none."""
    weights = [row.weight for row in tables.sla]
    if sorted(weights) != sorted(get_args(Weight)):
        right = f"one row for each of: {', '.join(get_args(Weight))}"
        yield Problem("plan: sla", f"rows for {', '.join(weights)}", right)
    kinds = [row.kind for row in tables.freshness]
    for kind in sorted({kind for kind in kinds if kinds.count(kind) > 1}):
        yield Problem(f"plan: freshness {kind}", "stands twice", "one row for a kind of evidence")
    for where, span in (
        *((f"sla {row.weight}.days", row.days) for row in tables.sla),
        *((f"freshness {row.kind}.months", row.months) for row in tables.freshness),
    ):
        if span < 1:
            yield Problem(f"plan: {where}", f"{span} is no span of time", "a whole number from 1")
