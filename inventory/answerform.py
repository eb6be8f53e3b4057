"""Forms made from the engine's own types: one question a field, and “not answered” a legal answer to each.

A form reads a record's part of the document into initial values, and writes what was typed back into a
part. The engine's reader judges the part; its problems come back to the field they name.
"""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Literal, Union, get_args, get_origin

from django import forms

from engine.inputs import Evidence, Exclusion, Money, MoneyRange, Planned
from engine.strict import Problem, hints
from engine.vocabulary import FACTS, Fact, Subject

NOT_ANSWERED = ("", "Not answered")
YES_NO = [NOT_ANSWERED, ("true", "Yes"), ("false", "No")]
NONE_OF_THEM = "__none__"
SECTIONS = {
    "main": "Basics",
    "means": "Means and goals",
    "size": "Size and quality",
    "privacy": "People in the data",
    "rights": "Rights to use it",
    "contract": "Contracts",
    "assurance": "Assurance",
    "licence": "Licence",
    "market": "Market and compute",
    "task": "The task",
    "volume": "Volume and speed",
    "data": "Data and suppliers",
    "value": "Value and plan",
    "law": "Law",
    "output": "Output",
    "facts": "Further facts that duties depend on",
}
LINE_FIELDS: Mapping[type, tuple[str, ...]] = {
    Evidence: ("kind", "valid_until", "covers_service"),
    Exclusion: ("requirement_id", "reason"),
}


def words(value: str) -> str:
    """A contract word as a person reads it."""
    return value.replace("_", " ").capitalize() if value.islower() else value.replace("_", " ")


def inner(kind: Any) -> Any:
    """The type of a field without its `None`; a union of several stays one."""
    if get_origin(kind) in (Union, types.UnionType):
        members = [member for member in get_args(kind) if member is not type(None)]
        return members[0] if len(members) == 1 else tuple(members)
    return kind


