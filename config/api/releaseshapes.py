"""What the API answers of knowledge releases and their changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

ItemKind = Literal["requirement", "rule", "word", "control", "mapping", "fact", "table", "source"]
ChangeKind = Literal["added", "changed", "removed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseHead:
    """A knowledge release that analyses here were made with."""

    digest: str
    version: str
    law_read_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldBeforeAfter:
    """A field of an item, before and after; empty where it was not there."""

    name: str
    was: str
    now: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KnowledgeChange:
    """An item that the later release added, changed or removed."""

    kind: ItemKind
    id: str
    title: str
    what: ChangeKind
    fields: tuple[FieldBeforeAfter, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemNamed:
    """A changed item by its name."""

    kind: ItemKind
    id: str
    what: ChangeKind


@dataclass(frozen=True, slots=True, kw_only=True)
class TouchedThing:
    """A record (`id`) or a use case of the last analysis (its key), and the changes that touch it."""

    id: str
    name: str
    changes: tuple[ItemNamed, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KnowledgeChanges:
    """What the later release changed after the earlier one, and what that touches in this organisation.

    `rerun` are finished analyses that were made with another release than the later one: they keep it, and are offered for
    a new analysis (POST runs). `unjudged` are new or changed rules that only a new analysis can judge.
    """

    releases: tuple[ReleaseHead, ...]
    earlier: str | None
    later: str | None
    changes: tuple[KnowledgeChange, ...]
    answers: tuple[TouchedThing, ...]
    use_cases: tuple[TouchedThing, ...]
    unjudged: tuple[ItemNamed, ...]
    rerun: tuple[str, ...]
