"""One option of a use case as work and money: stages, duties and running, in weeks from its own start."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from engine.plan.chosen import Chosen
from engine.plan.compliance import Duty, End, activities, duties, opens
from engine.plan.network import Activity, Slot, schedule
from engine.plan.spending import COMPLIANCE, Span, build_spans, by_stage, plus, use_span, without
from engine.plan.tables import Stage
from engine.result import CostLine, PhaseCost, Range, RankedOption
from engine.trace import Tracer


@dataclass(frozen=True, slots=True)
class Track:
    """What doing a use case in an option takes, from its own week 0 on.

    `slots` are the likely weeks of its stages and duties by id; `live` when it goes live: at the least, likely
    and at the most; `built` the likely week in which its builders are free again. `costs` holds what is paid
    in each stage, `compliance` what closing its duties costs, `use` the lines that are paid from go-live on.
    """

    key: str
    option: RankedOption
    stages: tuple[Stage, ...]
    run: Stage
    duties: tuple[Duty, ...]
    slots: Mapping[str, Slot]
    live: Range
    built: Decimal
    costs: Mapping[str, tuple[PhaseCost, ...]]
    compliance: Range
    use: tuple[CostLine, ...]
    spans: tuple[Span, ...]

    def stage_id(self, stage: Stage) -> str:
        return f"{self.key}.{stage.id}"

    @property
    def live_id(self) -> str:
        return f"{self.key}.live"


def track_of(item: Chosen, option: RankedOption, carried: Mapping[str, Decimal], tracer: Tracer) -> Track:
    """The track of an option. `carried` is what platforms carry of its cost lines, by their keys."""
    plan, key = tracer.knowledge.plan, item.key
    stages = plan.stages_of(option.approach)
    found = duties(key, item.findings_of(option), plan)
    slots = schedule(network(key, option, stages, found, "likely"))
    least, most = (
        schedule(network(key, option, stages, found, end))[f"{key}.live"].end for end in ("low", "high")
    )
    live = slots[f"{key}.live"].end
    lines = [without(line, carried.get(line.key, Decimal(0))) for line in option.cost_lines]
    costs = {f"{key}.{name}": parts for name, parts in by_stage(stages, lines).items()}
    compliance = [line for line in lines if line.key == COMPLIANCE]
    use = tuple(line for line in lines if line.paid != "build")
    growth = growth_of(item, tracer)
    spans = [
        *build_spans(costs, slots),
        *(Span(line.kind, line.amount.likely, Decimal(0), live) for line in compliance),
        *(use_span(line, live, growth, since_week(line, item)) for line in use),
    ]
    return Track(
        key=key,
        option=option,
        stages=stages,
        run=plan.run_of(option.approach),
        duties=found,
        slots=slots,
        live=Range(low=least, likely=live, high=most),
        built=slots[f"{key}.{stages[-1].id}"].end,
        costs=costs,
        compliance=plus([line.amount for line in compliance]),
        use=use,
        spans=tuple(span for span in spans if span.amount),
    )


def since_week(line: CostLine, item: Chosen) -> Decimal | None:
    """The week of the programme from which a running line is paid; None where it names no day."""
    if line.since is None or line.paid not in ("monthly", "volume", "day"):
        return None
    return Decimal((line.since - item.case.as_of).days) / 7


def growth_of(item: Chosen, tracer: Tracer) -> float:
    """The yearly growth of the volume: the answer, else what is taken for it."""
    answered = item.case.use_case.growth_per_year
    return float(tracer.likely("volume.growth") if answered is None else answered)


def network(
    key: str, option: RankedOption, stages: Sequence[Stage], found: Sequence[Duty], end: End
) -> list[Activity]:
    """Stages one after the other; data is touched, and people start to use it, once the blocking work is done."""
    weeks: Decimal = getattr(option.weeks, end)
    chain: list[Activity] = []
    for stage in stages:
        after = [chain[-1].id] if chain else []
        after += opens("data", found) if stage.data else ()
        chain.append(Activity(f"{key}.{stage.id}", weeks * stage.share, tuple(after)))
    live = Activity(f"{key}.live", Decimal(0), (chain[-1].id, *opens("live", found)))
    return [*chain, *activities(found, end), live]
