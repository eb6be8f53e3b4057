"""The word DRAFT as an outline, so that the watermark needs no font and stays out of the text."""

from __future__ import annotations

from reports.fonts import SCHEME

ADDRESS = f"{SCHEME}:watermark/draft.svg"

STROKES = {
    "D": "M0 0V72H22C46 72 58 58 58 36S46 0 22 0Z",
    "R": "M0 72V0H28C44 0 52 8 52 20S44 40 28 40H0M28 40L54 72",
    "A": "M0 72L29 0L58 72M11 46H47",
    "F": "M48 0H0V72M0 35H40",
    "T": "M0 0H56M28 0V72",
}


def _word(text: str, advance: int = 84) -> str:
    return "".join(
        f'<path d="{STROKES[letter]}" transform="translate({index * advance} 0)"/>'
        for index, letter in enumerate(text)
    )


DRAFT_SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="480" height="480" viewBox="0 0 480 480">'
    '<g fill="none" stroke="#16202c" stroke-opacity="0.055" stroke-width="12" '
    f'transform="rotate(-35 240 240) translate(43 204)">{_word("DRAFT")}</g></svg>'
)
