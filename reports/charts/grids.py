"""Grids: which approach suits which use case, and how duties stand by use case and regime."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import altair as alt

from reports.charts.palette import FONT, PAPER, Palette
from reports.charts.ranges import frame
from reports.charts.svg import draw, wrap

LABELS = 190
ROW = 38
HEAD = 44
LEADING = 12
CROSS = "M-1,-1L1,1M-1,1L1,-1"


@dataclass(frozen=True, slots=True)
class Standing:
    """How an approach stands for a use case. `text` is the chosen one's confidence."""

    row: int
    column: int
    place: Literal["chosen", "runner_up", "ranked", "refused"]
    text: str = ""


@dataclass(frozen=True, slots=True)
class HeatCell:
    """The worst state of the duties in a cell: its letter, its count in words, and whether a blocker is open."""

    row: int
    column: int
    letter: Literal["M", "P", "G", "U", "–"]
    text: str
    blocker: bool = False


def option_matrix(
    rows: Sequence[str],
    columns: Sequence[str],
    cells: Sequence[Standing],
    *,
    title: str,
    palette: Palette = PAPER,
    width: int = 628,
) -> str:
    """Use cases by approaches: a full dot is chosen, a ring runner-up, a small dot possible, a cross refused."""
    grid = Lattice(rows, columns, width, palette)
    data = [
        {"x": grid.x(cell.column), "y": grid.y(cell.row), "place": cell.place, "text": cell.text}
        for cell in cells
    ]
    base = alt.Chart(alt.InlineData(values=data))
    x, y = grid.scales()

    def marks(place: str, **style: Any) -> alt.Chart:
        return (
            base.transform_filter(f"datum.place === '{place}'")
            .mark_point(opacity=1, **style)
            .encode(x=x, y=y)
        )

    layers = [
        *grid.lines(),
        marks("ranked", filled=True, size=42, color=palette.mid),
        marks("refused", shape=CROSS, size=34, stroke=palette.mid, strokeWidth=1.4),
        marks("runner_up", size=230, stroke=palette.ink, strokeWidth=2, fill=palette.paper),
        marks("chosen", filled=True, size=720, color=palette.accent),
        base.transform_filter("datum.text !== ''")
        .mark_text(font=FONT, fontSize=10.5, fontWeight=700, color=palette.paper, baseline="middle")
        .encode(x=x, y=y, text="text:N"),
    ]
    return draw(frame(alt.layer(*layers), grid.plot, grid.height, LABELS, 2, 2, "", palette, HEAD), title)


