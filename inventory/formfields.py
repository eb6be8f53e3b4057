"""The form fields of one question, by the type of its answer. “Not answered” is always a choice.

Each maker returns fields as (name, field, initial value); a field without a label bears the question's.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Literal, get_args, get_origin

from django import forms

from engine.inputs import Money, MoneyRange, Planned
from engine.labels import title
from engine.strict import hints
from engine.vocabulary import Fact
from inventory.shown import DATE, LINE_FIELDS, NONE_OF_THEM, NOT_ANSWERED, grouped, inner

OPEN = ("", NOT_ANSWERED)
YES_NO = [("true", "Yes"), ("false", "No"), OPEN]
NONE = "__none__"
RANGE = ("low", "likely", "high")
LISTED = "Separate with commas. A dash (-) means none."
LONGEST = 20_000
Made = list[tuple[str, forms.Field, Any]]
Choices = Sequence[tuple[str, str]]


class DayInput(forms.DateInput):
    """A date field that still shows what was typed where that is no date; a browser would empty it."""

    input_type = "date"

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        if value and not DATE.fullmatch(str(value)):
            context["widget"]["type"] = "text"
        return context


def answer_fields(name: str, kind: Any, value: Any, meta: Mapping[str, Any], currency: str) -> Made:
    """The fields of a question of the engine's types; `currency` is what a new amount starts with."""
    if kind is bool:
        return [(name, yes_no(), typed(value))]
    if get_origin(kind) is Literal:
        return [(name, choice(get_args(kind)), value or "")]
    if get_origin(kind) is tuple:
        return _several(name, get_args(kind)[0], value)
    if kind is Money:
        given = value or {}
        return [_amount(f"{name}.amount", "Amount", given), _currency(name, given, currency)]
    if kind is MoneyRange:
        given = {end: money for end in RANGE if (money := (value or {}).get(end))}
        amounts = [_amount(f"{name}.{end}", title(end), given.get(end, {})) for end in RANGE]
        return [*amounts, _currency(name, next(iter(given.values()), {}), currency)]
    if kind is Planned:
        return [_part(name, spec, value or {}) for spec in dataclasses.fields(Planned)]
    if get_origin(kind) is not None:
        return _ranked(name, value or {})
    return [(name, simple(kind, meta), _initial(kind, value))]


def link_fields(name: str, kind: Any, value: Any, choices: Choices) -> Made:
    """The field of a question whose answer is one or several other records."""
    if get_origin(kind) is not tuple:
        return [(name, forms.ChoiceField(choices=[OPEN, *choices]), value or "")]
    return [(name, _boxes(choices), [NONE] if value == [] else value or [])]


def fact_fields(name: str, fact: Fact, value: Any) -> Made:
    """The field of a further fact, by its kind."""
    many = [value] if isinstance(value, str) else value
    if fact.kind == "yes_no":
        return [(name, yes_no(), typed(value))]
    if fact.kind == "word" and fact.allowed:
        return [(name, choice(fact.allowed), value or "")]
    if fact.kind == "words" and fact.allowed:
        return [(name, _boxes(_titled(fact.allowed)), [NONE] if many == [] else many or [])]
    if fact.kind == "words":
        return [(name, text_field(help_text=LISTED), _listed(many))]
    if fact.kind == "claim":
        note = "Yes, no, or in words what is claimed."
        return [(name, text_field(help_text=note), _initial(str, value))]
    kind = {"date": date, "number": Decimal}.get(fact.kind, str)
    return [(name, simple(kind, {}), _initial(kind, value))]


def yes_no() -> forms.ChoiceField:
    return forms.ChoiceField(choices=YES_NO, widget=forms.RadioSelect)


def choice(words: Sequence[str]) -> forms.ChoiceField:
    return forms.ChoiceField(choices=[OPEN, *_titled(words)])


def text_field(**options: Any) -> forms.CharField:
    return forms.CharField(max_length=LONGEST, **options)


def simple(kind: Any, meta: Mapping[str, Any]) -> forms.CharField:
    """A field to type into: a date, a number or text. The engine's reader judges what was typed."""
    if kind is date:
        return forms.CharField(widget=DayInput())
    if kind in (int, Decimal):
        return forms.CharField(widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}))
    rows = meta.get("rows")
    return text_field(widget=forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput())


def typed(value: Any) -> str:
    """A stored answer as a person would type it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _initial(kind: Any, value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return grouped(typed(value)) if kind in (int, Decimal) else typed(value)


def _titled(words: Sequence[str]) -> list[tuple[str, str]]:
    return [(str(word), title(str(word))) for word in words]


def _boxes(choices: Choices) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        choices=[*choices, (NONE, NONE_OF_THEM)],
        widget=forms.CheckboxSelectMultiple,
        help_text="Nothing ticked means not answered.",
    )


def _several(name: str, item: Any, value: Any) -> Made:
    if get_origin(item) is Literal:
        return [(name, _boxes(_titled(get_args(item))), [NONE] if value == [] else value or [])]
    if item in LINE_FIELDS:
        lines = [" | ".join(typed(row.get(part)) for part in LINE_FIELDS[item]) for row in value or []]
        note = "One a line: " + " | ".join(title(part).lower() for part in LINE_FIELDS[item])
        return [
            (name, text_field(widget=forms.Textarea(attrs={"rows": 3}), help_text=note), "\n".join(lines))
        ]
    return [(name, text_field(help_text=LISTED), _listed(value))]


def _listed(value: Sequence[Any] | None) -> str:
    return "-" if value == [] else ", ".join(map(str, value or []))


def _amount(name: str, label: str, given: Mapping[str, Any]) -> tuple[str, forms.Field, Any]:
    field = simple(Decimal, {})
    field.label = label
    return name, field, grouped(given["amount"]) if given else ""


def _currency(name: str, given: Mapping[str, Any], usual: str) -> tuple[str, forms.Field, Any]:
    widget = forms.TextInput(attrs={"autocapitalize": "characters", "spellcheck": "false", "size": 4})
    return f"{name}.currency", text_field(label="Currency", widget=widget), given.get("currency", usual)


def _part(name: str, spec: dataclasses.Field[Any], value: Mapping[str, Any]) -> tuple[str, forms.Field, Any]:
    field = choice(get_args(inner(hints(Planned)[spec.name])))
    field.label = title(spec.name)
    return f"{name}.{spec.name}", field, value.get(spec.name) or ""


def _ranked(name: str, value: Mapping[str, Any]) -> Made:
    lines = "\n".join(f"{key}: {item}" for key, item in value.items())
    note = "One a line, such as cost: 1. Ranks start at 1; weights lie between 0 and 1."
    return [(name, text_field(widget=forms.Textarea(attrs={"rows": 4}), help_text=note), lines)]
