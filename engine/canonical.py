"""The one written form of inputs and results: UTF-8, sorted keys, no spaces, decimals as strings."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from types import UnionType
from typing import Any, Union, cast, get_args, get_origin

from engine.inputs import Inputs, Money
from engine.strict import hints


def plain_number(number: Decimal, places: int = 0) -> str:
    """A decimal without exponent and without trailing zeros beyond `places`: equal numbers, equal text."""
    whole, _, fraction = format(number, "f").partition(".")
    fraction = fraction.rstrip("0").ljust(places, "0")
    text = f"{whole}.{fraction}" if fraction else whole
    return "0" if text == "-0" else text


def to_plain(value: Any) -> Any:
    """The JSON-able form of an engine value.

    What an assessment does not answer is left out, an empty list of records too; None in a result stays.
    Money is written in cents, a field name that ends in `_` without it.
    """
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, Money):
        return {"amount": plain_number(value.amount, 2), "currency": value.currency}
    if dataclasses.is_dataclass(value):
        return {
            name: to_plain(item)
            for field, name, left_out in _fields(value.__class__)
            if (item := getattr(value, field)) not in left_out
        }
    if isinstance(value, Mapping):
        return {str(key): to_plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [to_plain(item) for item in value]
    if isinstance(value, Decimal):
        return plain_number(value)
    if isinstance(value, date):
        return value.isoformat()
    return value


@cache
def _fields(kind: type) -> tuple[tuple[str, str, tuple[Any, ...]], ...]:
    """A type's fields: the name, the name as it is written, and the values with which it is left out."""
    return tuple(
        (spec.name, spec.name.rstrip("_"), _left_out(kind, spec)) for spec in dataclasses.fields(kind)
    )


def _left_out(kind: type, spec: dataclasses.Field[Any]) -> tuple[Any, ...]:
    if kind is Inputs:
        return None, ()
    if "question" not in spec.metadata:
        return ()
    return (None, {}) if spec.default_factory is dict else (None,)


def from_plain(kind: Any, plain: Any) -> Any:
    """The engine's value of a type that `to_plain` wrote: for stored results, which are trusted to be whole."""
    origin = get_origin(kind)
    if plain is None:
        return None
    if origin in (Union, UnionType):
        return from_plain(next(member for member in get_args(kind) if member is not type(None)), plain)
    if origin is tuple:
        return tuple(from_plain(get_args(kind)[0], item) for item in plain)
    if origin in (Mapping, dict):
        return {key: from_plain(get_args(kind)[1], item) for key, item in plain.items()}
    if dataclasses.is_dataclass(kind):
        return kind(
            **{  # type: ignore[operator]
                name: from_plain(of, plain[name.rstrip("_")])
                for name, of in hints(cast(Any, kind)).items()
                if name.rstrip("_") in plain
            }
        )
    if kind is Decimal:
        return Decimal(plain)
    return date.fromisoformat(plain) if kind is date else plain


def canonical(value: Any) -> bytes:
    """The canonical bytes of an engine value, or of plain data."""
    return written(to_plain(value))


def written(plain: Any) -> bytes:
    """The canonical bytes of what `to_plain` gave."""
    text = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode()


def digest(value: Any) -> str:
    """The SHA-256 of the canonical bytes, in hex."""
    return hashlib.sha256(canonical(value)).hexdigest()
