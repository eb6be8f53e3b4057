"""The plan as data: stages of each approach, risks with their triggers, and what to watch."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal, get_args

from engine.inputs import Approach, RegimeId
from engine.strict import Problem, nearest, read


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A stage: its share of the build's weeks, its roles, and the gate that closes it."""

    approaches: tuple[Approach, ...]
    name: str
    share: Decimal
    roles: tuple[str, ...]
    gate: str | None = None
    passes_when: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskRow:
    id: str
    when: Literal["always", "generative", "outside", "trained", "trained_personal"]
    text: str
    mitigation: str
    trigger: str
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchRow:
    """Something to watch; with a regime, only where that regime applies or may apply."""

    id: str
    text: str
    source: str
    regime: RegimeId | None = None
    since: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanTables:
    stages: tuple[Stage, ...]
    risks: tuple[RiskRow, ...]
    watch: tuple[WatchRow, ...]

    def stages_of(self, approach: Approach) -> tuple[Stage, ...]:
        return tuple(stage for stage in self.stages if approach in stage.approaches)

    def fact_ids(self) -> tuple[str, ...]:
        return tuple(sorted({fact for risk in self.risks for fact in risk.facts}))


def read_plan(
    raw: Mapping[str, Mapping[str, Any]], sources: Collection[str], problems: list[Problem]
) -> PlanTables:
    """The tables of `plan/*.toml`; adds a problem for each fault."""
    merged: dict[str, Any] = {}
    for table in raw.values():
        merged.update(table)
    found = read(PlanTables, merged, "plan: ", problems)
    if found is None:
        return PlanTables(stages=(), risks=(), watch=())
    for approach in get_args(Approach):
        share = sum((stage.share for stage in found.stages_of(approach)), Decimal(0))
        if share != 1:
            problems.append(
                Problem(f"plan: stages of {approach}", f"shares sum to {share}", "shares that sum to 1")
            )
    for row in found.watch:
        if row.source not in sources:
            problems.append(
                Problem(
                    f"plan: watch {row.id}", f"unknown source “{row.source}”", nearest(row.source, sources)
                )
            )
    return found
