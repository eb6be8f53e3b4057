"""Analyses held against each other: what differs, and which leg of the way made it differ. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from strategy.answerchanges import AnswerChange, answer_changes
from strategy.figures import Figure, Json, Section, Shape, figures
from strategy.places import Document, Place, steps
from strategy.ways import Cause, Leg

ANY = "*"


@dataclass(frozen=True, slots=True)
class Journey:
    """A way with the results at its start and after each leg."""

    legs: tuple[Leg, ...]
    results: tuple[Json, ...]


@dataclass(frozen=True, slots=True)
class FactMoved:
    """A fact that the analyses before and after a leg read with different values."""

    id: str
    label: str
    kind: str
    unit: str
    was: str
    now: str
    since: str


@dataclass(frozen=True, slots=True)
class Moved:
    """What a leg changed: its causes, the answers, the facts that stand otherwise after it, the day."""

    causes: tuple[Cause, ...]
    answers: tuple[AnswerChange, ...]
    facts: tuple[FactMoved, ...]
    day: tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class Because:
    """Why a figure moved: the number of the leg, and the moved facts on which the trace says that it rests.

    `applies_from` is the first day of a duty that lies between the days of the leg.
    """

    leg: int
    facts: tuple[FactMoved, ...]
    applies_from: str | None


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure with its value in each analysis, None where it has none, and why each but the first has its own."""

    section: Section
    about: str
    name: str
    label: str
    shape: Shape
    values: tuple[Any, ...]
    pointers: tuple[str | None, ...]
    because: tuple[tuple[Because, ...], ...]

    @property
    def differs(self) -> bool:
        return any(value != self.values[0] for value in self.values[1:])


@dataclass(frozen=True, slots=True)
class Input:
    """An answer that is not the same in all analyses, with its value in each; with an empty path a record."""

    place: Place
    thing: str
    values: tuple[Any, ...]

    def changes(self) -> tuple[AnswerChange, ...]:
        """From the first analysis to each of the others."""
        first = self.values[0]
        return tuple(AnswerChange(self.place, self.thing, first, value) for value in self.values[1:])


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two or three analyses, the first against each of the others."""

    inputs: tuple[Input, ...]
    moved: tuple[tuple[Moved, ...], ...]
    figures: tuple[Difference, ...]

    @property
    def differences(self) -> tuple[Difference, ...]:
        return tuple(figure for figure in self.figures if figure.differs)


def compare(first: Document, journeys: Sequence[Journey]) -> Comparison:
    """The first analysis's document and the journeys from it to each of the others, compared figure by figure."""
    told = [[figures(result) for result in journey.results] for journey in journeys]
    moved = [_moved_of(journey) for journey in journeys]
    ends = [told[0][0], *(each[-1] for each in told)]
    names = {name: figure for found in ends for name, figure in found.items()}
    return Comparison(
        inputs=_inputs(first, [_end_of(first, journey) for journey in journeys]),
        moved=tuple(moved),
        figures=tuple(
            Difference(
                section=figure.section,
                about=figure.about,
                name=figure.name,
                label=figure.label,
                shape=figure.shape,
                values=tuple(_value(found.get(name)) for found in ends),
                pointers=tuple(found[name].pointer if name in found else None for found in ends),
                because=tuple(
                    _because(journey, each, changes, name)
                    for journey, each, changes in zip(journeys, told, moved, strict=True)
                ),
            )
            for name, figure in names.items()
        ),
    )


def _value(figure: Figure | None) -> Any:
    return figure.value if figure else None


def _end_of(first: Document, journey: Journey) -> Document:
    return journey.legs[-1].to.document if journey.legs else first


def _inputs(first: Document, others: Sequence[Document]) -> tuple[Input, ...]:
    changes = [{change.place: change for change in answer_changes(first, other)} for other in others]
    places = {place: change for found in changes for place, change in found.items()}
    return tuple(
        Input(
            place,
            change.thing,
            (change.was, *(found[place].now if place in found else change.was for found in changes)),
        )
        for place, change in sorted(places.items(), key=lambda item: item[0].order)
    )


def _moved_of(journey: Journey) -> tuple[Moved, ...]:
    befores = journey.results
    return tuple(
        Moved(
            causes=leg.causes,
            answers=leg.changes,
            facts=facts_moved(before, after),
            day=(before["as_of"], after["as_of"]) if "day" in leg.causes else None,
        )
        for leg, before, after in zip(journey.legs, befores, befores[1:], strict=False)
    )


def facts_moved(before: Json, after: Json) -> tuple[FactMoved, ...]:
    """The facts that both results rest on, with different values."""
    former = {fact["id"]: fact for fact in before["trace"]["facts"]}
    return tuple(
        FactMoved(
            id=fact["id"],
            label=fact["label"],
            kind=fact["kind"],
            unit=fact["unit"],
            was=former[fact["id"]]["value"],
            now=fact["value"],
            since=fact["since"],
        )
        for fact in after["trace"]["facts"]
        if fact["id"] in former and fact["value"] != former[fact["id"]]["value"]
    )


def _because(
    journey: Journey, told: Sequence[dict[tuple[str, str, str], Figure]], moved: Sequence[Moved], name: Any
) -> tuple[Because, ...]:
    """The legs in which a figure moved; none where it ends as it began."""
    if _value(told[0].get(name)) == _value(told[-1].get(name)):
        return ()
    found = []
    for number in range(len(journey.legs)):
        before, after = told[number].get(name), told[number + 1].get(name)
        if _value(before) == _value(after):
            continue
        sides = ((before, journey.results[number]), (after, journey.results[number + 1]))
        rests_on = {fact for figure, result in sides if figure for fact in _facts_of(figure.pointer, result)}
        found.append(
            Because(
                leg=number,
                facts=tuple(fact for fact in moved[number].facts if fact.id in rests_on),
                applies_from=_date_passed(before, after, moved[number].day),
            )
        )
    return tuple(found)


def _facts_of(pointer: str, result: Json) -> Iterator[str]:
    """The facts on which the trace says that a number rests."""
    for number in result["trace"]["numbers"]:
        if holds(number["pointer"], pointer):
            yield from number["facts"]


def _date_passed(before: Figure | None, after: Figure | None, day: tuple[str, str] | None) -> str | None:
    """The day from which a finding's duty applies, where it lies after the one day and not after the other."""
    finding = after or before
    if day is None or finding is None or finding.shape != "finding":
        return None
    since = finding.value["applies_from"]
    return since if since and min(day) < since <= max(day) else None


def holds(pattern: str, pointer: str) -> bool:
    """Whether a pointer lies at or below a pattern, in which `*` stands for any one part."""
    above, below = steps(pattern), steps(pointer)
    pairs = zip(above, below, strict=False)
    return len(above) <= len(below) and all(one in (ANY, other) for one, other in pairs)
