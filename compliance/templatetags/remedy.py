"""How duties, tasks and what closes them read on pages."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django import template

from compliance.forms import WEIGHTS
from engine.labels import label, title
from inventory.shown import grouped

register = template.Library()
register.filter("word", title)
register.filter("label", label)
FINDINGS = {
    "gap": "Gap",
    "partial": "Partly met",
    "unknown": "Not answered",
    "inherited": "Inherited",
    "alternative": "Alternative documented",
    "met": "Met",
    "not_applicable": "Does not apply",
    "gone": "No longer found",
    "": "–",
}


@register.filter
def finding_word(state: str) -> str:
    """How a requirement stands, in a word or two."""
    return FINDINGS.get(state, title(state))


RELATIONS = {
    "equal": "Equal",
    "superset": "Holds all of it",
    "subset": "Is a part of it",
    "intersects": "Overlaps",
    "no_relationship": "No relationship, though alike",
}
FLAGS = {
    "duty": "Duty",
    "required": "Required",
    "addressable": "Addressable",
    "criterion": "Criterion",
    "control": "Control",
    "voluntary": "Voluntary",
    "condition": "Alternative or exception",
    "definition": "Definition",
    "group": "Heading",
}
CREDITS = {"met": "Whole", "partial": "A part", "gap": "None: it is not in place", "unknown": "None yet"}

PROVIDES = {
    "provider": "The provider",
    "shared": "Shared: each its part",
    "customer": "The organisation itself",
}


@register.filter
def provides_word(who: str) -> str:
    return PROVIDES[who]


@register.filter
def relation_word(relation: str) -> str:
    """A relation of NIST IR 8477 as the first end says it of the second."""
    return RELATIONS[relation]


@register.filter
def flag_word(flag: str) -> str:
    return FLAGS[flag]


@register.filter
def credit_word(state: str) -> str:
    """What a common control gives a requirement."""
    return CREDITS[state]


@register.filter
def of(counts: Mapping[str, int], name: str) -> int:
    """How many stand so."""
    return counts.get(name, 0)


@register.filter
def weight_word(weight: str) -> str:
    return WEIGHTS.get(weight, title(weight))


@register.filter
def named(names: Mapping[str, str], key: str) -> str:
    """The name of a key; the key itself where it has none."""
    return names.get(key, key)


@register.filter
def amount(value: Decimal | None) -> str:
    """An amount or a number of days with commas between thousands, without zeros that say nothing."""
    if value is None:
        return "–"
    text = f"{value:f}"
    return grouped(text.rstrip("0").rstrip(".") if "." in text else text)
