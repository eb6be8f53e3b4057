"""The ways to do each use case: an option of it from a quarter on, with its money, its people and its value."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np

from engine.case import Case
from engine.plan.budgets import Budgets
from engine.plan.cash import Cash, cash_of, discounted_weeks, worth_today
from engine.plan.chosen import Chosen
from engine.plan.problem import Problem
from engine.plan.quarters import Calendar
from engine.plan.sharing import Shared, carried, platforms
from engine.plan.track import Track, track_of
from engine.result import RankedOption
from engine.trace import Tracer

OPTIONS = 4
"""So many of the first options of a use case the portfolio may choose among."""


@dataclass(frozen=True, slots=True)
class Way:
    """An option of a use case from a quarter on, or a platform from a quarter on (`track` None).

    `value` is the net value within the programme, None where the use case's value is not answered; `worth` is
    what counts in the choice: the value, else the whole cost as less than nothing, and a unit more for each
    quarter of waiting. `people` are the own people busy while it is built.
    """

    key: str
    track: Track | None
    start: int
    ready: int
    value: float | None
    worth: float
    cash: Cash
    people: Decimal
    needs: tuple[str, ...]

    @property
    def rank(self) -> int:
        return 0 if self.track is None else self.track.option.rank


@dataclass(frozen=True, slots=True)
class Ways:
    """Every way, the platforms, and the order of the items: use cases in the document's order, then platforms."""

    items: tuple[str, ...]
    all: tuple[Way, ...]
    shared: tuple[Shared, ...]


def ways_of(
    chosen: Sequence[Chosen],
    limits: Budgets,
    calendar: Calendar,
    rate: float,
    tracer: Tracer,
    without: frozenset[str] = frozenset(),
) -> Ways:
    """The ways of every use case that has options, without some platforms. `rate` discounts a year."""
    offers = [(item, option) for item in chosen for option in options_of(item)]
    shared = tuple(one for one in platforms(offers, tracer.knowledge) if one.id not in without)
    waited_for = {key for item in chosen for key in waits_for(item.case)}
    found: list[Way] = []
    for item in chosen:
        mine = [
            way
            for option in options_of(item)
            for way in starts(item, option, shared, limits, calendar, rate, tracer)
        ]
        mine = [credited(way, mine) for way in mine]
        mine = [way for way in mine if way.track is not None and item.allows(way.track.option)]
        if item.case.use_case.pinned != "in" and item.key not in waited_for:
            mine = [way for way in mine if way.value is None or way.value > 0]
        found += undominated(mine)
    for platform in shared:
        found += platform_starts(platform, calendar, rate)
    items = (*(item.key for item in chosen), *(platform.id for platform in shared))
    return Ways(items, tuple(found), shared)


def options_of(item: Chosen) -> tuple[RankedOption, ...]:
    """The first few options, and of those that the use case is pinned to as many; without a stated value one each.

    The first one is always there: it is what a lower-ranked option is credited against.
    """
    options = item.answer.options
    count = OPTIONS if options and options[0].npv is not None else 1
    weighed = {option.rank for option in (*options[:count], *item.allowed[:count])}
    return tuple(option for option in options if option.rank in weighed)


def waits_for(case: Case) -> tuple[str, ...]:
    """The use cases that must be live before this one starts; those in use already are."""
    live = {
        use.key
        for use in case.inputs.use_cases
        if use.in_use_since is not None and use.in_use_since <= case.as_of
    }
    return tuple(key for key in case.use_case.requires or () if key not in live)


def starts(
    item: Chosen,
    option: RankedOption,
    shared: Sequence[Shared],
    limits: Budgets,
    calendar: Calendar,
    rate: float,
    tracer: Tracer,
) -> Iterator[Way]:
    """An option from each quarter on in which it still goes live within the programme."""
    offer = (item.key, option.rank)
    track = track_of(item, option, carried(offer, shared), tracer)
    spans = track.spans
    gain = benefit(item, option, calendar.end, rate, tracer)
    needs = (*waits_for(item.case), *(platform.id for platform in shared if offer in platform.offers))
    people = option.staff.likely if limits.people is None else min(option.staff.likely, limits.people)
    for start, week in enumerate(calendar.bounds[:-1]):
        live = week + track.live.likely
        if live >= calendar.end:
            break
        cost = worth_today(spans, week, calendar.end, rate)
        value = (
            None if gain is None else gain * discounted_weeks(float(live), float(calendar.end), rate) - cost
        )
        cash = cash_of(spans, week, calendar)
        yield Way(
            key=item.key,
            track=track,
            start=start,
            ready=first_from(live, calendar),
            value=value,
            worth=-float(cash.total + cash.later) - start if value is None else value,
            cash=cash,
            people=people,
            needs=needs,
        )


