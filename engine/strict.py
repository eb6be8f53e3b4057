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
    return f"{where}/{_printable(str(key)).replace('~', '~0').replace('/', '~1')}"


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
    """The dataclass that `value` describes; None after adding at least one problem."""
    return Reader(problems).record(cls, value, where)


def read_value(kind: Any, value: object, where: str, problems: list[Problem]) -> Any:
    """A value of any type that fields may have; None after adding a problem."""
    return Reader(problems).value(kind, value, where)


def keep(_spec: dataclasses.Field[Any], value: Any, _where: str, _problems: list[Problem]) -> Any:
    """The value as it was read."""
    return value


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads by type and collects problems; `settle` then judges or normalises each field's value."""

    problems: list[Problem]
    settle: Callable[[dataclasses.Field[Any], Any, str, list[Problem]], Any] = keep

    def record(self, cls: type[T], value: object, where: str) -> T | None:
        """A dataclass. A field whose name ends in `_` (a word of Python) is written without it."""
        before = len(self.problems)
        if not isinstance(value, Mapping):
            self.refuse(where, f"expected an object, found {_kind(value)}", _expected(cls))
            return None
        kinds = {name.rstrip("_"): kind for name, kind in hints(cast(Any, cls)).items()}
        for key in value:
            if key not in kinds:
                self.refuse(below(where, key), f"unknown key {shown(key)}", nearest(str(key), kinds))
        found: dict[str, Any] = {}
        for spec in dataclasses.fields(cast(Any, cls)):
            name = spec.name.rstrip("_")
            kind, given, at = kinds[name], value.get(name), below(where, name)
            if given is None or given == UNKNOWN:
                if name in value and type(None) in get_args(kind):
                    found[spec.name] = None
                elif spec.default is dataclasses.MISSING and spec.default_factory is dataclasses.MISSING:
                    self.refuse(at, f"“{name}” is missing", _expected(kind))
                continue
            faults = len(self.problems)
            item = self.value(kind, given, at)
            settled = item if len(self.problems) > faults else self.settle(spec, item, at, self.problems)
            found[spec.name] = _answered(settled) if isinstance(settled, Mapping) else settled
        return cls(**found) if len(self.problems) == before else None

    def value(self, kind: Any, value: object, where: str) -> Any:
        """A value of any type that fields may have."""
        origin = get_origin(kind)
        if origin in (Union, types.UnionType):
            return self._union(kind, value, where)
        if origin is Literal:
            words = get_args(kind)
            if isinstance(value, str) and value in words:
                return value
            return self.refuse(where, f"{shown(value)} is not allowed", nearest(str(value), words))
        if origin is tuple:
            if not isinstance(value, list | tuple):
                return self.refuse(where, f"expected a list, found {_kind(value)}", _expected(kind))
            item = get_args(kind)[0]
            return tuple(self.value(item, part, below(where, index)) for index, part in enumerate(value))
        if origin in (Mapping, dict):
            return self._mapping(kind, value, where)
        if dataclasses.is_dataclass(kind):
            return self.record(cast(type, kind), value, where)
        return self._scalar(kind, value, where)

    def refuse(self, where: str, what: str, right: str) -> None:
        """Note a problem; gives None, the value of what could not be read."""
        self.problems.append(Problem(where, what, right))

    def _union(self, kind: Any, value: object, where: str) -> Any:
        members = [member for member in get_args(kind) if member is not type(None)]
        if len(members) == 1:
            return self.value(members[0], value, where)
        if isinstance(value, str) and str in members:
            return self._scalar(str, value, where)
        for member in members:
            attempt = Reader([], self.settle)
            found = attempt.value(member, value, where)
            if not attempt.problems:
                return found
        return self.refuse(where, f"{shown(value)} does not fit", _expected(kind))

    def _mapping(self, kind: Any, value: object, where: str) -> Any:
        if not isinstance(value, Mapping):
            return self.refuse(where, f"expected an object, found {_kind(value)}", "an object {…}")
        key_kind, item_kind = get_args(kind)
        return {
            self.value(key_kind, key, below(where, key)): None
            if item is None or item == UNKNOWN
            else self.value(item_kind, item, below(where, key))
            for key, item in value.items()
        }

    def _scalar(self, kind: Any, value: object, where: str) -> Any:
        if kind is str and isinstance(value, str):
            if len(value) > LONGEST_TEXT:
                return self.refuse(
                    where, f"text of {len(value)} characters", f"at most {LONGEST_TEXT} characters"
                )
            if UNPRINTABLE.search(value):
                return self.refuse(where, f"{shown(value)} holds control or half characters", "plain text")
            return value
        found = _SCALARS[kind](value) if kind in _SCALARS else None
        return (
            found
            if found is not None
            else self.refuse(where, f"{shown(value)} does not fit", _expected(kind))
        )


def _answered(mapping: Mapping[Any, Any]) -> dict[Any, Any]:
    """A mapping without what is unknown."""
    return {key: item for key, item in mapping.items() if item is not None}


def shown(value: object) -> str:
    """A value in quotation marks, shortened and safe to print."""
    text = _printable(str(value))
    return f"“{text[:60]}{'…' if len(text) > 60 else ''}”"


def _printable(text: str) -> str:
    return UNPRINTABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def _bool(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _number(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return None
    if isinstance(value, str) and not NUMBER.fullmatch(value):
        return None
    number = Decimal(str(value)) if isinstance(value, float) else Decimal(value)
    if not number.is_finite() or (number and abs(number.adjusted()) >= LONGEST_NUMBER):
        return None
    return number


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
