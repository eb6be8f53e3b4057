"""Colours as people type them, and how well one reads on another (WCAG 2.2, contrast ratio)."""

from __future__ import annotations

import re
from typing import Final

FORM: Final = re.compile(r"#[0-9a-f]{6}")
PAPER: Final = "#ffffff"
INK: Final = "#16202c"
READABLE: Final = 4.5


def contrast(one: str, other: str) -> float:
    """The WCAG contrast ratio of two colours like `#0b6e75`: from 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def reads(one: str, other: str) -> bool:
    """Whether normal text in one colour can be read on the other (4.5 : 1, level AA)."""
    return contrast(one, other) >= READABLE


def ink_on(ground: str) -> str:
    """White or ink: what reads better on a ground."""
    return max((PAPER, INK), key=lambda text: contrast(text, ground))


def darkened(colour: str, ground: str) -> str:
    """The nearest darker shade of a colour that reads on a light ground."""
    parts = _parts(colour)
    shades = ("#" + "".join(f"{part * share // 100:02x}" for part in parts) for share in range(100, -1, -1))
    return next(shade for shade in shades if reads(shade, ground))


def _parts(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5))


def _luminance(colour: str) -> float:
    red, green, blue = (
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4
        for share in (part / 255 for part in _parts(colour))
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
