"""The roadmap by hand: bars, diamonds, elbow arrows and hatching, with cash per quarter on the same axis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from xml.etree.ElementTree import Element

from reports.charts.palette import FONT, PAPER, Palette
from reports.charts.svg import canvas, finish, label, node, wrap

LABELS = 236
HEAD = 26
CASH = 66
ROW_MOST = 19.0
ROW_LEAST = 13.0
EDGE = 70


@dataclass(frozen=True, slots=True)
class Bar:
    """Work from one week to another; `high` is the week it may last to. Compliance work is hatched."""

    id: str
    start: float
    end: float
    high: float
    critical: bool = False
    compliance: bool = False
    blocker: bool = False
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mark:
    """A gate: its week, the bar that waits for it, and whether it is on the critical path."""

    week: float
    before: str
    name: str


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the chart: a group's name in bold, or a label with its bars and gates."""

    label: str
    bars: tuple[Bar, ...] = ()
    marks: tuple[Mark, ...] = ()
    group: bool = False


@dataclass(frozen=True, slots=True)
class Quarter:
    """A fiscal quarter under the chart: its first and last week, label, spend, available money, and words."""

    start: float
    end: float
    label: str
    spend: float
    available: float | None
    text: str


@dataclass(frozen=True, slots=True)
class Gantt:
    """What to draw: rows, the quarters of the axis, and labels of time (week, words) along the top."""

    rows: tuple[Row, ...]
    quarters: tuple[Quarter, ...]
    ticks: tuple[tuple[float, str], ...]
    weeks: float


Kind = Literal["critical", "normal", "compliance"]


def gantt_chart(
    plan: Gantt,
    *,
    title: str,
    palette: Palette = PAPER,
    width: int = 956,
    height: int = 470,
    name: str = "gantt",
    row_most: float = ROW_MOST,
) -> str:
    """The plan as a picture of at most `height` pixels. `name` keeps its ids apart from other pictures'."""
    cash = CASH if plan.quarters else 0
    row = max(ROW_LEAST, min(row_most, (height - HEAD - cash - 8) / max(1, len(plan.rows))))
    body = HEAD + row * len(plan.rows)
    root = canvas(width, body + cash + 8)
    hatch = f"{name}-hatch"
    _pattern(root, hatch, palette)
    plot = width - LABELS - EDGE

    def at(week: float) -> float:
        return LABELS + plot * week / (plan.weeks or 1)

    _axis(root, plan, at, body, width, palette)
    places: dict[str, tuple[float, float, float]] = {}
    for index, line in enumerate(plan.rows):
        middle = HEAD + row * (index + 0.5)
        if line.group:
            node(root, "line", x1=0, x2=width, y1=middle - row / 2, y2=middle - row / 2, stroke=palette.line)
        label(root, wrap(line.label, 41, 1), 0 if line.group else 10, middle + 3.7, 11, font_family=FONT,
              font_size=10.8, fill=palette.ink if line.group else palette.soft,
              font_weight=600 if line.group else 400)  # fmt: skip
        for bar in line.bars:
            places[bar.id] = (at(bar.start), at(bar.end), middle)
            _bar(root, bar, at, middle, row, hatch, palette)
    _arrows(root, plan.rows, places, palette)
    for index, line in enumerate(plan.rows):
        for mark in line.marks:
            _diamond(root, at(mark.week), HEAD + row * (index + 0.5), min(6.0, row * 0.42), palette)
    if plan.quarters:
        _cash(root, plan, at, body + 8, palette)
    return finish(root, title)


def _pattern(root: Element, hatch: str, palette: Palette) -> None:
    definitions = node(root, "defs")
    pattern = node(
        definitions, "pattern", id=hatch, width=5, height=5, patternUnits="userSpaceOnUse",
        patternTransform="rotate(45)",
    )  # fmt: skip
    node(pattern, "rect", width=5, height=5, fill=palette.paper)
    node(pattern, "rect", width=2, height=5, fill=palette.mid)


def _axis(root: Element, plan: Gantt, at, bottom: float, width: float, palette: Palette) -> None:  # type: ignore[no-untyped-def]
    for week, words in plan.ticks:
        node(root, "line", x1=at(week), x2=at(week), y1=HEAD - 6, y2=bottom, stroke=palette.line)
        node(
            root,
            "text",
            words,
            x=at(week) + 3,
            y=HEAD - 11,
            font_family=FONT,
            font_size=10.8,
            fill=palette.soft,
        )
    node(root, "line", x1=0, x2=width, y1=bottom, y2=bottom, stroke=palette.mid)


