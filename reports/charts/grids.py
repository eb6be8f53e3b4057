"""Grids: which approach suits which use case, and how duties stand by use case and regime."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import altair as alt

from reports.charts.palette import FONT, PAPER, Palette
from reports.charts.ranges import frame
from reports.charts.svg import draw, wrap

LABELS = 168
ROW = 32
HEAD = 46
LEADING = 13
SMALL = 10.8
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
    """The worst state of the duties in a cell: its letter, how many of how many, and whether a blocker is open."""

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
    width: int = 656,
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
        marks("runner_up", size=200, stroke=palette.ink, strokeWidth=2, fill=palette.paper),
        marks("chosen", filled=True, size=620, color=palette.accent),
        base.transform_filter("datum.text !== ''")
        .mark_text(font=FONT, fontSize=SMALL, fontWeight=700, color=palette.paper, baseline="middle")
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
    width: int = 656,
) -> str:
    """Use cases by regimes: a letter for the worst state and its count. Double frame: blocker. Dotted: unknown."""
    grid = Lattice(rows, columns, width, palette)
    boxes = [_box(cell, grid, palette) for cell in cells]
    framed = [
        {**box, "x": box["x"] - 4, "x2": box["x2"] + 4, "y": box["y"] - 4, "y2": box["y2"] + 4}
        for box in boxes
        if box["blocker"]
    ]
    x, y = grid.scales()
    rect = {"x": x, "x2": "x2:Q", "y": y, "y2": "y2:Q"}
    base = alt.Chart(alt.InlineData(values=boxes))
    filled = alt.Fill("fill:N", scale=None)

    def said(name: str, at: str, size: float, weight: int, align: str) -> alt.Chart:
        return base.mark_text(font=FONT, baseline="middle", fontSize=size, fontWeight=weight, align=align).encode(
            x=alt.X(f"{at}:Q", axis=None, scale=x["scale"]), y=alt.Y("cy:Q", axis=None, scale=y["scale"]),
            text=f"{name}:N", color=alt.Color("on:N", scale=None),
        )  # fmt: skip

    layers = [
        *grid.lines(),
        base.transform_filter("!datum.unknown && !datum.empty").mark_rect(cornerRadius=2).encode(**rect, fill=filled),
        base.transform_filter("datum.unknown")
        .mark_rect(cornerRadius=2, stroke=palette.soft, strokeWidth=1.2, strokeDash=[2, 2.5])
        .encode(**rect, fill=filled),
        alt.Chart(alt.InlineData(values=framed))
        .mark_rect(cornerRadius=4, filled=False, stroke=palette.ink, strokeWidth=2)
        .encode(**rect),
        said("letter", "cx", 12, 700, "right"),
        said("text", "tx", SMALL, 400, "left"),
    ]  # fmt: skip
    return draw(frame(alt.layer(*layers), grid.plot, grid.height, LABELS, 2, 2, "", palette, HEAD), title)


def _box(cell: HeatCell, grid: Lattice, palette: Palette) -> dict[str, Any]:
    """Where a cell lies, in pixels, and its ink."""
    fills = {"G": palette.ink, "P": palette.line, "M": palette.fill}
    inks = {"G": palette.paper, "–": palette.soft}
    inset = 8 if cell.blocker else 4
    middle = grid.x(cell.column)
    half = min(grid.step / 2, 52) - inset
    split = middle - 2.7 * len(cell.text) - (2 if cell.text else -5)
    return {
        "x": middle - half,
        "x2": middle + half,
        "y": grid.y(cell.row) - ROW / 2 + inset,
        "y2": grid.y(cell.row) + ROW / 2 - inset,
        "cx": split,
        "tx": split + 5,
        "cy": grid.y(cell.row) + 0.5,
        "letter": cell.letter,
        "text": cell.text,
        "blocker": cell.blocker,
        "unknown": cell.letter == "U",
        "empty": cell.letter == "–",
        "fill": fills.get(cell.letter, palette.paper),
        "on": inks.get(cell.letter, palette.ink),
    }


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
        letters = max(9, int(self.step / 5.6))
        rules = [{"y": ROW * index, "x": 0} for index in range(len(self.rows) + 1)]
        names = [
            {"y": self.y(index) - LEADING * (len(lines) - 1) / 2, "text": lines}
            for index, lines in enumerate(wrap(row, 27) for row in self.rows)
        ]
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
                align="left",
                baseline="middle",
                font=FONT,
                fontSize=11,
                lineHeight=LEADING,
                color=self.palette.ink,
            )
            .encode(y=y, x=alt.value(-LABELS), text="text:N"),
            alt.Chart(alt.InlineData(values=heads))
            .mark_text(font=FONT, fontSize=SMALL, lineHeight=LEADING, color=self.palette.soft)
            .encode(x=x, y=y, text="text:N"),
        ]
