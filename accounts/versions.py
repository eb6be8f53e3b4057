"""Two people who edit one thing at once: the second is told, and nothing is lost."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db import models

M = TypeVar("M", bound=models.Model)


class Conflict(Exception):
    """Somebody else saved the row meanwhile; `current` is what is stored now."""

    def __init__(self, current: Any) -> None:
        super().__init__("This was changed by somebody else since you opened it.")
        self.current = current


def lock(rows: models.QuerySet[M], row: M, version: int | None) -> M:
    """The row as stored now, locked; raises Conflict when `version` is stale (None does not ask)."""
    current = rows.select_for_update(of=("self",), no_key=True).get(pk=row.pk)
    if version is not None and current.version != version:  # type: ignore[attr-defined]
        raise Conflict(current)
    return current
