"""The table of docs/recommendation.md that says what each open question leaves of confidence."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from engine.case import cases
from engine.knowledge import Knowledge
from engine.options.view import view_of
from engine.questions import question, steps
from engine.reading import read_document
from engine.trace import Tracer

BEGIN = "<!-- open questions: written by `manage.py write_docs` -->\n"
END = "<!-- end of the open questions -->\n"
AS_OF = date(2026, 11, 24)
SILENT: dict[str, Any] = {
    "version": 1,
    "vendors": [{"key": "vendor"}],
    "data_assets": [{"key": "data"}],
    "use_cases": [{"key": "case", "vendor": "vendor", "data_assets": ["data"]}],
}
"""A document that answers nothing: each question's place is read from it."""


def with_shares(page: str, knowledge: Knowledge) -> str:
    """The page with the table written anew."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return before + BEGIN + "\n".join(lines(knowledge)) + "\n" + END + after


def lines(knowledge: Knowledge) -> Iterator[str]:
    (case,) = cases(read_document(SILENT), AS_OF)
    _, pointers = view_of(case)
    tracer = Tracer(knowledge, AS_OF)
    yield ""
    yield "| while this is open | share of confidence that is left |"
    yield "|---|---|"
    yield f"| {question(steps(pointers['task']))} | {tracer.likely('doubt.task')} |"
    unknowns = knowledge.options.unknowns
    for name, row in sorted(unknowns.items(), key=lambda item: item[1].keep):
        yield f"| {question(steps(pointers[name]))} | {row.keep} |"
    yield f"| People who use it, tokens of a request, tokens of an answer, growth, languages, kinds of input, cost of an error: each | {tracer.likely('doubt.amount')} |"
    yield f"| Each answer on which a gate of the option waits | {tracer.likely('doubt.condition')} |"
    yield ""
