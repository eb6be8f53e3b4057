"""The answers of a document in the words of the forms: which record, which question, what was answered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from compliance.views import PAGES as COMPLIANCE_PAGES
from engine.labels import label
from inventory.models import OrganisationProfile
from inventory.pages import RecordPages
from inventory.shown import NOT_ANSWERED, Links, Section, sections
from inventory.views import PAGES as INVENTORY_PAGES
from strategy.answerchanges import AnswerChange
from strategy.assessment import IMPORT_ORDER
from strategy.knowledge import current
from strategy.overrides import Override
from strategy.places import KNOWN_BY, ORGANISATION, Document, Place, name_of, pointer, record_at, rows
from strategy.pricepages import PRICES
from strategy.ways import OWN_PRICES

KINDS: Mapping[str, RecordPages] = {
    pages.model.document_list: pages for pages in (*INVENTORY_PAGES, PRICES, *COMPLIANCE_PAGES)
}
TYPES: Mapping[str, type] = {
    model.document_list: model.answer_type for model in (OrganisationProfile, *IMPORT_ORDER)
}
LINKED = {"vendor": "vendors", "model": "models", "data_assets": "data_assets", "use_case": "use_cases"}
BY_REGIME = ("regimes", "controls")
FIRST = (ORGANISATION, "use_cases")
IN_ORDER = (*FIRST, *(records for records in KINDS if records not in FIRST))
WHOLE = "The whole record"
THERE, NOT_THERE = "is there", "is not there"


@dataclass(frozen=True, slots=True)
class Thing:
    """A record of a document: the page that leads to its questions names it by `at`."""

    at: str
    name: str


@dataclass(frozen=True, slots=True)
class Said:
    """An answer and what became of it, in words."""

    thing: str
    question: str
    was: str
    now: str


def links_of(document: Document) -> Links:
    """The records of a document that its questions may refer to, by question."""
    return {
        question: [(row["key"], name_of(records, row["key"], row)) for row in document.get(records) or ()]
        for question, records in LINKED.items()
    }


def things(document: Document) -> list[tuple[str, list[Thing]]]:
    """The records of a document with answers to change, by kind."""
    found: dict[str, list[Thing]] = {}
    for records, key, _, row in rows(document):
        found.setdefault(records, []).append(
            Thing(pointer((records, *filter(None, (key,)))), thing_of(Place(records, key, ()), row))
        )
    return [(KINDS[records].many, found[records]) for records in IN_ORDER if records in found]


def questions(document: Document, records: str, key: str) -> list[Section]:
    """The questions of a record with their answers in a document, without those that are its name."""
    found = record_at(document, records, key)
    every = sections(TYPES[records], found[1] if found else {}, links_of(document))
    known_by = KNOWN_BY.get(records, ())
    kept = (replace(part, shown=tuple(s for s in part.shown if s.name not in known_by)) for part in every)
    return [part for part in kept if part.shown]


def said(document: Document, place: Place, value: Any) -> tuple[str, str]:
    """A question in words, and an answer to it; of a record that comes or goes, whether it is there."""
    if not place.path:
        return WHOLE, NOT_THERE if value is None else THERE
    asked = ".".join(place.path[:2]) if place.path[0] == "facts" else place.path[0]
    part: Any = value
    for name in reversed(place.path):
        part = {name: part}
    every = sections(TYPES[place.records], part, links_of(document))
    shown = next(item for section in every for item in section.shown if item.name == asked)
    return shown.question, shown.answer or NOT_ANSWERED


def thing_of(place: Place, row: Mapping[str, Any] | None) -> str:
    """What the record of a place is called."""
    if place.records == ORGANISATION:
        return KINDS[ORGANISATION].one
    if place.records in BY_REGIME:
        regime, *rest = place.key.split("/")
        return " ".join((label(regime), *rest))
    if place.records == OWN_PRICES and place.key in current().facts:
        return current().facts[place.key].label
    return name_of(place.records, place.key, row)


def whole(place: Place) -> Place:
    """The whole answer that a place is, or is a part of."""
    return Place(place.records, place.key, place.path[: 2 if place.path[0] == "facts" else 1])


def changed_answers(document: Document, overrides: Iterable[Override]) -> list[tuple[str, str, str]]:
    """The answers that a scenario changed, as its own document says them: record, question, answer."""
    found = []
    for item in overrides:
        row = record_at(document, item.place.records, item.place.key)
        found.append((thing_of(item.place, row and row[1]), *said(document, item.place, item.value)))
    return found


def told(document: Document, change: AnswerChange) -> Said:
    """A changed answer in words."""
    question, was = said(document, change.place, change.was)
    thing = thing_of(change.place, {"name": change.thing})
    return Said(thing, question, was, said(document, change.place, change.now)[1])
