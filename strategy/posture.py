"""Use cases against regimes: how many duties stand how, in the option that is planned, else in the first one.

Counted once, when a result is stored; a page reads the counts alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from accounts.tenancy import sees
from compliance.evidence import oldest
from strategy.models import Result, UseCaseResult

OPTION = ("approach", "deployment", "method")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """The duties of one regime: those in force by state, open blockers, those to come, those that may apply."""

    met: int = 0
    partial: int = 0
    gap: int = 0
    unknown: int = 0
    not_applicable: int = 0
    blockers: int = 0
    upcoming: int = 0

    @property
    def applicable(self) -> int:
        """The duties in force that apply or may apply, apart from those that were ruled out."""
        return self.met + self.partial + self.gap + self.unknown

    @property
    def worst(self) -> str:
        """The state that the cell shows: unknown is never good."""
        return next((name for name in ("gap", "partial", "unknown", "met") if getattr(self, name)), "none")

    def __add__(self, other: Cell) -> Cell:
        return Cell(**{name: getattr(self, name) + getattr(other, name) for name in Cell.__slots__})


@dataclass(frozen=True, slots=True, kw_only=True)
class PostureRow:
    """A use case and its cell in each regime that has a duty for it.

    `oldest` is the day of the oldest answer or accepted evidence behind a regime's cell, where there is any.
    """

    key: str
    name: str
    outcome: str
    cells: Mapping[str, Cell]
    oldest: Mapping[str, date]


@dataclass(frozen=True, slots=True, kw_only=True)
class Posture:
    """All use cases of an analysis; `regimes` in the order of what is open, most first."""

    rows: tuple[PostureRow, ...]
    regimes: tuple[str, ...]
    totals: Mapping[str, Cell]


def posture_of(stored: Result) -> Posture:
    """The posture of a stored result. Two queries, however many use cases there are."""
    days = oldest()
    found = UseCaseResult.objects.filter(result=stored).values_list(
        "key", "body__name", "body__outcome", "posture"
    )
    rows = tuple(
        PostureRow(
            key=key,
            name=name,
            outcome=outcome,
            cells={regime: Cell(**counts) for regime, counts in posture.items() if sees(regime)},
            oldest={
                regime: min(known)
                for regime in posture
                if (known := [days[at] for at in ((regime, None), (regime, key)) if at in days])
            },
        )
        for key, name, outcome, posture in found
    )
    totals: dict[str, Cell] = {}
    for row in rows:
        for regime, cell in row.cells.items():
            totals[regime] = totals.get(regime, Cell()) + cell
    order = sorted(
        totals, key=lambda name: (-totals[name].blockers, -totals[name].gap, -totals[name].unknown, name)
    )
    return Posture(rows=rows, regimes=tuple(order), totals=totals)


def counting(options: Sequence[Mapping[str, Any]], findings: Sequence[Mapping[str, Any]]) -> list[Any]:
    """The findings that count: those of the planned option, else of the one recommended first."""
    planned = [finding for finding in findings if finding["planned"]]
    if planned or not options:
        return planned
    return [one for one in findings if all(one["option"][name] == options[0][name] for name in OPTION)]


def counted_posture(
    options: Sequence[Mapping[str, Any]], findings: Sequence[Mapping[str, Any]]
) -> dict[str, dict[str, int]]:
    """The cells of one use case as they are stored: by regime, how many duties stand how."""
    return {regime: asdict(cell) for regime, cell in cells(counting(options, findings)).items()}


def cells(findings: Iterable[Mapping[str, Any]]) -> dict[str, Cell]:
    """The cells of one use case from the findings that count."""
    found: dict[str, Cell] = {}
    for row in findings:
        found[row["regime"]] = counted(found.get(row["regime"], Cell()), row)
    return found


def counted(cell: Cell, row: Mapping[str, Any]) -> Cell:
    """A cell with one finding more; what is only watched is no duty, and what is to come is no gap."""
    if row["timing"] == "watch":
        return cell
    if row["timing"] == "upcoming":
        return replace(cell, upcoming=cell.upcoming + 1)
    state = row["state"] if row["applies"] == "yes" else "unknown"
    return replace(cell, **{state: getattr(cell, state) + 1}, blockers=cell.blockers + bool(row["blocker"]))
