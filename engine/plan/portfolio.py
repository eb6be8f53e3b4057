"""Which use cases the limits carry, in which option and from when: the quick answer and the best one.

`portfolio` explains the best selection, `quick_answer` is the greedy one by itself. What has no stated value is never given one: it is chosen after all that has, as many and as early as
fit; before only where another use case waits for it, at its cost.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np

from engine.inputs import Inputs
from engine.money.currency import Exchange
from engine.plan.budgets import Budgets, budgets
from engine.plan.chosen import Chosen, id_of
from engine.plan.left import Situation, Wait, wait_of, why_left
from engine.plan.optimum import optimum
from engine.plan.problem import Problem
from engine.plan.quarters import Calendar, calendar_of
from engine.plan.selecting import Solved, best, chosen_set, quick, users_of, within_pins
from engine.plan.ways import Way, Ways
from engine.result import (
    MoreBudget,
    Pick,
    PortfolioResult,
    QuarterSpend,
    QuickAnswer,
    QuickPick,
    SharedCost,
)
from engine.rounding import tenth, whole
from engine.sentences import percent
from engine.trace import Tracer

READS = ("money.discount", "volume.growth", "portfolio.more")
GAP_PLACES = Decimal("0.0001")
LATEST = 10**6


@dataclass(frozen=True, slots=True)
class Plan:
    """The portfolio, and the ways taken: what the roadmap lays out."""

    result: PortfolioResult
    ways: Ways
    taken: tuple[Way, ...]
    waits: Mapping[str, Wait]
    calendar: Calendar


def portfolio(
    inputs: Inputs,
    chosen: Sequence[Chosen],
    exchange: Exchange,
    tracer: Tracer,
) -> Plan:
    """The best set under the limits, beside what the greedy rule takes, what the cap costs and what more would buy."""
    calendar = calendar_of(inputs, tracer.as_of)
    limits = budgets(inputs, calendar, exchange, tracer)
    rate = float(tracer.likely("money.discount"))
    ways, problem, solved = chosen_set(chosen, limits, calendar, rate, tracer, best)
    taken = tuple(ways.all[index] for index in solved.ways)
    situation = Situation(chosen, ways, problem, solved.ways, limits, calendar, exchange.code)
    waits = {way.key: wait for way in taken if way.track and (wait := wait_of(way, situation))}
    left = why_left(situation)
    for item in left:
        tracer.fired(f"portfolio.{item.kind}", item.because, situation.answers_for(item))
    answered = any_value(chosen)
    result = PortfolioResult(
        chosen=in_order(chosen, taken),
        left=left,
        value_lost_to_cap=lost_to_cap(problem, ways, solved, limits) if answered else None,
        quarters=quarters(taken, limits, calendar, exchange),
        picks=picks(taken, waits, situation),
        value=whole(solved.valued.value) if answered else None,
        bound=whole(solved.valued.bound) if answered else None,
        gap=Decimal(str(solved.valued.gap)).quantize(GAP_PLACES) if answered else None,
        greedy=told_quick(ways, problem, quick(problem, ways), chosen, calendar) if answered else None,
        shared=shared(taken, ways, calendar),
        more=more(problem, ways, solved, limits, tracer.likely("portfolio.more")),
    )
    origins(tracer)
    return Plan(result, ways, taken, waits, calendar)


def lost_to_cap(problem: Problem, ways: Ways, solved: Solved, limits: Budgets) -> Decimal:
    """The value of the best set without limits on money, less the chosen one's."""
    free = np.where([cap.limit == "people" for cap in limits.caps], problem.limit, np.inf)
    without = optimum(within_pins(replace(problem, limit=free))).value
    return whole(max(0.0, without - solved.valued.value))


