"""The strict reader of a knowledge release.

A release is a folder of TOML: `release.toml`, `sources.toml`, `facts/*.toml` and the tables of the rooms
that use it (`options/`, `law/`, `plan/`). A fact's value holds from a day, names its source, and is law,
published figure, price or estimate. A faulty folder is refused whole, with every fault.
Rules import the types from `engine.facts`, since this room stands above them.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from engine.duties.law import read_law
from engine.facts import Dated, Fact, FactAt, Knowledge, Source
from engine.options.tables import read_options
from engine.plan.tables import read_plan
from engine.strict import Problem, nearest, read

__all__ = ["FactAt", "Knowledge", "KnowledgeError", "Source", "load"]

NEEDED = ("release.toml", "sources.toml")
FOLDERS = ("facts/", "law/", "options/", "plan/")


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """The release's version, the day on which the law was read, and the day of its prices."""

    version: str
    law_read_on: date
    price_date: date


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
    """Read a release. Raises KnowledgeError with every fault that it has."""
    problems: list[Problem] = []
    tables, digest = _parse(folder, problems)
    release = read(Release, tables.get("release.toml", {}), "release.toml: ", problems)
    sources = read_sources(tables.get("sources.toml", {}), problems)
    facts = read_facts(_inside(tables, "facts/"), sources, problems)
    options = read_options(_inside(tables, "options/"), problems)
    law = read_law(_inside(tables, "law/"), sources, problems)
    plan = read_plan(_inside(tables, "plan/"), sources, problems)
    if problems or release is None:
        raise KnowledgeError(problems)
    return Knowledge(
        release=release.version,
        digest=digest,
        law_read_on=release.law_read_on,
        price_date=release.price_date,
        sources=sources,
        facts=facts,
        options=options,
        law=law,
        plan=plan,
    )


def _parse(folder: Path, problems: list[Problem]) -> tuple[dict[str, dict[str, Any]], str]:
    """Every TOML file by its path inside the folder, and the digest over all of them."""
    tables: dict[str, dict[str, Any]] = {name: {} for name in NEEDED}
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
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            problems.append(Problem(name, f"not TOML: {error}", "a file that a TOML reader accepts"))
    return tables, digest.hexdigest()


def _inside(tables: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    return {name: table for name, table in tables.items() if name.startswith(prefix)}


def read_sources(table: Mapping[str, Any], problems: list[Problem]) -> dict[str, Source]:
    """The sources by id."""
    rows = {name: read(SourceRow, row, f"sources.toml: {name}", problems) for name, row in table.items()}
    return {
        name: Source(id=name, title=row.title, url=row.url, as_of=row.as_of, note=row.note)
        for name, row in rows.items()
        if row is not None
    }


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
    if bounds and dated.likely is None:
        return [Problem(f"{at}.likely", "a range without its likely value", "low, likely and high")]
    if bounds != sorted(bounds):
        return [Problem(at, "a range out of order", "low ≤ likely ≤ high")]
    return []