def _bar(root: Element, bar: Bar, at, middle: float, row: float, hatch: str, palette: Palette) -> None:  # type: ignore[no-untyped-def]
    thick = row * 0.5
    left, right = at(bar.start), max(at(bar.end), at(bar.start) + 2)
    if bar.high > bar.end:
        node(
            root,
            "line",
            x1=right,
            x2=at(bar.high),
            y1=middle,
            y2=middle,
            stroke=palette.mid,
            stroke_width=1.2,
        )
        node(root, "line", x1=at(bar.high), x2=at(bar.high), y1=middle - 3, y2=middle + 3, stroke=palette.mid,
             stroke_width=1.2)  # fmt: skip
    fill = palette.ink if bar.critical else palette.mid
    edge = {"fill": f"url(#{hatch})", "stroke": palette.ink if bar.blocker else palette.mid,
            "stroke_width": 1.8 if bar.blocker else 0.8} if bar.compliance else {"fill": fill}  # fmt: skip
    node(root, "rect", x=left, y=middle - thick / 2, width=right - left, height=thick, rx=1.5, **edge)


def _diamond(root: Element, x: float, y: float, half: float, palette: Palette) -> None:
    corners = f"{x:.2f},{y - half:.2f} {x + half:.2f},{y:.2f} {x:.2f},{y + half:.2f} {x - half:.2f},{y:.2f}"
    node(root, "polygon", points=corners, fill=palette.accent, stroke=palette.paper, stroke_width=1)


def _arrows(
    root: Element, rows: Sequence[Row], places: dict[str, tuple[float, float, float]], palette: Palette
) -> None:
    for line in rows:
        for bar in line.bars:
            for earlier in bar.after:
                if earlier not in places or places[earlier][2] == places[bar.id][2]:
                    continue
                _, end, above = places[earlier]
                start, _, below = places[bar.id]
                turn = start - 4 if start - end > 8 else end + 3
                tip = below - 3.5 if below > above else below + 3.5
                if start - end > 8:
                    path = f"M{end:.2f},{above:.2f}H{turn:.2f}V{below:.2f}H{start:.2f}"
                    head = f"M{start - 3.5:.2f},{below - 2.5:.2f}L{start:.2f},{below:.2f}L{start - 3.5:.2f},{below + 2.5:.2f}Z"
                else:
                    path = f"M{end:.2f},{above:.2f}H{turn:.2f}V{tip:.2f}"
                    way = 3.5 if below > above else -3.5
                    head = f"M{turn - 2.5:.2f},{tip - way:.2f}L{turn:.2f},{tip:.2f}L{turn + 2.5:.2f},{tip - way:.2f}Z"
                node(root, "path", d=path, fill="none", stroke=palette.soft, stroke_width=0.9)
                node(root, "path", d=head, fill=palette.soft)


def _cash(root: Element, plan: Gantt, at, top: float, palette: Palette) -> None:  # type: ignore[no-untyped-def]
    ground, tall = top + CASH - 16, CASH - 34
    most = max([q.spend for q in plan.quarters] + [q.available or 0 for q in plan.quarters]) or 1.0
    node(root, "text", "Cash per fiscal quarter", x=0, y=ground - 12, font_family=FONT, font_size=10.8,
         font_weight=600, fill=palette.ink)  # fmt: skip
    if any(quarter.available is not None for quarter in plan.quarters):
        node(root, "text", "line: money available", x=0, y=ground + 1, font_family=FONT, font_size=10.8,
             fill=palette.soft)  # fmt: skip
    for quarter in plan.quarters:
        left, right = at(max(0.0, quarter.start)), at(min(plan.weeks, quarter.end))
        if right - left < 4:
            continue
        tallness = tall * quarter.spend / most
        node(
            root,
            "rect",
            x=left + 2,
            y=ground - tallness,
            width=right - left - 4,
            height=tallness,
            fill=palette.mid,
        )
        reach = tallness
        if quarter.available is not None:
            level = tall * quarter.available / most
            node(root, "line", x1=left + 2, x2=right - 2, y1=ground - level, y2=ground - level, stroke=palette.ink,
                 stroke_width=1.4)  # fmt: skip
            reach = max(reach, level) if abs(level - tallness) < 14 else tallness
        if right - left >= 30:
            node(root, "text", quarter.text, x=(left + right) / 2, y=ground - reach - 4, font_family=FONT,
                 font_size=10.8, text_anchor="middle", fill=palette.ink)  # fmt: skip
            node(root, "text", quarter.label, x=(left + right) / 2, y=ground + 13, font_family=FONT,
                 font_size=10.8, text_anchor="middle", fill=palette.soft)  # fmt: skip
    node(root, "line", x1=LABELS, x2=at(plan.weeks), y1=ground, y2=ground, stroke=palette.mid)
