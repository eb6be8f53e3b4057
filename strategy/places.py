"""Where an answer stands in an assessment document: in which record, at which question. Pure.

A JSON pointer counts records by their order, which changes; a place names the record by its key, and stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, fields
from typing import Any

from engine.inputs import Inputs
from engine.links import KEYED
from engine.reading import DocumentError
from engine.strict import Problem, nearest, shown

Document = Mapping[str, Any]
ORGANISATION = "organisation"
KNOWN_BY: Mapping[str, tuple[str, ...]] = {
    **{name: (field,) for name, field in KEYED.items()},
    "controls": ("regime", "requirement_id", "use_case"),
}
"""The fields by which the records of a list are told apart."""
LISTS = tuple(spec.name for spec in fields(Inputs) if spec.name == ORGANISATION or spec.name in KNOWN_BY)
NO_ANSWERS = {
    "version": "nothing: it is the form of the document",
    "as_of": "the day of the analysis, said when it starts",
}
MISSING = object()


@dataclass(frozen=True, slots=True)
class Place:
    """A question of one record: the document's list, the record's key in it, and the way to the answer.

    The organisation's own answers have an empty key. An empty path is the record itself.
    """

    records: str
    key: str
    path: tuple[str, ...]

    @property
    def order(self) -> tuple[int, str, tuple[str, ...]]:
        return LISTS.index(self.records), self.key, self.path


def inside(inner: Place, outer: Place) -> bool:
    """Whether an answer is another one, or a part of it."""
    same_record = (inner.records, inner.key) == (outer.records, outer.key)
    return same_record and inner.path[: len(outer.path)] == outer.path


def steps(pointer: str) -> list[str]:
    """The parts of a JSON pointer (RFC 6901)."""
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]


def pointer(parts: Sequence[object]) -> str:
    """The JSON pointer of some parts."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


def key_of(records: str, row: Mapping[str, Any]) -> str:
    """The name by which a record is known in its list."""
    return "/".join(str(row[field]) for field in KNOWN_BY[records] if row.get(field))


def rows(document: Document) -> Iterator[tuple[str, str, int, Mapping[str, Any]]]:
    """Every record of a document: its list, its key, its number in the list, and what it holds."""
    for records in LISTS:
        if records == ORGANISATION:
            yield ORGANISATION, "", 0, document.get(ORGANISATION) or {}
            continue
        for number, row in enumerate(document.get(records) or ()):
            yield records, key_of(records, row), number, row


def name_of(records: str, key: str, row: Mapping[str, Any] | None) -> str:
    """What people call a record."""
    return str((row or {}).get("name") or key or "The organisation")


def record_at(document: Document, records: str, key: str) -> tuple[int, Mapping[str, Any]] | None:
    """A record's number in its list and what it holds; None where it is not there."""
    found = (pair for pair in rows(document) if pair[:2] == (records, key))
    return next(((number, row) for _, _, number, row in found), None)


def place_at(document: Document, text: str) -> Place:
    """The place that a JSON pointer names in this document. Raises DocumentError for one that names no answer.

    A record may be named by its key too, as in `/use_cases/triage/users`; a number always counts.
    """
    parts = steps(text)
    records = parts[0] if text.startswith("/") else ""
    if not records:
        raise refused(text, "this is no JSON pointer", "one like /use_cases/0/requests_per_day")
    if records in NO_ANSWERS:
        raise refused(text, f"{shown(records)} is no answer", NO_ANSWERS[records])
    if records not in LISTS:
        raise refused(text, f"the document has no {shown(records)}", nearest(records, LISTS))
    if records == ORGANISATION:
        return Place(ORGANISATION, "", _answer(text, records, parts[1:]))
    held = document.get(records) or ()
    named = parts[1] if len(parts) > 1 else ""
    keys = [key_of(records, row) for row in held]
    if named in keys and not named.isdigit():
        return Place(records, named, _answer(text, records, parts[2:]))
    if not (named.isascii() and named.isdigit() and str(int(named)) == named and int(named) < len(held)):
        numbers = (
            f"a number from 0 to {len(held) - 1}, or {nearest(named, keys)}"
            if held
            else "a list with records"
        )
        raise refused(text, f"{records} has no record {shown(named)}", numbers)
    return Place(records, keys[int(named)], _answer(text, records, parts[2:]))


def _answer(text: str, records: str, path: Sequence[str]) -> tuple[str, ...]:
    if not path or "" in path or path == ["facts"]:
        raise refused(
            text, "this names a record, not an answer", f"{text.rstrip('/')}/ and a question's name"
        )
    if path[0] in KNOWN_BY.get(records, ()):
        raise refused(text, f"{shown(path[0])} is how the record is known", "another answer of the record")
    return tuple(path)


def pointer_of(document: Document, place: Place) -> str | None:
    """The JSON pointer of a place in this document; None where the record is not there."""
    found = record_at(document, place.records, place.key)
    if found is None:
        return None
    head = (place.records,) if place.records == ORGANISATION else (place.records, found[0])
    return pointer((*head, *place.path))


def address_of(document: Document, place: Place) -> str:
    """A pointer to a place that stays with its record: by key, or by number where the key is one."""
    if place.records == ORGANISATION or not place.key.isdigit():
        return pointer((place.records, *filter(None, (place.key,)), *place.path))
    return pointer_of(document, place) or pointer((place.records, place.key, *place.path))


def answer_at(row: object, path: Sequence[str]) -> Any:
    """What a record answers at a path; None where it is open."""
    for part in path:
        row = row.get(part) if isinstance(row, Mapping) else None
    return row


def answer_of(document: Document, place: Place) -> Any:
    """What a document answers at a place; None where it is open or the record is not there."""
    found = record_at(document, place.records, place.key)
    return answer_at(found[1], place.path) if found else None


def with_answers(document: Document, answers: Mapping[Place, Any]) -> dict[str, Any]:
    """A copy of the document with some answers replaced; None blanks one.

    At an empty path a whole record is added (to the end of its list) or, with None, taken out.
    Raises DocumentError for a record that is not there, and for a way that leads through a single answer.
    """
    changed: dict[str, Any] = deepcopy(dict(document))
    for place, value in answers.items():
        if not place.path:
            _replace_record(changed, place, value)
            continue
        found = record_at(changed, place.records, place.key)
        if found is None:
            what = f"{shown(place.key)} is no longer there"
            raise refused(f"/{place.records}", what, "restore it, or take its changed answer out")
        if place.records == ORGANISATION:
            _set(changed.setdefault(ORGANISATION, {}), place, value, f"/{ORGANISATION}")
        else:
            _set(changed[place.records][found[0]], place, value, f"/{place.records}/{found[0]}")
    return changed


def _set(row: dict[str, Any], place: Place, value: Any, at: str) -> None:
    for part in place.path[:-1]:
        at += f"/{part}"
        inside = row.get(part)
        if inside is None:
            inside = row[part] = {}
        if not isinstance(inside, dict):
            raise refused(
                at + f"/{place.path[-1]}", "this names a part of one answer", f"the whole answer, {at}"
            )
        row = inside
    row[place.path[-1]] = value


def _replace_record(document: dict[str, Any], place: Place, value: Any) -> None:
    kept = [row for row in document.get(place.records, []) if key_of(place.records, row) != place.key]
    document[place.records] = kept if value is None else [*kept, value]


def refused(where: str, what: str, right: str) -> DocumentError:
    return DocumentError([Problem(where, what, right)])
