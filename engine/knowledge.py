"""The strict reader of a knowledge release.

A release is a folder of TOML: `release.toml`, `sources.toml`, `facts/*.toml` and the tables of the rooms
that use it (`options/`, `law/`, `plan/`). A fact's value holds from a day, names its source, and is law,
published figure, price or estimate. A faulty folder is refused whole, with every fault.
Rules import the types from `engine.facts`, since this room stands above them.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from engine.duties.law import read_law
from engine.facts import Dated, Fact, FactAt, Knowledge, Source
from engine.options.tables import OptionTables, read_options
from engine.plan.tables import PlanTables, read_plan
from engine.reads import FAMILIES, by_name
from engine.strict import Problem, nearest, read
from engine.templates import read_templates

__all__ = ["FactAt", "Knowledge", "KnowledgeError", "Source", "load"]

NEEDED = ("release.toml", "sources.toml")
FOLDERS = ("facts/", "law/", "options/", "plan/", "templates/")
AS_OF = re.compile(r"\d{4}(-\d{2}(-\d{2})?|-Q[1-4]|-\d{4})?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """The release's version, the day on which the law was read, the day of its prices, and when they are old."""

    version: str
    law_read_on: date
    price_date: date
    price_old_after_days: int
    estimate_old_after_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRow:
    """A source as `sources.toml` states it under its id."""

    title: str
    url: str = ""
    as_of: str
    note: str = ""