class AnswerForm(forms.Form):
    """Base of the generated forms; `answer_type` is the engine's dataclass."""

    answer_type: type
    links: Mapping[str, Sequence[tuple[str, str]]] = {}

    def __init__(self, *args: Any, part: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        self.links = kwargs.pop("links", {})
        self.part = dict(part or {})
        super().__init__(*args, **kwargs)
        self.sections: dict[str, list[str]] = {}
        for spec in dataclasses.fields(self.answer_type):  # type: ignore[arg-type]
            self._add(spec)

    def _add(self, spec: dataclasses.Field[Any]) -> None:
        kind = inner(hints(self.answer_type)[spec.name])
        meta = spec.metadata
        made = self.make(spec.name, kind, self.part.get(spec.name), meta)
        for name, field, initial in made:
            field.label = field.label or meta.get("question") or words(spec.name)
            field.help_text = field.help_text or " ".join(filter(None, (meta.get("note"), _unit(meta))))
            field.required = bool(meta.get("required"))
            self.fields[name] = field
            self.initial.setdefault(name, initial)
            self.sections.setdefault(meta.get("section", "main"), []).append(name)

    def make(
        self, name: str, kind: Any, value: Any, meta: Mapping[str, Any]
    ) -> list[tuple[str, forms.Field, Any]]:
        """The form fields of one question, with their initial values."""
        if name in self.links:
            return self._link(name, kind, value)
        if "facts" in meta:
            return self._facts(meta["facts"], value or {})
        if kind is bool:
            return [(name, _yes_no(), _text(value))]
        if get_origin(kind) is Literal:
            choices = [NOT_ANSWERED, *((str(word), words(str(word))) for word in get_args(kind))]
            return [(name, forms.ChoiceField(choices=choices), value or "")]
        if get_origin(kind) is tuple:
            return self._many(name, get_args(kind)[0], value)
        if kind is Money:
            return _money(name, value, str(meta.get("question")))
        if kind is MoneyRange:
            return [
                made
                for part in ("low", "likely", "high")
                for made in _money(
                    f"{name}.{part}", (value or {}).get(part), f"{meta.get('question')} {part.capitalize()}"
                )
            ]
        if kind is Planned:
            return [
                (f"{name}.{spec.name}", *self._planned(spec, (value or {}).get(spec.name)))
                for spec in dataclasses.fields(Planned)
            ]
        if get_origin(kind) is not None:
            return self._lines(name, value or {})
        if kind is date:
            return [(name, forms.CharField(widget=forms.DateInput(attrs={"type": "date"})), value or "")]
        if kind in (int, Decimal):
            widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
            return [(name, forms.CharField(widget=widget), "" if value is None else str(value))]
        rows = meta.get("rows")
        widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput()
        return [(name, forms.CharField(widget=widget, max_length=20_000), _text(value))]

    def _planned(self, spec: dataclasses.Field[Any], value: Any) -> tuple[forms.Field, Any]:
        literal = inner(hints(Planned)[spec.name])
        choices = [NOT_ANSWERED, *((word, words(word)) for word in get_args(literal))]
        return forms.ChoiceField(choices=choices, label=spec.metadata["question"]), value or ""

    def _link(self, name: str, kind: Any, value: Any) -> list[tuple[str, forms.Field, Any]]:
        if get_origin(kind) is tuple:
            choices = [*self.links[name], (NONE_OF_THEM, "None of them")]
            field: forms.Field = forms.MultipleChoiceField(
                choices=choices, widget=forms.CheckboxSelectMultiple
            )
            return [(name, field, [NONE_OF_THEM] if value == [] else value or [])]
        return [(name, forms.ChoiceField(choices=[NOT_ANSWERED, *self.links[name]]), value or "")]

    def _many(self, name: str, item: Any, value: Any) -> list[tuple[str, forms.Field, Any]]:
        if get_origin(item) is Literal:
            choices = [(str(word), words(str(word))) for word in get_args(item)]
            choices.append((NONE_OF_THEM, "None of them"))
            field: forms.Field = forms.MultipleChoiceField(
                choices=choices, widget=forms.CheckboxSelectMultiple
            )
            return [(name, field, [NONE_OF_THEM] if value == [] else value or [])]
        if item in LINE_FIELDS:
            lines = "\n".join(" | ".join(_text(row.get(f)) for f in LINE_FIELDS[item]) for row in value or [])
            note = "One a line: " + " | ".join(words(f).lower() for f in LINE_FIELDS[item])
            field = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), help_text=note)
            return [(name, field, lines)]
        note = "Separate with commas. A dash (-) means none."
        initial = "-" if value == [] else ", ".join(map(str, value or []))
        return [(name, forms.CharField(help_text=note), initial)]

    def _lines(self, name: str, value: Mapping[str, Any]) -> list[tuple[str, forms.Field, Any]]:
        lines = "\n".join(f"{key}: {item}" for key, item in value.items())
        note = "One a line, such as cost: 1. Ranks start at 1; weights lie between 0 and 1."
        return [(name, forms.CharField(widget=forms.Textarea(attrs={"rows": 4}), help_text=note), lines)]

    def _facts(self, subject: Subject, value: Mapping[str, Any]) -> list[tuple[str, forms.Field, Any]]:
        made: list[tuple[str, forms.Field, Any]] = []
        for key, fact in FACTS[subject].items():
            field, initial = _fact_field(fact, value.get(key))
            field.label = fact.meaning
            made.append((f"facts.{key}", field, initial))
        return made

    def typed_part(self) -> dict[str, Any]:
        """What was typed, as a part of the document; a question left open is left out."""
        part: dict[str, Any] = {}
        for spec in dataclasses.fields(self.answer_type):  # type: ignore[arg-type]
            value = self._typed(spec.name, inner(hints(self.answer_type)[spec.name]), spec.metadata)
            if value is not None:
                part[spec.name] = value
        return part

    def _typed(self, name: str, kind: Any, meta: Mapping[str, Any]) -> Any:
        if "facts" in meta:
            facts: Mapping[str, Fact] = FACTS[meta["facts"]]
            found = {key: self._typed_fact(f"facts.{key}", fact) for key, fact in facts.items()}
            return {key: value for key, value in found.items() if value is not None} or None
        if kind is Money:
            return self._typed_money(name)
        if kind is MoneyRange:
            parts = {part: self._typed_money(f"{name}.{part}") for part in ("low", "likely", "high")}
            return {key: value for key, value in parts.items() if value} or None
        if kind is Planned:
            parts = {spec.name: self.raw(f"{name}.{spec.name}") for spec in dataclasses.fields(Planned)}
            return {key: value for key, value in parts.items() if value} or None
        if get_origin(kind) is tuple:
            return self._typed_many(name, get_args(kind)[0])
        text = self.raw(name)
        if not text:
            return None
        if get_origin(kind) not in (None, Literal) and not isinstance(kind, tuple):
            pairs = (line.partition(":") for line in text.splitlines() if line.strip())
            return {key.strip(): value.strip() for key, _, value in pairs}
        if kind is bool or (isinstance(kind, tuple) and bool in kind):
            return _as_bool(text)
        return text

    def _typed_money(self, name: str) -> dict[str, str] | None:
        amount = self.raw(f"{name}.amount").replace(" ", "").replace(",", "")
        currency = self.raw(f"{name}.currency").upper()
        return {"amount": amount, "currency": currency} if amount else None

    def _typed_many(self, name: str, item: Any) -> Any:
        if get_origin(item) is Literal or name in self.links:
            return self._chosen(name)
        if item in LINE_FIELDS:
            lines = self.raw(name).splitlines()
            return [self._line(item, line) for line in lines if line.strip()] or None
        return self._listed(name)

    def _chosen(self, name: str) -> list[str] | None:
        """The ticked words; “none of them” alone is an empty list, nothing ticked is no answer."""
        chosen = self.data.getlist(self.add_prefix(name))  # type: ignore[union-attr]
        if chosen == [NONE_OF_THEM]:
            return []
        return [word for word in chosen if word != NONE_OF_THEM] or None

    def _listed(self, name: str) -> list[str] | None:
        """Words between commas; a dash is an empty list, nothing typed is no answer."""
        text = self.raw(name)
        if text == "-":
            return []
        return [word.strip() for word in text.split(",") if word.strip()] or None

    @staticmethod
    def _line(item: type, line: str) -> dict[str, Any]:
        cells = [cell.strip() for cell in line.split("|")]
        pairs = zip(LINE_FIELDS[item], cells, strict=False)
        return {key: _as_bool(cell) if key == "covers_service" else cell for key, cell in pairs if cell}

    def _typed_fact(self, name: str, fact: Fact) -> Any:
        if fact.kind == "words":
            return self._chosen(name) if fact.allowed else self._listed(name)
        text = self.raw(name)
        if not text:
            return None
        return _as_bool(text) if fact.kind in ("yes_no", "claim") else text

    def raw(self, name: str) -> str:
        return (self.data.get(self.add_prefix(name)) or "").strip()

    def place(self, problems: Iterable[Problem]) -> None:
        """Put each problem beside the question that it names; what names none goes to the top."""
        self.full_clean()
        for problem in problems:
            path = problem.where.strip("/").split("/")
            names = [".".join(path[:n]) for n in range(len(path), 0, -1)]
            names += [f"{names[-1]}.amount"] if names[-1] + ".amount" in self.fields else []
            name = next((n for n in names if n in self.fields), None)
            self.add_error(name, f"{problem.what[:1].upper()}{problem.what[1:]}. Right: {problem.right}.")

    def grouped(self) -> list[tuple[str, list[forms.BoundField], int]]:
        """Sections with their bound fields and how many of them are answered."""
        found = []
        for section, names in self.sections.items():
            bound = [self[name] for name in names]
            answered = sum(1 for field in bound if field.value() not in (None, "", []))
            found.append((SECTIONS.get(section, words(section)), bound, answered))
        return found


