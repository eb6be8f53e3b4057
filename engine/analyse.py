"""The analysis: inputs and knowledge in, result and trace out. Pure: no clock, no network, no database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from engine.canonical import digest
from engine.case import cases
from engine.duties.regimes import regimes
from engine.facts import Knowledge
from engine.inputs import Inputs
from engine.money.currency import exchange, in_known_currencies
from engine.options.decide import Decision, decide
from engine.options.explain import explained
from engine.options.whatif import what_if
from engine.origins import note, traced
from engine.plan.chosen import Chosen
from engine.plan.portfolio import portfolio
from engine.plan.readiness import readiness
from engine.plan.risks import risks
from engine.plan.roadmap import roadmap
from engine.plan.watch import watch
from engine.result import Result, Trace, UseCaseResult
from engine.trace import Tracer

ENGINE_VERSION = "1.0.0"
RESULT_VERSION = "1"

Progress = Callable[[str], bool]


class Stopped(Exception):
    """The caller's `progress` asked for an end."""


def go_on(step: str) -> bool:
    return True


def analyse(inputs: Inputs, knowledge: Knowledge, as_of: date, progress: Progress = go_on) -> Result:
    """Work out the whole result of an assessment as of a day.

    `progress` is told each step's name before it starts; where it returns False the analysis ends with
    `Stopped`. The trace stands in `Result.trace`; the same inputs, knowledge and day give the same bytes.
    """
    tracer = Tracer(knowledge, as_of, inputs.price_overrides)
    stated, inputs = inputs, in_known_currencies(inputs, tracer)
    money = exchange(inputs, tracer)
    decisions: list[Decision] = []
    answers: list[UseCaseResult] = []
    for case in cases(inputs, as_of):
        step(progress, f"Weighing options: {case.name}")
        decision = decide(case, knowledge, tracer, money)
        decisions.append(decision)
        answers.append(explained(decision, what_if(decision, knowledge, money), knowledge, tracer, money))
        note(decision, len(answers) - 1, tracer)
    step(progress, "Holding the answers against the law")
    chosen = tuple(
        Chosen(case=one.case, answer=answer) for one, answer in zip(decisions, answers, strict=True)
    )
    in_force = regimes(inputs, [(item.case, item.findings) for item in chosen], knowledge, as_of, tracer)
    step(progress, "Planning money and time")
    plan = portfolio(inputs, chosen, money, tracer)
    found = Result(
        version=RESULT_VERSION,
        as_of=as_of,
        engine_version=ENGINE_VERSION,
        knowledge_release=knowledge.release,
        knowledge_digest=knowledge.digest,
        law_read_on=knowledge.law_read_on,
        input_digest=digest(replace(stated, as_of=None)),
        currency=money.code,
        price_date=knowledge.price_date,
        organisation=readiness(inputs, chosen, plan, in_force, tracer),
        use_cases=tuple(answers),
        regimes=in_force,
        portfolio=plan.result,
        roadmap=roadmap(plan, chosen, knowledge, tracer),
        risks=risks(chosen, knowledge, tracer),
        watch=watch(in_force, knowledge),
        trace=Trace(facts=(), rules=(), numbers=()),
    )
    return traced(found, tracer)


def step(progress: Progress, name: str) -> None:
    if not progress(name):
        raise Stopped(name)
