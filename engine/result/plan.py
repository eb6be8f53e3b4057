"""The plan: readiness, portfolio, roadmap, risks, what to watch."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from engine.result.basic import Level, Range


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
