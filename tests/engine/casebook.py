"""The casebook: documented decisions of real organisations, as files that an expert can read.

Each file of `cases/` holds one decision: who decided, on which source, the assessment document as that
organisation could have filled it in, what the evidence says is right, and single changes with what must
follow. `judged` names the figures that are the author's estimate and stand in no source.
"""

from __future__ import annotations

import copy
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "cases"
AS_OF = "/as_of"


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What must come out; an empty tuple asks nothing. `approach` and `deployment` are of the first option.

    `because` is the answer that a reason, a refusal or a condition must name.
    """

    outcome: str = "recommend"
    approach: tuple[str, ...] = ()
    deployment: tuple[str, ...] = ()
    not_approach: tuple[str, ...] = ()
    not_deployment: tuple[str, ...] = ()
    because: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """A document as of a day, and what is expected of it: a case as it stands, or after one change."""

    says: str
    document: Mapping[str, Any]
    as_of: date
    expect: Expectation


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A documented decision: the case as it stood first, then its changes."""

    file: str
    title: str
    organisation: str
    source: str
    url: str
    decided: str
    judged: tuple[str, ...]
    situations: tuple[Situation, ...]


def files() -> tuple[Path, ...]:
    return tuple(sorted(FOLDER.glob("*.toml")))


def read(path: Path) -> Decided:
    """The case of a file. Raises KeyError, TypeError or ValueError for a file that is no case."""
    plain = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    known = {"title", "organisation", "source", "url", "as_of", "decided", "judged"}
    if strange := plain.keys() - known - {"document", "expect", "change"}:
        raise ValueError(f"{path.name}: unknown {', '.join(sorted(strange))}")
    document = {"version": 1, **plain["document"]}
    base = Situation(
        says="As decided",
        document=document,
        as_of=plain["as_of"],
        expect=expectation(plain["expect"]),
    )
    return Decided(
        file=path.name,
        title=plain["title"],
        organisation=plain["organisation"],
        source=plain["source"],
        url=plain["url"],
        decided=plain["decided"],
        judged=tuple(plain["judged"]),
        situations=(base, *(changed(base, change) for change in plain["change"])),
    )


def expectation(plain: Mapping[str, Any], because: str | None = None) -> Expectation:
    """What a table of `expect` asks."""
    lists = {name: tuple(value) for name, value in plain.items() if isinstance(value, list)}
    rest = {name: value for name, value in plain.items() if name not in lists}
    return Expectation(**{"because": because, **rest, **lists})


def changed(base: Situation, change: Mapping[str, Any]) -> Situation:
    """The situation after a change: the document with other answers, or the same on another day."""
    if strange := change.keys() - {"says", "set", "expect", "because"}:
        raise ValueError(f"unknown in a change: {', '.join(sorted(strange))}")
    document = copy.deepcopy(dict(base.document))
    as_of = base.as_of
    for pointer, value in change["set"].items():
        if pointer == AS_OF:
            as_of = value
        else:
            put(document, pointer, value)
    return Situation(
        says=change["says"],
        document=document,
        as_of=as_of,
        expect=expectation(change["expect"], change.get("because")),
    )


def put(document: dict[str, Any], pointer: str, value: Any) -> None:
    """Set the answer at a JSON pointer. Raises KeyError where nothing that could hold it stands there."""
    *way, last = pointer.removeprefix("/").split("/")
    place: Any = document
    for step in way:
        place = place[int(step)] if isinstance(place, list) else place[step]
    place[last] = value


def stands(document: Mapping[str, Any], pointer: str) -> bool:
    """Whether a JSON pointer leads to a record of the document, its last step to an answer that may be open."""
    place: Any = document
    for step in pointer.removeprefix("/").split("/")[:-1]:
        try:
            place = place[int(step)] if isinstance(place, list) else place[step]
        except (KeyError, IndexError, ValueError):
            return False
    return isinstance(place, Mapping)
