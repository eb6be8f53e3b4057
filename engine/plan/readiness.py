"""How ready the organisation is, by dimension, and whether to build alone or with a partner."""

from __future__ import annotations

from collections.abc import Sequence

from engine.inputs import Inputs
from engine.labels import label
from engine.plan.chosen import Chosen
from engine.plan.portfolio import Plan
from engine.plan.quarters import months_later
from engine.result import Level, OrganisationResult, ReadinessItem, RegimeResult
from engine.sentences import counted, joined
from engine.trace import Tracer

READS = (
    "readiness.ready",
    "readiness.midway",
    "readiness.alone",
    "readiness.duties",
    "readiness.at_once",
    "readiness.reserve",
    "delivery.alone",
    "delivery.partner",
    "delivery.overrun",
)
ORG = "/organisation/"
SCALE = ("readiness.ready", "readiness.midway")
CLOUD = ("cloud", "managed_gpu")
OWN = ("own_gpu_cluster", "own_datacentre")


def readiness(
    inputs: Inputs, chosen: Sequence[Chosen], plan: Plan, regimes: Sequence[RegimeResult], tracer: Tracer
) -> OrganisationResult:
    """Readiness in nine dimensions; an unanswered question leaves its dimension unknown."""
    item = delivery(inputs, tracer)
    tracer.fired("readiness.delivery", item.because, item.answers, item.facts)
    return OrganisationResult(
        readiness={
            "data": data(inputs, tracer),
            "capabilities": capabilities(inputs, tracer),
            "obligations": obligations(regimes, tracer),
            "growth": growth(inputs),
            "priorities": priorities(inputs),
            "operational_complexity": complexity(plan, tracer),
            "budget": budget(chosen, plan, tracer),
            "long_term_strategy": strategy(inputs, chosen),
            "modernisation": modernisation(inputs, chosen),
        },
        delivery=item,
    )


def data(inputs: Inputs, tracer: Tracer) -> ReadinessItem:
    """The maturity of the data work, held down by the weakest data asset."""
    maturity = inputs.organisation.data_maturity
    answers = [f"{ORG}data_maturity"]
    if maturity is None:
        return unknown("The maturity of the data work is not answered.", answers)
    rated = [
        (asset.quality, index) for index, asset in enumerate(inputs.data_assets) if asset.quality is not None
    ]
    if not rated:
        text = f"Data work is at {maturity} of 5; the quality of the data assets is not answered."
        return ReadinessItem(
            level=level_of(maturity, tracer), because=text, answers=(*answers, "/data_assets"), facts=SCALE
        )
    lowest, index = min(rated)
    name = inputs.data_assets[index].name or inputs.data_assets[index].key
    return ReadinessItem(
        level=level_of(min(maturity, lowest), tracer),
        because=f"Data work is at {maturity} of 5; the weakest data asset, “{name}”, at {lowest}.",
        answers=(*answers, f"/data_assets/{index}/quality"),
        facts=SCALE,
    )


def capabilities(inputs: Inputs, tracer: Tracer) -> ReadinessItem:
    """People who build machine learning, and what they have in operation."""
    people, maturity = inputs.organisation.ml_engineers, inputs.organisation.ai_maturity
    answers = (f"{ORG}ml_engineers", f"{ORG}ai_maturity")
    if people is None or maturity is None:
        return unknown("People or maturity in AI are not answered.", answers)
    level: Level = "low" if people == 0 or maturity == 1 else level_of(maturity, tracer)
    text = f"{counted(people, 'person', 'people')} to build machine learning; AI is at {maturity} of 5."
    return ReadinessItem(level=level, because=text, answers=answers, facts=SCALE)


def obligations(regimes: Sequence[RegimeResult], tracer: Tracer) -> ReadinessItem:
    """Duties known to be met of those that apply; one that blocks a launch makes it low."""
    applying = [item for item in regimes if item.applies == "yes"]
    if not applying:
        return unknown("No regime is known to apply.", ("/regimes",))
    blockers = sum(item.open_blockers for item in applying)
    met = sum(item.coverage.met for item in applying)
    due = sum(item.coverage.applicable for item in applying)
    enough = due and met >= due * tracer.likely("readiness.duties")
    text = f"{met} of {due} duties are known to be met; {blockers} block."
    answers, facts = ("/regimes", "/controls"), ("readiness.duties",)
    if not blockers and not met and any(item.unknown_facts for item in applying):
        return unknown(text, answers, facts)
    level: Level = "low" if blockers else "high" if enough else "medium"
    return ReadinessItem(level=level, because=text, answers=answers, facts=facts)


