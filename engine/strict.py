"""One strict reader from plain data, as JSON or TOML gives it, to frozen dataclasses.

Every fault is collected, with where it is, what is wrong and what would be right. Unknown keys and
words are refused. `None` and the word "unknown" are unknown wherever a field may be unknown.
"""

from __future__ import annotations

import dataclasses
import difflib
import re
import types
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")
UNKNOWN = "unknown"
LONGEST_TEXT = 20_000
LONGEST_NUMBER = 30
ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
NUMBER = re.compile(r"[+-]?(\d{1,40}(\.\d{0,40})?|\.\d{1,40})([eE][+-]?\d{1,3})?", re.ASCII)
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Problem:
    """Where (a JSON pointer, or `file: key`), what is wrong, and what would be right."""

    where: str
    what: str
    right: str

    def __str__(self) -> str:
        return f"{self.where or '/'}: {self.what}. Right: {self.right}."


def below(where: str, key: object) -> str:
    """The place of a key: a JSON pointer grows by `/key`, a place in a file (`file: a`) by `.key`."""
    if where and not where.startswith("/"):
        return f"{where}{'' if where.endswith(' ') else '.'}{key}"
    return f"{where}/{str(key).replace('~', '~0').replace('/', '~1')}"


def nearest(word: str, allowed: Iterable[str]) -> str:
    """The allowed words as a sentence's end, the nearest one first where one is near."""
    words = sorted(allowed)
    near = difflib.get_close_matches(word, words, n=1, cutoff=0.6)
    listed = ", ".join(words) if len(words) <= 20 else ", ".join(words[:20]) + ", …"
    return f"“{near[0]}”, or another of: {listed}" if near else f"one of: {listed}"


@cache
def hints(cls: Any) -> Mapping[str, Any]:
    """The resolved types of a dataclass's fields."""
    return get_type_hints(cls)


def read(cls: type[T], value: object, where: str, problems: list[Problem]) -> T | None:
    """The dataclass that `value` describes; None after adding at least one problem.

    A field whose name ends in `_` (a word of Python) is written without it.
    """
    before = len(problems)
    if not isinstance(value, Mapping):
        _refuse(where, f"expected an object, found {_kind(value)}", _expected(cls), problems)
        return None
    kinds = {name.rstrip("_"): kind for name, kind in hints(cast(Any, cls)).items()}
    for key in value:
        if key not in kinds:
            _refuse(below(where, key), f"unknown key {_shown(key)}", nearest(str(key), kinds), problems)
    found: dict[str, Any] = {}
    for spec in dataclasses.fields(cls):  # type: ignore[arg-type]
        name = spec.name.rstrip("_")
        kind, given = kinds[name], value.get(name)
        if given is None or (given == UNKNOWN and not _has_word(kind, UNKNOWN)):
            if name in value and type(None) in get_args(kind):
                found[spec.name] = None
            elif spec.default is dataclasses.MISSING and spec.default_factory is dataclasses.MISSING:
                _refuse(below(where, name), f"“{name}” is missing", _expected(kind), problems)
        else:
            found[spec.name] = read_value(kind, given, below(where, name), problems)
    return cls(**found) if len(problems) == before else None


def read_value(kind: Any, value: object, where: str, problems: list[Problem]) -> Any:
    """A value of any type that fields may have; None after adding a problem."""
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return _read_union(kind, value, where, problems)
    if origin is Literal:
        words = get_args(kind)
        if isinstance(value, str) and value in words:
            return value
        return _refuse(where, f"{_shown(value)} is not allowed", nearest(str(value), words), problems)
    if origin is tuple:
        if not isinstance(value, list | tuple):
            return _refuse(where, f"expected a list, found {_kind(value)}", _expected(kind), problems)
        item = get_args(kind)[0]
        return tuple(read_value(item, part, below(where, i), problems) for i, part in enumerate(value))
    if origin in (Mapping, dict):
        return _read_mapping(kind, value, where, problems)
    if dataclasses.is_dataclass(kind):
        return read(cast(type, kind), value, where, problems)
    return _read_scalar(kind, value, where, problems)


