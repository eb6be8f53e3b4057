"""How much of a use case stands on its page: rows are left out, the least needed first, until they fit.

Heights are estimates in millimetres from the number of letters that a line of each block holds.
"""

from __future__ import annotations

from math import ceil
from typing import Any

ROOM = {"A4": 252, "Letter": 234}
LINE, ROW, HEAD, NOTE = 4.0, 1.9, 14.0, 4.4
CUTS = (
    ("options", 3),
    ("refused", 3),
    ("switches", 2),
    ("refused", 2),
    ("for", 2),
    ("against", 2),
    ("options", 2),
    ("switches", 1),
    ("refused", 1),
)
"""What is cut, and to how many, until the page holds the rest."""


def fitted(case: dict[str, Any], page_size: str) -> dict[str, Any]:
    """The use case with as many rows as one page holds."""
    for name, most in CUTS:
        if height(case) <= ROOM[page_size]:
            break
        case = {**case, name: case[name][:most]}
    return case


def height(case: dict[str, Any]) -> float:
    """The millimetres that a use case with a recommended option takes."""
    titles = 9 + 7 * lines(case["title"], 58)
    options = (
        HEAD
        + 4
        + sum(max(lines(row["name"], 28), 2, lines(row["lost"], 40)) * LINE + ROW for row in case["options"])
    )
    reasons = 8 + max(
        sum(lines(f"{reason['text']} {reason['rule']}", letters) * LINE + 0.8 for reason in case[side])
        for side, letters in (("for", 58), ("against", 44))
    )
    notes = sum(
        lines(text, 115) * NOTE + 1.5
        for text in (
            case["picked"],
            case["needs"] + "; ".join(case["conditions"]),
            "; ".join(case["stopped_by"]),
        )
    )
    refused = sum(
        max(lines(row["options"], 34), lines(f"{row['text']} {row['rule']}", 70)) * LINE + ROW
        for row in case["refused"]
    )
    switches = sum(
        max(lines(row["question"], 31), lines(row["from"], 11), lines(row["to"], 14), lines(row["then"], 46))
        * LINE
        + ROW
        for row in case["switches"]
    )
    tables = HEAD * (bool(case["refused"]) + bool(case["switches"]))
    return titles + 12 + options + reasons + notes + refused + switches + tables + 2 * NOTE


def lines(text: str, letters: int) -> int:
    return ceil(len(text) / letters)
