"""What the API answers of gaps: use cases against regimes, and options against each other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from engine.result import OptionId, Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class PostureCell:
    """The duties of a regime: those in force by state, open blockers among them, and those still to come.

    `oldest` is the day of the oldest answer or accepted evidence behind it; null in totals, and where there is none.
    """

    regime: str
    met: int
    partial: int
    gap: int
    unknown: int
    not_applicable: int
    blockers: int
    upcoming: int
    oldest: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PostureOfUseCase:
    """A use case's cells, in the option that is planned, else in the one recommended first."""

    key: str
    name: str
    outcome: Outcome
    cells: tuple[PostureCell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplianceMatrix:
    """Use cases against regimes by the last finished analysis; `run` is null before the first."""

    run: str | None
    as_of: date | None
    law_read_on: date | None
    use_cases: tuple[PostureOfUseCase, ...]
    totals: tuple[PostureCell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DutySums:
    """Duties, open gaps, blockers and open answers; likely days and cost of closing them, null where not priced."""

    duties: int
    gaps: int
    blockers: int
    unknown: int
    days: Decimal | None
    cost: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedDuty:
    """A requirement by its name."""

    regime: str
    requirement_id: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DutiesOfOption:
    """An option beside the one of rank `against`. `rank` is null for a planned option that was refused.

    `opened` and `spared` are duties that apply only here or only there; `gaps_only_here` and `gaps_closed`
    are duties that are open only here or only there.
    """

    rank: int | None
    option: OptionId
    planned: bool
    sums: DutySums
    difference: DutySums
    opened: tuple[NamedDuty, ...]
    spared: tuple[NamedDuty, ...]
    gaps_only_here: tuple[NamedDuty, ...]
    gaps_closed: tuple[NamedDuty, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionsInDuties:
    """Every option of a use case in duties; amounts in the result's currency."""

    use_case: str
    against: int
    currency: str
    options: tuple[DutiesOfOption, ...]
