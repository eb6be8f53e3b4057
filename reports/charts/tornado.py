"""Which uncertain inputs move a total most: one bar an input, from the total at its low to that at its high."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reports.charts.palette import FONT, PAPER, Palette
from reports.charts.svg import canvas, finish, label, node, wrap

ROW = 34
LABELS = 268
VALUES = 132
HEAD = 22
THICK = 13


@dataclass(frozen=True, slots=True)
class Swing:
    """An input: its label, the totals at its two ends, the words beside it, and whether it flips the order."""

    label: str
    one: float
    other: float
    text: str
    flips: bool = False


def tornado(
    swings: Sequence[Swing],
    base: float,
    *,
    title: str,
    base_text: str,
    palette: Palette = PAPER,
    width: int = 900,
) -> str:
    """The inputs in the order given, on one axis that holds every end. The line is the total as it stands."""
    ends = [base, *(end for swing in swings for end in (swing.one, swing.other))]
    floor, top = min(ends), max(ends)
    plot, height = width - LABELS - VALUES, HEAD + ROW * len(swings) + 6
    root = canvas(width, height)

    def at(value: float) -> float:
        return LABELS + plot * (value - floor) / ((top - floor) or 1.0)

    for index, swing in enumerate(swings):
        middle = HEAD + ROW * (index + 0.5)
        left, right = sorted((at(swing.one), at(swing.other)))
        label(
            root, wrap(swing.label, 42), 0, middle + 3.7, 13, font_family=FONT, font_size=11, fill=palette.ink
        )
        node(root, "rect", x=left, y=middle - THICK / 2, width=max(2.0, right - left), height=THICK, rx=2,
             fill=palette.accent if swing.flips else palette.mid)  # fmt: skip
        node(root, "text", swing.text, x=width, y=middle + 3.7, text_anchor="end", font_family=FONT, font_size=11,
             fill=palette.soft)  # fmt: skip
    anchor = "start" if at(base) < width / 2 else "end"
    node(root, "line", x1=at(base), x2=at(base), y1=HEAD - 4, y2=height, stroke=palette.ink, stroke_width=1.4)
    node(root, "text", base_text, x=at(base), y=12, text_anchor=anchor, font_family=FONT, font_size=11,
         fill=palette.ink)  # fmt: skip
    return finish(root, title)