def _read_union(kind: Any, value: object, where: str, problems: list[Problem]) -> Any:
    members = [member for member in get_args(kind) if member is not type(None)]
    if len(members) == 1:
        return read_value(members[0], value, where, problems)
    if isinstance(value, str) and str in members:
        return _read_scalar(str, value, where, problems)
    for member in members:
        attempt: list[Problem] = []
        found = read_value(member, value, where, attempt)
        if not attempt:
            return found
    return _refuse(where, f"{_shown(value)} does not fit", _expected(kind), problems)


def _read_mapping(kind: Any, value: object, where: str, problems: list[Problem]) -> Any:
    if not isinstance(value, Mapping):
        return _refuse(where, f"expected an object, found {_kind(value)}", "an object {…}", problems)
    key_kind, item_kind = get_args(kind)
    return {
        read_value(key_kind, key, below(where, key), problems): read_value(
            item_kind, item, below(where, key), problems
        )
        for key, item in value.items()
        if item is not None and item != UNKNOWN
    }


def _read_scalar(kind: Any, value: object, where: str, problems: list[Problem]) -> Any:
    if kind is str and isinstance(value, str):
        if len(value) > LONGEST_TEXT:
            right = f"at most {LONGEST_TEXT} characters"
            return _refuse(where, f"text of {len(value)} characters", right, problems)
        if UNPRINTABLE.search(value):
            return _refuse(where, "text with control characters or half characters", "plain text", problems)
        return value
    found = _SCALARS[kind](value) if kind in _SCALARS else None
    if found is None:
        return _refuse(where, f"{_shown(value)} does not fit", _expected(kind), problems)
    return found


def _bool(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _number(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return None
    if isinstance(value, str) and not NUMBER.fullmatch(value):
        return None
    number = Decimal(str(value)) if isinstance(value, float) else Decimal(value)
    return number if number.is_finite() and abs(number.adjusted()) < LONGEST_NUMBER else None


def _integer(value: object) -> int | None:
    number = _number(value)
    return int(number) if number is not None and number == number.to_integral_value() else None


def _date(value: object) -> date | None:
    if type(value) is date:
        return value
    if not isinstance(value, str) or not ISO_DATE.fullmatch(value):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _refuse(where: str, what: str, right: str, problems: list[Problem]) -> None:
    problems.append(Problem(where, what, right))


def _has_word(kind: Any, word: str) -> bool:
    return any(get_origin(k) is Literal and word in get_args(k) for k in (kind, *get_args(kind)))


def _shown(value: object) -> str:
    text = str(value).encode("utf-8", "backslashreplace").decode()
    return f"“{text[:60]}{'…' if len(text) > 60 else ''}”"


def _kind(value: object) -> str:
    if isinstance(value, bool):
        return "yes/no"
    if isinstance(value, int | float | Decimal):
        return "a number"
    return {dict: "an object", list: "a list", str: "text", type(None): "nothing"}.get(
        type(value), type(value).__name__
    )


def _expected(kind: Any) -> str:
    if get_origin(kind) is Literal:
        return "one of: " + ", ".join(get_args(kind))
    if get_origin(kind) is tuple:
        return "a list, each " + _expected(get_args(kind)[0])
    if get_origin(kind) in (Union, types.UnionType):
        return " or ".join(_expected(member) for member in get_args(kind) if member is not type(None))
    if dataclasses.is_dataclass(kind):
        return "an object with " + ", ".join(name.rstrip("_") for name in hints(cast(type, kind)))
    return _EXPECTED.get(kind, "an object {…}")


_SCALARS: Mapping[Any, Callable[[object], Any]] = {
    bool: _bool,
    int: _integer,
    Decimal: _number,
    date: _date,
}
_EXPECTED: Mapping[Any, str] = {
    bool: "true or false",
    int: "a whole number",
    Decimal: "a number",
    str: "text",
    date: "a date like 2026-11-24",
}
