"""What a knowledge release holds, item by item, and what another one changed. Works on the files alone."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from engine.canonical import canonical, to_plain

Kind = Literal["fact", "requirement", "rule", "word", "control", "mapping", "source", "table"]
What = Literal["added", "changed", "removed"]
Contents = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""The items of a release: kind, then id, then its fields in plain form."""
KINDS: tuple[Kind, ...] = ("requirement", "rule", "word", "control", "mapping", "fact", "table", "source")
LONGEST = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldMoved:
    """A field of an item and its value before and after; empty where it was not there."""

    name: str
    was: str
    now: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """An item that a release added, changed or removed."""

    kind: Kind
    id: str
    title: str
    what: What
    fields: tuple[FieldMoved, ...]


def contents(folder: Path) -> dict[str, dict[str, dict[str, Any]]]:
    """The items of the release in a folder, which `engine.knowledge.load` accepts."""
    found: dict[str, dict[str, dict[str, Any]]] = {kind: {} for kind in KINDS}
    for path in sorted(folder.rglob("*.toml")):
        name = path.relative_to(folder).as_posix()
        table = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
        for kind, item, value in _items(name, table):
            found[kind][item] = to_plain(value if isinstance(value, Mapping) else {"value": value})
    return found


def compare(old: Contents, new: Contents) -> tuple[Change, ...]:
    """What the new release changed, kind by kind, each in the order of ids."""
    changes = []
    for kind in KINDS:
        before, after = old.get(kind, {}), new.get(kind, {})
        for item in sorted({*before, *after}):
            was, now = before.get(item), after.get(item)
            if was == now:
                continue
            what: What = "added" if was is None else "removed" if now is None else "changed"
            fields = tuple(_moved(was or {}, now or {})) if what == "changed" else ()
            changes.append(
                Change(kind=kind, id=item, title=_title(now or was or {}), what=what, fields=fields)
            )
    return tuple(changes)


def _items(name: str, table: Mapping[str, Any]) -> Iterator[tuple[Kind, str, Any]]:
    if name == "sources.toml":
        yield from (("source", key, value) for key, value in table.items())
    elif name.startswith("facts/"):
        yield from (("fact", key, value) for key, value in _leaves(table, ""))
    elif name.startswith("law/catalogue/"):
        head = {key: value for key, value in table.items() if key != "requirement"}
        yield "table", f"{name}: head", head
        for row in table["requirement"]:
            yield "requirement", f"{table['regime']} {row['id']}", row
    elif name.startswith("law/rules/"):
        yield from (("rule", key, value) for key, value in table.items())
    elif name == "law/derived.toml":
        yield from (("word", key, value) for key, value in table.items())
    elif name == "law/controls.toml":
        yield from (("control", row["id"], row) for row in table["control"])
    elif name.startswith("law/mappings/"):
        for row in table["pair"]:
            yield "mapping", f"{table['from']} {row['from']} – {table['to']} {row['to']}", row
    else:
        yield from (("table", f"{name}: {key}", value) for key, value in table.items())


def _leaves(table: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, Any]]:
    """The tables that hold anything but tables, by their dotted ids."""
    for key, item in table.items():
        if isinstance(item, Mapping) and item and all(isinstance(part, Mapping) for part in item.values()):
            yield from _leaves(item, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", item


def _moved(was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[FieldMoved]:
    for name in sorted({*was, *now}):
        if was.get(name) != now.get(name):
            yield FieldMoved(name=name, was=_said(was.get(name)), now=_said(now.get(name)))


def _said(value: Any) -> str:
    if value is None:
        return ""
    text = value if isinstance(value, str) else canonical(value).decode()
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _title(item: Mapping[str, Any]) -> str:
    return str(next((item[name] for name in ("title", "label", "means", "name") if item.get(name)), ""))
