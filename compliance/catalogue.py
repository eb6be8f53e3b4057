"""Requirements and common controls as the organisation's own answers make them stand. The engine judges.

What a use case's facts say of a requirement stands in an analysis; here is what people answered for the whole
organisation, and what the common controls that are in place give it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, get_args

from django.db.models import Value

from accounts.clock import today
from accounts.tenancy import sees
from compliance.evidence import Proof, proofs
from compliance.links import COMMON, wholly_by
from compliance.models import CommonControlAnswer, ControlAnswer, RegimeScope
from engine.case import Case
from engine.duties.controls import CommonControl, Mapped, Ref, Serves
from engine.duties.law import Catalogue, Requirement
from engine.duties.provided import Provides
from engine.duties.standing import Credit, Standing, credits_of, standing_of
from engine.inputs import Deployment, Inputs
from engine.reading import read_part
from engine.result import State
from inventory.knowledge import current
from inventory.models import Record
from inventory.records import part_of

HEADINGS = ("group", "definition", "condition")
"""Rows that nobody answers: headings, definitions, and alternatives of which one is enough."""


@dataclass(frozen=True, slots=True)
class Held:
    """The organisation's answers: as the engine reads them, and the records by requirement and by control."""

    case: Case
    answers: Mapping[Ref, ControlAnswer]
    common: Mapping[str, CommonControlAnswer]
    scopes: Mapping[str, RegimeScope]
    proofs: Mapping[Ref, frozenset[int]]

    def standing(self, ref: Ref) -> Standing:
        return standing_of(ref, self.case, True, current().law)

    def credits(self, ref: Ref) -> tuple[Credit, ...]:
        answers = {key: answer for key, (_, answer) in self.case.common_controls.items()}
        law = current().law
        return credits_of(ref, answers, self.case.as_of, law.providers.of(ref, True), law.crosswalk)

    def evidence(self, ref: Ref) -> int:
        """How much evidence shows a requirement: what its answer names, and what was accepted and holds today, linked
        to it or to a control that meets it whole."""
        answer = self.answers.get(ref)
        named = len(answer.answers.get("evidence") or ()) if answer else 0
        about = (ref, *((COMMON, control) for control in wholly_by(*ref)))
        return named + len(frozenset().union(*(self.proofs.get(one, frozenset()) for one in about)))


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a catalogue. `standing` is None where there is nothing to answer; `why_not` then says why."""

    regime: str
    requirement: Requirement
    depth: int
    standing: Standing | None
    why_not: str
    answer: ControlAnswer | None
    controls: tuple[CommonControl, ...]
    mapped: int
    evidence: int

    @property
    def indent(self) -> range:
        return range(self.depth)

    @property
    def starts(self) -> bool:
        """Whether it is not in force yet."""
        return self.requirement.applies_from is not None and self.requirement.applies_from > today()


@dataclass(frozen=True, slots=True)
class Tree:
    """A regime's catalogue with how each row stands, and how many stand how."""

    catalogue: Catalogue
    scope: RegimeScope | None
    rows: tuple[Row, ...]
    counts: Mapping[State, int] = field(default_factory=dict)

    @property
    def assessable(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class Served:
    """A requirement that a control serves: how, what it gets now, how the requirement stands with all answers."""

    row: Serves
    title: str
    credit: Credit
    standing: Standing


def held(regime: str | None = None) -> Held:
    """The answers for the whole organisation, on one regime or on all. Three queries."""
    answers = ControlAnswer.objects.filter(archived_at=None, use_case=None)
    if regime is not None:
        answers = answers.filter(regime=regime)
    said = list(answers.select_related("use_case"))
    scopes, common = _scopes_and_controls()
    plain: dict[str, Any] = {
        "use_cases": [{"key": "organisation"}],
        "controls": list(map(part_of, said)),
        "common_controls": list(map(part_of, common)),
        "regimes": list(map(part_of, scopes)),
    }
    inputs = read_part(Inputs, plain, "", [])
    assert inputs is not None, "stored answers were read before they were stored"
    return Held(
        case=Case(inputs, 0, today()),
        answers={(answer.regime, answer.requirement_id): answer for answer in said},
        common={answer.key: answer for answer in common},
        scopes={scope.key: scope for scope in scopes},
        proofs=_pieces(proofs(today())),
    )


def _scopes_and_controls() -> tuple[list[RegimeScope], list[CommonControlAnswer]]:
    """The scopes and the answers on common controls. One query."""
    names = ("id", "organisation_id", "public_id", "key", "answers", "version")
    kinds: tuple[type[Record], ...] = (RegimeScope, CommonControlAnswer)
    parts = [
        model.objects.filter(archived_at=None).order_by().values_list(Value(index), *names)
        for index, model in enumerate(kinds)
    ]
    found: tuple[list[Any], list[Any]] = ([], [])
    for index, *values in parts[0].union(*parts[1:], all=True):
        found[index].append(kinds[index](**dict(zip(names, values, strict=True))))
    return found


def _pieces(links: Sequence[Proof]) -> dict[Ref, frozenset[int]]:
    """Pieces of evidence by what they are about."""
    found: dict[Ref, set[int]] = {}
    for link in links:
        found.setdefault((link.regime, link.requirement_id), set()).add(link.piece)
    return {ref: frozenset(pieces) for ref, pieces in found.items()}


def regimes_seen() -> list[str]:
    """The regimes that have a catalogue and may be seen here."""
    return [regime for regime in current().law.catalogues if sees(regime)]


def controls_seen() -> list[CommonControl]:
    """The common controls that serve a regime which may be seen here."""
    controls = current().law.crosswalk.controls.values()
    return [control for control in controls if any(sees(row.regime) for row in control.serves)]


def tree(regime: str, answers: Held) -> Tree:
    """A regime's catalogue as the answers make it stand. No query. Raises KeyError for an unknown regime."""
    law = current().law
    catalogue = law.catalogues[regime]
    scope = answers.scopes.get(regime)
    chosen: Sequence[str] = (scope.answers.get("soc2_categories") or ()) if scope else ()
    depths: dict[str, int] = {"": -1}
    rows = []
    for requirement in in_order(catalogue):
        depths[requirement.id] = depths.get(requirement.parent, -1) + 1
        ref = (regime, requirement.id)
        why_not = unassessed(requirement, chosen)
        rows.append(
            Row(
                regime=regime,
                requirement=requirement,
                depth=depths[requirement.id],
                standing=None if why_not else answers.standing(ref),
                why_not=why_not,
                answer=answers.answers.get(ref),
                controls=tuple(control for control, _ in law.crosswalk.serving.get(ref, ())),
                mapped=len(law.crosswalk.mapped.get(ref, ())),
                evidence=answers.evidence(ref),
            )
        )
    counts = Counter(row.standing.state for row in rows if row.standing is not None)
    return Tree(catalogue, scope, tuple(rows), dict(counts))


def in_order(catalogue: Catalogue) -> tuple[Requirement, ...]:
    """The rows of a catalogue, each after the row above it; those of another catalogue's rows stand at the top."""
    below: dict[str, list[Requirement]] = {}
    known = {row.id for row in catalogue.requirement}
    for row in catalogue.requirement:
        below.setdefault(row.parent if row.parent in known else "", []).append(row)
    found: list[Requirement] = []
    waiting = list(reversed(below.get("", [])))
    while waiting:
        row = waiting.pop()
        found.append(row)
        waiting += reversed(below.get(row.id, []))
    return tuple(found)


def unassessed(requirement: Requirement, chosen: Sequence[str]) -> str:
    """Why a row is not assessed; empty where it is. `chosen` are the categories of a SOC 2 report."""
    if requirement.flag == "condition":
        return "An alternative: one of its kind is enough"
    if requirement.flag in HEADINGS:
        return "A heading or a definition"
    if requirement.category not in (None, "security", *chosen):
        return "Its category was not chosen"
    if requirement.applies_until is not None and requirement.applies_until <= today():
        return "No longer in force"
    return ""


def served(control: CommonControl, answers: Held) -> tuple[Served, ...]:
    """Every requirement that a control serves and that may be seen here, with what it gets. No query."""
    requirements = current().law.requirements
    found = []
    for row in control.serves:
        if not sees(row.regime):
            continue
        ref = (row.regime, row.requirement)
        credit = next(one for one in answers.credits(ref) if one.control.id == control.id)
        found.append(Served(row, requirements[ref].title, credit, answers.standing(ref)))
    return tuple(found)


def provided(ref: Ref) -> tuple[tuple[str, Provides], ...]:
    """Who provides a requirement in each deployment."""
    law = current().law
    return tuple((deployment, law.providers.of(ref, deployment)) for deployment in get_args(Deployment))


def related(ref: Ref) -> tuple[Mapped, ...]:
    """The requirements of other regimes that one is mapped to, stored pairs first."""
    return current().law.crosswalk.related(ref)
