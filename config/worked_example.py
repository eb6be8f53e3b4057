"""The worked example of docs/recommendation.md: one use case of a shipped example, figure by figure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from engine.analyse import analyse
from engine.knowledge import Knowledge
from engine.reading import read_document
from engine.result import RankedOption, UseCaseResult

BEGIN = "<!-- example: written by `manage.py write_docs` -->\n"
END = "<!-- end of the example -->\n"
DOCUMENT, USE_CASE, AS_OF = "manufacturer.json", "service-desk", date(2026, 11, 24)


def with_example(page: str, examples: Path, knowledge: Knowledge) -> str:
    """The page with its example worked out anew."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return before + BEGIN + "\n".join(lines(examples, knowledge)) + "\n" + END + after


def lines(examples: Path, knowledge: Knowledge) -> Iterator[str]:
    result = analyse(read_document((examples / DOCUMENT).read_bytes()), knowledge, AS_OF)
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
    yield from said(found, best)


def said(found: UseCaseResult, best: RankedOption) -> Iterator[str]:
    yield f"The answer: {found.summary}"
    yield ""
    yield (
        f"In {best.acceptability[0]} % of the draws this option comes first when open questions stand at their mean. "
        f"Its confidence is {best.confidence} %."
    )
    if found.runner_up:
        yield f"{found.runner_up.text}"
    yield f"{found.steadiness}"


def name(option: RankedOption, knowledge: Knowledge) -> str:
    tables = knowledge.options
    return f"{tables.approaches[option.approach].name}, {tables.deployments[option.deployment].name.lower()}"
