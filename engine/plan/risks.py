"""Risks of what is recommended: how likely and how grave each is and why, and what lessens it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import get_args

from engine.duties.answers import pointer
from engine.facts import Knowledge
from engine.plan.chosen import Chosen, holds, id_of
from engine.plan.tables import Judgement, RiskRow
from engine.result import Level, RankedOption, Risk
from engine.trace import Tracer

LEVELS: tuple[Level, ...] = get_args(Level)


def risks(chosen: Sequence[Chosen], knowledge: Knowledge, tracer: Tracer) -> tuple[Risk, ...]:
    """The risks of each recommended option, in the order of the use cases; what may apply stands too."""
    found = []
    for item in chosen:
        if item.option is None:
            continue
        for row in knowledge.plan.risks:
            applies = holds(knowledge.plan.conditions[row.when], item.case, id_of(item.option), knowledge)
            if applies is not False:
                found.append(risk(row, item, item.option, knowledge, tracer))
    tracer.origin(
        "/risks/*/exposed", "estimate", how="The likely cost lines of the option that the risk bears on."
    )
    return tuple(found)


def risk(row: RiskRow, item: Chosen, option: RankedOption, knowledge: Knowledge, tracer: Tracer) -> Risk:
    for fact in row.facts:
        tracer.fact(fact)
    likelihood = judged(row.likelihood, item, option, knowledge)
    impact = judged(row.impact, item, option, knowledge)
    exposed = [line.amount.likely for line in option.cost_lines if line.key.partition(".")[0] in row.lines]
    return Risk(
        id=f"{item.key}.{row.id}",
        use_case=item.key,
        name=row.name,
        text=row.text,
        mitigation=row.mitigation,
        trigger=row.trigger,
        owner=row.owner,
        rule=f"risk.{row.id}",
        facts=row.facts,
        likelihood=likelihood.level,
        impact=impact.level,
        likelihood_because=likelihood.because,
        impact_because=impact.because,
        likelihood_after=lower(likelihood.level, row.likelihood_after),
        impact_after=lower(impact.level, row.impact_after),
        exposed=sum(exposed, Decimal(0)) if exposed else None,
        answers=answers_of(row, item, knowledge),
    )


def lower(before: Level, after: Level) -> Level:
    """The level after a mitigation, which never raises it."""
    return min(before, after, key=LEVELS.index)


def judged(
    judgements: Sequence[Judgement], item: Chosen, option: RankedOption, knowledge: Knowledge
) -> Judgement:
    """The first judgement whose condition holds; the last one holds always."""
    for judgement in judgements:
        if judgement.when is None or holds(
            knowledge.plan.conditions[judgement.when], item.case, id_of(option), knowledge
        ):
            return judgement
    return judgements[-1]


def answers_of(row: RiskRow, item: Chosen, knowledge: Knowledge) -> tuple[str, ...]:
    """The answers that the risk's conditions read."""
    texts = [row.when, *(one.when for one in (*row.likelihood, *row.impact) if one.when is not None)]
    words = sorted({word for text in texts for word in knowledge.plan.conditions[text].words})
    asset = item.case.assets[0] if item.case.assets else None
    return tuple(
        dict.fromkeys(
            pointer(word, item.case, asset) for word in words if "." in word and word != "vendor.exists"
        )
    )
