"""How stored answers read: each question with its answer in words, in the sections of the form."""

from __future__ import annotations

import dataclasses
import re
import types
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, Union, get_args, get_origin

from engine.inputs import Evidence, Exclusion, Money, MoneyRange, Planned
from engine.labels import label, title
from engine.strict import hints
from engine.vocabulary import FACTS

NOT_ANSWERED = "Not answered"
NONE_OF_THEM = "None of them"
FURTHER = "facts"
TEMPLATE = "template"
DEFAULTS = "defaults"
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
    TEMPLATE: "Template",
    "output": "Output",
    FURTHER: "Further facts that duties depend on",
}
LINE_FIELDS: Mapping[type, tuple[str, ...]] = {
    Evidence: ("kind", "valid_until", "covers_service"),
    Exclusion: ("requirement_id", "reason"),
}
Links = Mapping[str, Sequence[tuple[str, str]]]
THOUSANDS = re.compile(r"(?<=\d)(?=(?:\d{3})+$)")
NUMBER = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
SNAKE = re.compile(r"[a-z0-9]+(_[a-z0-9]+)+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Shown:
    """A question and its answer as a person reads it; None where it is open."""

    name: str
    question: str
    answer: str | None


@dataclass(frozen=True, slots=True)
class Section:
    """Questions that belong together, and how many of them are answered."""

    key: str
    title: str
    shown: tuple[Shown, ...]

    @property
    def answered(self) -> int:
        return sum(1 for item in self.shown if item.answer is not None)

    @property
    def further(self) -> bool:
        """Whether these are facts that only some duties ask for; they do not count as open questions."""
        return self.key == FURTHER


def inner(kind: Any) -> Any:
    """The type of a field without its `None`; a union of several stays one."""
    if get_origin(kind) in (Union, types.UnionType):
        members = [member for member in get_args(kind) if member is not type(None)]
        return members[0] if len(members) == 1 else tuple(members)
    return kind


def sections(answer_type: type, part: Mapping[str, Any], links: Links | None = None) -> list[Section]:
    """A record's part as a page shows it. `links` names the records that it may refer to."""
    found: dict[str, list[Shown]] = {}
    for spec in dataclasses.fields(answer_type):
        group = found.setdefault(spec.metadata.get("section", "main"), [])
        value = part.get(spec.name)
        if "facts" in spec.metadata:
            for key, fact in FACTS[spec.metadata["facts"]].items():
                said = plain((value or {}).get(key), closed=bool(fact.allowed))
                group.append(Shown(f"facts.{key}", fact.meaning, said))
            continue
        kind = inner(hints(answer_type)[spec.name])
        names = dict((links or {}).get(spec.name, ()))
        if spec.name == DEFAULTS:
            names = dict(default_names(answer_type, value or ()))
        group.append(Shown(spec.name, spec.metadata["question"], _said(kind, value, spec.metadata, names)))
    found["main"].sort(key=lambda item: item.name == "key")
    return [
        Section(key, SECTIONS.get(key, title(key)), tuple(items))
        for key, items in found.items()
        if key != TEMPLATE or any(item.answer for item in items)
    ]


def default_names(answer_type: type, names: Iterable[str]) -> list[tuple[str, str]]:
    """Answers that stand as a template gave them, each with its question."""
    specs = {spec.name: spec for spec in dataclasses.fields(answer_type)}
    return [(name, specs[name].metadata["question"]) for name in names if name in specs]


def answer_of(answer_type: type, part: Mapping[str, Any], name: str) -> str:
    """One answer of a part in words, for a list of records."""
    spec = next(spec for spec in dataclasses.fields(answer_type) if spec.name == name)
    return _said(inner(hints(answer_type)[name]), part.get(name), spec.metadata, {}) or NOT_ANSWERED


def grouped(number: object) -> str:
    """A number as it stands, with commas between thousands."""
    text = str(number)
    whole, dot, rest = text.partition(".")
    return THOUSANDS.sub(",", whole) + dot + rest if whole.lstrip("-").isdigit() else text


def _said(kind: Any, value: Any, meta: Mapping[str, Any], names: Mapping[str, str]) -> str | None:
    if value is None or (meta.get("required") and kind is not date):
        return value
    if kind is Money:
        return _money(value)
    if kind is MoneyRange:
        return ", ".join(f"{end} {_money(value[end])}" for end in ("low", "likely", "high") if value.get(end))
    if kind is Planned:
        return ", ".join(
            label(value[name]) for name in ("approach", "method", "deployment") if value.get(name)
        )
    item = get_args(kind)[0] if get_origin(kind) is tuple else None
    if item in LINE_FIELDS:
        return "\n".join(_line(item, row) for row in value)
    if names:
        keys = value if isinstance(value, list) else [value]
        return ", ".join(names.get(key, key) for key in keys) or NONE_OF_THEM
    said = plain(value, closed=Literal in (get_origin(kind), get_origin(item)))
    unit = meta.get("unit")
    return f"{said} {unit}" if unit and said and said[0].isdigit() else said


def plain(value: Any, *, closed: bool = False) -> str | None:
    """Any answer in words. `closed`: it is a word of the document, not a text that somebody typed."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, list):
        return ", ".join(plain(item, closed=closed) or "" for item in value) or NONE_OF_THEM
    if isinstance(value, Mapping):
        return ", ".join(f"{label(str(key))} {item}" for key, item in value.items())
    text = str(value)
    if closed or SNAKE.fullmatch(text):
        return title(text)
    if NUMBER.fullmatch(text):
        return grouped(text)
    try:
        return day(date.fromisoformat(text)) if DATE.fullmatch(text) else text
    except ValueError:
        return text


def day(value: date) -> str:
    """`24 Nov 2026`."""
    return f"{value.day} {value:%b %Y}"


def _money(value: Mapping[str, Any]) -> str:
    return f"{grouped(str(value['amount']).removesuffix('.00'))} {value['currency']}"


def _line(item: type, row: Mapping[str, Any]) -> str:
    said = (plain(row.get(field)) for field in LINE_FIELDS[item])
    return " · ".join(part for part in said if part)
