"""The parts a paper is made of: a frozen header, sections with action titles, and blocks that templates know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, Literal

MOST_ROWS = 300

Align = Literal["left", "right", "centre"]
Tone = Literal["", "strong", "soft", "accent", "mark"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportHeader:
    """What a report freezes beside its result: the bytes depend on these and the result alone."""

    organisation: str
    report_id: str
    created: datetime
    status: Literal["DRAFT", "APPROVED"]
    classification: str
    page_size: Literal["A4", "Letter"]
    run_id: str
    input_digest: str
    result_digest: str
    knowledge_release: str
    law_read_on: date
    price_date: date
    audit_head: str
    author: str | None = None
    approved_by: str | None = None
    finance_reviewed_by: str | None = None
    purpose: Literal["decision", "discussion", "information"] = "decision"
    fiscal_year_start: str = "01-01"


@dataclass(frozen=True, slots=True)
class Text:
    """Paragraphs."""

    kind: ClassVar[str] = "text"
    paragraphs: tuple[str, ...]
    tone: Tone = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading below the section's title."""

    kind: ClassVar[str] = "heading"
    text: str


@dataclass(frozen=True, slots=True)
class Points:
    """A list; numbered where the order means something."""

    kind: ClassVar[str] = "points"
    items: tuple[str, ...]
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class Missing:
    """A part the result cannot say: what, and why."""

    kind: ClassVar[str] = "missing"
    reason: str


@dataclass(frozen=True, slots=True)
class Pair:
    """A term and what is said of it; `missing` where it is a reason for saying nothing."""

    term: str
    text: str
    missing: bool = False


@dataclass(frozen=True, slots=True)
class Pairs:
    """Terms with their texts: the cover's particulars, five questions, a glossary."""

    kind: ClassVar[str] = "pairs"
    items: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class Tile:
    """One number with what it counts, its range in words and, where there is one, its range as a picture."""

    label: str
    value: str
    note: str
    svg: str | None = None


@dataclass(frozen=True, slots=True)
class Tiles:
    """Numbers side by side."""

    kind: ClassVar[str] = "tiles"
    items: tuple[Tile, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column's label, alignment and share of the width in percent."""

    label: str
    width: int
    align: Align = "left"


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell; `link` is an https address."""

    text: str
    tone: Tone = ""
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells; the first cell of a row is its header."""

    kind: ClassVar[str] = "table"
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    keep_together: bool = False

    @property
    def lines(self) -> list[list[tuple[Column, Cell]]]:
        """Each row as pairs of column and cell, as the template reads them."""
        return [list(zip(self.columns, row, strict=True)) for row in self.rows]


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture (SVG markup from `reports.charts`) and the line that names its source."""

    kind: ClassVar[str] = "figure"
    svg: str
    source: str


Block = Text | Heading | Points | Missing | Pairs | Tiles | Table | Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One message: its anchor, a running label, a title that is a sentence, and the blocks that prove it."""

    id: str
    label: str
    title: str
    blocks: tuple[Block, ...]
    layout: Literal["page", "answer", "wide", "appendix"] = "page"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """The first page."""

    title: str
    purpose: str
    particulars: tuple[Pair, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A whole paper, ready for markup."""

    header: ReportHeader
    cover: Cover
    sections: tuple[Section, ...]


def rows_or_cut(
    rows: list[tuple[Cell, ...]], where: str, most: int = MOST_ROWS
) -> tuple[tuple[tuple[Cell, ...], ...], str]:
    """At most `most` rows, and the sentence that says where the rest is (empty where all rows fit)."""
    if len(rows) <= most:
        return tuple(rows), ""
    return tuple(rows[:most]), f"The first {most} of {len(rows)} rows. The full list is {where}."
