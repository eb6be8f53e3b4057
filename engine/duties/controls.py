"""Common controls and mappings as data: `law/controls.toml` and `law/mappings/`, read strictly.

A control serves requirements of several regimes; a mapping holds two requirements of different regimes
against each other, in one direction only. Both ends say the version of the regime that they were read in.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from engine.duties.relations import FULL, PARTIAL, REVERSE, Author, Rationale, Relation, chained
from engine.inputs import RegimeId
from engine.strict import Problem, nearest, read

Ref = tuple[str, str]
"""A regime and the id of one of its requirements."""
MOST_STRENGTH = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Serves:
    """How a control stands to a requirement, why, and what it leaves to be asked."""

    regime: RegimeId
    requirement: str
    relation: Relation
    strength: int
    by: Rationale
    because: str
    residual: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommonControl:
    """A control of our own, and the requirements that it serves."""

    id: str
    title: str
    text: str
    question: str
    evidence: str
    serves: tuple[Serves, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlFile:
    """`law/controls.toml`: who judged its relations, when, and in which versions of the regimes."""

    author: Author
    reviewed_on: date
    source: str
    versions: Mapping[str, str]
    control: tuple[CommonControl, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PairRow:
    """Two requirements and the relation of the first to the second."""

    from_: str
    to: str
    relation: Relation
    strength: int
    by: Rationale
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingFile:
    """A file of `law/mappings/`: pairs between two regimes, stored in one direction."""

    from_: RegimeId
    from_version: str
    to: RegimeId
    to_version: str
    author: Author
    reviewed_on: date
    source: str
    pair: tuple[PairRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapped:
    """A requirement as another stands to it; `through` is the requirement or control between, empty where stored."""

    regime: str
    requirement: str
    relation: Relation
    strength: int
    by: Rationale
    because: str
    author: Author
    reviewed_on: date
    source: str
    through: str = ""


@dataclass(frozen=True, kw_only=True)
class Crosswalk:
    """Every common control, and every stored pair seen from both of its ends."""

    controls: Mapping[str, CommonControl]
    serving: Mapping[Ref, tuple[tuple[CommonControl, Serves], ...]]
    mapped: Mapping[Ref, tuple[Mapped, ...]]
    author: Author
    reviewed_on: date | None
    source: str

    @property
    def pairs(self) -> int:
        """How many pairs of requirements are stored."""
        return sum(len(rows) for rows in self.mapped.values()) // 2

    def related(self, ref: Ref) -> tuple[Mapped, ...]:
        """The requirements mapped to one: stored pairs, then what follows through one other requirement.

        Nothing follows through two “intersects”. Where several ways lead to a requirement, the first that is
        stored counts, else the first in the order of the files.
        """
        found = {(row.regime, row.requirement): row for row in self.mapped.get(ref, ())}
        for row in self.mapped.get(ref, ()):
            between = (row.regime, row.requirement)
            for further in self.mapped.get(between, ()):
                end = (further.regime, further.requirement)
                relation = chained(row.relation, further.relation)
                if end == ref or end[0] == ref[0] or end in found or relation is None:
                    continue
                found[end] = Mapped(
                    regime=end[0],
                    requirement=end[1],
                    relation=relation,
                    strength=min(row.strength, further.strength),
                    by=further.by,
                    because=f"{row.because} {further.because}",
                    author=further.author,
                    reviewed_on=min(row.reviewed_on, further.reviewed_on),
                    source=further.source,
                    through=" ".join(between),
                )
        return tuple(found.values())


NOTHING_MAPPED = Crosswalk(controls={}, serving={}, mapped={}, author="project", reviewed_on=None, source="")


def read_crosswalk(
    raw: Mapping[str, Mapping[str, Any]],
    requirements: Mapping[Ref, str],
    versions: Mapping[str, str],
    sources: Collection[str],
    problems: list[Problem],
) -> Crosswalk:
    """Controls and mappings of the files under `law/`; adds a problem for each fault.

    `requirements` holds the flag of each requirement, `versions` the version of each regime's catalogue.
    """
    check = Checks(requirements, versions, sources, problems)
    controls: dict[str, CommonControl] = {}
    serving: dict[Ref, list[tuple[CommonControl, Serves]]] = {}
    mapped: dict[Ref, list[Mapped]] = {}
    homes: dict[frozenset[Ref], str] = {}
    head = None
    for name, table in sorted(raw.items()):
        if name == "law/controls.toml":
            head = read(ControlFile, table, f"{name}: ", problems)
            for control in head.control if head else ():
                check.control(name, control, controls)
                controls[control.id] = control
                for served in control.serves:
                    ref = (served.regime, served.requirement)
                    serving.setdefault(ref, []).append((control, served))
            if head:
                check.source(name, head.source)
                cited = {served.regime for control in head.control for served in control.serves}
                check.control_versions(name, head.versions, cited)
        else:
            file = read(MappingFile, table, f"{name}: ", problems)
            if file is None:
                continue
            check.file(name, file)
            for index, row in enumerate(file.pair):
                check.pair(f"{name}: pair.{index}", file, row, homes)
                first, second = (file.from_, row.from_), (file.to, row.to)
                mapped.setdefault(first, []).append(_seen(file, row, second, row.relation))
                mapped.setdefault(second, []).append(_seen(file, row, first, REVERSE[row.relation]))
    return Crosswalk(
        controls=controls,
        serving={ref: tuple(rows) for ref, rows in serving.items()},
        mapped={ref: tuple(rows) for ref, rows in mapped.items()},
        author=head.author if head else "project",
        reviewed_on=head.reviewed_on if head else None,
        source=head.source if head else "",
    )


def _seen(file: MappingFile, row: PairRow, other: Ref, relation: Relation) -> Mapped:
    return Mapped(
        regime=other[0],
        requirement=other[1],
        relation=relation,
        strength=row.strength,
        by=row.by,
        because=row.because,
        author=file.author,
        reviewed_on=file.reviewed_on,
        source=file.source,
    )


@dataclass(frozen=True, slots=True)
class Checks:
    """What types cannot show: ends that exist in the version named, each pair once, residual questions in place."""

    requirements: Mapping[Ref, str]
    versions: Mapping[str, str]
    sources: Collection[str]
    problems: list[Problem]

    def control(self, name: str, control: CommonControl, known: Collection[str]) -> None:
        where = f"{name}: {control.id}"
        if control.id in known:
            self.refuse(where, "this control stands twice", "an id of its own")
        seen: set[Ref] = set()
        for row in control.serves:
            at, ref = f"{where}.serves.{row.regime} {row.requirement}", (row.regime, row.requirement)
            self.end(at, *ref)
            self.strength(at, row.strength)
            if ref in seen:
                self.refuse(at, "this requirement stands twice", "one row for a requirement")
            seen.add(ref)
            if row.relation not in (*FULL, *PARTIAL):
                self.refuse(at, "a control that serves nothing", "no such row, or another relation")
            if row.relation in PARTIAL and not row.residual.strip():
                right = "the question that the control leaves open"
                self.refuse(f"{at}.residual", f"“{row.relation}” leaves a rest, and none is asked", right)
            if row.relation in FULL and row.residual:
                right = "no residual, or the relation subset or intersects"
                self.refuse(f"{at}.residual", f"“{row.relation}” leaves no rest", right)

    def control_versions(self, name: str, stated: Mapping[str, str], cited: Collection[str]) -> None:
        for regime in sorted({*cited, *stated}):
            self.version(f"{name}: versions.{regime}", regime, stated.get(regime, ""))

    def file(self, name: str, file: MappingFile) -> None:
        self.source(name, file.source)
        self.version(f"{name}: from_version", file.from_, file.from_version)
        self.version(f"{name}: to_version", file.to, file.to_version)
        if file.from_ == file.to:
            self.refuse(f"{name}: to", f"{file.to} is mapped to itself", "another regime")

    def pair(self, where: str, file: MappingFile, row: PairRow, homes: dict[frozenset[Ref], str]) -> None:
        self.end(f"{where}.from", file.from_, row.from_)
        self.end(f"{where}.to", file.to, row.to)
        self.strength(where, row.strength)
        both = frozenset({(file.from_, row.from_), (file.to, row.to)})
        if both in homes:
            right = "one direction; the other is computed"
            self.refuse(where, f"this pair stands at {homes[both]} already", right)
        homes.setdefault(both, where)

    def end(self, where: str, regime: str, requirement: str) -> None:
        flag = self.requirements.get((regime, requirement))
        if flag is None:
            ids: Iterable[str] = (one for known, one in self.requirements if known == regime)
            self.refuse(where, f"{regime} has no requirement “{requirement}”", nearest(requirement, ids))
        elif flag in ("group", "definition"):
            self.refuse(where, f"{regime} {requirement} is a {flag}, which nobody can meet", "a row below it")

    def version(self, where: str, regime: str, stated: str) -> None:
        held = self.versions.get(regime)
        if held is not None and stated != held:
            self.refuse(where, f"“{stated}” is not the version of the catalogue", f"“{held}”")

    def strength(self, where: str, strength: int) -> None:
        if not 0 <= strength <= MOST_STRENGTH:
            self.refuse(f"{where}.strength", f"{strength} is no strength", f"0 to {MOST_STRENGTH}")

    def source(self, name: str, source: str) -> None:
        if source not in self.sources:
            self.refuse(f"{name}: source", f"unknown source “{source}”", nearest(source, self.sources))

    def refuse(self, where: str, what: str, right: str) -> None:
        self.problems.append(Problem(where, what, right))
