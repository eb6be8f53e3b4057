"""CSV that a spreadsheet opens as what it is: text stays text, and none of it becomes a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Final

FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def table(rows: Iterable[Iterable[Any]]) -> str:
    """Rows as CSV, the first one the heads."""
    out = io.StringIO()
    csv.writer(out).writerows([cell(value) for value in row] for row in rows)
    return out.getvalue()


def cell(value: Any) -> str:
    """A cell that no spreadsheet takes for a formula; negative numbers stay numbers."""
    if value is None:
        return ""
    if isinstance(value, list):
        return cell(", ".join(map(str, value)))
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA) and not _is_number(text) else text


def _is_number(text: str) -> bool:
    try:
        return text.isascii() and text == text.strip() and Decimal(text).is_finite()
    except ArithmeticError:
        return False
