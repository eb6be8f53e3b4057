"""What a register is: named columns, and rows of plain values that every form of export writes alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from reports.registers.material import Material

Cell = str | int | Decimal | date | bool | None
LIMITS = (
    "This is not legal advice. It says what was found in the facts that were given, on the day and under the law "
    "that stand above; what is not answered is not met. A lawyer should look before anyone relies on it."
)


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its key in JSON and over the API, and its heading on pages and in sheets."""

    key: str
    heading: str


@dataclass(frozen=True, slots=True)
class Definition:
    """How a register is named, what it is for, what it says where it is empty, and how its rows are made."""

    name: str
    title: str
    purpose: str
    empty: str
    columns: tuple[Column, ...]
    rows: Callable[[Material], Iterable[Sequence[Cell]]]
    analysis: bool = True
    """Whether it rests on an analysis, and so says which."""


@dataclass(frozen=True, slots=True)
class Register:
    """A register as it stands now. `head` says of what day, analysis and law it is."""

    definition: Definition
    head: tuple[tuple[str, str], ...]
    rows: tuple[tuple[Cell, ...], ...]

    def records(self) -> list[dict[str, Any]]:
        """The rows as objects of plain JSON."""
        keys = [column.key for column in self.definition.columns]
        return [dict(zip(keys, map(plain, row), strict=True)) for row in self.rows]


def made(definition: Definition, material: Material) -> Register:
    """A register of the open organisation."""
    rows = tuple(tuple(row) for row in definition.rows(material))
    return Register(definition, tuple(_head(definition, material)), rows)


def _head(definition: Definition, material: Material) -> Iterable[tuple[str, str]]:
    yield "Made on", material.day.isoformat()
    if not definition.analysis:
        return
    latest = material.latest
    if latest is None:
        yield "Analysis", "None yet: nothing was analysed, so nothing is known to be open"
        return
    yield "Analysis as of", latest.as_of.isoformat()
    yield "Analysis", latest.run
    yield "Law as read on", latest.law_read_on
    yield "Knowledge release", latest.knowledge_release


def plain(cell: Cell) -> Any:
    """A cell as JSON holds it: a decimal as text, a day as its ISO form."""
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    return cell.isoformat() if isinstance(cell, date) else cell


def columns(**headings: str) -> tuple[Column, ...]:
    return tuple(Column(key, heading) for key, heading in headings.items())


def lines(texts: Iterable[str]) -> str:
    """Several texts in one cell, one a line."""
    return "\n".join(dict.fromkeys(text for text in texts if text))


def by_name(definitions: Iterable[Definition]) -> Mapping[str, Definition]:
    return {definition.name: definition for definition in definitions}
