"""How templates print a price of the book, and one of the organisation's own."""

from __future__ import annotations

from django import template

from engine.facts import FactAt
from engine.trace import shown
from inventory.shown import grouped
from strategy.pricebook import Own, currency_of, own_amount

register = template.Library()


def spread(text: str) -> str:
    """A number or a range with commas between thousands."""
    return " / ".join(grouped(part) for part in text.split(" / "))


@register.filter
def book_value(fact: FactAt) -> str:
    return spread(shown(fact))


@register.filter
def own_value(own: Own) -> str:
    return spread(own_amount(own.price)) or "No number yet"


@register.filter
def own_unit(own: Own, fact: FactAt) -> str:
    return currency_of(own.price, fact)
