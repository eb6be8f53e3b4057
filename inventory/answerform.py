"""Forms made from the engine's own types: “not answered” is a legal answer to every question.

A form reads a record's part of the document into initial values, and writes what was typed back into a
part. The engine's reader judges the part; its problems come back to the question that they name.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, get_args, get_origin

from django import forms

from engine.inputs import Money, MoneyRange, Planned
from engine.labels import title
from engine.strict import Problem, hints
from engine.vocabulary import FACTS, Fact
from inventory.formfields import NONE, RANGE, Made, answer_fields, fact_fields, link_fields
from inventory.questions import FormSection, Question
from inventory.shown import DEFAULTS, LINE_FIELDS, SECTIONS, TEMPLATE, Links, default_names, inner

KEY_NOTE = "Its name in imports and the API: letters, digits, dashes. Left empty, it is made from the name."
GROUPED = re.compile(r"-?\d{1,3}([, \u00a0\u202f]\d{3})+(\.\d+)?", re.ASCII)
BOOLEANS = {"true": True, "yes": True, "false": False, "no": False}


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of a form before its fields are bound: its name and words, and the names of its fields."""

    name: str
    label: str
    note: str
    fields: tuple[str, ...]
    required: bool


class AnswerForm(forms.Form):
    """Base of the generated forms; `answer_type` is the engine's dataclass.

    `links` are the records that questions may refer to, `currency` is what a new amount starts with.
    """

    answer_type: type

    def __init__(
        self,
        *args: Any,
        part: Mapping[str, Any] | None = None,
        links: Links | None = None,
        currency: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.links, self.currency = dict(links or {}), currency
        if DEFAULTS in self.answer_type.__dataclass_fields__:
            standing = self.data.getlist(DEFAULTS) if self.is_bound else (part or {}).get(DEFAULTS) or []  # type: ignore[union-attr]
            self.links[DEFAULTS] = default_names(self.answer_type, standing)
        self.asked: dict[str, list[Asked]] = {}
        for spec in dataclasses.fields(self.answer_type):  # type: ignore[arg-type]
            self._ask(spec, (part or {}).get(spec.name))

    def _ask(self, spec: dataclasses.Field[Any], value: Any) -> None:
        meta, kind = spec.metadata, inner(hints(self.answer_type)[spec.name])
        if "facts" in meta:
            for key, fact in FACTS[meta["facts"]].items():
                made = fact_fields(f"facts.{key}", fact, (value or {}).get(key))
                self._add(f"facts.{key}", meta["section"], fact.meaning, "", made)
            return
        if spec.name in self.links:
            made = link_fields(spec.name, kind, value, self.links[spec.name])
        else:
            made = answer_fields(spec.name, kind, value, meta, self.currency)
        unit = f"In {meta['unit']}." if meta.get("unit") else ""
        note = KEY_NOTE if spec.name == "key" else " ".join(filter(None, (meta.get("note"), unit)))
        required = bool(meta.get("required")) and spec.name != "key"
        self._add(spec.name, meta.get("section", "main"), meta["question"], note, made, required)

    def _add(
        self, name: str, section: str, question: str, note: str, made: Made, required: bool = False
    ) -> None:
        for field_name, field, initial in made:
            field.label = field.label or question
            field.required = False
            self.fields[field_name] = field
            self.initial.setdefault(field_name, initial)
        notes = filter(None, (note, *(str(field.help_text) for _, field, _ in made)))
        fields = tuple(field_name for field_name, _, _ in made)
        asked = Asked(name, question, " ".join(notes), fields, required)
        self.asked.setdefault(section, []).append(asked)

    def sections(self) -> list[FormSection]:
        """The questions in their sections; the short name comes last in its own.

        What a template gave is asked only of a record that started from one.
        """
        return [
            FormSection(
                key,
                SECTIONS.get(key, title(key)),
                tuple(
                    Question(
                        one.name, one.label, one.note, tuple(self[name] for name in one.fields), one.required
                    )
                    for one in sorted(asked, key=lambda one: one.name == "key")
                ),
            )
            for key, asked in self.asked.items()
            if key != TEMPLATE or any(self[name].value() for one in asked for name in one.fields)
        ]

    def faulty(self) -> list[Question]:
        """The questions with a fault, in their order on the page."""
        return [question for section in self.sections() for question in section.questions if question.errors]

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
            return self._typed_money(f"{name}.amount", name)
        if kind is MoneyRange:
            parts = {end: self._typed_money(f"{name}.{end}", name) for end in RANGE}
            return {end: value for end, value in parts.items() if value} or None
        if kind is Planned:
            words = {spec.name: self.raw(f"{name}.{spec.name}") for spec in dataclasses.fields(Planned)}
            return {key: word for key, word in words.items() if word} or None
        if get_origin(kind) is tuple:
            return self._typed_many(name, get_args(kind)[0])
        text = self.raw(name)
        if not text:
            return None
        if kind in (int, Decimal):
            return ungrouped(text)
        if kind is bool or (isinstance(kind, tuple) and bool in kind):
            return as_boolean(text)
        if get_origin(kind) not in (None, Literal) and not isinstance(kind, tuple):
            pairs = (line.partition(":") for line in text.splitlines() if line.strip())
            return {key.strip(): value.strip() for key, _, value in pairs}
        return text

    def _typed_money(self, amount: str, question: str) -> dict[str, str] | None:
        text = ungrouped(self.raw(amount))
        return {"amount": text, "currency": self.raw(f"{question}.currency").upper()} if text else None

    def _typed_many(self, name: str, item: Any) -> Any:
        if get_origin(item) is Literal or name in self.links:
            return self._chosen(name)
        if item in LINE_FIELDS:
            return [_line(item, line) for line in self.raw(name).splitlines() if line.strip()] or None
        return self._listed(name)

    def _typed_fact(self, name: str, fact: Fact) -> Any:
        if fact.kind == "words":
            return self._chosen(name) if fact.allowed else self._listed(name)
        text = self.raw(name)
        if not text:
            return None
        if fact.kind == "number":
            return ungrouped(text)
        return as_boolean(text) if fact.kind in ("yes_no", "claim") else text

    def _chosen(self, name: str) -> list[str] | None:
        """The ticked words; “none of them” alone is an empty list, nothing ticked is no answer."""
        chosen = self.data.getlist(self.add_prefix(name))  # type: ignore[union-attr]
        if chosen == [NONE]:
            return []
        return [word for word in chosen if word != NONE] or None

    def _listed(self, name: str) -> list[str] | None:
        """Words between commas; a dash is an empty list, nothing typed is no answer."""
        text = self.raw(name)
        if text == "-":
            return []
        return [word.strip() for word in text.split(",") if word.strip()] or None

    def raw(self, name: str) -> str:
        return (self.data.get(self.add_prefix(name)) or "").strip()

    def place(self, problems: Iterable[Problem]) -> None:
        """Put each problem beside the question that it names; what names none goes to the top."""
        self.full_clean()
        for problem in problems:
            path = problem.where.strip("/").split("/")
            names = [".".join(path[:n]) for n in range(len(path), 0, -1)]
            names += [field for field in self.fields if field.startswith(f"{path[0]}.")]
            name = next((n for n in names if n in self.fields), None)
            self.add_error(name, f"{problem.what[:1].upper()}{problem.what[1:]}. Right: {problem.right}.")


def form_for(answer_type: type) -> type[AnswerForm]:
    """The form class of an engine type."""
    return type(f"{answer_type.__name__}Form", (AnswerForm,), {"answer_type": answer_type})


def ungrouped(text: str) -> str:
    """A number without the marks between its thousands; any other text as it was typed."""
    return re.sub("[, \u00a0\u202f]", "", text) if GROUPED.fullmatch(text) else text


def as_boolean(text: str) -> Any:
    """True or false where the text says so; any other text as it was typed."""
    return BOOLEANS.get(text.lower(), text)


def _line(item: type, line: str) -> dict[str, Any]:
    cells = [cell.strip() for cell in line.split("|")]
    pairs = zip(LINE_FIELDS[item], cells, strict=False)
    return {key: as_boolean(cell) if key == "covers_service" else cell for key, cell in pairs if cell}
