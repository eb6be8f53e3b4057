"""How a cell of a register reads on a page."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django import template

from accounts.templatetags.widgets import day
from reports.registers.register import Cell

register = template.Library()


@register.filter
def cell(value: Cell) -> str:
    """A day in words, yes or no, a number without zeros that say nothing; a dash for nothing."""
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, date):
        return day(value)
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return str(value)
