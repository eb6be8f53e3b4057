"""The font of the paper: Inter as set up under `static/vendor`, named for the internal scheme, and its letters."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from fontTools.ttLib import TTFont

FAMILY = "Inter"
SCHEME = "sextant"
ADDRESS = f"{SCHEME}:font/inter.woff2"
FILE = Path(__file__).resolve().parent.parent / "static" / "vendor" / "inter" / "InterVariable.woff2"

FACE = f'@font-face{{font-family:"{FAMILY}";src:url({ADDRESS})}}'


class FontsMissing(Exception):
    """The font was not set up."""


def file() -> Path:
    """The font's file. Raises FontsMissing."""
    if not FILE.is_file():
        raise FontsMissing(f"The font file {FILE.name} is not under static/vendor/inter.")
    return FILE


@cache
def letters() -> frozenset[int]:
    """The code points that the font can draw. Raises FontsMissing."""
    with TTFont(file(), lazy=True) as font:
        return frozenset(font.getBestCmap())
