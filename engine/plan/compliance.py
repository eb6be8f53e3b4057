"""Open duties of an option as work: one piece for each requirement, in the order of the steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from engine.plan.network import Activity
from engine.plan.tables import PlanTables, Step
from engine.result import Finding, Range, Remediation

DAYS_A_WEEK = Decimal(5)
HALF = Decimal("0.5")
End = Literal["low", "likely", "high"]


@dataclass(frozen=True, slots=True)
class Duty:
    """An open duty as work.

    `shared`: it is the organisation's, and done once for all use cases. `weight` is its part in what compliance
    work is expected to cost: where nobody knows yet whether it is met, half of its days.
    """

    id: str
    regime: str
    requirement: str
    remediation: Remediation
    blocker: bool
    step: Step
    due: date | None
    shared: bool
    weight: Decimal
    after: tuple[str, ...]

    @property
    def name(self) -> str:
        return f"{self.regime} {self.requirement}"

    @property
    def text(self) -> str:
        return f"{self.name}: {self.remediation.text}"

    @property
    def days(self) -> Range:
        return self.remediation.days

    def weeks(self, end: End) -> Decimal:
        days: Decimal = getattr(self.days, end)
        return days / DAYS_A_WEEK


def duties(key: str, findings: Sequence[Finding], plan: PlanTables) -> tuple[Duty, ...]:
    """The open duties of a use case: step by step, blocking ones first, unknown ones last."""
    grouped: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        open_ = finding.applies == "yes" and finding.state in ("gap", "partial", "unknown")
        if open_ and finding.remediation is not None and finding.timing != "watch":
            grouped.setdefault((finding.regime, finding.requirement_id), []).append(finding)
    places = {step.id: place for place, step in enumerate(plan.steps)}
    steps = {name: plan.step_of(*name) for name in grouped}
    ordered = sorted(
        grouped,
        key=lambda name: (
            places[steps[name].id],
            not any(finding.blocker for finding in grouped[name]),
            grouped[name][0].state == "unknown",
            grouped[name][0].applies_from or date.min,
            name,
        ),
    )
    found: list[Duty] = []
    for number, name in enumerate(ordered, 1):
        mine = grouped[name]
        remediation = mine[0].remediation
        assert remediation is not None
        upcoming = mine[0].timing == "upcoming"
        blocker = any(finding.blocker for finding in mine)
        found.append(
            Duty(
                id=f"{key}.task.{number}",
                regime=name[0],
                requirement=name[1],
                remediation=remediation,
                blocker=blocker,
                step=steps[name],
                due=mine[0].applies_from if upcoming else None,
                weight=remediation.days.likely * (HALF if mine[0].state == "unknown" else 1),
                shared=not any(is_own(finding) for finding in mine),
                after=waits_for(steps[name], remediation.owner if blocker else None, found, plan),
            )
        )
    return tuple(found)


def is_own(finding: Finding) -> bool:
    """Whether a duty is the use case's own: one that an option's rule opened, or that its answers decide."""
    return not finding.rule.startswith("baseline.") or any(
        need.startswith("/use_cases/") for need in finding.needs
    )


def waits_for(step: Step, owner: str | None, before: Sequence[Duty], plan: PlanTables) -> tuple[str, ...]:
    """The blocking work of the nearest steps before; for blocking work its owner's last piece in the step too."""
    found = blocking(step.after, before, plan)
    if owner is not None:
        same = [
            duty.id
            for duty in before
            if duty.blocker and duty.step == step and duty.remediation.owner == owner
        ]
        found += same[-1:]
    return tuple(dict.fromkeys(found))


def blocking(steps: Sequence[str], before: Sequence[Duty], plan: PlanTables) -> list[str]:
    """The blocking work of steps; of the steps before one that has none."""
    found: list[str] = []
    for step in plan.steps:
        if step.id in steps:
            mine = [duty.id for duty in before if duty.blocker and duty.step.id == step.id]
            found += mine or blocking(step.after, before, plan)
    return found


def opens(what: Literal["data", "live"], found: Sequence[Duty]) -> tuple[str, ...]:
    """The blocking work that the first touch of data waits for, or that go-live waits for."""
    return tuple(duty.id for duty in found if duty.blocker and (what == "live" or duty.step.opens == "data"))


def activities(found: Sequence[Duty], end: End, by: Decimal | None = None) -> list[Activity]:
    """The duties as activities, at one end of their ranges."""
    return [Activity(duty.id, duty.weeks(end), duty.after, by=by) for duty in found]
