"""The form in which an organisation travels: a ZIP of JSON, CSV and files, with a manifest of their hashes.

`data/TABLE.json` holds every row of a tenant's table: `row` is its number in the file, links name a `row` of the
linked table, people are named by id, files lie under `files/`. `csv/TABLE.csv` says the same for spreadsheets.
`people.json` holds who belongs, `organisation.json` the organisation itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from django.db import models

from accounts.models import User
from accounts.tenancy import TENANT_MODELS

FORMAT: Final = "sextant-organisation"
VERSION: Final = 1
MANIFEST, ORGANISATION, PEOPLE = "manifest.json", "organisation.json", "people.json"
MEMBERSHIP: Final = (
    "sections", "regimes", "ends_at", "break_glass", "staff_reason", "version", "created_at", "archived_at",
)  # fmt: skip
"""What a membership says beside person and role: its limits and times travel with it."""


class BadExport(Exception):
    """A file that is no whole export; the text says where, what is wrong and what would be right."""


def links_of(model: type[models.Model]) -> list[models.ForeignKey[Any, Any]]:
    """The foreign keys of a tenant's model, but for the organisation."""
    return [
        field
        for field in model._meta.local_concrete_fields
        if isinstance(field, models.ForeignKey) and field.name != "organisation"
    ]


def own_fields(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    """What a row says by itself: neither its number, nor the organisation, nor links."""
    apart = {"organisation", *(field.name for field in links_of(model))}
    return [f for f in model._meta.local_concrete_fields if not f.primary_key and f.name not in apart]


def in_order() -> list[type[models.Model]]:
    """Every tenant's model, each after those that it links to."""
    waiting = sorted(TENANT_MODELS, key=lambda model: model._meta.db_table)
    placed: list[type[models.Model]] = []
    while waiting:
        ready = next(model for model in waiting if targets(model) <= {*placed, model})
        waiting.remove(ready)
        placed.append(ready)
    return placed


def targets(model: type[models.Model]) -> set[type[models.Model]]:
    """The tenant's models that a model links to."""
    return {f.related_model for f in links_of(model) if f.related_model is not User}  # type: ignore[misc]


def places(name: str) -> Iterator[str]:
    """Where a table lies in the file."""
    yield f"data/{name}.json"
    yield f"csv/{name}.csv"