def heat_map(
    rows: Sequence[str],
    columns: Sequence[str],
    cells: Sequence[HeatCell],
    *,
    title: str,
    palette: Palette = PAPER,
    width: int = 628,
) -> str:
    """Use cases by regimes: a letter for the worst state and its count. Thick border: blocker. Dotted: unknown."""
    grid = Lattice(rows, columns, width, palette)
    fills = {"G": palette.ink, "P": palette.line, "M": palette.fill, "U": palette.paper, "–": palette.paper}
    data = [
        {
            "x": grid.x(cell.column) - grid.step / 2 + 3,
            "x2": grid.x(cell.column) + grid.step / 2 - 3,
            "y": grid.y(cell.row) - ROW / 2 + 3,
            "y2": grid.y(cell.row) + ROW / 2 - 3,
            "cx": grid.x(cell.column) - (9 if cell.text else 0) - 3 * max(0, len(cell.text) - 5),
            "tx": grid.x(cell.column) + 2 - 3 * max(0, len(cell.text) - 5),
            "cy": grid.y(cell.row) + 0.5,
            "letter": cell.letter,
            "text": cell.text,
            "blocker": cell.blocker,
            "unknown": cell.letter == "U",
            "empty": cell.letter == "–",
            "fill": fills[cell.letter],
            "on": palette.paper
            if cell.letter == "G"
            else palette.soft
            if cell.letter == "–"
            else palette.ink,
        }
        for cell in cells
    ]
    base = alt.Chart(alt.InlineData(values=data))
    y = grid.scales()[1]
    plain = alt.Scale(domain=[0, grid.plot], nice=False, zero=False)
    edge = alt.Chart(alt.InlineData(values=data))
    rect = {"x": alt.X("x:Q", axis=None, scale=plain), "x2": "x2:Q", "y": y, "y2": "y2:Q"}

    def boxes(only: str, **style: Any) -> alt.Chart:
        return (
            edge.transform_filter(only)
            .mark_rect(cornerRadius=3, **style)
            .encode(**rect, fill=alt.Fill("fill:N", scale=None))
        )

    words: dict[str, Any] = {"font": FONT, "baseline": "middle"}
    ink = alt.Color("on:N", scale=None)
    layers = [
        *grid.lines(),
        boxes("!datum.blocker && !datum.unknown && !datum.empty"),
        boxes("!datum.blocker && datum.unknown", stroke=palette.soft, strokeWidth=1.2, strokeDash=[2, 2.5]),
        boxes("datum.blocker && !datum.unknown", stroke=palette.accent, strokeWidth=3.2),
        boxes("datum.blocker && datum.unknown", stroke=palette.accent, strokeWidth=3.2, strokeDash=[2, 3]),
        base.mark_text(fontSize=12, fontWeight=700, align="center", **words).encode(
            x=alt.X("cx:Q", axis=None, scale=plain), y=alt.Y("cy:Q", axis=None, scale=y["scale"]),
            text="letter:N", color=ink,
        ),
        base.mark_text(fontSize=10.5, align="left", **words).encode(
            x=alt.X("tx:Q", axis=None, scale=plain), y=alt.Y("cy:Q", axis=None, scale=y["scale"]),
            text="text:N", color=ink,
        ),
    ]  # fmt: skip
    return draw(frame(alt.layer(*layers), grid.plot, grid.height, LABELS, 2, 2, "", palette, HEAD), title)


class Lattice:
    """Rows and columns of equal cells, in pixels, with their labels and hairlines."""

    def __init__(self, rows: Sequence[str], columns: Sequence[str], width: int, palette: Palette) -> None:
        self.rows, self.columns, self.palette = rows, columns, palette
        self.plot = width - LABELS - 2
        self.height = ROW * len(rows)
        self.step = self.plot / max(1, len(columns))

    def x(self, column: int) -> float:
        """The middle of a column."""
        return (column + 0.5) * self.step

    def y(self, row: int) -> float:
        """The middle of a row."""
        return (row + 0.5) * ROW

    def scales(self) -> tuple[alt.X, alt.Y]:
        """Channels that take pixels as they are."""
        return (
            alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, self.plot], nice=False, zero=False)),
            alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[self.height, 0], nice=False, zero=False)),
        )

    def lines(self) -> list[alt.Chart]:
        """Row rules, row labels on the left, column labels above."""
        x, y = self.scales()
        letters = max(9, int(self.step / 5.4))
        rules = [{"y": ROW * index, "x": 0} for index in range(len(self.rows) + 1)]
        names = [{"y": self.y(index), "text": wrap(row, 30)} for index, row in enumerate(self.rows)]
        heads = [
            {"x": self.x(index), "y": -8 - LEADING * (len(lines) - 1), "text": lines}
            for index, lines in enumerate(wrap(column, letters, 3) for column in self.columns)
        ]
        return [
            alt.Chart(alt.InlineData(values=rules))
            .mark_rule(color=self.palette.line, strokeWidth=1)
            .encode(y=y, x=alt.value(-LABELS), x2=alt.value(self.plot)),
            alt.Chart(alt.InlineData(values=names))
            .mark_text(
                align="left", baseline="middle", font=FONT, fontSize=11, lineHeight=13, color=self.palette.ink
            )
            .encode(y=y, x=alt.value(-LABELS), text="text:N"),
            alt.Chart(alt.InlineData(values=heads))
            .mark_text(font=FONT, fontSize=10.5, lineHeight=LEADING, color=self.palette.soft)
            .encode(x=x, y=y, text="text:N"),
        ]