def more(problem: Problem, ways: Ways, solved: Solved, limits: Budgets, share: Decimal) -> MoreBudget | None:
    """What a larger budget would buy; None where no budget is answered."""
    if not any(cap.limit != "people" for cap in limits.caps):
        return None
    larger = best(replace(problem, limit=limits.limits(1 + float(share))), ways)
    before = {ways.all[index].key: ways.all[index].start for index in solved.ways}
    after = {ways.all[index].key: ways.all[index].start for index in larger.ways}
    cases = [key for key in ways.items if not key.startswith("platform.")]
    if larger.valued.value < solved.valued.value and pins_kept(problem, larger) == pins_kept(problem, solved):
        after = before
    return MoreBudget(
        share=share,
        value=whole(max(0.0, larger.valued.value - solved.valued.value)),
        gains=tuple(key for key in cases if key in after and key not in before),
        drops=tuple(key for key in cases if key in before and key not in after),
        earlier=tuple(key for key in cases if key in before and after.get(key, LATEST) < before[key]),
    )


def pins_kept(problem: Problem, solved: Solved) -> int:
    """How many of the use cases pinned in are taken."""
    return int((problem.pinned[problem.item[list(solved.ways)]] == 1).sum())


def quick_answer(
    inputs: Inputs, chosen: Sequence[Chosen], exchange: Exchange, tracer: Tracer
) -> QuickAnswer | None:
    """What the greedy rule takes, by itself: the answer before the best one is there. None where no value is answered."""
    if not any_value(chosen):
        return None
    calendar = calendar_of(inputs, tracer.as_of)
    limits = budgets(inputs, calendar, exchange, tracer)
    rate = float(tracer.likely("money.discount"))
    ways, problem, solved = chosen_set(chosen, limits, calendar, rate, tracer, quick)
    return told_quick(ways, problem, solved, chosen, calendar)


def any_value(chosen: Sequence[Chosen]) -> bool:
    """Whether the value of any use case is answered."""
    return any(item.option is not None and item.option.npv is not None for item in chosen)


def told_quick(
    ways: Ways, problem: Problem, solved: Solved, chosen: Sequence[Chosen], calendar: Calendar
) -> QuickAnswer:
    taken = {way.key: way for way in (ways.all[index] for index in solved.ways) if way.track is not None}
    wanted = [item.key for item in chosen if item.case.use_case.pinned == "in"]
    return QuickAnswer(
        chosen=in_order(chosen, list(taken.values())),
        value=whole(solved.valued.value),
        picks=tuple(
            QuickPick(
                use_case=item.key,
                option=id_of(way.track.option),
                rank=way.rank,
                start=calendar.periods[way.start],
                value=None if way.value is None else whole(way.value),
            )
            for item in chosen
            if (way := taken.get(item.key)) is not None and way.track is not None
        ),
        misses=tuple(key for key in wanted if key not in taken),
    )


def in_order(chosen: Sequence[Chosen], taken: Sequence[Way]) -> tuple[str, ...]:
    """The use cases taken, in the document's order."""
    keys = {way.key for way in taken}
    return tuple(item.key for item in chosen if item.key in keys)


def picks(taken: Sequence[Way], waits: Mapping[str, Wait], situation: Situation) -> tuple[Pick, ...]:
    """The use cases taken, in the document's order, with why in that option and from then on."""
    found = []
    for way in taken:
        if way.track is None:
            continue
        option = way.track.option
        found.append(
            Pick(
                use_case=way.key,
                option=id_of(option),
                rank=option.rank,
                start=situation.calendar.periods[way.start],
                start_week=tenth(situation.calendar.bounds[way.start]),
                value=None if way.value is None else whole(way.value),
                cost=way.cash.total,
                later=way.cash.later,
                people=option.staff.likely,
                partner=None if situation.limits.people is None else option.staff.likely - way.people,
                pinned=situation.case(way.key).use_case.pinned == "in",
                because=" ".join(why_taken(way, waits.get(way.key), situation)),
            )
        )
    return tuple(found)


