"""What differs between two assessment documents, answer by answer, and the documents in between. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from strategy.places import KNOWN_BY, LISTS, Document, Place, name_of, rows, with_answers

FACTS = "facts"


@dataclass(frozen=True, slots=True)
class AnswerChange:
    """An answer that is not the same in two documents; None where it is open.

    With an empty path a whole record stands on one side only, and `was` or `now` holds it.
    """

    place: Place
    thing: str
    was: Any
    now: Any


def answer_changes(was: Document, now: Document) -> tuple[AnswerChange, ...]:
    """The differing answers, in the document's order. Where only the order of records differs there are none."""
    former = {(records, key): row for records, key, _, row in rows(was)}
    present = {(records, key): row for records, key, _, row in rows(now)}
    found: list[AnswerChange] = []
    for records, key in dict.fromkeys((*former, *present)):
        one, other = former.get((records, key)), present.get((records, key))
        thing = name_of(records, key, other or one)
        if one is None or other is None:
            found.append(AnswerChange(Place(records, key, ()), thing, one, other))
            continue
        answers_then, answers_now = dict(_answers(one)), dict(_answers(other))
        found += [
            AnswerChange(Place(records, key, path), thing, answers_then.get(path), answers_now.get(path))
            for path in sorted({*answers_then, *answers_now})
            if path[0] not in KNOWN_BY.get(records, ()) and answers_then.get(path) != answers_now.get(path)
        ]
    return tuple(sorted(found, key=lambda change: LISTS.index(change.place.records)))


def _answers(row: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Each question with its answer; further facts are questions of their own."""
    for field, value in row.items():
        if field == FACTS:
            yield from (((FACTS, fact), stated) for fact, stated in value.items())
        else:
            yield (field,), value


def with_changes(document: Document, changes: Iterable[AnswerChange]) -> dict[str, Any]:
    """The document after some changes. Raises DocumentError where a change finds no place."""
    changed = with_answers(document, {change.place: change.now for change in changes})
    return {name: _without_open(part) for name, part in changed.items() if part or name == "organisation"}


def _without_open(part: Any) -> Any:
    """A record, or a list of them, without the answers that are open."""
    if isinstance(part, list):
        return [_without_open(row) for row in part]
    if not isinstance(part, Mapping):
        return part
    kept = {field: value for field, value in part.items() if value is not None}
    if FACTS in kept:
        kept[FACTS] = {fact: value for fact, value in kept[FACTS].items() if value is not None}
    return {field: value for field, value in kept.items() if field != FACTS or value}