def growth(inputs: Inputs) -> ReadinessItem:
    """A stated goal, and use cases that state what they are worth for it."""
    answers = (
        f"{ORG}growth_objective",
        *(f"/use_cases/{index}/value" for index in range(len(inputs.use_cases))),
    )
    if inputs.organisation.growth_objective is None:
        return unknown("What AI is to do for growth is not answered.", answers)
    valued = sum(use.value is not None and use.value.likely is not None for use in inputs.use_cases)
    text = f"A goal is set; {valued} of {len(inputs.use_cases)} use cases state what they are worth."
    level: Level = "high" if valued == len(inputs.use_cases) else "medium" if valued else "low"
    return ReadinessItem(level=level, because=text, answers=answers)


def priorities(inputs: Inputs) -> ReadinessItem:
    """Whether the organisation said what matters most."""
    stated = inputs.organisation.priorities
    answers = (f"{ORG}priorities",)
    if not stated:
        return unknown("No priorities are answered; the default order of the criteria stands.", answers)
    ranks = any(value > 1 for value in stated.values())
    first = min(stated, key=lambda name: (stated[name] if ranks else -stated[name], name))
    text = f"{len(stated)} criteria are ordered; {first.replace('_', ' ')} comes first."
    return ReadinessItem(level="high", because=text, answers=answers)


def complexity(plan: Plan, tracer: Tracer) -> ReadinessItem:
    """How much is under way at once, in how many ways; high readiness means that little is."""
    answers = ("/use_cases", f"{ORG}ml_engineers")
    taken = [way for way in plan.taken if way.track is not None]
    if not taken:
        return unknown("Nothing is planned yet.", answers)
    at_once = max(
        sum(
            bool(plan.calendar.overlaps(week, week + way.track.built)[index])
            for way in taken
            for week in [plan.calendar.bounds[way.start]]
            if way.track is not None
        )
        for index in range(len(plan.calendar.periods))
    )
    kinds = {(way.track.option.approach, way.track.option.deployment) for way in taken if way.track}
    few = tracer.likely("readiness.at_once")
    level: Level = "high" if at_once <= 1 and len(kinds) <= 1 else "medium" if at_once <= few else "low"
    text = (
        f"At most {counted(at_once, 'use case is', 'use cases are')} built at once; "
        f"{counted(len(kinds), 'kind of option runs', 'kinds of option run')} side by side."
    )
    return ReadinessItem(level=level, because=text, answers=answers, facts=("readiness.at_once",))


def budget(chosen: Sequence[Chosen], plan: Plan, tracer: Tracer) -> ReadinessItem:
    """Whether the answered budgets carry what is worth doing, with a reserve for overruns."""
    answers = ("/budgets", f"{ORG}annual_ai_budget")
    known = [quarter for quarter in plan.result.quarters if quarter.available is not None]
    stopped = [item.case.name for item in chosen if stopped_by_budget(item)]
    if stopped:
        text = f"The budget carries no option of {counted(len(stopped), 'use case', 'use cases')}: {joined(stopped)}."
        return ReadinessItem(level="low", because=text, answers=answers)
    if not known:
        return unknown("No budget is answered.", answers)
    tracer.fact("delivery.overrun")
    outside = [item for item in plan.result.left if item.kind == "budget"]
    if outside:
        text = f"The budgets leave out {len(outside)} of {len(outside) + len(plan.result.chosen)} use cases that could be planned."
        return ReadinessItem(
            level="low", because=text, answers=answers, facts=("delivery.overrun", "readiness.reserve")
        )
    delayed = [item.case.name for item in chosen if delayed_by_budget(item, plan)]
    if delayed:
        text = (
            f"The budgets that are stated carry no start in time of {counted(len(delayed), 'use case', 'use cases')}:"
            f" {joined(delayed)}."
        )
        return ReadinessItem(level="low", because=text, answers=answers)
    left = 1 - tracer.likely("readiness.reserve")
    tight = [
        quarter.period
        for quarter in known
        if quarter.available is not None and quarter.spend > quarter.available * left
    ]
    if tight:
        text = f"The budgets carry the plan; in {tight[0]} less than a fifth is left, and half of such projects overrun."
        return ReadinessItem(
            level="medium", because=text, answers=answers, facts=("delivery.overrun", "readiness.reserve")
        )
    return ReadinessItem(
        level="high",
        because="The budgets carry the plan and leave a fifth or more in every quarter.",
        answers=answers,
        facts=("delivery.overrun", "readiness.reserve"),
    )


def stopped_by_budget(item: Chosen) -> bool:
    """Whether a use case has to wait, and what may be spent in a year refuses options of it."""
    refused = {barred.rule for barred in item.answer.refused}
    return item.answer.outcome == "not_yet" and "gate.budget" in refused


