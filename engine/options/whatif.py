"""What would change the answer: single answers that flip it, and questions worth answering first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from engine.case import Case
from engine.facts import Knowledge
from engine.inputs import Inputs
from engine.money.currency import Exchange
from engine.options.decide import Decision, decide
from engine.options.explain import option_name
from engine.result import Question, SwitchPoint
from engine.trace import Tracer

STEPS: dict[str, tuple[Any, ...]] = {
    "labelled_examples": (0, 500, 5_000),
    "requests_per_day": (200, 20_000, 2_000_000),
    "knowledge_change_rate": ("static", "daily"),
    "citations_required": (True, False),
    "latency": ("batch", "realtime_ms"),
    "sensitivity": ("public", "special_category"),
    "hard_constraints": ((), ("no_data_egress",)),
    "differentiation_need": (Decimal("0"), Decimal("0.9")),
    "safeguards": (("human_handover",), ()),
}
VENDOR_STEPS: dict[str, tuple[Any, ...]] = {"baa_signed": (True, False), "dpa_signed": (True, False)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A case with one answer changed; `was` is None where it is unanswered."""

    pointer: str
    was: Any
    to: Any
    case: Case


def changes(case: Case) -> Iterator[Change]:
    """Every single change that is tried for a use case."""
    for name, values in STEPS.items():
        was = getattr(case.use_case, name)
        for to in values:
            if to != was:
                yield Change(pointer=case.at(name), was=was, to=to, case=with_use(case, name, to))
    if case.vendor is None:
        return
    for name, values in VENDOR_STEPS.items():
        was = getattr(case.vendor, name)
        for to in values:
            if to != was:
                yield Change(pointer=case.vendor_at(name), was=was, to=to, case=with_vendor(case, name, to))


def with_use(case: Case, name: str, value: Any) -> Case:
    uses = list(case.inputs.use_cases)
    uses[case.index] = replace(uses[case.index], **{name: value})
    return Case(replace(case.inputs, use_cases=tuple(uses)), case.index, case.as_of)


def with_vendor(case: Case, name: str, value: Any) -> Case:
    assert case.vendor is not None
    vendors = list(case.inputs.vendors)
    vendors[vendors.index(case.vendor)] = replace(case.vendor, **{name: value})
    inputs: Inputs = replace(case.inputs, vendors=tuple(vendors))
    return Case(inputs, case.index, case.as_of)


def flips(
    decision: Decision, knowledge: Knowledge, exchange: Exchange
) -> tuple[tuple[SwitchPoint, ...], tuple[Question, ...]]:
    """The changes that give another recommendation, and the unanswered questions among them."""
    points: list[SwitchPoint] = []
    questions: list[Question] = []
    for change in changes(decision.case):
        other = decide(change.case, knowledge, Tracer(knowledge, decision.case.as_of), exchange, sure=False)
        if first(other) == first(decision):
            continue
        becomes = other.candidates[0].id if other.candidates else None
        said = option_name(becomes, knowledge) if becomes else other.outcome.replace("_", " ")
        if change.was is None:
            questions.append(Question(answer=change.pointer, worth=f"If it is {shown(change.to)}: {said}."))
            continue
        points.append(
            SwitchPoint(
                answer=change.pointer,
                from_=shown(change.was),
                to=shown(change.to),
                becomes=becomes,
                outcome=other.outcome,
                text=f"{asked(change.pointer)} from {shown(change.was)} to {shown(change.to)}: {said}.",
            )
        )
    return tuple(points), tuple(questions)


def first(decision: Decision) -> tuple[str, str, str]:
    """What makes a recommendation another one: the outcome, the approach, the deployment."""
    if not decision.candidates:
        return decision.outcome, "", ""
    best = decision.candidates[0].id
    return decision.outcome, best.approach, best.deployment


def asked(pointer: str) -> str:
    """The name of the answer that a JSON pointer ends in: `Requests per day`."""
    return pointer.rsplit("/", 1)[-1].replace("_", " ").capitalize()


def shown(value: Any) -> str:
    """An answer in words."""
    if value is None:
        return "not answered"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(shown(item) for item in value) or "none"
    if isinstance(value, int):
        return f"{value:,}"
    return str(value).replace("_", " ")
