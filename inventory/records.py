"""Between a stored record and its part of the assessment document.

A part is the plain JSON object that the document holds for a record: key, name, answers and the keys of
linked records. A form, the API and an import all hand over a part, and the engine's reader judges it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.canonical import to_plain
from engine.links import KEYED
from engine.reading import read_part
from engine.strict import Problem
from inventory.models import Record, UseCase


class InvalidPart(Exception):
    """A part that the engine's reader refuses; `problems` say where, what, and what would be right."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(f"{p.where}: {p.what}. Right: {p.right}" for p in problems))
        self.problems = tuple(problems)


def key_field(model: type[Record]) -> str | None:
    """The document's field that holds the record's key; None where the record is known by other fields."""
    if model.document_list in ("organisation", "controls"):
        return None
    return KEYED[model.document_list]


def has_name(model: type[Record]) -> bool:
    return "name" in model.answer_type.__dataclass_fields__  # type: ignore[attr-defined]


def link_fields(model: type[Record]) -> tuple[str, ...]:
    """The fields that hold keys of other records, and so are foreign keys here."""
    return {"use_cases": ("vendor", "model", "data_assets"), "controls": ("use_case",)}.get(
        model.document_list, ()
    )


def normalised(model: type[Record], part: Mapping[str, Any]) -> dict[str, Any]:
    """The part as the engine reads it, in document form. Raises InvalidPart with every problem."""
    problems: list[Problem] = []
    read = read_part(model.answer_type, part, "", problems)
    if problems or read is None:
        raise InvalidPart(problems)
    plain: dict[str, Any] = to_plain(read)
    return plain


def answers_of(model: type[Record], part: Mapping[str, Any]) -> dict[str, Any]:
    """The answers of a normalised part: everything but key, name and links."""
    apart = {key_field(model), "name", *link_fields(model)}
    if model.document_list == "controls":
        apart |= {"regime", "requirement_id"}
    return {field: value for field, value in part.items() if field not in apart}


def part_of(record: Record) -> dict[str, Any]:
    """The record's part of the document. Reads links that were prefetched; asks no further query then."""
    part = dict(record.answers)
    field = key_field(type(record))
    if field:
        part[field] = record.key
    if record.name and has_name(type(record)):
        part["name"] = record.name
    if type(record).document_list == "controls":
        part |= {"regime": record.regime, "requirement_id": record.requirement_id}  # type: ignore[attr-defined]
        if record.use_case is not None:  # type: ignore[attr-defined]
            part["use_case"] = record.use_case.key  # type: ignore[attr-defined]
    if isinstance(record, UseCase):
        if record.vendor is not None:
            part["vendor"] = record.vendor.key
        if record.model is not None:
            part["model"] = record.model.key
        links = [link.data_asset.key for link in record.asset_links.all()]
        if links or record.data_assets_answered:
            part["data_assets"] = links
    return part
