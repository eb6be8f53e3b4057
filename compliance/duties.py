"""What an analysis found, as duties that people work on: one for each requirement and use case.

A duty that no use case decides is the organisation's own and stands once. Where several rules say something of
one requirement, the worst state stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

Key = tuple[str | None, str, str]
WORST_FIRST = ("gap", "partial", "unknown", "alternative", "inherited", "met", "not_applicable")
OPEN_STATES = ("gap", "partial", "unknown")
LEGAL_RANK: Mapping[str, int] = {"practice": 1, "duty": 2, "unlawful": 3}
LEVEL_RANK: Mapping[str, int] = {"low": 1, "medium": 2, "high": 3, "unknown": 3}
HALF = Decimal("0.5")
UNPROVEN = ("stale", "absent")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One use case's findings in the option that counts, and what a person-day costs there (None: not known)."""

    use_case: str
    findings: Sequence[Mapping[str, Any]]
    day_cost: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """A requirement as it stands: where (`use_case` None is the whole organisation), how, why, and what closes it."""

    use_case: str | None
    use_cases: tuple[str, ...]
    regime: str
    requirement_id: str
    title: str
    applies: str
    state: str
    blocker: bool
    timing: str
    applies_from: date | None
    legal: str
    sensitivity: str
    exposure: str
    evidence: str
    because: tuple[str, ...]
    needs: tuple[str, ...]
    rules: tuple[str, ...]
    source: str
    confidence: str
    text: str
    role: str
    proof: str
    estimate: Mapping[str, str]
    cost: Decimal | None

    @property
    def key(self) -> Key:
        return self.use_case, self.regime, self.requirement_id

    @property
    def is_open(self) -> bool:
        """Whether there is something to do: it applies, now or from a known day on, and is not met."""
        return self.applies == "yes" and self.state in OPEN_STATES and self.timing != "watch"

    @property
    def weight(self) -> str:
        """What its span of time is looked up by: a blocker stands before its weight in law."""
        return "blocker" if self.blocker else self.legal

    @property
    def points(self) -> Decimal:
        """The risk that closing it takes away: the ranks of its three factors added up, half where it is half known.

        A factor that is not answered counts as high: it may be. Without evidence that holds it is one step more.
        """
        ranks = LEGAL_RANK[self.legal] + LEVEL_RANK[self.sensitivity] + LEVEL_RANK[self.exposure]
        ranks += self.evidence in UNPROVEN
        return Decimal(ranks) * (1 if self.state == "gap" else HALF)

    @property
    def days(self) -> Decimal:
        return Decimal(self.estimate["likely"]) if self.estimate else Decimal(0)


def duties(parts: Iterable[Part]) -> tuple[Duty, ...]:
    """The duties of an analysis, in the order in which they are first met."""
    grouped: dict[Key, list[tuple[Part, Mapping[str, Any]]]] = {}
    for part in parts:
        by_requirement: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
        for finding in part.findings:
            by_requirement.setdefault((finding["regime"], finding["requirement_id"]), []).append(finding)
        for (regime, requirement), found in by_requirement.items():
            own = part.use_case if any(decided_by_use_case(finding) for finding in found) else None
            grouped.setdefault((own, regime, requirement), []).extend((part, one) for one in found)
    return tuple(_duty(key, found) for key, found in grouped.items())


def decided_by_use_case(finding: Mapping[str, Any]) -> bool:
    """Whether a duty is a use case's own: a rule opened it for its option, or its answers decide it."""
    return not finding["rule"].startswith("baseline.") or any(
        need.startswith("/use_cases/") for need in finding["needs"]
    )


def _duty(key: Key, found: Sequence[tuple[Part, Mapping[str, Any]]]) -> Duty:
    part, worst = min(
        found,
        key=lambda one: (
            one[1]["applies"] != "yes",
            not one[1]["blocker"],
            WORST_FIRST.index(one[1]["state"]),
        ),
    )
    remediation = worst["remediation"] or {}
    estimate = remediation.get("days") or {}
    severity, likely = worst["severity"], Decimal(estimate.get("likely", 0))
    return Duty(
        use_case=key[0],
        use_cases=tuple(dict.fromkeys(one.use_case for one, _ in found)),
        regime=key[1],
        requirement_id=key[2],
        title=worst["title"],
        applies=worst["applies"],
        state=worst["state"],
        blocker=any(finding["blocker"] for _, finding in found),
        timing=worst["timing"],
        applies_from=date.fromisoformat(worst["applies_from"]) if worst["applies_from"] else None,
        legal=severity["legal"],
        sensitivity=severity["sensitivity"],
        exposure=severity["exposure"],
        evidence=severity.get("evidence", ""),
        because=tuple(dict.fromkeys(finding["because"] for _, finding in found)),
        needs=tuple(dict.fromkeys(need for _, finding in found for need in finding["needs"])),
        rules=tuple(dict.fromkeys(finding["rule"] for _, finding in found)),
        source=worst["source"],
        confidence=worst["confidence"],
        text=remediation.get("text", ""),
        role=remediation.get("owner", ""),
        proof=remediation.get("evidence", ""),
        estimate={end: str(estimate[end]) for end in ("low", "likely", "high")} if estimate else {},
        cost=None if part.day_cost is None else (part.day_cost * likely).quantize(Decimal("0.01")),
    )
