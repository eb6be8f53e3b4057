"""Duties: findings, what an option opens, and the regimes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from engine.result.basic import Answer3, Level, OptionId, Range, State, Timing

Proof = Literal["shown", "stale", "absent"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Consequences:
    """What choosing an option opens in duties: the seam through which compliance reaches the recommendation.

    `days` and `cost` are of the duties that apply. `may_add_days` and `may_add_cost` are the most that those
    would add of which it is not answered whether they apply.
    """

    duties: int
    gaps: int
    blockers: int
    unknown: int
    days: Range
    cost: Range
    may_add_days: Decimal = Decimal(0)
    may_add_cost: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Severity:
    """The visible factors of a finding's severity; they are shown, never multiplied.

    Evidence that is absent, or no longer holds, raises it by one step.
    """

    legal: Literal["unlawful", "duty", "practice"]
    sensitivity: Level | Literal["unknown"]
    exposure: Level | Literal["unknown"]
    evidence: Proof = "absent"


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
class Coverage:
    """Duties met of those that apply; never a percentage of lawfulness."""

    met: int
    applicable: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleHeld:
    """A role that the organisation has in a regime for one use case, or may have once `needs` are answered."""

    use_case: str
    role: str
    held: Literal["yes", "unknown"]
    because: str
    needs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RegimeResult:
    """Whether a regime applies to the organisation's use cases, in the options recommended or planned.

    `in_force`, `upcoming` and `watched` count the duties that apply, by their time; only those in force can be
    gaps. `next_date` is the first day on which an upcoming one starts.
    """

    regime: str
    applies: Answer3
    because: str
    proposed: bool
    coverage: Coverage
    open_blockers: int
    unknown_facts: tuple[str, ...]
    roles: tuple[RoleHeld, ...] = ()
    in_force: int = 0
    upcoming: int = 0
    watched: int = 0
    next_date: date | None = None
