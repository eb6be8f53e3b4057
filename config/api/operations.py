"""What a view declares of each method: who may, what it reads, what it answers. Gate, checks and docs all read it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from accounts.roles import Action


@dataclass(frozen=True, slots=True)
class Parameter:
    """A query parameter: its name, JSON Schema and meaning."""

    name: str
    schema: dict[str, Any]
    text: str


@dataclass(frozen=True, slots=True)
class Page:
    """An answer that lists things of one shape, page by page."""

    item: Any


@dataclass(frozen=True, slots=True)
class RecordOf:
    """An answer that holds a record: its part of the document, with id and version around it."""

    part: type


@dataclass(frozen=True, slots=True)
class Content:
    """An answer that is no JSON object of ours."""

    media_type: str
    schema: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one address.

    `versioned` operations need If-Match, `located` ones answer with a Location, `upload` ones read a form with a
    `file` instead of JSON, and `problems` are the refusals that the method has besides those that follow from the rest.
    """

    summary: str
    action: Action | None
    answer: Any
    body: type | None = None
    status: int = 200
    query: tuple[Parameter, ...] = ()
    versioned: bool = False
    located: bool = False
    upload: bool = False
    problems: tuple[int, ...] = ()


LARGEST_PAGE = 200
LIMIT = Parameter(
    "limit", {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": 50}, "How many to answer."
)
CURSOR = Parameter("cursor", {"type": "string"}, "Where to go on: taken from `next` of the page before.")
ARCHIVED = Parameter(
    "archived", {"type": "boolean", "default": False}, "Whether to list what is archived as well."
)
PAGED = (LIMIT, CURSOR)
