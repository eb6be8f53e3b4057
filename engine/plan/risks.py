"""Risks of what is planned, each with a mitigation and a trigger."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from engine.facts import Knowledge
from engine.plan.chosen import Chosen
from engine.result import RankedOption, Risk
from engine.trace import Tracer

Holds = Callable[[Chosen, RankedOption, Knowledge], bool]


def trains(item: Chosen, option: RankedOption, knowledge: Knowledge) -> bool:
    return knowledge.options.approaches[option.approach].trains


def personal(item: Chosen, option: RankedOption, knowledge: Knowledge) -> bool:
    return trains(item, option, knowledge) and any(asset.personal for asset in item.case.assets)


WHEN: Mapping[str, Holds] = {
    "always": lambda item, option, knowledge: True,
    "generative": lambda item, option, knowledge: item.case.use_case.generates not in (None, "none"),
    "outside": lambda item, option, knowledge: knowledge.options.deployments[option.deployment].outside,
    "trained": trains,
    "trained_personal": personal,
}


def risks(chosen: Sequence[Chosen], knowledge: Knowledge, tracer: Tracer) -> tuple[Risk, ...]:
    """The risks of each recommended option, in the order of the use cases."""
    found = []
    for item in chosen:
        if item.option is None:
            continue
        for row in knowledge.plan.risks:
            if not WHEN[row.when](item, item.option, knowledge):
                continue
            for fact in row.facts:
                tracer.fact(fact)
            found.append(
                Risk(
                    id=f"{item.key}.{row.id}",
                    use_case=item.key,
                    text=row.text,
                    mitigation=row.mitigation,
                    trigger=row.trigger,
                    rule=f"risk.{row.id}",
                    facts=row.facts,
                )
            )
    return tuple(found)
