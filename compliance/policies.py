"""The spans of time that hold in the open organisation: its own, else those of the knowledge release."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from accounts.audit import Actor, record_event
from accounts.versions import Conflict, lock
from compliance.models import CompliancePolicy
from compliance.workdays import after_business_days, months_after
from engine.strict import Problem, nearest
from inventory.knowledge import current
from inventory.records import InvalidPart

LONGEST_SLA = 2000
LONGEST_FRESHNESS = 120
MOST_HOLIDAYS = 400


@dataclass(frozen=True, slots=True)
class Policy:
    """Business days by weight, months by kind of evidence, and days off. `version` is 0 where nobody set any."""

    sla: Mapping[str, int]
    freshness: Mapping[str, int]
    holidays: tuple[date, ...]
    version: int

    def due(self, weight: str, start: date) -> date:
        """The day by which a duty of a weight is to be closed, counted from `start`."""
        return after_business_days(start, self.sla[weight], self.holidays)

    def fresh_until(self, kind: str, start: date) -> date:
        """The last day on which evidence of a kind is believed, by its age alone."""
        return months_after(start, self.freshness[kind])


def policy() -> Policy:
    """The spans that hold now. One query."""
    return policy_of(CompliancePolicy.objects.first())


def evidence_kinds() -> Mapping[str, str]:
    """The kinds of evidence, with their names."""
    return {row.kind: row.name for row in current().plan.freshness}


def policy_of(stored: CompliancePolicy | None) -> Policy:
    """The spans that hold with a stored row, or without one."""
    plan = current().plan
    own = stored or CompliancePolicy(version=0)
    return Policy(
        sla={row.weight: own.sla.get(row.weight, row.days) for row in plan.sla},
        freshness={row.kind: own.freshness.get(row.kind, row.months) for row in plan.freshness},
        holidays=tuple(date.fromisoformat(day) for day in own.holidays),
        version=own.version,
    )


@transaction.atomic
def set_policy(
    *,
    sla: Mapping[str, int],
    freshness: Mapping[str, int],
    holidays: tuple[date, ...],
    actor: Actor,
    version: int,
) -> Policy:
    """Set the organisation's own spans; what is left out stands as the release has it.

    Raises InvalidPart, or Conflict where `version` is stale; then nothing is written.
    """
    problems = [
        *_faults("sla", sla, {row.weight for row in current().plan.sla}, LONGEST_SLA, "business days"),
        *_faults("freshness", freshness, set(evidence_kinds()), LONGEST_FRESHNESS, "months"),
    ]
    if len(holidays) > MOST_HOLIDAYS:
        problems.append(Problem("/holidays", f"{len(holidays)} days", f"at most {MOST_HOLIDAYS}"))
    if problems:
        raise InvalidPart(problems)
    stored = CompliancePolicy.objects.first()
    if stored is None and version != 0:
        raise Conflict(policy_of(None))
    if stored is None:
        return _first(sla, freshness, holidays, actor)
    if version == 0:
        raise Conflict(policy_of(stored))
    locked = lock(CompliancePolicy.objects.all(), stored, version)
    before = plain(policy_of(locked))
    _fill(locked, sla, freshness, holidays)
    after = plain(policy_of(locked))
    if after == before:
        return policy_of(locked)
    locked.version += 1
    locked.save()
    record_event(actor=actor, action="compliancepolicy.changed", obj=locked, before=before, after=after)
    return policy_of(locked)


def plain(policy: Policy) -> dict[str, Any]:
    """The spans as the trail and exports hold them."""
    days = [day.isoformat() for day in policy.holidays]
    return {"sla": dict(policy.sla), "freshness": dict(policy.freshness), "holidays": days}


def _first(
    sla: Mapping[str, int], freshness: Mapping[str, int], holidays: tuple[date, ...], actor: Actor
) -> Policy:
    made = CompliancePolicy()
    _fill(made, sla, freshness, holidays)
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError as error:
        raise Conflict(policy_of(CompliancePolicy.objects.get())) from error
    record_event(
        actor=actor,
        action="compliancepolicy.changed",
        obj=made,
        before=plain(policy_of(None)),
        after=plain(policy_of(made)),
    )
    return policy_of(made)


def _fill(
    stored: CompliancePolicy,
    sla: Mapping[str, int],
    freshness: Mapping[str, int],
    holidays: tuple[date, ...],
) -> None:
    plan = current().plan
    usual = {row.weight: row.days for row in plan.sla} | {row.kind: row.months for row in plan.freshness}
    stored.sla = {name: span for name, span in sla.items() if span != usual[name]}
    stored.freshness = {name: span for name, span in freshness.items() if span != usual[name]}
    stored.holidays = sorted({day.isoformat() for day in holidays})


def _faults(part: str, given: Mapping[str, int], known: set[str], longest: int, unit: str) -> list[Problem]:
    unknown = [
        Problem(f"/{part}/{name}", f"unknown name “{name}”", nearest(name, known))
        for name in given
        if name not in known
    ]
    wrong = [
        Problem(f"/{part}/{name}", f"{span} {unit}", f"a whole number from 1 to {longest}")
        for name, span in given.items()
        if name in known and not 1 <= span <= longest
    ]
    return [*unknown, *wrong]
