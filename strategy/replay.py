"""A run computed again: is the stored result proved, and where it is not, which facts and answers moved?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from engine.analyse import ENGINE_VERSION, analyse
from engine.canonical import digest, to_plain
from engine.facts import FactAt, Knowledge
from engine.reading import read_document
from engine.trace import shown
from strategy.models import Run

Json = Mapping[str, Any]
NAMES_OF_THE_RELEASE = ("/engine_version", "/knowledge_digest", "/knowledge_release", "/trace")


@dataclass(frozen=True, slots=True)
class FactMoved:
    """A fact that the stored result rests on, or the new one does, and that differs. None: not read, or not there."""

    id: str
    label: str
    was: str | None
    now: str | None


@dataclass(frozen=True, slots=True)
class Replay:
    """What came out of computing a run again.

    `whole` says that the stored parts still give the stored digest. `moved` and `differing` (JSON pointers
    outside the trace) are empty where the result is proved.
    """

    stored: str
    again: str
    whole: bool
    same_release: bool
    moved: tuple[FactMoved, ...]
    differing: tuple[str, ...]
    answers: tuple[tuple[str, str, str], ...]

    @property
    def proved(self) -> bool:
        return self.whole and self.stored == self.again


def replay(run: Run, former: Json, knowledge: Knowledge) -> Replay:
    """Compute a finished run's snapshot again, as of its day, and compare with its whole stored result.

    Needs no scope where the run came with its snapshot and result.
    """
    result = analyse(read_document(run.snapshot.document), knowledge, run.as_of)
    present: Json = to_plain(result)
    return Replay(
        stored=run.result.digest,
        again=digest(result),
        whole=digest(former) == run.result.digest,
        same_release=(run.knowledge_digest, run.engine_version) == (knowledge.digest, ENGINE_VERSION),
        moved=facts_moved(former["trace"]["facts"], present["trace"]["facts"], knowledge, run.as_of),
        differing=tuple(
            pointer
            for pointer in differences(former, present)
            if not pointer.startswith(NAMES_OF_THE_RELEASE)
        ),
        answers=answers_moved(former["use_cases"], present["use_cases"]),
    )


def facts_moved(
    former: Sequence[Json], present: Sequence[Json], knowledge: Knowledge, as_of: date
) -> tuple[FactMoved, ...]:
    """The facts of the stored trace that stand otherwise now, then those that only the new analysis read."""
    moved = []
    for fact in former:
        now = worded_now(fact["id"], knowledge, as_of)
        was = worded(*book_value(fact), fact["source"])
        if now != was:
            moved.append(FactMoved(fact["id"], fact["label"], was, now))
    known = {fact["id"] for fact in former}
    for fact in present:
        if fact["id"] not in known:
            now = worded(*book_value(fact), fact["source"])
            moved.append(FactMoved(fact["id"], fact["label"], None, now))
    return tuple(moved)


def book_value(fact: Json) -> tuple[str, str, str]:
    """What the release says of a fact: value, unit and first day, also where an own price stands before it."""
    own = fact.get("answer") is not None
    value, since = (fact[f"shipped_{name}" if own else name] for name in ("value", "since"))
    return value, fact["unit"], since


def worded_now(fact_id: str, knowledge: Knowledge, as_of: date) -> str | None:
    """The fact as it stands in this release on the run's day; None where it is not there."""
    try:
        fact: FactAt = knowledge.at(fact_id, as_of)
    except LookupError:
        return None
    return worded(shown(fact), fact.unit, fact.since.isoformat(), fact.source)


def worded(value: str, unit: str, since: str, source: str) -> str:
    return f"{value} {unit}".strip() + f" since {since} ({source})"


def answers_moved(former: Sequence[Json], present: Sequence[Json]) -> tuple[tuple[str, str, str], ...]:
    """Name, former answer and present answer of each use case whose sentence differs."""
    now = {item["key"]: item["summary"] for item in present}
    told = ((item["name"], item["summary"], now.get(item["key"], "not there")) for item in former)
    return tuple((name, was, is_now) for name, was, is_now in told if was != is_now)


def differences(former: Any, present: Any, pointer: str = "") -> Iterator[str]:
    """JSON pointers at which two plain values differ, deepest where both have the same shape."""
    if isinstance(former, Mapping) and isinstance(present, Mapping):
        for key in sorted({*former, *present}):
            if key in former and key in present:
                yield from differences(former[key], present[key], f"{pointer}/{key}")
            else:
                yield f"{pointer}/{key}"
    elif isinstance(former, list) and isinstance(present, list) and len(former) == len(present):
        for index, (one, other) in enumerate(zip(former, present, strict=True)):
            yield from differences(one, other, f"{pointer}/{index}")
    elif former != present:
        yield pointer
