"""The changed answers of a scenario: read as strictly as a document, kept by record and question. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from engine.canonical import to_plain
from engine.inputs import Inputs
from engine.reading import DocumentError, read_document
from engine.strict import UNKNOWN, Problem
from strategy.places import Document, Place, answer_of, place_at, pointer_of, with_answers

RequirementIds = Mapping[str, Collection[str]]
MOST = 200


@dataclass(frozen=True, slots=True)
class Override:
    """An answer that a scenario replaces; the value None makes it unknown."""

    place: Place
    value: Any

    def stored(self) -> dict[str, Any]:
        """As it is kept in the scenario's row."""
        place = self.place
        return {"records": place.records, "key": place.key, "path": list(place.path), "value": self.value}


def restored(kept: Iterable[Mapping[str, Any]]) -> tuple[Override, ...]:
    """The overrides of a scenario's row."""
    return tuple(
        Override(Place(row["records"], row["key"], tuple(row["path"])), row["value"]) for row in kept
    )


def read_overrides(
    base: Document, given: Mapping[str, Any], requirement_ids: RequirementIds
) -> tuple[Override, ...]:
    """The overrides that some JSON pointers into the base and their values mean, in the document's order.

    Raises DocumentError with every problem: a pointer that names no answer, or a value that the answer
    cannot have, each with what would be right.
    """
    problems: list[Problem] = []
    places: dict[Place, Any] = {}
    if len(given) > MOST:
        problems.append(Problem("", f"{len(given)} changed answers", f"at most {MOST}"))
    for text, value in given.items():
        try:
            places[place_at(base, text)] = None if value == UNKNOWN else value
        except DocumentError as error:
            problems += error.problems
    problems += _inside_each_other(base, places)
    if problems:
        raise DocumentError(problems)
    overrides = tuple(Override(place, value) for place, value in _in_order(places))
    read: dict[str, Any] = to_plain(overridden(base, overrides, requirement_ids))
    return tuple(Override(item.place, answer_of(read, item.place)) for item in overrides)


def overridden(base: Document, overrides: Iterable[Override], requirement_ids: RequirementIds) -> Inputs:
    """The base with the overrides in place. Raises DocumentError where that is no assessment."""
    changed = with_answers(base, {item.place: item.value for item in overrides})
    return read_document(changed, requirement_ids=requirement_ids)


def pointers(base: Document, overrides: Iterable[Override]) -> dict[str, Any]:
    """The overrides as JSON pointers into the base, with their values; those without a place there are left out."""
    found = ((pointer_of(base, item.place), item.value) for item in overrides)
    return {place: value for place, value in found if place is not None}


def homeless(base: Document, overrides: Iterable[Override]) -> tuple[Override, ...]:
    """The overrides whose record the base no longer has."""
    return tuple(item for item in overrides if pointer_of(base, item.place) is None)


def _in_order(places: Mapping[Place, Any]) -> list[tuple[Place, Any]]:
    return sorted(places.items(), key=lambda item: item[0].order)


def _inside_each_other(base: Document, places: Mapping[Place, Any]) -> list[Problem]:
    return [
        Problem(
            pointer_of(base, inner) or "",
            f"it lies inside {pointer_of(base, outer)}, which is changed too",
            "one of the two",
        )
        for (outer, _), (inner, _) in pairwise(_in_order(places))
        if (outer.records, outer.key) == (inner.records, inner.key)
        and inner.path[: len(outer.path)] == outer.path
    ]
