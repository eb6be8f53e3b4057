"""How a requirement stands by the answers of people: its own answer, else what common controls give it.

An answer on the requirement itself counts first. Where it is open, each common control that is in place gives
credit by its relation: equal or superset meets the requirement, subset and intersects give a part and leave a
residual question. Several parts make a whole only where a person says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from engine.case import Case
from engine.duties.controls import CommonControl, Crosswalk, Ref, Serves
from engine.duties.law import Law
from engine.duties.provided import Provides, Where
from engine.duties.relations import FULL, Relation
from engine.inputs import CommonControlAnswer, ControlAnswer, Evidence
from engine.result import Proof, State

VOLUNTARY: Final = ("SOC2", "ISO27001", "ISO42001", "NIST_AI_RMF", "NIST_AI_600_1", "NIST_CSF2")
"""Regimes that an organisation takes upon itself; only they let a requirement be excluded with a reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A requirement's state, the JSON pointer of the answer behind it, the common controls that gave credit, and
    whether evidence is named for the answer and its controls that holds.

    `alternative`: a documented alternative stands in for the measure; HIPAA allows it for addressable ones alone.
    """

    state: State
    pointer: str
    credited: tuple[str, ...] = ()
    alternative: bool = False
    evidence: Proof = "absent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """What one common control gives a requirement: how the control itself stands, and what that is worth here."""

    control: CommonControl
    row: Serves
    itself: State
    state: State


def standing_of(ref: Ref, case: Case, where: Where, law: Law) -> Standing:
    """How a requirement stands in a deployment. Worked out once for a case and for who provides it there."""
    provides = law.providers.of(ref, where)
    key = (ref, provides)
    if key not in case.standings:
        standing = _standing(ref, case, provides, law)
        case.standings[key] = replace(standing, evidence=evidence_of(ref, case, standing.credited))
    found: Standing = case.standings[key]
    return found


def _standing(ref: Ref, case: Case, provides: Provides, law: Law) -> Standing:
    index, own = case.controls.get(ref, (None, None))
    pointer = "/controls" if index is None else f"/controls/{index}/status"
    if (ref in case.exclusions and may_be_excluded(ref, law)) or (own and own.status == "not_applicable"):
        return Standing(state="not_applicable", pointer=pointer)
    if own is not None and own.status == "alternative_documented":
        stands_in = law.requirements[ref].flag == "addressable" and bool(own.reason)
        return Standing(state="met" if stands_in else "partial", pointer=pointer, alternative=stands_in)
    state = own_state(own, case.as_of, provides)
    if state != "unknown" or not case.common_controls:
        return Standing(state=state, pointer=pointer)
    answers = {key: answer for key, (_, answer) in case.common_controls.items()}
    credits = credits_of(ref, answers, case.as_of, provides, law.crosswalk)
    state = credited_state(credits, complete=bool(own and own.complete))
    by = tuple(credit.control.id for credit in credits if credit.state == state or credit.state == "met")
    if state == "gap":
        pointer = f"/common_controls/{case.common_controls[by[0]][0]}/status"
    return Standing(state=state, pointer=pointer, credited=() if state == "unknown" else by)


def evidence_of(ref: Ref, case: Case, credited: Iterable[str]) -> Proof:
    """Whether evidence is named on a requirement, or on the controls that gave it credit, and any holds on the day."""
    _, own = case.controls.get(ref, (0, None))
    named = list((own.evidence if own else None) or ())
    for control in credited:
        named += case.common_controls[control][1].evidence or ()
    if any(item.valid_until is None or item.valid_until >= case.as_of for item in named):
        return "shown"
    return "stale" if named else "absent"


def may_be_excluded(ref: Ref, law: Law) -> bool:
    """Whether a requirement may be left out with a reason: a control or criterion, never law or a clause of ISO."""
    return ref[0] in VOLUNTARY and law.requirements[ref].flag != "required"


def own_state(answer: ControlAnswer | None, as_of: date, provides: Provides) -> State:
    """What an answer on a requirement is worth on a day; expired evidence carries half.

    Inherited counts only for what somebody else provides, with evidence that is valid and covers it. Of a shared
    requirement it is half, and the whole where a person says that the own half is there too.
    """
    if answer is None or answer.status is None or answer.status == "not_applicable":
        return "unknown"
    state = answered(answer.status, answer.evidence or (), as_of, provides)
    whole = answer.complete and answer.status == "inherited" and provides == "shared"
    return "met" if whole and proves(answer.evidence or (), as_of) else state


def answered(status: str, evidence: Sequence[Evidence], as_of: date, provides: Provides) -> State:
    """What implemented, partial, not implemented or inherited is worth on a day."""
    if status == "not_implemented":
        return "gap"
    if status == "partial":
        return "partial"
    if status == "inherited":
        if provides == "customer":
            return "unknown"
        return "met" if provides == "provider" and proves(evidence, as_of) else "partial"
    expired = any(item.valid_until is not None and item.valid_until < as_of for item in evidence)
    return "partial" if expired else "met"


def proves(evidence: Sequence[Evidence], as_of: date) -> bool:
    """Whether a provider's evidence holds on a day for the service in question."""
    return any(covers(item, as_of) for item in evidence)


def covers(item: Evidence, as_of: date) -> bool:
    """Whether evidence of a provider is valid on a day and is about the service in question."""
    return item.valid_until is not None and item.valid_until >= as_of and item.covers_service is not False


def credits_of(
    ref: Ref,
    answers: Mapping[str, CommonControlAnswer],
    as_of: date,
    provides: Provides,
    crosswalk: Crosswalk,
) -> tuple[Credit, ...]:
    """What each common control that serves a requirement gives it, in the order of the catalogue."""
    found = []
    for control, row in crosswalk.serving.get(ref, ()):
        answer = answers.get(control.id)
        itself: State = "unknown"
        if answer is not None and answer.status is not None:
            itself = answered(answer.status, answer.evidence or (), as_of, provides)
        found.append(Credit(control=control, row=row, itself=itself, state=worth(itself, row.relation)))
    return tuple(found)


def worth(itself: State, relation: Relation) -> State:
    """What a control that stands so is worth under a relation. Full credit needs equal or superset. A missing
    control makes a gap only where it is equal: a superset may lack what the requirement never asked."""
    if itself == "gap":
        return "gap" if relation == "equal" else "unknown"
    return "partial" if itself == "met" and relation not in FULL else itself


def credited_state(credits: Iterable[Credit], *, complete: bool) -> State:
    """The best that the credits give together; `complete` is a person's word that the parts make the whole."""
    found = tuple(credits)
    parts = [credit for credit in found if credit.row.relation == "subset"]
    if complete and parts and all(credit.itself == "met" for credit in parts):
        return "met"
    return next((state for state in BEST_FIRST if any(credit.state == state for credit in found)), "unknown")


BEST_FIRST: Final[tuple[State, ...]] = ("met", "partial", "gap")
