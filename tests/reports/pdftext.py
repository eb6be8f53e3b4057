"""A small reader of PDF text, so that tests see what a reader's program sees: words, their size and their place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pikepdf

Matrix = tuple[float, float, float, float, float, float]
IDENTITY: Matrix = (1, 0, 0, 1, 0, 0)


@dataclass(frozen=True)
class Line:
    """Text that was drawn at once: its page from 1 on, its box and its size in points."""

    page: int
    text: str
    left: float
    right: float
    base: float
    size: float


def times(first: Matrix, then: Matrix) -> Matrix:
    a, b, c, d, e, f = first
    g, h, i, j, k, m = then
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)


class Font:
    """A font's letters and widths by glyph."""

    def __init__(self, font: Any) -> None:
        told = font.ToUnicode.read_bytes().decode()
        pairs = re.findall(r"<([0-9a-f]+)> <([0-9a-f]+)>\n", told.split("endcodespacerange")[1])
        self.letters = {int(glyph, 16): bytes.fromhex(text).decode("utf-16-be") for glyph, text in pairs}
        self.widths: dict[int, float] = {}
        row = list(font.DescendantFonts[0].W)
        for first, widths in zip(row[::2], row[1::2], strict=True):
            self.widths |= {int(first) + n: float(width) for n, width in enumerate(widths)}

    def read(self, shown: Any) -> tuple[str, float]:
        """The text of a string to show and its width in thousandths of the size."""
        raw = bytes(shown)
        glyphs = [int.from_bytes(raw[at : at + 2], "big") for at in range(0, len(raw), 2)]
        return "".join(self.letters.get(glyph, "\ufffd") for glyph in glyphs), sum(
            self.widths.get(glyph, 0.0) for glyph in glyphs
        )


def lines(pdf: pikepdf.Pdf) -> Iterator[Line]:
    """All text of the pages, in the order in which it is drawn."""
    for number, page in enumerate(pdf.pages, 1):
        fonts = {str(name): Font(font) for name, font in page.Resources.get("/Font", {}).items()}
        yield from _page(number, page, fonts)


def _page(number: int, page: Any, fonts: dict[str, Font]) -> Iterator[Line]:
    here: Matrix = IDENTITY
    kept: list[Matrix] = []
    place, font, size = IDENTITY, "", 0.0
    for operands, operator in pikepdf.parse_content_stream(page):
        match str(operator):
            case "q":
                kept.append(here)
            case "Q":
                here = kept.pop()
            case "cm":
                here = times(_matrix(operands), here)
            case "Tf":
                font, size = str(operands[0]), float(operands[1])
            case "Tm":
                place = _matrix(operands)
            case "TJ":
                whole = times(place, here)
                text, width = "", 0.0
                for part in operands[0]:
                    if isinstance(part, pikepdf.String):
                        letters, advance = fonts[font].read(part)
                        text, width = text + letters, width + advance
                    else:
                        width -= float(part)
                scale = (whole[0] ** 2 + whole[1] ** 2) ** 0.5
                reach = width / 1000 * size
                yield Line(number, text, whole[4], whole[4] + reach * whole[0], whole[5], size * scale)


def _matrix(operands: Any) -> Matrix:
    a, b, c, d, e, f = (float(value) for value in operands)
    return a, b, c, d, e, f


def text_of(pdf: pikepdf.Pdf) -> str:
    """All words of the paper, on one line."""
    return " ".join(" ".join(line.text for line in lines(pdf)).split())


def overlaps(found: list[Line]) -> list[tuple[Line, Line]]:
    """Pairs of texts that are drawn over each other: on one page, boxes that share more than a sliver."""
    hit = []
    for page in {line.page for line in found}:
        row = sorted(
            (line for line in found if line.page == page and line.text.strip()), key=lambda x: x.left
        )
        for index, one in enumerate(row):
            for other in row[index + 1 :]:
                if other.left > one.right - 1:
                    break
                if abs(one.base - other.base) < 0.6 * min(one.size, other.size):
                    hit.append((one, other))
    return hit
