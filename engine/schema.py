"""JSON Schema 2020-12 of the document and the result, made from the engine's own types."""

from __future__ import annotations

import collections.abc as abc
import dataclasses
import types
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Literal, Union, get_args, get_origin

from engine.inputs import Inputs
from engine.result import Result
from engine.strict import LONGEST_TEXT, UNKNOWN, hints
from engine.vocabulary import FACTS, Fact, Subject

DIALECT = "https://json-schema.org/draft/2020-12/schema"
OPEN: dict[str, Any] = {"$ref": "#/$defs/unknown"}
TEXT: dict[str, Any] = {"$ref": "#/$defs/text"}
SHARED: Mapping[str, dict[str, Any]] = {
    "unknown": {"description": "Not answered; the same as an absent field.", "enum": [None, UNKNOWN]},
    "text": {"type": "string", "maxLength": LONGEST_TEXT},
}
DAY: dict[str, Any] = {"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
WRITTEN = r"^-?\d+(\.\d+)?$"
DECIMALS: Mapping[tuple[Any, Any], str] = {
    (0, None): r"^\d{1,29}(\.\d{1,40})?$",
    (0, 1): r"^(0(\.\d{1,40})?|1(\.0{1,40})?)$",
    (0, 10**15): r"^(\d{1,15}(\.\d{1,40})?|10{15}(\.0{1,40})?)$",
    (-1, 10): r"^(-0(\.\d{1,40})?|-1(\.0{1,40})?|\d(\.\d{1,40})?|10(\.0{1,40})?)$",
}
"""A number as text, by the least and the most that it may be."""


def assessment_schema() -> dict[str, Any]:
    """What `read_document` takes, except for what ties records together: keys, references, ranges in order."""
    return _schema(Inputs, "Assessment", written=False)


def result_schema() -> dict[str, Any]:
    """What `canonical` writes of a result: every field is there, decimals are text."""
    return _schema(Result, "Result", written=True)


def _schema(cls: type, title: str, *, written: bool) -> dict[str, Any]:
    parts: dict[str, Any] = {} if written else dict(SHARED)
    top = _dataclass(cls, parts, written)
    return {"$schema": DIALECT, "title": title, **top, "$defs": dict(sorted(parts.items()))}


def _dataclass(cls: Any, parts: dict[str, Any], written: bool) -> dict[str, Any]:
    known = hints(cls)
    fields = dataclasses.fields(cls)
    needed = [f.name.rstrip("_") for f in fields if written or f.metadata.get("required")]
    said = " ".join((cls.__doc__ or "").split("\n\n")[0].split())
    return {
        "type": "object",
        **({} if said.startswith(f"{cls.__name__}(") else {"description": said}),
        "additionalProperties": False,
        "properties": {f.name.rstrip("_"): _field(f, known[f.name], parts, written) for f in fields},
        **({"required": needed} if needed else {}),
    }


def _field(spec: dataclasses.Field[Any], kind: Any, parts: dict[str, Any], written: bool) -> dict[str, Any]:
    asked = spec.metadata
    found = _facts(asked["facts"]) if "facts" in asked else _kind(kind, asked, parts, written)
    may_stay_open = not written and not asked.get("required") and type(None) not in get_args(kind)
    if may_stay_open:
        found = {"anyOf": [found, OPEN]}
    said = " ".join(text for text in (asked.get("question"), asked.get("note")) if text)
    return {**found, "description": said} if said else found


def _kind(kind: Any, asked: Mapping[str, Any], parts: dict[str, Any], written: bool) -> dict[str, Any]:
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        members = [member for member in inner if member is not type(None)]
        choices = [_kind(member, asked, parts, written) for member in members]
        if type(None) in inner:
            choices.append({"type": "null"} if written else OPEN)
        return choices[0] if len(choices) == 1 else {"anyOf": choices}
    if origin is Literal:
        return {"enum": list(inner)}
    if origin is tuple:
        items = {"type": "array", "items": _kind(inner[0], {}, parts, written)}
        return {**items, "uniqueItems": True} if asked.get("once") else items
    if origin in (dict, abc.Mapping):
        names = _kind(inner[0], {}, parts, written)
        item = _kind(inner[1], {}, parts, written)
        rows = {"type": "object", "additionalProperties": item if written else {"anyOf": [item, OPEN]}}
        return {**rows, "propertyNames": names} if get_origin(inner[0]) is Literal else rows
    if dataclasses.is_dataclass(kind):
        name = kind.__name__  # type: ignore[union-attr]
        if name not in parts:
            parts[name] = {}
            parts[name] = _dataclass(kind, parts, written)
        return {"$ref": f"#/$defs/{name}"}
    return _written(kind) if written else _answer(kind, asked)


def _written(kind: Any) -> dict[str, Any]:
    """A single value as the product writes it."""
    scalars: Mapping[Any, dict[str, Any]] = {
        bool: {"type": "boolean"},
        int: {"type": "integer"},
        str: {"type": "string"},
        Decimal: {"type": "string", "pattern": WRITTEN},
        date: DAY,
    }
    return scalars[kind]


def _answer(kind: Any, asked: Mapping[str, Any]) -> dict[str, Any]:
    """A single value as the product reads it; a decimal may be a number or a text."""
    if kind is bool:
        return {"type": "boolean"}
    if kind is date:
        return DAY
    if kind is str:
        form = asked.get("form")
        return {"type": "string", "pattern": f"^({form.pattern})$"} if form else TEXT
    least, most = asked.get("least") or 0, asked.get("most")
    bounds = {"minimum": least} if most is None else {"minimum": least, "maximum": most}
    if kind is int:
        return {"type": "integer", **bounds}
    return {"anyOf": [{"type": "string", "pattern": DECIMALS[least, most]}, {"type": "number", **bounds}]}


def _facts(subject: Subject) -> dict[str, Any]:
    """The closed map of further facts of one kind of record."""
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            name: {"anyOf": [_fact(fact), OPEN], "description": fact.meaning}
            for name, fact in FACTS[subject].items()
        },
    }


def _fact(fact: Fact) -> dict[str, Any]:
    word = {"enum": list(fact.allowed)} if fact.allowed else TEXT
    kinds: Mapping[str, dict[str, Any]] = {
        "yes_no": {"type": "boolean"},
        "claim": {"anyOf": [{"type": "boolean"}, TEXT]},
        "word": word,
        "words": {"anyOf": [word, {"type": "array", "items": word}]},
        "text": TEXT,
        "number": _answer(Decimal, {}),
        "date": DAY,
    }
    return kinds[fact.kind]
