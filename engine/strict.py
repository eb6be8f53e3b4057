"""One strict reader from plain data, as JSON or TOML gives it, to frozen dataclasses.

Every fault is collected, with where it is, what is wrong and what would be right. Unknown keys and
words are refused. `None` and the word "unknown" are unknown wherever a field may be unknown.
"""

from __future__ import annotations

import dataclasses
import difflib
import math
import re
import types
import typing
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any, Literal, TypeVar, Union, get_args, get_origin

T = TypeVar("T")
UNKNOWN = "unknown"
LONGEST_TEXT = 20_000
ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class Problem:
    """Where (a JSON pointer, or `file: key`), what is wrong, and what would be right."""

    where: str
    what: str
    right: str

    def __str__(self) -> str:
        return f"{self.where or '/'}: {self.what}. Right: {self.right}."


def nearest(word: str, allowed: Iterable[str]) -> str:
    """The allowed words as a sentence's end, the nearest one first where one is near."""
    words = sorted(allowed)
    near = difflib.get_close_matches(word, words, n=1, cutoff=0.6)
    listed = ", ".join(words) if len(words) <= 20 else ", ".join(words[:20]) + ", …"
    return f"“{near[0]}”, or another of: {listed}" if near else f"one of: {listed}"


@cache
def hints(cls: type) -> Mapping[str, Any]:
    """The resolved types of a dataclass's fields."""
    return typing.get_type_hints(cls)


def read(cls: type[T], value: object, where: str, problems: list[Problem]) -> T | None:
    """The dataclass that `value` describes; None after adding at least one problem."""
    before = len(problems)
    if not isinstance(value, Mapping):
        problems.append(Problem(where, f"expected an object, found {_kind(value)}", "an object {…}"))
        return None
    known = hints(cls)
    for key in value:
        if key not in known:
            problems.append(Problem(f"{where}/{_escape(key)}", f"unknown key “{key}”", nearest(str(key), known)))
    found: dict[str, Any] = {}
    for spec in dataclasses.fields(cls):  # type: ignore[arg-type]
        required = (
            spec.default is dataclasses.MISSING and spec.default_factory is dataclasses.MISSING
        )
        given = value.get(spec.name)
        if given is None or (given == UNKNOWN and not _is_word(known[spec.name], UNKNOWN)):
            if required:
                problems.append(
                    Problem(f"{where}/{spec.name}", "missing", f"a value for “{spec.name}”: {_expected(known[spec.name])}")
                )
            continue
        found[spec.name] = read_value(known[spec.name], given, f"{where}/{spec.name}", problems)
    if len(problems) > before:
        return None
    return cls(**found)


def read_value(kind: Any, value: object, where: str, problems: list[Problem]) -> Any:
    """A value of any type that fields may have; None after adding a problem."""
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return _read_union(kind, value, where, problems)
    if origin is Literal:
        if isinstance(value, str) and value in get_args(kind):
            return value
        return _refuse(where, f"{_shown(value)} is not allowed", nearest(str(value), map(str, get_args(kind))), problems)
    if origin is tuple:
        if not isinstance(value, list | tuple):
            return _refuse(where, f"expected a list, found {_kind(value)}", "a list […]", problems)
        item = get_args(kind)[0]
        return tuple(read_value(item, part, f"{where}/{i}", problems) for i, part in enumerate(value))
    if origin in (Mapping, dict) or origin is types.MappingProxyType or _is_mapping(origin):
        return _read_mapping(kind, value, where, problems)
    if dataclasses.is_dataclass(kind):
        return read(typing.cast(type, kind), value, where, problems)
    return _read_scalar(kind, value, where, problems)


def _read_union(kind: Any, value: object, where: str, problems: list[Problem]) -> Any:
    members = [member for member in get_args(kind) if member is not type(None)]
    if len(members) == 1:
        return read_value(members[0], value, where, problems)
    for member in members:
        attempt: list[Problem] = []
        found = read_value(member, value, where, attempt)
        if not attempt:
            return found
    expected = " or ".join(_expected(member) for member in members)
    return _refuse(where, f"{_shown(value)} does not fit", expected, problems)


def _read_mapping(kind: Any, value: object, where: str, problems: list[Problem]) -> Any:
    if not isinstance(value, Mapping):
        return _refuse(where, f"expected an object, found {_kind(value)}", "an object {…}", problems)
    key_kind, item_kind = get_args(kind)
    read_items = {}
    for key, item in value.items():
        if item is None or item == UNKNOWN:
            continue
        at = f"{where}/{_escape(key)}"
        read_key = read_value(key_kind, key, at, problems)
        read_items[read_key] = read_value(item_kind, item, at, problems)
    return read_items


def _read_scalar(kind: Any, value: object, where: str, problems: list[Problem]) -> Any:
    if kind is bool:
        if isinstance(value, bool):
            return value
    elif kind is int:
        number = _number(value)
        if number is not None and number == number.to_integral_value() and abs(number) < Decimal(10) ** 30:
            return int(number)
    elif kind is Decimal:
        number = _number(value)
        if number is not None:
            return number
    elif kind is date:
        if isinstance(value, date):
            return value
        if isinstance(value, str) and ISO_DATE.fullmatch(value):
            try:
                return date.fromisoformat(value)
            except ValueError:
                pass
    elif kind is str and isinstance(value, str):
        if len(value) > LONGEST_TEXT:
            return _refuse(where, f"text of {len(value)} characters", f"at most {LONGEST_TEXT} characters", problems)
        if "\x00" in value:
            return _refuse(where, "text with a null character", "text without it", problems)
        return value
    return _refuse(where, f"{_shown(value)} does not fit", _expected(kind), problems)


def _number(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return None
    if isinstance(value, float) and not math.isfinite(value):
        return None
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number.adjusted()) < 40 else None


def _refuse(where: str, what: str, right: str, problems: list[Problem]) -> None:
    problems.append(Problem(where, what, right))


def _is_word(kind: Any, word: str) -> bool:
    return any(get_origin(k) is Literal and word in get_args(k) for k in (kind, *get_args(kind)))


def _is_mapping(origin: Any) -> bool:
    return isinstance(origin, type) and issubclass(origin, Mapping)


def _escape(key: object) -> str:
    return str(key).replace("~", "~0").replace("/", "~1")


def _shown(value: object) -> str:
    text = str(value)
    return f"“{text[:60]}{'…' if len(text) > 60 else ''}”"


def _kind(value: object) -> str:
    names = {dict: "an object", list: "a list", str: "text", bool: "yes/no", int: "a number", float: "a number"}
    return names.get(type(value), "nothing" if value is None else type(value).__name__)


def _expected(kind: Any) -> str:
    if get_origin(kind) is Literal:
        return "one of: " + ", ".join(map(str, get_args(kind)))
    if get_origin(kind) is tuple:
        return "a list, each " + _expected(get_args(kind)[0])
    if get_origin(kind) in (Union, types.UnionType):
        return " or ".join(_expected(k) for k in get_args(kind) if k is not type(None))
    if dataclasses.is_dataclass(kind):
        return "an object with " + ", ".join(hints(typing.cast(type, kind)))
    return {
        bool: "true or false (or leave it out where it is not known)",
        int: "a whole number",
        Decimal: "a number",
        str: "text",
        date: "a date like 2026-11-24",
    }.get(kind, "an object {…}")
