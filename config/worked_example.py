"""The worked example of docs/recommendation.md: one use case of a shipped example, figure by figure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from engine.analyse import analyse
from engine.case import Case, cases
from engine.knowledge import Knowledge
from engine.money.currency import exchange
from engine.options.decide import decide, shares_left
from engine.questions import question, steps
from engine.reading import read_document
from engine.result import RankedOption, UseCaseResult
from engine.trace import Tracer

BEGIN = "<!-- example: written by `manage.py write_docs` -->\n"
END = "<!-- end of the example -->\n"
DOCUMENT, USE_CASE, AS_OF = "manufacturer.json", "service-desk", date(2026, 11, 24)


def with_example(page: str, examples: Path, knowledge: Knowledge) -> str:
    """The page with its example worked out anew."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return before + BEGIN + "\n".join(lines(examples, knowledge)) + "\n" + END + after


def lines(examples: Path, knowledge: Knowledge) -> Iterator[str]:
    inputs = read_document((examples / DOCUMENT).read_bytes())
    result = analyse(inputs, knowledge, AS_OF)
    found = next(item for item in result.use_cases if item.key == USE_CASE)
    best = found.options[0]
    other = next(option for option in found.options if option.approach != best.approach)
    criteria = knowledge.options.criteria
    yield ""
    yield (
        f"“{found.name}” in `examples/{DOCUMENT}`, as of {AS_OF}, with knowledge {knowledge.release}. "
        f"{len(found.options)} options passed the gates, {len(found.refused)} were refused. "
        "The first one and the best of another approach:"
    )
    yield ""
    yield f"| criterion | weight | {name(best, knowledge)} | {name(other, knowledge)} |"
    yield "|---|---|---|---|"
    for mine, theirs in zip(best.values, other.values, strict=True):
        yield f"| {criteria[mine.criterion].name} | {mine.weight} | {mine.value} | {theirs.value} |"
    yield f"| **sum of weight × value** | | **{best.score}** | **{other.score}** |"
    yield ""
    yield f"The answer: {found.summary}"
    yield ""
    yield confidence(next(case for case in cases(inputs, AS_OF) if case.use_case.key == USE_CASE), knowledge)
    yield from said(found)


def confidence(case: Case, knowledge: Knowledge) -> str:
    """How the first option's confidence comes about, number by number."""
    tracer = Tracer(knowledge, case.as_of)
    decision = decide(case, knowledge, tracer, exchange(case.inputs, tracer))
    assert decision.doubt is not None
    left = shares_left(decision.candidates[0], decision, tracer)
    parts = [f"{share:.2f} (“{question(steps(at))}” is open)" for at, share in left.items() if at]
    first = 100 * float(decision.doubt.acceptability[0, 0])
    worst = 100 * float(decision.doubt.confidence[0])
    return (
        f"In {first:.1f} % of the draws this option comes first when open questions stand at their mean, and in "
        f"{worst:.1f} % however they turn out. Its confidence is {' × '.join([f'{worst:.1f} %', *parts])} = "
        f"{decision.confidence[0]} %."
    )


def said(found: UseCaseResult) -> Iterator[str]:
    if found.runner_up:
        yield f"{found.runner_up.text}"
    yield f"{found.steadiness}"


def name(option: RankedOption, knowledge: Knowledge) -> str:
    tables = knowledge.options
    return f"{tables.approaches[option.approach].name}, {tables.deployments[option.deployment].name.lower()}"