def delayed_by_budget(item: Chosen, plan: Plan) -> bool:
    """Whether a use case waits past the last quarter with a stated budget, or for money past its deadline."""
    way = next((way for way in plan.taken if way.key == item.key), None)
    if way is None or way.start == 0:
        return False
    quarters = plan.result.quarters
    stated = [index for index, quarter in enumerate(quarters) if quarter.available is not None]
    if way.start > max(stated):
        return True
    months, wait = item.case.use_case.deadline_months, plan.waits.get(item.key)
    if months is None or way.track is None or wait is None or wait.launches or wait.builders:
        return False
    deadline = plan.calendar.week_of(months_later(plan.calendar.as_of, months))
    return plan.calendar.bounds[way.start] + way.track.live.likely > deadline


def strategy(inputs: Inputs, chosen: Sequence[Chosen]) -> ReadinessItem:
    """Whether goal, value and date of each use case are stated, so that the plan serves a strategy."""
    dated = [item for item in chosen if item.case.use_case.deadline_months is not None]
    owned = [item for item in chosen if item.case.use_case.department is not None]
    answers = (
        f"{ORG}growth_objective",
        *(item.case.at("deadline_months") for item in chosen),
        *(item.case.at("department") for item in chosen),
    )
    stated = f"{len(owned)} of {len(chosen)} use cases have a department, {len(dated)} a date."
    if inputs.organisation.growth_objective is None:
        return unknown(f"What AI is to do for growth is not answered; {stated}", answers)
    whole = len(owned) == len(dated) == len(chosen)
    level: Level = "high" if whole else "medium" if owned or dated else "low"
    return ReadinessItem(level=level, because=f"A goal is set; {stated}", answers=answers)


def modernisation(inputs: Inputs, chosen: Sequence[Chosen]) -> ReadinessItem:
    """Whether what is recommended runs on what the organisation has, or is building anyway."""
    has = inputs.organisation.infrastructure
    answers = (f"{ORG}infrastructure",)
    if has is None:
        return unknown("Which computing the organisation has is not answered.", answers)
    recommended = [item.option for item in chosen if item.option is not None]
    if not recommended:
        return unknown("Nothing is recommended that would need computing.", answers)
    carried = [
        option
        for option in recommended
        if option.deployment in ("vendor_saas", "public_api")
        or any(kind in has for kind in (CLOUD if option.deployment == "private_cloud" else OWN))
    ]
    level: Level = "high" if len(carried) == len(recommended) else "medium" if carried else "low"
    text = (
        f"{len(carried)} of {len(recommended)} recommended options run on computing that is there already"
        f" ({', '.join(label(word) for word in has) or 'none'}) or at a vendor."
    )
    return ReadinessItem(level=level, because=text, answers=answers)


def delivery(inputs: Inputs, tracer: Tracer) -> ReadinessItem:
    """How well the organisation could build alone; low means: with a partner."""
    people, maturity = inputs.organisation.ml_engineers, inputs.organisation.ai_maturity
    answers = (f"{ORG}ml_engineers", f"{ORG}ai_maturity")
    alone, partner = tracer.fact("delivery.alone"), tracer.fact("delivery.partner")
    facts = ("delivery.alone", "delivery.partner", "readiness.alone")
    rates = (
        f"Of systems built with a partner {partner.likely} % reached operation, "
        f"of those built alone {alone.low} to {alone.high} %."
    )
    if people is None:
        return unknown(f"How many people build machine learning is not answered. {rates}", answers, facts)
    enough = people >= tracer.likely("readiness.alone")
    if enough and maturity is None:
        text = f"{counted(people, 'person', 'people')} could build alone; how mature the work in AI is, is not answered. {rates}"
        return unknown(text, answers, facts)
    if enough and maturity is not None and maturity >= tracer.likely("readiness.midway"):
        text = f"Build alone: {counted(people, 'person', 'people')}, and AI at {maturity} of 5. {rates}"
        return ReadinessItem(level="high", because=text, answers=answers, facts=facts)
    if people == 0:
        text = f"Build with a partner: nobody builds machine learning yet. {rates}"
        return ReadinessItem(level="low", because=text, answers=answers, facts=facts)
    text = f"Build the first with a partner and learn: {counted(people, 'person', 'people')} so far. {rates}"
    return ReadinessItem(level="medium", because=text, answers=answers, facts=facts)


def unknown(because: str, answers: Sequence[str], facts: tuple[str, ...] = ()) -> ReadinessItem:
    return ReadinessItem(level="unknown", because=because, answers=tuple(answers), facts=facts)


def level_of(score: int, tracer: Tracer) -> Level:
    if score >= tracer.likely("readiness.ready"):
        return "high"
    return "medium" if score >= tracer.likely("readiness.midway") else "low"
