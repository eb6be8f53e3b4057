"""The changed answers of a scenario: read as strictly as a document, kept by record and question. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.canonical import to_plain
from engine.inputs import Inputs
from engine.prices import PriceFact, price_faults
from engine.reading import DocumentError, read_document
from engine.strict import UNKNOWN, Problem
from strategy.places import Document, Place, address_of, answer_of, inside, place_at, pointer_of, with_answers

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
    base: Document,
    given: Mapping[str, Any],
    requirement_ids: RequirementIds,
    facts: Mapping[str, PriceFact] | None = None,
) -> tuple[Override, ...]:
    """The overrides that some JSON pointers into the base and their values mean, in the document's order.

    Raises DocumentError with every problem: a pointer that names no answer, or a value that the answer
    cannot have, each with what would be right. With the `facts` of a release, changed own prices are held
    against it.
    """
    problems: list[Problem] = []
    texts: dict[Place, str] = {}
    places: dict[Place, Any] = {}
    if len(given) > MOST:
        problems.append(Problem("", f"{len(given)} changed answers", f"at most {MOST}"))
    for text, value in given.items():
        try:
            place = place_at(base, text)
        except DocumentError as error:
            problems += error.problems
            continue
        if place in texts:
            problems.append(Problem(text, f"the same answer as {texts[place]}", "each answer once"))
        texts[place], places[place] = text, None if value == UNKNOWN else value
    problems += _inside_each_other(texts)
    if problems:
        raise DocumentError(problems)
    overrides = tuple(
        Override(place, places[place]) for place in sorted(places, key=lambda place: place.order)
    )
    try:
        inputs = overridden(base, overrides, requirement_ids)
        _refuse_prices(base, places, inputs, facts or {})
        read: dict[str, Any] = to_plain(inputs)
    except DocumentError as error:
        raise DocumentError(_as_given(problem, base, texts) for problem in error.problems) from error
    return tuple(Override(item.place, answer_of(read, item.place)) for item in overrides)


def overridden(base: Document, overrides: Iterable[Override], requirement_ids: RequirementIds) -> Inputs:
    """The base with the overrides in place. Raises DocumentError where that is no assessment."""
    changed = with_answers(base, {item.place: item.value for item in overrides})
    return read_document(changed, requirement_ids=requirement_ids)


def _refuse_prices(
    base: Document, places: Iterable[Place], inputs: Inputs, facts: Mapping[str, PriceFact]
) -> None:
    """Raise DocumentError where a changed answer makes an own price one that the release has no place for."""
    changed = {pointer_of(base, place) for place in places}
    faults = [fault for fault in price_faults(inputs.price_overrides, facts) if fault.where in changed]
    if faults:
        raise DocumentError(faults)


def addresses(base: Document, overrides: Iterable[Override]) -> dict[str, Any]:
    """The overrides as pointers that stay with their records, and their values."""
    return {address_of(base, item.place): item.value for item in overrides}


def homeless(base: Document, overrides: Iterable[Override]) -> tuple[Override, ...]:
    """The overrides whose record the base no longer has."""
    return tuple(item for item in overrides if pointer_of(base, item.place) is None)


def _as_given(problem: Problem, base: Document, texts: Mapping[Place, str]) -> Problem:
    """The problem with the pointer that was given, where it lies at or below one of them."""
    for place, text in texts.items():
        at = pointer_of(base, place) or ""
        if problem.where == at or problem.where.startswith(f"{at}/"):
            return Problem(text + problem.where.removeprefix(at), problem.what, problem.right)
    return problem


def _inside_each_other(texts: Mapping[Place, str]) -> list[Problem]:
    return [
        Problem(inner_text, f"it lies inside {outer_text}, which is changed too", "one of the two")
        for outer, outer_text in texts.items()
        for inner, inner_text in texts.items()
        if outer != inner and inside(inner, outer)
    ]