def benefit(item: Chosen, option: RankedOption, end: Decimal, rate: float, tracer: Tracer) -> float | None:
    """What a discounted week of use until `end` brings, before cost; None where no value is answered.

    It is chosen so that the option, begun today without platforms to share and without delay by duties, has
    exactly the median net value of the simulation.
    """
    if option.npv is None:
        return None
    alone = track_of(item, option, {}, tracer).spans
    cost = worth_today(alone, Decimal(0), end, rate)
    weeks = discounted_weeks(float(option.weeks.likely), float(end), rate)
    return (float(option.npv.p50) + cost) / weeks if weeks else 0.0


def first_from(week: Decimal, calendar: Calendar) -> int:
    """The first quarter that starts in a week or later; beyond the programme there is none."""
    return next(
        (index for index, bound in enumerate(calendar.bounds[:-1]) if bound >= week), len(calendar.periods)
    )


def credited(way: Way, mine: Sequence[Way]) -> Way:
    """A lower-ranked option at its credit: at most the first one's value from the same quarter on, times its score.

    So it is taken where it makes room that is worth more than what it does less well, and never for being cheap.
    """
    first = next((one for one in mine if one.start == way.start and one.rank == 1), None)
    if way.rank == 1 or way.track is None or way.value is None or first is None or first.track is None:
        return way
    value = min(way.value, first.value or 0.0)
    if value > 0:
        value *= float(way.track.option.score / first.track.option.score)
    return replace(way, value=value, worth=value)


def undominated(mine: Sequence[Way]) -> list[Way]:
    """The ways of an item without those that another one from the same quarter on beats or equals throughout."""
    return [
        way
        for way in mine
        if not any(other.start == way.start and other.rank < way.rank and beats(other, way) for other in mine)
    ]


def beats(one: Way, other: Way) -> bool:
    pairs = (
        *zip(one.cash.capex, other.cash.capex, strict=True),
        *zip(one.cash.opex, other.cash.opex, strict=True),
    )
    return (
        one.worth >= other.worth
        and one.ready <= other.ready
        and one.people <= other.people
        and set(one.needs) <= set(other.needs)
        and all(mine <= theirs for mine, theirs in pairs)
    )


def platform_starts(platform: Shared, calendar: Calendar, rate: float) -> Iterator[Way]:
    spans = platform.spans()
    for start, week in enumerate(calendar.bounds[:-1]):
        cost = worth_today(spans, week, calendar.end, rate)
        yield Way(
            platform.id, None, start, start, -cost, -cost, cash_of(spans, week, calendar), Decimal(0), ()
        )


def problem_of(ways: Ways, chosen: Sequence[Chosen], limits: Budgets, calendar: Calendar) -> Problem:
    """The ways as numbers. Values are whole amounts; people are busy in every quarter that their build touches."""
    place = {key: index for index, key in enumerate(ways.items)}
    shape = (len(ways.all), len(calendar.periods))
    capex, opex, people = (np.zeros(shape) for _ in range(3))
    needs = np.zeros((len(ways.all), len(ways.items)), dtype=np.bool_)
    for row, way in enumerate(ways.all):
        capex[row], opex[row] = way.cash.capex, way.cash.opex
        if way.track is not None:
            week = calendar.bounds[way.start]
            busy = calendar.overlaps(week, week + way.track.built)
            people[row] = [float(way.people) if weeks else 0.0 for weeks in busy]
        needs[row, [place[key] for key in way.needs]] = True
    pinned = {"in": 1, "out": -1, None: 0}
    excludes = {
        (place[item.key], place[other]) for item in chosen for other in item.case.use_case.excludes or ()
    }
    return Problem(
        items=ways.items,
        item=np.array([place[way.key] for way in ways.all], dtype=np.int64),
        start=np.array([way.start for way in ways.all], dtype=np.int64),
        ready=np.array([way.ready for way in ways.all], dtype=np.int64),
        value=np.array([round(way.worth) for way in ways.all], dtype=np.float64),
        use=limits.use(capex, opex, people),
        limit=limits.limits(),
        needs=needs,
        excludes=tuple(sorted(excludes)),
        pinned=np.array(
            [*(pinned[item.case.use_case.pinned] for item in chosen), *(0 for _ in ways.shared)],
            dtype=np.int64,
        ),
    )