def why_taken(way: Way, wait: Wait | None, situation: Situation) -> Iterator[str]:
    """Why a use case is in, in this option, from this quarter on."""
    if situation.case(way.key).use_case.pinned == "in":
        yield "It was decided to take it."
    elif way.value is None:
        yield "Its value is not answered; it is taken after all that has one."
    else:
        yield "It belongs to the set that brings most under the limits."
    pinned = situation.case(way.key).use_case.pinned_to is not None
    if pinned:
        yield "Its option was decided."
    if way.rank > 1:
        first = next(item.option for item in situation.chosen if item.key == way.key)
        assert way.track is not None
        assert first is not None
        share = way.track.option.score / first.score
        yield (
            f"In its option of rank {way.rank}{'' if pinned else ', which leaves room for others'}; it is "
            f"credited with {percent(share)} of the value, since its score is {way.track.option.score} against {first.score}."
        )
    if wait is not None and wait.text:
        yield wait.text


def quarters(
    taken: Sequence[Way], limits: Budgets, calendar: Calendar, exchange: Exchange
) -> tuple[QuarterSpend, ...]:
    """Money and people by fiscal quarter, beside what there is."""
    found: list[QuarterSpend] = []
    caps = {(cap.limit, quarter): cap for cap in limits.caps for quarter in cap.quarters}
    for index, period in enumerate(calendar.periods):
        capex = sum((way.cash.capex[index] for way in taken), Decimal(0))
        opex = sum((way.cash.opex[index] for way in taken), Decimal(0))
        stated = limits.stated.get(period)
        pool = caps.get(("money", index))
        spent_before = (
            sum((found[other].spend for other in pool.quarters if other < index), Decimal(0)) if pool else 0
        )
        found.append(
            QuarterSpend(
                period=period,
                spend=capex + opex,
                available=whole(pool.most - spent_before) if pool else None,
                capex=capex,
                opex=opex,
                capex_available=exchange.of(stated.capex) if stated and stated.capex else None,
                opex_available=exchange.of(stated.opex) if stated and stated.opex else None,
                committed=exchange.of(stated.committed) if stated and stated.committed else None,
                people=busy(taken, index, calendar),
                people_available=limits.people,
            )
        )
    return tuple(found)


def busy(taken: Sequence[Way], index: int, calendar: Calendar) -> Decimal:
    """The own people who build in a quarter."""
    total = Decimal(0)
    for way in taken:
        if way.track is not None:
            week = calendar.bounds[way.start]
            total += way.people if calendar.overlaps(week, week + way.track.built)[index] else 0
    return total


def shared(taken: Sequence[Way], ways: Ways, calendar: Calendar) -> tuple[SharedCost, ...]:
    """The platforms taken: who uses each, and what sharing saves within the programme's money."""
    found = []
    keys = {way.key for way in taken}
    for platform in ways.shared:
        if platform.id not in keys:
            continue
        users = users_of(platform, taken)
        found.append(
            SharedCost(
                platform=platform.row.name,
                use_cases=users,
                cost=platform.cost,
                saved=platform.cost * max(0, len(users) - 1),
            )
        )
    return tuple(found)


def origins(tracer: Tracer) -> None:
    """Where the portfolio's numbers come from."""
    money = ("/budgets", "/organisation/annual_ai_budget")
    for pointer, answers, how in (
        (
            "/portfolio/quarters/*",
            money,
            "Cost lines of the options taken, by the weeks of their stages; available: the answered budgets.",
        ),
        (
            "/portfolio/picks/*",
            ("/use_cases/*/value",),
            "Median net value and likely cost of the option, within the programme and from its start on.",
        ),
        (
            "/portfolio/value",
            ("/use_cases/*/value", *money),
            "Sum over what is taken, less the platforms; the bound is HiGHS's proof that no set brings more.",
        ),
        (
            "/portfolio/value_lost_to_cap",
            money,
            "Value of the best set without a limit on money, less the value of the chosen set.",
        ),
        (
            "/portfolio/greedy",
            money,
            "Value for each unit of the limits first, one use case after the other.",
        ),
        (
            "/portfolio/more",
            money,
            "The best set when every budget is larger by the share, less the chosen one.",
        ),
        (
            "/portfolio/shared/*",
            (),
            "Judged shares of cost lines that a second use case does not pay again; the smallest counts.",
        ),
        ("/portfolio/left/*", money, "What the nearest way to take it would need beyond the limit."),
    ):
        tracer.origin(pointer, "estimate", answers=answers, facts=READS, how=how)
