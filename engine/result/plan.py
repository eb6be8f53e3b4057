"""The plan: portfolio and roadmap. Weeks count from the programme's start (`as_of`); money is the result's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from engine.result.basic import OptionId, Range

Limit = Literal["capex", "opex", "money", "people"]
LeftKind = Literal["outcome", "pinned", "worth", "budget", "people", "prerequisite", "exclusion"]
Dimension = Literal["accuracy", "hallucination", "fairness", "security", "compliance"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """A use case that the portfolio takes, in one of its options, from a fiscal quarter on.

    `value` is its net value within the programme, shared platforms apart (None: not answered, never guessed);
    `cost` its likely cost within the programme and `later` what of it falls after; `people` build it, of
    whom `partner` come from outside (None: own people are not answered). `rank` is the option's place in the use case's own answer.
    """

    use_case: str
    option: OptionId
    rank: int
    start: str
    start_week: Decimal
    value: Decimal | None
    cost: Decimal
    later: Decimal
    people: Decimal
    partner: Decimal | None
    pinned: bool
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A use case outside the plan, and why: the limit that it breaks, in which period and by how much.

    `value` is the net value that it would have brought; None where it is not answered.
    """

    use_case: str
    because: str
    kind: LeftKind = "outcome"
    limit: Limit | None = None
    period: str | None = None
    short_by: Decimal | None = None
    value: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarterSpend:
    """Money and people planned and available in one fiscal quarter; None where nothing was answered.

    Where only a yearly budget is known, `available` is what is left of the fiscal year's. `people` are the
    organisation's own who build.
    """

    period: str
    spend: Decimal
    available: Decimal | None
    capex: Decimal
    opex: Decimal
    capex_available: Decimal | None
    opex_available: Decimal | None
    committed: Decimal | None
    people: Decimal
    people_available: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedCost:
    """A platform that several chosen use cases need, paid once: its likely cost, and what sharing saves."""

    platform: str
    use_cases: tuple[str, ...]
    cost: Decimal
    saved: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class QuickPick:
    """A use case that the greedy rule takes, in which option and from when; its value as in `Pick`."""

    use_case: str
    option: OptionId
    rank: int
    start: str
    value: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuickAnswer:
    """What the greedy rule takes: the most net value for each unit of budget first.

    `misses` are use cases pinned in for which it finds no room; there may be a way that it does not see.
    """

    chosen: tuple[str, ...]
    value: Decimal
    picks: tuple[QuickPick, ...] = ()
    misses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MoreBudget:
    """What a larger budget (`share` more in every period) would buy: value, and use cases in, out and earlier."""

    share: Decimal
    value: Decimal
    gains: tuple[str, ...]
    drops: tuple[str, ...]
    earlier: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PortfolioResult:
    """The best set under the limits. `value` counts answered values only; `bound` is the proven most."""

    chosen: tuple[str, ...]
    left: tuple[LeftOut, ...]
    value_lost_to_cap: Decimal | None
    quarters: tuple[QuarterSpend, ...]
    picks: tuple[Pick, ...] = ()
    value: Decimal | None = None
    bound: Decimal | None = None
    gap: Decimal | None = None
    greedy: QuickAnswer | None = None
    shared: tuple[SharedCost, ...] = ()
    more: MoreBudget | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseCost:
    """The part of one of the option's cost lines that falls into a phase."""

    item: str
    kind: Literal["capex", "opex"]
    amount: Range


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """A stage of one use case's plan.

    `after` names what it waits for; `slack` is by how many weeks it may slip without moving a launch.
    """

    id: str
    use_case: str
    name: str
    start_week: Decimal
    weeks: Range
    cost: Range
    roles: tuple[str, ...]
    after: tuple[str, ...]
    costs: tuple[PhaseCost, ...] = ()
    checks: tuple[str, ...] = ()
    slack: Decimal | None = None
    because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """A decision that must be passed before `before` starts, and what opens it."""

    id: str
    use_case: str
    name: str
    week: Decimal
    before: str
    passes_when: tuple[str, ...]
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Compliance work in the plan: the findings it closes and the gate that waits for it.

    A task of the whole organisation stands once, with the first use case that needs it; `also_for` names the
    others.
    """

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
    step: str = ""
    after: tuple[str, ...] = ()
    also_for: tuple[str, ...] = ()
    slack: Decimal | None = None
    cost: Range | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """When a use case goes live, against its deadline; `chance` is the whole percent that it is met."""

    use_case: str
    week: Range
    deadline_week: Decimal | None
    chance: int | None
    missed: bool | None
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """A test that a use case must pass: what is measured, how good is enough and why, on how many examples.

    `threshold` and `margin` are shares of 1; `direction` says on which side of the threshold it passes.
    """

    id: str
    use_case: str
    dimension: Dimension
    metric: str
    direction: Literal["at_least", "at_most"]
    threshold: Decimal
    basis: str
    margin: Decimal | None
    sample: int
    sample_how: str
    phase: str
    gate: str
    week: Decimal
    owner: str
    rule: str
    answers: tuple[str, ...]
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Roadmap:
    """The phased plan of what the portfolio took. `cash` is the portfolio's own quarters."""

    phases: tuple[Phase, ...]
    gates: tuple[Gate, ...]
    tasks: tuple[Task, ...]
    critical_path: tuple[str, ...]
    cash: tuple[QuarterSpend, ...]
    launches: tuple[Launch, ...] = ()
    evaluation: tuple[Evaluation, ...] = ()
