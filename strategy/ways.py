"""The way from one analysis to another, in legs that change one thing each. Pure.

An analysis is decided by its ground: the answers (own prices among them), the day, the knowledge release and
the engine. Where one of these differs it is the cause of every difference. Where several do, the analyses in
between are computed like any other, and what moves in a leg is caused by it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from engine.canonical import canonical, to_plain
from engine.reading import DocumentError, read_document
from strategy.answerchanges import AnswerChange, answer_changes, with_changes
from strategy.places import Document

Cause = Literal["knowledge", "engine", "own_prices", "answers", "day"]
OWN_PRICES = "price_overrides"
MOST_LEGS = 9


@dataclass(frozen=True, slots=True)
class Release:
    """Which rules and facts, by digest, and which engine."""

    knowledge: str
    engine: str


@dataclass(frozen=True, slots=True)
class Ground:
    """All that decides an analysis."""

    document: Document
    as_of: date
    release: Release


@dataclass(frozen=True, slots=True)
class Leg:
    """A part of the way: what it changes, the answers among it, and the ground that it leads to."""

    causes: tuple[Cause, ...]
    changes: tuple[AnswerChange, ...]
    to: Ground


def differing(one: Ground, other: Ground) -> tuple[Cause, ...]:
    """What differs between two grounds."""
    found: list[Cause] = []
    if one.release.knowledge != other.release.knowledge:
        found.append("knowledge")
    if one.release.engine != other.release.engine:
        found.append("engine")
    if one.document.get(OWN_PRICES) != other.document.get(OWN_PRICES):
        found.append("own_prices")
    if canonical(_other_answers(one)) != canonical(_other_answers(other)):
        found.append("answers")
    if one.as_of != other.as_of:
        found.append("day")
    return tuple(found)


def in_one(one: Ground, other: Ground) -> tuple[Leg, ...]:
    """The way in one leg; none between equal grounds."""
    causes = differing(one, other)
    return (Leg(causes, answer_changes(one.document, other.document), other),) if causes else ()


def way(one: Ground, other: Ground, here: Release, *, apart: bool) -> tuple[Leg, ...]:
    """The way in legs of one cause each, or with `apart` of one answer each.

    It is one leg where the release that is here belongs to neither side, since what lies between could not
    be computed. More than MOST_LEGS answers are not taken apart.
    """
    if here not in (one.release, other.release):
        return in_one(one, other)
    if apart and len(_groups(answer_changes(one.document, other.document), apart=True)) > MOST_LEGS:
        return way(one, other, here, apart=False)
    stops = list(_stops(one, other, here, apart=apart))
    return tuple(
        Leg(differing(before, after), answer_changes(before.document, after.document), after)
        for before, after in zip((one, *stops), stops, strict=False)
    )


def _stops(one: Ground, other: Ground, here: Release, *, apart: bool) -> Iterator[Ground]:
    """The grounds on the way after the first. New rules come first where the release here is the other side's."""
    now = one
    if one.release != other.release == here:
        now = replace(one, release=here)
        yield now
    for document in _documents(one.document, other.document, apart=apart):
        now = replace(now, document=document)
        yield now
    if now.as_of != other.as_of:
        now = replace(now, as_of=other.as_of)
        yield now
    if now.release != other.release:
        yield other


def _documents(was: Document, now: Document, *, apart: bool) -> Iterator[Document]:
    """The documents on the way after the first, each an assessment that can be analysed, the last one `now`."""
    document = was
    for changes in _groups(answer_changes(was, now), apart=apart):
        document = with_changes(document, changes)
        if (readable := _readable(document)) is not None and canonical(readable) != canonical(now):
            yield readable
    if canonical(was) != canonical(now):
        yield now


def _groups(changes: Sequence[AnswerChange], *, apart: bool) -> list[Sequence[AnswerChange]]:
    """Own prices, then the other answers: apart, with new records before what may refer to them."""
    prices = [change for change in changes if change.place.records == OWN_PRICES]
    others = [change for change in changes if change.place.records != OWN_PRICES]
    if not apart:
        return [group for group in (prices, others) if group]
    added = [change for change in others if not change.place.path and change.was is None]
    removed = [change for change in others if not change.place.path and change.was is not None]
    single = [[change] for change in others if change.place.path]
    return [group for group in (prices, added, *single, removed) if group]


def _readable(document: Document) -> dict[str, Any] | None:
    """The document as the engine reads it; None where it is no assessment."""
    try:
        plain: dict[str, Any] = to_plain(read_document(document))
    except DocumentError:
        return None
    return plain


def _other_answers(ground: Ground) -> dict[str, Any]:
    return {name: part for name, part in ground.document.items() if name != OWN_PRICES}
