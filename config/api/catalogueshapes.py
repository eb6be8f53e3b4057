"""What the API answers of requirements, common controls and mappings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from engine.duties.provided import Provides
from engine.duties.relations import Author, Rationale, Relation
from engine.inputs import Deployment
from engine.result import State

Flag = Literal[
    "duty", "group", "condition", "required", "addressable", "definition", "voluntary", "criterion", "control"
]
RowState = Literal["met", "partial", "gap", "unknown", "not_applicable", "not_assessed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StateCounts:
    """How many requirements stand how, by the answers for the whole organisation."""

    met: int
    partial: int
    gap: int
    unknown: int
    not_applicable: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueHead:
    """A regime's catalogue: its version, its source and licence, and how its requirements stand."""

    id: str
    version: str
    source: str
    licence: str
    law_read_on: date
    in_scope: bool | None
    rows: int
    assessable: int
    counts: StateCounts


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogues:
    """Every catalogue of the knowledge release."""

    items: tuple[CatalogueHead, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RequirementRow:
    """A requirement. Its state is not_assessed where nobody answers it; `why_not` then says why."""

    id: str
    parent: str
    kind: str
    title: str
    flag: Flag
    category: str | None
    applies_from: date | None
    applies_until: date | None
    state: RowState
    why_not: str
    answer: str | None
    evidence: int
    credited_by: tuple[str, ...]
    controls: tuple[str, ...]
    mapped: int
    version: str
    source: str
    licence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueTree:
    """A whole catalogue, each row after the one above it."""

    catalogue: CatalogueHead
    requirements: tuple[RequirementRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlCredit:
    """What a common control gives a requirement: how it stands itself, its relation, and what stays to be asked."""

    control: str
    title: str
    itself: State
    relation: Relation
    strength: int
    because: str
    credit: State
    residual: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MappedRequirement:
    """A requirement of another regime, and how this one stands to it.

    `through` names the requirement between where the relation follows from two pairs; it is empty for a stored one.
    """

    regime: str
    requirement: str
    relation: Relation
    strength: int
    by: Rationale
    because: str
    author: Author
    reviewed_on: date
    source: str
    through: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvidedIn:
    """Who provides a requirement in a deployment; only what a provider has a part in can be inherited."""

    deployment: Deployment
    by: Provides


@dataclass(frozen=True, slots=True, kw_only=True)
class RequirementWhole:
    """One requirement: who provides it, the controls that serve it, the requirements that it is mapped to."""

    requirement: RequirementRow
    provided: tuple[ProvidedIn, ...]
    controls: tuple[ControlCredit, ...]
    mapped: tuple[MappedRequirement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CommonControlHead:
    """A common control, how it stands, and how many requirements it serves whole and in part."""

    id: str
    title: str
    question: str
    state: State
    answer: str | None
    whole: int
    part: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CommonControls:
    """Every common control of the knowledge release."""

    items: tuple[CommonControlHead, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedRequirement:
    """A requirement that a control serves: what it gets, how it stands with all answers, what stays to be asked."""

    regime: str
    requirement: str
    title: str
    relation: Relation
    credit: State
    state: State
    residual: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommonControlWhole:
    """One common control with its answer and every requirement that it serves."""

    id: str
    title: str
    text: str
    question: str
    evidence: str
    author: Author
    state: State
    answer: str | None
    served: tuple[ServedRequirement, ...]
