"""Questions of law that a person decides, as data: their criteria, and what speaks for yes. Read strictly."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from engine.duties.expressions import Expression, ExpressionError, compiled
from engine.inputs import RegimeId
from engine.strict import Problem, nearest, read
from engine.vocabulary import FACTS


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionRow:
    id: str
    text: str
    when: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AssistantRow:
    """A question as its file states it. `only` says for whom it is asked at all.

    `records` is a further fact of the use case that holds why it is not needed, where a rule reads one.
    """

    name: str
    question: str
    regime: RegimeId
    requirement: str
    only: str
    proposes: str
    at_least: int | None = None
    yes: str
    no: str
    source: str
    records: str = ""
    criteria: tuple[CriterionRow, ...]


@dataclass(frozen=True, slots=True)
class Assistant:
    """A question with its expressions compiled, by their texts."""

    id: str
    row: AssistantRow
    expressions: Mapping[str, Expression]


def read_assistants(
    table: Mapping[str, Any],
    requirements: Collection[tuple[str, str]],
    derived: Collection[str],
    sources: Collection[str],
    problems: list[Problem],
) -> dict[str, Assistant]:
    """The questions of `law/assistants.toml`; adds a problem for each fault."""
    found = {}
    for name, part in table.items():
        where = f"law/assistants.toml: {name}"
        row = read(AssistantRow, part, where, problems)
        if row is None:
            continue
        if (row.regime, row.requirement) not in requirements:
            ids = [requirement for regime, requirement in requirements if regime == row.regime]
            wrong = f"{row.regime} has no requirement “{row.requirement}”"
            problems.append(Problem(f"{where}.requirement", wrong, nearest(row.requirement, ids)))
        if row.source not in sources:
            right = nearest(row.source, sources)
            problems.append(Problem(f"{where}.source", f"unknown source “{row.source}”", right))
        if row.records and row.records not in FACTS["use"]:
            right = nearest(row.records, FACTS["use"])
            problems.append(Problem(f"{where}.records", f"no fact of a use case: “{row.records}”", right))
        texts = {"only": row.only, "proposes": row.proposes}
        texts |= {f"criteria.{criterion.id}": criterion.when for criterion in row.criteria}
        expressions = {}
        for place, text in texts.items():
            try:
                expressions[text] = compiled(text, derived)
            except ExpressionError as error:
                what, _, right = str(error).partition("; right: ")
                right = right or "an expression over the words of docs/facts.md"
                problems.append(Problem(f"{where}.{place}", what, right))
        if len(expressions) == len(set(texts.values())):
            found[name] = Assistant(name, row, expressions)
    return found
