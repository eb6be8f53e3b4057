"""Where everything in a result comes from: each number by its pattern, each fact, rule and source by its name.

A number that a room has noted itself keeps that note beside the general one; a page shows the exact one first.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from engine.facts import Knowledge
from engine.money.origins import HOW
from engine.options.decide import Decision
from engine.result import Origin, Result
from engine.trace import Tracer


@dataclass(frozen=True, slots=True)
class Row:
    """The origin of the numbers at or below a pattern; `families` are the beginnings of the ids of its facts."""

    pointer: str
    origin: Origin
    how: str
    families: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()


OPTION = "/use_cases/*/options/*"
LIMITS = ("/budgets", "/organisation/annual_ai_budget", "/organisation/ml_engineers")
NUMBERS = (
    Row(
        "/use_cases/*/approach_confidence",
        "estimate",
        "Share of the draws in which some option of the first one's approach beats every other approach however open "
        "questions turn out, times what each leaves.",
        ("doubt.",),
    ),
    Row(f"{OPTION}/rank", "estimate", "Place by score, highest first.", ("doubt.",)),
    Row(f"{OPTION}/score", "estimate", "Sum over the criteria of weight times value."),
    Row(
        f"{OPTION}/confidence",
        "estimate",
        "Share of the draws in which it beats all others however open questions turn out, times what each leaves.",
        ("doubt.",),
    ),
    Row(f"{OPTION}/regret", "estimate", "Mean distance to the best option over the draws.", ("doubt.",)),
    Row(f"{OPTION}/max_regret", "estimate", "Largest distance to the best option in a draw.", ("doubt.",)),
    Row(f"{OPTION}/acceptability", "estimate", "Share of the draws in which it has each rank.", ("doubt.",)),
    Row(f"{OPTION}/pairwise", "estimate", "Share of the draws in which it beats each other.", ("doubt.",)),
    Row(
        f"{OPTION}/values",
        "estimate",
        "The weight follows from the priorities, the value from the answer and the facts beside it.",
        answers=("/organisation/priorities",),
    ),
    *(Row(f"{OPTION}/{name}", "estimate", how) for name, how in HOW.items()),
    Row(f"{OPTION}/weeks", "estimate", "Weeks of the approach plus those of the deployment.", ("weeks.",)),
    Row(
        f"{OPTION}/staff",
        "estimate",
        "People of the approach plus those of the deployment.",
        ("people.needed.", "people.added."),
    ),
    Row(
        f"{OPTION}/consequences",
        "estimate",
        "Counted and summed over the option's findings.",
        ("people.day_rate",),
    ),
    Row("/use_cases/*/runner_up", "estimate", "The first option's score less the runner-up's."),
    Row(
        "/use_cases/*/weight_switch",
        "estimate",
        "The criterion's share of the weight today, and the nearest share at which another option has more.",
        answers=("/organisation/priorities",),
    ),
    Row("/use_cases/*/findings/*/remediation/days", "estimate", "Person-days as the rule judges them."),
    Row("/use_cases/*/worth_knowing", "estimate", "Place by what knowing it better would save, most first."),
    Row(
        "/regimes/*/coverage",
        "answer",
        "Duties met, of those that apply and are in force.",
        answers=("/controls",),
    ),
    Row("/regimes/*/open_blockers", "answer", "Findings that block, counted.", answers=("/controls",)),
    Row("/regimes/*/in_force", "answer", "Duties that apply and hold today, counted.", answers=("/regimes",)),
    Row(
        "/regimes/*/upcoming",
        "answer",
        "Duties that apply from a later day on, counted.",
        answers=("/regimes",),
    ),
    Row(
        "/regimes/*/watched", "answer", "Duties of law that is not final yet, counted.", answers=("/regimes",)
    ),
    Row(
        "/portfolio/left",
        "estimate",
        "What the plan lacks, and the net value that stays away.",
        answers=LIMITS,
    ),
    Row("/portfolio/value_lost_to_cap", "estimate", "Net value of what no budget carries.", answers=LIMITS),
    Row(
        "/portfolio/quarters",
        "estimate",
        "Likely cost of what is chosen, quarter by quarter, beside what is answered to be available.",
        ("budget.band.",),
        LIMITS,
    ),
    Row(
        "/portfolio/picks",
        "estimate",
        "The option's own figures, from the quarter in which it starts.",
        answers=LIMITS,
    ),
    Row("/portfolio/value", "estimate", "Net value of what is chosen.", answers=LIMITS),
    Row(
        "/portfolio/bound",
        "estimate",
        "The most that any choice under the limits could reach.",
        answers=LIMITS,
    ),
    Row("/portfolio/gap", "estimate", "How far the choice may be from that.", answers=LIMITS),
    Row("/portfolio/greedy", "estimate", "Net value by the greedy rule.", answers=LIMITS),
    Row(
        "/portfolio/shared",
        "estimate",
        "The platform's cost once, and what paying it once saves.",
        answers=LIMITS,
    ),
    Row("/portfolio/more", "estimate", "The same choice with more of every budget.", answers=LIMITS),
    Row(
        "/roadmap/phases",
        "estimate",
        "The option's weeks and build cost, split by the shares of its stages.",
        ("weeks.",),
    ),
    Row("/roadmap/gates", "estimate", "The end of the work that the gate waits for.", ("weeks.",)),
    Row("/roadmap/tasks", "estimate", "Person-days as the rule judges them, blockers first."),
    Row(
        "/roadmap/cash",
        "estimate",
        "The portfolio's quarters.",
        ("budget.band.",),
        LIMITS,
    ),
    Row("/roadmap/launches", "estimate", "The end of what comes before, against the deadline.", ("weeks.",)),
    Row("/roadmap/evaluation", "estimate", "Thresholds and sample sizes as the rule beside them judges."),
    Row("/risks/*/exposed", "estimate", "The likely money that the risk bears on."),
)


def note(decision: Decision, index: int, tracer: Tracer) -> None:
    """The gates that removed options, and the answers and facts behind the scores of one use case."""
    for barred in decision.barred:
        verdict = barred.verdict
        tracer.fired(verdict.rule, verdict.text, (verdict.answer,) if verdict.answer else (), verdict.facts)
    values = [value for item in decision.candidates for value in item.values.values()]
    answers = sorted({decision.pointers[value.answer] for value in values if value.answer})
    scored = sorted({fact for value in values for fact in value.facts})
    for name in ("score", "confidence"):
        how = next(row.how for row in NUMBERS if row.pointer == f"{OPTION}/{name}")
        pointer = f"/use_cases/{index}/options/*/{name}"
        tracer.origin(pointer, "estimate", answers=answers, facts=scored, how=how)


def traced(result: Result, tracer: Tracer) -> Result:
    """The result with a trace that holds every fact, rule and source which the result names."""
    for part in parts(result):
        facts = getattr(part, "facts", ())
        for fact in (*facts, getattr(part, "fact", None)):
            if fact is not None:
                tracer.fact(fact)
        if (rule := getattr(part, "rule", None)) and not tracer.has_fired(rule):
            tracer.fired(rule, said(part, rule, tracer.knowledge), facts=facts)
        if source := getattr(part, "source", None):
            tracer.cited(source)
    for row in NUMBERS:
        facts = tracer.read(row.families)
        tracer.origin(row.pointer, row.origin, answers=row.answers, facts=facts, how=row.how)
    return replace(result, trace=tracer.freeze())


def parts(value: Any) -> Iterator[Any]:
    """Every record in a result, the outer ones first."""
    if dataclasses.is_dataclass(value):
        yield value
        for spec in dataclasses.fields(value):
            yield from parts(getattr(value, spec.name))
    elif isinstance(value, tuple):
        for item in value:
            yield from parts(item)
    elif isinstance(value, Mapping):
        yield from parts(tuple(value.values()))


def said(part: Any, rule: str, knowledge: Knowledge) -> str:
    """What a rule asks or says: a criterion in its own words, else in those of the record that names it."""
    room, _, name = rule.partition(".")
    if room == "criterion":
        return knowledge.options.criteria[name].asks  # type: ignore[index]
    return next(text for word in ("title", "text", "basis") if (text := getattr(part, word, "")))
