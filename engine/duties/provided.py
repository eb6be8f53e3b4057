"""Who provides what where somebody else runs the system: `law/provided.toml`, read strictly.

The provider's part can be inherited while its evidence holds. A shared one is half met by it, unless a person says
that the own half is in place too. All that is not listed is the organisation's own: access, input data, lawful
basis and contracts are never inherited, and on own hardware nothing is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, get_args

from engine.duties.relations import Author
from engine.inputs import Deployment, RegimeId
from engine.strict import Problem, nearest, read

Ref = tuple[str, str]
Share = Literal["provider", "shared"]
Provides = Literal["provider", "shared", "customer"]
Where = str | bool
"""A deployment; or, where it is open, whether somebody else runs the system at all."""
MOST_FIRST: tuple[Share, ...] = ("provider", "shared")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvidedRow:
    """Requirements that a provider meets, or has a share in, by deployment. A heading stands for all below it."""

    regime: RegimeId
    requirements: tuple[str, ...]
    by: Mapping[str, Share]
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvidedFile:
    """`law/provided.toml`: who judged it, when, after which source."""

    author: Author
    reviewed_on: date
    source: str
    provided: tuple[ProvidedRow, ...]


@dataclass(frozen=True, kw_only=True)
class Providers:
    """The row of each requirement that somebody else can provide, and where the judgement comes from."""

    rows: Mapping[Ref, ProvidedRow] = field(default_factory=dict)
    author: Author = "project"
    reviewed_on: date | None = None
    source: str = ""

    def of(self, ref: Ref, where: Where) -> Provides:
        """Who provides a requirement; where only is known that somebody else runs it, the most that any gives."""
        row = self.rows.get(ref)
        if row is None or where is False:
            return "customer"
        if where is True:
            return next(share for share in MOST_FIRST if share in row.by.values())
        return row.by.get(where, "customer")


def read_providers(
    table: Mapping[str, Any],
    parents: Mapping[Ref, tuple[str, str]],
    sources: Collection[str],
    problems: list[Problem],
) -> Providers:
    """The table; adds a problem for each fault. `parents` holds each requirement's parent and flag."""
    name = "law/provided.toml"
    file = read(ProvidedFile, table, f"{name}: ", problems) if table else None
    if file is None:
        return Providers()
    if file.source not in sources:
        wrong = f"unknown source “{file.source}”"
        problems.append(Problem(f"{name}: source", wrong, nearest(file.source, sources)))
    rows: dict[Ref, ProvidedRow] = {}
    for index, row in enumerate(file.provided):
        where = f"{name}: provided.{index}"
        for deployment in row.by:
            if deployment not in get_args(Deployment):
                right = nearest(deployment, get_args(Deployment))
                problems.append(Problem(f"{where}.by", f"unknown deployment “{deployment}”", right))
        if not row.by:
            problems.append(Problem(f"{where}.by", "nobody provides it", "a deployment, or no such row"))
        for one in row.requirements:
            if (row.regime, one) not in parents:
                ids = [known for regime, known in parents if regime == row.regime]
                wrong = f"{row.regime} has no requirement “{one}”"
                problems.append(Problem(f"{where}.requirements", wrong, nearest(one, ids)))
            for ref in below((row.regime, one), parents):
                if ref in rows:
                    problems.append(
                        Problem(f"{where}.requirements", f"{ref[1]} stands twice", "one row for it")
                    )
                rows[ref] = row
    return Providers(rows=rows, author=file.author, reviewed_on=file.reviewed_on, source=file.source)


def below(top: Ref, parents: Mapping[Ref, tuple[str, str]]) -> Iterable[Ref]:
    """A requirement, and where it is a heading all that stands below it."""
    if top not in parents:
        return
    if parents[top][1] != "group":
        yield top
        return
    for ref, (parent, _) in parents.items():
        if ref[0] == top[0] and parent == top[1]:
            yield from below(ref, parents)