class KnowledgeError(Exception):
    """A release that cannot be served; the text lists every fault with file, key and what would be right."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def load(folder: Path) -> Knowledge:
    """Read a release. Raises KnowledgeError with every fault that it has.

    Where a file cannot be read at all, only such faults are listed: what the others lack is not known then.
    """
    problems: list[Problem] = []
    tables, digest = _parse(folder, problems)
    if problems:
        raise KnowledgeError(problems)
    release = read(Release, tables["release.toml"], "release.toml: ", problems)
    sources = read_sources(tables["sources.toml"], problems)
    facts = read_facts(_inside(tables, "facts/"), sources, problems)
    law = read_law(_inside(tables, "law/"), sources, problems)
    faults = [
        *check_tables(_inside(tables, "options/"), sources),
        *check_tables(_inside(tables, "plan/"), ()),
    ]
    rooms: list[Problem] = []
    options = read_options(_inside(tables, "options/"), rooms)
    plan = read_plan(_inside(tables, "plan/"), sources, law.derived, rooms)
    templates = read_templates(_inside(tables, "templates/"), problems)
    faults += _in_files(rooms, tables)
    problems += faults or check_reads(tables, options, plan)
    if problems or release is None:
        raise KnowledgeError(problems)
    return Knowledge(
        release=release.version,
        digest=digest,
        law_read_on=release.law_read_on,
        price_date=release.price_date,
        old_after_days={"price": release.price_old_after_days, "estimate": release.estimate_old_after_days},
        sources=sources,
        facts=facts,
        options=options,
        law=law,
        plan=plan,
        templates=templates,
    )


def _parse(folder: Path, problems: list[Problem]) -> tuple[dict[str, dict[str, Any]], str]:
    """Every TOML file by its path inside the folder, and the digest over all of them."""
    tables: dict[str, dict[str, Any]] = {}
    digest = hashlib.sha256()
    paths = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*.toml")}
    for name in sorted({*paths, *NEEDED}):
        if name not in paths:
            problems.append(Problem(name, "the file is missing", f"a file {name} in the release's folder"))
            continue
        if name not in NEEDED and not name.startswith(FOLDERS):
            problems.append(Problem(name, "no room reads this file", "a file in " + ", ".join(FOLDERS)))
        data = paths[name].read_bytes()
        digest.update(name.encode() + b"\0" + data + b"\0")
        try:
            tables[name] = tomllib.loads(data.decode(), parse_float=Decimal)
        except UnicodeDecodeError as error:
            problems.append(Problem(name, f"not UTF-8 at byte {error.start}", "text in UTF-8"))
        except tomllib.TOMLDecodeError as error:
            problems.append(Problem(name, f"not TOML: {error}", "a file that a TOML reader accepts"))
    return tables, digest.hexdigest()


def _inside(tables: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    return {name: table for name, table in tables.items() if name.startswith(prefix)}


def _in_files(faults: Iterable[Problem], tables: Mapping[str, Mapping[str, Any]]) -> Iterable[Problem]:
    """The faults of a room, each in the file that holds its table: `options: criteria.cost` in
    `options/criteria.toml`."""
    for fault in faults:
        room, _, place = fault.where.partition(": ")
        table = place.replace(".", " ").partition(" ")[0]
        homes = [name for name in _inside(tables, f"{room}/") if table in tables[name]]
        yield replace(fault, where=f"{homes[0]}: {place}") if homes else fault


def read_sources(table: Mapping[str, Any], problems: list[Problem]) -> dict[str, Source]:
    """The sources by id."""
    found: dict[str, Source] = {}
    for name, part in table.items():
        row = read(SourceRow, part, f"sources.toml: {name}", problems)
        if row is None:
            continue
        if not AS_OF.fullmatch(row.as_of):
            right = "a year, or more exactly: 2026, 2026-11, 2026-11-24, 2026-Q4, 2024-2026"
            problems.append(Problem(f"sources.toml: {name}.as_of", f"“{row.as_of}” is no time", right))
        if row.url and not row.url.startswith(("https://", "http://")):
            problems.append(Problem(f"sources.toml: {name}.url", f"“{row.url}” is no address", "https://…"))
        found[name] = Source(id=name, title=row.title, url=row.url, as_of=row.as_of, note=row.note)
    return found


def read_facts(
    files: Mapping[str, Mapping[str, Any]], sources: Mapping[str, Source], problems: list[Problem]
) -> dict[str, Fact]:
    """The facts of all files by dotted id."""
    facts: dict[str, Fact] = {}
    home: dict[str, str] = {}
    for name, table in files.items():
        for fact_id, row in _leaves(table, ""):
            where = f"{name}: {fact_id}"
            if fact_id in home:
                problems.append(
                    Problem(where, f"this fact stands in {home[fact_id]} too", "one place for a fact")
                )
                continue
            home[fact_id] = name
            fact = read(Fact, row, where, problems)
            if fact is not None:
                problems += check_fact(fact, where, sources)
                facts[fact_id] = fact
    return facts


def check_tables(files: Mapping[str, Mapping[str, Any]], sources: Collection[str]) -> Iterable[Problem]:
    """The faults of a room's files that types cannot show: a table in two files, rows of one id, and, where
    `sources` are given, a row whose source is not among them."""
    homes: dict[str, str] = {}
    for name, table in files.items():
        for key, item in table.items():
            if key in homes:
                where = f"{name}: {key}"
                yield Problem(where, f"this table stands in {homes[key]} too", "one file for a table")
            homes.setdefault(key, name)
            rows = list(item.items() if isinstance(item, Mapping) else enumerate(item))
            ids = [row["id"] for _, row in rows if isinstance(row, Mapping) and "id" in row]
            for twice in sorted({one for one in ids if ids.count(one) > 1}):
                yield Problem(f"{name}: {key}", f"the id “{twice}” stands twice", "an id of its own")
            for place, row in rows if sources else ():
                source = row.get("source") if isinstance(row, Mapping) else None
                if source is not None and source not in sources:
                    where = f"{name}: {key}.{place}.source"
                    yield Problem(where, f"unknown source “{source}”", nearest(str(source), sources))


def check_reads(
    tables: Mapping[str, Mapping[str, Any]], options: OptionTables, plan: PlanTables
) -> Iterable[Problem]:
    """Facts that something reads and nobody states, and facts that nothing reads."""
    homes = {
        fact_id: name
        for name, table in _inside(tables, "facts/").items()
        for fact_id, _ in _leaves(table, "")
    }
    named = {*options.fact_ids(), *plan.fact_ids()}
    asked = by_name(options)
    for fact_id in sorted(asked - set(homes)):
        yield Problem(f"facts/: {fact_id}", "the engine reads this fact, and it is missing", "its table")
    for name in (name for name in tables if name.startswith(("options/", "plan/"))):
        for place, text in _texts(tables[name], ""):
            if text in named and text not in homes:
                yield Problem(f"{name}: {place}", f"there is no fact “{text}”", nearest(text, homes))
    for fact_id in sorted(set(homes) - asked - named):
        if not fact_id.startswith(FAMILIES):
            right = "no such table, or its id in READS of the room that reads it"
            yield Problem(f"{homes[fact_id]}: {fact_id}", "nothing reads this fact", right)


def _texts(item: Any, where: str) -> Iterable[tuple[str, str]]:
    """Every text in a table, with its place."""
    if isinstance(item, str):
        yield where, item
    elif isinstance(item, Mapping | list):
        for key, part in item.items() if isinstance(item, Mapping) else enumerate(item):
            yield from _texts(part, f"{where}.{key}" if where else str(key))


def _leaves(table: Mapping[str, Any], prefix: str) -> Iterable[tuple[str, Any]]:
    """The tables that state a fact, with their dotted ids: those that hold anything but tables."""
    for key, item in table.items():
        if isinstance(item, Mapping) and item and all(isinstance(part, Mapping) for part in item.values()):
            yield from _leaves(item, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", item


def check_fact(fact: Fact, where: str, sources: Mapping[str, Source]) -> list[Problem]:
    """The faults of a fact that types cannot show: its dates, sources, ranges, the basis of an estimate."""
    problems = []
    if not fact.values:
        problems.append(Problem(f"{where}.values", "no value", "at least one dated value"))
    days = [dated.since for dated in fact.values]
    for day in sorted({day for day in days if days.count(day) > 1}):
        problems.append(Problem(f"{where}.values", f"two values since {day}", "one value from one day"))
    for index, dated in enumerate(fact.values):
        at = f"{where}.values.{index}"
        problems += check_value(dated, at)
        if dated.source not in sources:
            right = nearest(dated.source, sources)
            problems.append(Problem(f"{at}.source", f"unknown source “{dated.source}”", right))
        if fact.kind == "estimate" and not dated.basis.strip():
            problems.append(Problem(f"{at}.basis", "an estimate without a basis", "how it was judged"))
    return problems


def check_value(dated: Dated, at: str) -> list[Problem]:
    """The faults of one dated value: it is one of a number, a range in order with its likely value, a text."""
    bounds = [number for number in (dated.low, dated.likely, dated.high) if number is not None]
    forms = [dated.value is not None, bool(bounds), dated.text is not None]
    if forms.count(True) != 1:
        found = "no value" if not any(forms) else "more than one kind of value"
        return [Problem(at, found, "one of: value, text, or a range of low, likely and high")]
    if bounds and len(bounds) < 3:
        return [Problem(at, "a part of a range", "low, likely and high")]
    if bounds != sorted(bounds):
        stated = ", ".join(map(str, bounds))
        return [Problem(at, f"a range out of order: {stated}", "low ≤ likely ≤ high")]
    return []