def form_for(answer_type: type) -> type[AnswerForm]:
    """The form class of an engine type."""
    return type(f"{answer_type.__name__}Form", (AnswerForm,), {"answer_type": answer_type})


def _fact_field(fact: Fact, value: Any) -> tuple[forms.Field, Any]:
    """The form field of a further fact, by its kind, and its initial value."""
    if fact.kind == "yes_no":
        return _yes_no(), _text(value)
    if fact.kind == "word" and fact.allowed:
        return forms.ChoiceField(choices=[NOT_ANSWERED, *((w, words(w)) for w in fact.allowed)]), value or ""
    many = [value] if isinstance(value, str) else value
    if fact.kind == "words" and fact.allowed:
        choices = [*((w, words(w)) for w in fact.allowed), (NONE_OF_THEM, "None of them")]
        field = forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple)
        return field, [NONE_OF_THEM] if many == [] else many or []
    if fact.kind == "words":
        note = "Separate with commas. A dash (-) means none."
        return forms.CharField(help_text=note), "-" if many == [] else ", ".join(map(str, many or []))
    if fact.kind == "claim":
        note = "Yes, no, or in words what is claimed."
        return forms.CharField(max_length=20_000, help_text=note), _claim(value)
    if fact.kind == "date":
        return forms.CharField(widget=forms.DateInput(attrs={"type": "date"})), _text(value)
    if fact.kind == "number":
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        return forms.CharField(widget=widget), _text(value)
    return forms.CharField(max_length=20_000), _text(value)


def _claim(value: Any) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else _text(value)


def _yes_no() -> forms.ChoiceField:
    return forms.ChoiceField(choices=YES_NO, widget=forms.RadioSelect)


def _money(name: str, value: Mapping[str, Any] | None, label: str) -> list[tuple[str, forms.Field, Any]]:
    amount = forms.CharField(label=label, widget=forms.TextInput(attrs={"inputmode": "decimal"}))
    currency = forms.CharField(label=f"{label} Currency", max_length=3, help_text="EUR, USD, …")
    given = value or {}
    return [
        (f"{name}.amount", amount, given.get("amount", "")),
        (f"{name}.currency", currency, given.get("currency", "")),
    ]


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _as_bool(text: str) -> Any:
    return {"true": True, "yes": True, "false": False, "no": False}.get(text.lower(), text)


def _unit(meta: Mapping[str, Any]) -> str:
    return f"In {meta['unit']}." if meta.get("unit") else ""
