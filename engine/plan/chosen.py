"""What the plan is made of: each use case with its outcome, its first option and what that costs."""

from __future__ import annotations

from dataclasses import dataclass

from engine.case import Case
from engine.money.estimate import CostEstimate
from engine.result import Finding, Outcome, RankedOption


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    case: Case
    outcome: Outcome
    first_get: tuple[str, ...]
    option: RankedOption | None
    findings: tuple[Finding, ...]
    estimate: CostEstimate | None

    @property
    def key(self) -> str:
        return self.case.use_case.key
