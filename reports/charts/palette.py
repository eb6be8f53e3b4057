"""The colours of a chart: ink, greys and one accent, for paper and for light and dark pages."""

from __future__ import annotations

from dataclasses import dataclass

FONT = "Inter, Inter Variable, sans-serif"


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """`ink` is text and what is decided; `soft` second text; `line` hairlines; `fill` and `tint` quiet areas;
    `mid` marks that are not the answer; `accent` the recommended thing; `paper` the ground."""

    paper: str
    ink: str
    soft: str
    mid: str
    line: str
    fill: str
    accent: str
    tint: str


PAPER = Palette(
    paper="#ffffff",
    ink="#16202c",
    soft="#55606e",
    mid="#8b95a1",
    line="#dfe3e8",
    fill="#f1f3f6",
    accent="#0b6e75",
    tint="#d9ecec",
)
LIGHT = PAPER
DARK = Palette(
    paper="#12181f",
    ink="#e8ecf1",
    soft="#a7b1bd",
    mid="#76818d",
    line="#323c48",
    fill="#1d2630",
    accent="#4fc3c7",
    tint="#17393c",
)
