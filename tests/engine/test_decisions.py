"""The engine decides the casebook as the evidence does, and moves with each single change."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine.case import cases
from engine.money.currency import exchange
from engine.options.decide import Decision, decide
from engine.options.explain import explained
from engine.options.whatif import WhatIf
from engine.reading import read_document
from engine.result import UseCaseResult
from engine.trace import Tracer
from tests.engine.casebook import Decided, Situation, files, read
from tests.engine.clinic import KNOWLEDGE

NO_WHAT_IF = WhatIf(steadiness="", switch_points=(), weight_switch=None, ask_next=())
SITUATIONS = [
    pytest.param(case, situation, id=f"{path.stem}-{number}")
    for path in files()
    for case in (read(path),)
    for number, situation in enumerate(case.situations)
]


@pytest.mark.parametrize(("case", "situation"), SITUATIONS)
def test_the_engine_decides_as_the_evidence_does(case: Decided, situation: Situation) -> None:
    decision, answer = decided(situation)

    faults = tuple(differences(situation, decision, answer))

    assert not faults, report(case, situation, faults, answer)


def decided(situation: Situation) -> tuple[Decision, UseCaseResult]:
    """What the engine answers to the one use case of a situation, without the search for what would flip it."""
    inputs = read_document(situation.document)
    tracer = Tracer(KNOWLEDGE, situation.as_of)
    (case,) = cases(inputs, situation.as_of)
    decision = decide(case, KNOWLEDGE, tracer, exchange(inputs, tracer))
    return decision, explained(decision, NO_WHAT_IF, KNOWLEDGE, tracer, exchange(inputs, tracer))


def differences(situation: Situation, decision: Decision, answer: UseCaseResult) -> Iterator[str]:
    """What came out other than expected, a sentence each."""
    expect = situation.expect
    if answer.outcome != expect.outcome:
        yield f"outcome {answer.outcome}, not {expect.outcome}"
    elif answer.options:
        first = answer.options[0]
        if expect.approach and first.approach not in expect.approach:
            yield f"approach {first.approach}, not {' or '.join(expect.approach)}"
        if expect.deployment and first.deployment not in expect.deployment:
            yield f"deployment {first.deployment}, not {' or '.join(expect.deployment)}"
        if first.approach in expect.not_approach:
            yield f"approach {first.approach}, which must not be first"
        if first.deployment in expect.not_deployment:
            yield f"deployment {first.deployment}, which must not be first"
    if expect.because and expect.because not in cited(decision, answer):
        yield f"{expect.because} is not cited"


def cited(decision: Decision, answer: UseCaseResult) -> set[str | None]:
    """Every answer that a reason of the first option, a remark, a refusal, the outcome or a condition names."""
    named = {refused.answer for refused in answer.refused} | {verdict.answer for verdict in decision.why}
    named |= {remark.answer for remark in answer.remarks}
    if answer.options:
        named |= {reason.answer for reason in answer.options[0].reasons}
        named |= {verdict.answer for verdict in decision.candidates[0].conditions}
        first = (answer.options[0].approach, answer.options[0].deployment)
        named |= {
            need
            for finding in answer.findings
            if (finding.option.approach, finding.option.deployment) == first
            for need in finding.needs
        }
    return named


def report(case: Decided, situation: Situation, faults: tuple[str, ...], answer: UseCaseResult) -> str:
    """The failure in words: which case, what differs, the first three options with their reasons."""
    lines = [f"{case.organisation}: {case.title} ({case.file})", f"Situation: {situation.says}", *faults]
    lines.append(f"Answer: {answer.summary}")
    for option in answer.options[:3]:
        lines.append(f"{option.rank}. {option.approach} / {option.deployment}, score {option.score:.3f}")
        lines += [f"   {reason.direction} {reason.answer}: {reason.text}" for reason in option.reasons]
    if not answer.options:
        lines += [f"refused {item.approach}: {item.rule} {item.answer}" for item in answer.refused[:6]]
    return "\n".join(lines)
