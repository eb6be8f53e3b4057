"""The strict reader of dated, sourced knowledge.

A release is a folder of TOML: `release.toml`, `sources.toml`, `facts/*.toml` and the tables of the rooms
that use it (`options/`, `law/`, `plan/`). A fact's value holds from a day, names its source, and is law,
published figure, price or estimate. A faulty folder is refused whole, with every fault.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from engine.duties.law import Law, read_law
from engine.options.tables import OptionTables, read_options
from engine.plan.tables import PlanTables, read_plan
from engine.reads import READS
from engine.strict import Problem, nearest, read

Kind = Literal["law", "published", "price", "estimate"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a value was read, and when it was true there."""

    id: str
    title: str
    url: str
    as_of: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """A value that holds from a day: one number, a range, or text."""

    since: date
    source: str
    low: Decimal | None = None
    likely: Decimal | None = None
    high: Decimal | None = None
    value: Decimal | None = None
    text: str | None = None
    basis: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    label: str
    unit: str
    kind: Kind
    values: tuple[Dated, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FactAt:
    """A fact as it stands on a day."""

    id: str
    label: str
    unit: str
    kind: Kind
    since: date
    low: Decimal | None
    likely: Decimal | None
    high: Decimal | None
    text: str | None
    source: str
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseInfo:
    version: str
    law_read_on: date
    price_date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRow:
    title: str
    url: str = ""
    as_of: str
    note: str = ""


class KnowledgeError(Exception):
    """A folder that cannot be served; the text lists every fault with file, key and what would be right."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """A release: version, digest over its files, sources, facts and the rooms' tables."""

    release: str
    digest: str
    law_read_on: date
    price_date: date
    sources: Mapping[str, Source]
    facts: Mapping[str, Fact]
    options: OptionTables
    law: Law
    plan: PlanTables

    def at(self, fact_id: str, as_of: date) -> FactAt:
        """The fact as it stands on a day. Raises LookupError for an unknown fact, or one that starts later."""
        fact = self.facts.get(fact_id)
        if fact is None:
            raise LookupError(f"There is no fact “{fact_id}”. Right: {nearest(fact_id, self.facts)}.")
        held = [dated for dated in fact.values if dated.since <= as_of]
        if not held:
            first = min(dated.since for dated in fact.values)
            raise LookupError(f"The fact “{fact_id}” has no value before {first}; asked for {as_of}.")
        dated = max(held, key=lambda value: value.since)
        single = dated.value
        return FactAt(
            id=fact_id,
            label=fact.label,
            unit=fact.unit,
            kind=fact.kind,
            since=dated.since,
            low=dated.low if single is None else single,
            likely=dated.likely if single is None else single,
            high=dated.high if single is None else single,
            text=dated.text,
            source=dated.source,
            basis=dated.basis,
        )


def load(folder: Path) -> Knowledge:
    """Read a release. Raises KnowledgeError with every fault that it has."""
    problems: list[Problem] = []
    files = sorted(path for path in folder.rglob("*.toml"))
    digest = hashlib.sha256()
    raw: dict[str, dict[str, Any]] = {}
    for path in files:
        name = path.relative_to(folder).as_posix()
        data = path.read_bytes()
        digest.update(name.encode() + b"\0" + data + b"\0")
        try:
            raw[name] = tomllib.loads(data.decode(), parse_float=Decimal)
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            problems.append(Problem(name, f"not TOML: {error}", "a file that a TOML reader accepts"))
    for needed in ("release.toml", "sources.toml"):
        if needed not in raw and not any(problem.where == needed for problem in problems):
            problems.append(Problem(needed, "missing", f"a file {needed} in the release's folder"))
    if problems:
        raise KnowledgeError(problems)
    info = read(ReleaseInfo, raw["release.toml"], "release.toml: ", problems)
    sources = read_sources(raw["sources.toml"], problems)
    facts = read_facts({n: t for n, t in raw.items() if n.startswith("facts/")}, sources, problems)
    options = read_options(_below(raw, "options/"), problems)
    law = read_law(_below(raw, "law/"), problems)
    plan = read_plan(_below(raw, "plan/"), problems)
    if not problems:
        used = {**READS, **{i: "a table" for i in (*options.fact_ids(), *law.fact_ids(), *plan.fact_ids())}}
        problems += check_use(facts, used)
    if problems:
        raise KnowledgeError(problems)
    assert info is not None
    return Knowledge(
        release=info.version,
        digest=digest.hexdigest(),
        law_read_on=info.law_read_on,
        price_date=info.price_date,
        sources=sources,
        facts=facts,
        options=options,
        law=law,
        plan=plan,
    )


def _below(raw: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    return {name: table for name, table in raw.items() if name.startswith(prefix)}


def read_sources(table: Mapping[str, Any], problems: list[Problem]) -> dict[str, Source]:
    sources = {}
    for source_id, row in table.items():
        found = read(SourceRow, row, f"sources.toml: {source_id}", problems)
        if found is not None:
            sources[source_id] = Source(
                id=source_id, title=found.title, url=found.url, as_of=found.as_of, note=found.note
            )
    return sources


def read_facts(
    files: Mapping[str, Mapping[str, Any]], sources: Mapping[str, Source], problems: list[Problem]
) -> dict[str, Fact]:
    facts: dict[str, Fact] = {}
    origin: dict[str, str] = {}
    for name, table in files.items():
        for fact_id, row in _leaves(table, ""):
            where = f"{name}: {fact_id}"
            if fact_id in origin:
                problems.append(Problem(where, f"defined in {origin[fact_id]} already", "one definition"))
                continue
            origin[fact_id] = name
            fact = read(Fact, row, where, problems)
            if fact is not None:
                problems += check_fact(fact, where, sources)
                facts[fact_id] = fact
    return facts


def _leaves(table: Mapping[str, Any], prefix: str) -> Iterable[tuple[str, Mapping[str, Any]]]:
    """The tables that state a fact, with their dotted ids: those that hold anything but tables."""
    for key, item in table.items():
        name = f"{prefix}{key}"
        if isinstance(item, Mapping) and item and all(isinstance(part, Mapping) for part in item.values()):
            yield from _leaves(item, f"{name}.")
        else:
            yield name, item


def check_fact(fact: Fact, where: str, sources: Mapping[str, Source]) -> list[Problem]:
    """The faults of a fact that was read: its dates, sources, ranges and the basis of an estimate."""
    problems = []
    if not fact.values:
        problems.append(Problem(f"{where}/values", "no value", "at least one dated value"))
    days = [dated.since for dated in fact.values]
    for day in sorted({day for day in days if days.count(day) > 1}):
        problems.append(Problem(f"{where}/values", f"two values since {day}", "one value a day"))
    for index, dated in enumerate(fact.values):
        at = f"{where}/values/{index}"
        if dated.source not in sources:
            problems.append(
                Problem(f"{at}/source", f"unknown source “{dated.source}”", nearest(dated.source, sources))
            )
        if fact.kind == "estimate" and not dated.basis.strip():
            problems.append(Problem(f"{at}/basis", "an estimate without a basis", "how it was judged"))
        given = [n for n in (dated.low, dated.likely, dated.high) if n is not None]
        if not given and dated.value is None and dated.text is None:
            problems.append(Problem(at, "no value", "value, text, or low, likely and high"))
        if given and dated.value is not None:
            problems.append(Problem(at, "both a value and a range", "one of the two"))
        if given and dated.likely is None:
            problems.append(Problem(at, "a range without its likely value", "low, likely and high"))
        if given != sorted(given):
            problems.append(Problem(at, "a range out of order", "low ≤ likely ≤ high"))
    return problems


def check_use(facts: Mapping[str, Fact], used: Mapping[str, str]) -> list[Problem]:
    """Facts that no rule reads, and reads of facts that are not there."""
    unused = [
        Problem(f"facts: {fact_id}", "no rule reads this fact", "a rule that reads it, or no such fact")
        for fact_id in sorted(set(facts) - set(used))
    ]
    missing = [
        Problem(f"facts: {fact_id}", f"read by {used[fact_id]} and not there", nearest(fact_id, facts))
        for fact_id in sorted(set(used) - set(facts))
    ]
    return unused + missing
