"""Ranges: a thin line from P10 to P90 with a dot at P50, labelled directly, from zero on one axis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from reports.charts.palette import FONT, PAPER, Palette
from reports.charts.svg import canvas, draw, finish, node, wrap

ROW = 30
LABELS = 216
VALUES = 140
AXIS = 30
LEADING = 13


@dataclass(frozen=True, slots=True)
class RangeRow:
    """One line of the chart: its label, three numbers in the axis unit, the words at its end."""

    label: str
    low: float
    mid: float
    high: float
    text: str
    chosen: bool = False


def ceiling(rows: Sequence[RangeRow]) -> float:
    """Where the axis ends: at the highest value, unless one row dwarfs all others; then it leaves the scale."""
    highs = sorted((row.high for row in rows), reverse=True)
    if len(highs) > 2 and highs[0] > 5 * highs[1] and highs[1] > 0:
        return highs[1] * 1.25
    return max(highs[0], 0.0)


def range_chart(
    rows: Sequence[RangeRow], *, title: str, axis: str, palette: Palette = PAPER, width: int = 656
) -> str:
    """Rows of ranges on a common axis that starts at zero (or below, where a range does).

    A row beyond the axis is drawn to its edge with an arrow head; its words still give the number.
    """
    top, bottom = ceiling(rows), min(0.0, *(row.low for row in rows))
    top = top if top > bottom else 1.0
    plot, height = width - LABELS - VALUES, ROW * len(rows)
    data = [
        {
            "label": lines,
            "y": ROW * (index + 0.5),
            "top": ROW * (index + 0.5) - LEADING * (len(lines) - 1) / 2,
            "low": min(row.low, top),
            "mid": row.mid if row.mid <= top else None,
            "high": min(row.high, top),
            "edge": top if row.high > top else None,
            "text": row.text,
            "chosen": row.chosen,
        }
        for index, row in enumerate(rows)
        for lines in [wrap(row.label, 37)]
    ]
    colour = alt.condition("datum.chosen", alt.value(palette.accent), alt.value(palette.mid))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[height, 0], nice=False, zero=False))
    scale = alt.Scale(domain=[bottom, top], nice=False, zero=False)
    x_axis = alt.Axis(
        title=None, tickCount=5, format=",~f", grid=True, gridColor=palette.line, domain=False, ticks=False,
        labelColor=palette.soft, labelFontSize=10.8, labelPadding=6, labelFlush=False,
    )  # fmt: skip
    base = alt.Chart(alt.InlineData(values=data))

    def said(which: str, ink: str, weight: int) -> list[alt.Chart]:
        style: dict[str, Any] = {
            "baseline": "middle",
            "fontSize": 11,
            "font": FONT,
            "fontWeight": weight,
            "color": ink,
        }
        rows_of = base.transform_filter(which)
        return [
            rows_of.mark_text(align="left", lineHeight=LEADING, **style).encode(
                y=alt.Y("top:Q", axis=None, scale=y["scale"]), x=alt.value(-LABELS), text="label:N"
            ),
            rows_of.mark_text(align="right", **style).encode(y=y, x=alt.value(plot + VALUES), text="text:N"),
        ]

    layers = [
        base.mark_rule(strokeWidth=2.5, strokeCap="round").encode(
            y=y, x=alt.X("low:Q", scale=scale, axis=x_axis), x2="high:Q", color=colour
        ),
        base.transform_filter("datum.mid !== null")
        .mark_point(filled=True, size=95, opacity=1, stroke=palette.paper, strokeWidth=1.5)
        .encode(y=y, x=alt.X("mid:Q", scale=scale), fill=colour),
        base.transform_filter("datum.edge !== null")
        .mark_point(filled=True, shape="triangle-right", size=70, opacity=1)
        .encode(y=y, x=alt.X("edge:Q", scale=scale), color=colour),
        *said("datum.chosen", palette.ink, 600),
        *said("!datum.chosen", palette.soft, 400),
    ]
    return draw(frame(alt.layer(*layers), plot, height, LABELS, VALUES, AXIS, axis, palette), title)


def frame(
    chart: alt.LayerChart,
    width: int,
    height: int,
    left: int,
    right: int,
    foot: int,
    note: str,
    palette: Palette,
    head: int = 4,
) -> dict[str, Any]:
    """A spec with fixed padding, so that no measured text moves the layout, and the axis' words below it."""
    spec: dict[str, Any] = chart.properties(width=width, height=height).configure(
        font=FONT, background="transparent", view=alt.ViewConfig(stroke=None)
    ).to_dict()  # fmt: skip
    below = 14 if note else 0
    spec["autosize"] = {"type": "none"}
    spec["padding"] = {"left": left, "right": right, "top": head, "bottom": foot + below}
    if note:
        spec["layer"].append(
            {
                "data": {"values": [{}]},
                "mark": {
                    "type": "text", "align": "right", "baseline": "top", "fontSize": 10.8, "font": FONT,
                    "text": note, "color": palette.soft, "x": width, "y": height + 20,
                },
            }
        )  # fmt: skip
    return spec


def range_strip(
    low: float,
    mid: float,
    high: float,
    *,
    title: str,
    palette: Palette = PAPER,
    width: int = 150,
    reach: float | None = None,
    chosen: bool = True,
) -> str:
    """One range as a strip that starts at zero: line, dot, and a tick at zero; grey where it is not `chosen`.

    `reach` is where the axis ends, for strips that share one; a range beyond it ends in an arrow head.
    """
    root = canvas(width, 14)
    ink = palette.accent if chosen else palette.mid
    floor = min(0.0, low)
    top = max(high, mid, 0.0) if reach is None else reach
    top = top if top > floor else floor + 1.0

    def at(value: float) -> float:
        return 5 + (width - 12) * (min(value, top) - floor) / (top - floor)

    node(root, "line", x1=at(floor), x2=at(top), y1=7, y2=7, stroke=palette.line, stroke_width=2)
    node(root, "line", x1=at(0), x2=at(0), y1=3, y2=11, stroke=palette.mid, stroke_width=1)
    node(root, "line", x1=at(low), x2=at(high), y1=7, y2=7, stroke=ink, stroke_width=3,
         stroke_linecap="round")  # fmt: skip
    if high > top:
        node(root, "path", d=f"M{width - 9},2L{width - 1},7L{width - 9},12Z", fill=ink)
    if mid <= top:
        node(
            root,
            "circle",
            cx=at(mid),
            cy=7,
            r=4.5,
            fill=ink,
            stroke=palette.paper,
            stroke_width=1.5,
        )
    return finish(root, title)


def share_bar(share: float, *, title: str, palette: Palette = PAPER, width: int = 56) -> str:
    """A share from 0 to 1 as a filled part of a track."""
    root = canvas(width, 10)
    node(root, "rect", x=0, y=1, width=width, height=8, rx=2, fill=palette.line)
    node(root, "rect", x=0, y=1, width=max(2.0, width * min(1.0, share)), height=8, rx=2, fill=palette.accent)
    return finish(root, title)
