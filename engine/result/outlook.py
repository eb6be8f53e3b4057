"""How ready the organisation is, what could go wrong, and what to watch."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from engine.result.basic import Level


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadinessItem:
    """A level with its reason; `answers` are JSON pointers, those that are missing too."""

    level: Level | Literal["unknown"]
    because: str
    answers: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationResult:
    """How ready the organisation is, by dimension, and whether to build alone or with a partner."""

    readiness: dict[str, ReadinessItem]
    delivery: ReadinessItem


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk:
    """A risk of a use case, or of all (`use_case` None), before and after its mitigation.

    `exposed` is the likely money that it bears on.
    """

    id: str
    use_case: str | None
    text: str
    mitigation: str
    trigger: str
    rule: str
    facts: tuple[str, ...] = ()
    name: str = ""
    owner: str = ""
    likelihood: Level = "medium"
    impact: Level = "medium"
    likelihood_because: str = ""
    impact_because: str = ""
    likelihood_after: Level = "medium"
    impact_after: Level = "medium"
    exposed: Decimal | None = None
    answers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchItem:
    """A change of law or market to watch: the sign that it bears on the plan, and what to do then."""

    id: str
    text: str
    since: date | None
    source: str
    name: str = ""
    trigger: str = ""
    action: str = ""
