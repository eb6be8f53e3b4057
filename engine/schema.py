"""JSON Schema 2020-12 of the document and the result, made from the engine's own types."""

from __future__ import annotations

import collections.abc as abc
import dataclasses
import types
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Literal, Union, get_args, get_origin

from engine.strict import hints

DIALECT = "https://json-schema.org/draft/2020-12/schema"
SCALARS: Mapping[Any, dict[str, Any]] = {
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    str: {"type": "string"},
    date: {"type": "string", "format": "date"},
}


def schema(cls: type, title: str, *, written: bool) -> dict[str, Any]:
    """The schema of a dataclass, its parts under `$defs`.

    `written` describes what the product writes (every field present); else what it reads, where an unknown
    answer may be absent, null or “unknown”, and a number may be a string.
    """
    parts: dict[str, Any] = {}
    top = _dataclass(cls, parts, written)
    return {"$schema": DIALECT, "title": title, **top, "$defs": dict(sorted(parts.items()))}


def _dataclass(cls: Any, parts: dict[str, Any], written: bool) -> dict[str, Any]:
    known = hints(cls)
    fields = dataclasses.fields(cls)
    needed = [f.name.rstrip("_") for f in fields if written or f.metadata.get("required")]
    return {
        "type": "object",
        "description": " ".join((cls.__doc__ or "").split("\n\n")[0].split()),
        "additionalProperties": False,
        "properties": {f.name.rstrip("_"): _field(f, known[f.name], parts, written) for f in fields},
        **({"required": needed} if needed else {}),
    }


def _field(spec: dataclasses.Field[Any], kind: Any, parts: dict[str, Any], written: bool) -> dict[str, Any]:
    found = _kind(kind, parts, written)
    said = " ".join(text for text in (spec.metadata.get("question"), spec.metadata.get("note")) if text)
    return {**found, "description": said} if said else found


def _kind(kind: Any, parts: dict[str, Any], written: bool) -> dict[str, Any]:
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        members = [member for member in inner if member is not type(None)]
        choices = [_kind(member, parts, written) for member in members]
        if type(None) in inner:
            choices.append({"type": "null"} if written else {"enum": [None, "unknown"]})
        return choices[0] if len(choices) == 1 else {"anyOf": choices}
    if origin is Literal:
        return {"enum": list(inner)}
    if origin is tuple:
        return {"type": "array", "items": _kind(inner[0], parts, written)}
    if origin in (dict, abc.Mapping):
        rows: dict[str, Any] = {"type": "object", "additionalProperties": _kind(inner[1], parts, written)}
        return (
            {**rows, "propertyNames": _kind(inner[0], parts, written)}
            if get_origin(inner[0]) is Literal
            else rows
        )
    if kind is Decimal:
        text = {"type": "string", "pattern": r"^-?\d+(\.\d+)?$"}
        return text if written else {"anyOf": [text, {"type": "number"}]}
    if dataclasses.is_dataclass(kind):
        name = kind.__name__  # type: ignore[union-attr]
        if name not in parts:
            parts[name] = {}
            parts[name] = _dataclass(kind, parts, written)
        return {"$ref": f"#/$defs/{name}"}
    return SCALARS[kind]
