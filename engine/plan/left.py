"""Why a use case is left out, and why one that is taken starts when it does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

import numpy as np

from engine.case import Case
from engine.plan.budgets import Budgets, Cap
from engine.plan.chosen import Chosen
from engine.plan.problem import ROOM, Floats, Problem
from engine.plan.quarters import Calendar
from engine.plan.ways import Way, Ways, waits_for
from engine.result import LeftOut, Limit
from engine.rounding import about, tenth, whole

NAMES: dict[Limit, str] = {
    "capex": "for investment",
    "opex": "for running",
    "money": "in all",
    "people": "people who build",
}


@dataclass(frozen=True)
class Situation:
    """What was to be chosen among, what was taken, and under which limits."""

    chosen: Sequence[Chosen]
    ways: Ways
    problem: Problem
    taken: tuple[int, ...]
    limits: Budgets
    calendar: Calendar
    currency: str

    @cached_property
    def keys(self) -> frozenset[str]:
        return frozenset(self.ways.all[index].key for index in self.taken)

    @cached_property
    def spent(self) -> Floats:
        return self.problem.spent(self.taken)

    def case(self, key: str) -> Case:
        return next(item.case for item in self.chosen if item.key == key)

    def name(self, key: str) -> str:
        return next((item.case.name for item in self.chosen if item.key == key), key)

    def way_taken(self, key: str) -> Way:
        return next(way for index in self.taken if (way := self.ways.all[index]).key == key)

    def ways_of(self, key: str) -> Iterator[tuple[int, Way]]:
        return ((index, way) for index, way in enumerate(self.ways.all) if way.key == key)

    def answers_for(self, left: LeftOut) -> tuple[str, ...]:
        """The answers behind a reason."""
        case = self.case(left.use_case)
        pin = "pinned" if case.use_case.pinned == "out" else "pinned_to"
        field = {"pinned": pin, "prerequisite": "requires", "exclusion": "excludes", "worth": "value"}
        if left.kind in field:
            return (case.at(field[left.kind]),)
        return next(
            (cap.answers for cap in self.limits.caps if (cap.limit, cap.period) == (left.limit, left.period)),
            (),
        )


def why_left(situation: Situation) -> tuple[LeftOut, ...]:
    """Every use case that is not taken, with its reason, in the document's order."""
    return tuple(
        against_pin(item, reason(item, situation))
        for item in situation.chosen
        if item.key not in situation.keys
    )


def against_pin(item: Chosen, left: LeftOut) -> LeftOut:
    """The reason, with a word that it stands against what was decided."""
    if item.case.use_case.pinned != "in":
        return left
    return replace(left, because=f"It was decided to take it, and that cannot be kept. {left.because}")


def reason(item: Chosen, situation: Situation) -> LeftOut:
    """The first that holds: its outcome, a pin, what it waits for, what rules it out, its worth, a limit."""
    case = item.case
    values = [way.value for _, way in situation.ways_of(item.key) if way.value is not None]
    value = whole(max(values)) if values else None
    if item.option is None:
        return LeftOut(use_case=item.key, because=outcome(item), kind="outcome")
    if case.use_case.pinned == "out":
        return LeftOut(
            use_case=item.key, because="It was decided to leave it out.", kind="pinned", value=value
        )
    if not item.allowed:
        return LeftOut(use_case=item.key, because=no_such_option(item), kind="pinned", value=value)
    if missing := [key for key in waits_for(case) if key not in situation.keys]:
        names = " and ".join(f"“{situation.name(key)}”" for key in missing)
        text = f"It waits for {names}, which is not in the plan."
        return LeftOut(use_case=item.key, because=text, kind="prerequisite", value=value)
    if rivals := rivals_of(case, situation):
        text = f"“{situation.name(rivals[0])}” is taken, and only one of the two can be."
        return LeftOut(use_case=item.key, because=text, kind="exclusion", value=value)
    npv = item.allowed[0].npv
    if not values and npv is not None:
        lost = npv.p50
        if case.use_case.pinned == "in":
            text = "It cannot go live within the three years."
        elif lost <= 0:
            text = (
                f"It costs more than it is worth: its net value over three years is {money(lost, situation)}."
            )
        else:
            text = "It cannot go live early enough to be worth its cost within the three years."
        return LeftOut(use_case=item.key, because=text, kind="worth", value=whole(lost))
    return short(item, value, situation)


def outcome(item: Chosen) -> str:
    if item.answer.outcome == "classical_model":
        return "No language model is indicated; plan it as a classical model."
    get = item.answer.first_get
    return "Not yet: " + (get[0] if get else "an answer is still missing.")


def no_such_option(item: Chosen) -> str:
    """Why the option that a use case is pinned to is not there: the gate that refused it, where one did."""
    pin = item.case.use_case.pinned_to
    refused = next(
        (
            one
            for one in item.answer.refused
            if pin and pin.approach in (None, one.approach) and pin.deployment in (None, one.deployment)
        ),
        None,
    )
    text = "The option that was decided for it is not possible."
    return f"{text} {refused.text}" if refused else text


def rivals_of(case: Case, situation: Situation) -> list[str]:
    mine = set(case.use_case.excludes or ())
    mine |= {
        other.key for other in situation.chosen if case.use_case.key in (other.case.use_case.excludes or ())
    }
    return [item.key for item in situation.chosen if item.key in mine & situation.keys]


def short(item: Chosen, value: Decimal | None, situation: Situation) -> LeftOut:
    """The way that comes closest to fitting beside what is taken, and the limit that it breaks most."""
    problem, caps = situation.problem, situation.limits.caps
    nearest: tuple[float, int, Floats] | None = None
    for index, way in situation.ways_of(item.key):
        over = problem.use[index] + situation.spent - problem.limit
        worst = float((over / np.maximum(problem.limit, 1.0)).max(initial=0.0))
        if nearest is None or worst < nearest[0]:
            nearest = (worst, way.start, over)
    if nearest is None or nearest[0] <= ROOM:
        text = "What it needs first, or the platform it would pay for, costs more than it brings."
        return LeftOut(use_case=item.key, because=text, kind="worth", value=value)
    _, start, over = nearest
    place = int(np.argmax(over / np.maximum(problem.limit, 1.0)))
    cap, missing = caps[place], Decimal(str(over[place]))
    begun = f"Begun in {situation.calendar.periods[start]}, where it comes nearest, "
    if cap.limit == "people":
        text = begun + f"{cap.period} lacks {tenth(missing)} of {cap.most} people who build."
    else:
        there = money(cap.most, situation)
        text = begun + (
            f"{cap.period} holds {there} {NAMES[cap.limit]}, and {money(missing, situation)} are missing."
        )
    return LeftOut(
        use_case=item.key,
        because=text,
        kind="people" if cap.limit == "people" else "budget",
        limit=cap.limit,
        period=cap.period,
        short_by=tenth(missing) if cap.limit == "people" else whole(missing),
        value=value,
    )


def money(amount: Decimal, situation: Situation) -> str:
    return f"{about(amount)} {situation.currency}"


@dataclass(frozen=True, slots=True)
class Wait:
    """Why a use case does not start a quarter earlier, and the use cases that it waits for."""

    text: str
    launches: tuple[str, ...] = ()
    builders: tuple[str, ...] = ()


def wait_of(way: Way, situation: Situation) -> Wait | None:
    """What a use case waits for; None where it starts at once."""
    live = tuple(key for key in waits_for(situation.case(way.key)) if key in situation.keys)
    earlier = [
        (index, other)
        for index, other in situation.ways_of(way.key)
        if other.start == way.start - 1 and other.rank == way.rank
    ]
    if not earlier:
        return Wait("", launches=live) if live else None
    index, other = earlier[0]
    late = [key for key in live if situation.way_taken(key).ready > other.start]
    if late:
        names = " and ".join(f"“{situation.name(key)}”" for key in late)
        return Wait(f"It starts once {names} is live.", launches=live)
    cap = broken(index, way, situation)
    period = situation.calendar.periods[way.start]
    if cap is None:
        return Wait(f"From {period} on it brings as much.", launches=live)
    if cap.limit == "people":
        text = f"Before {period} there are not enough people free to build it."
        return Wait(text, launches=live, builders=freed_by(cap, way, situation))
    text = f"A quarter earlier, the budget of {cap.period} {NAMES[cap.limit]} would not hold."
    return Wait(text, launches=live)


def broken(index: int, instead_of: Way, situation: Situation) -> Cap | None:
    """The limit that a way would break in place of the one taken."""
    taken = next(at for at in situation.taken if situation.ways.all[at] is instead_of)
    problem = situation.problem
    over = situation.spent - problem.use[taken] + problem.use[index] - problem.limit * (1 + ROOM)
    if not over.size or over.max() <= ROOM:
        return None
    return situation.limits.caps[int(np.argmax(over / np.maximum(problem.limit, 1.0)))]


def freed_by(cap: Cap, way: Way, situation: Situation) -> tuple[str, ...]:
    """The use case whose builders, busy in the cap's quarter, are free last before a way starts."""
    start = situation.calendar.bounds[way.start]
    ends = [
        (situation.calendar.bounds[other.start] + other.track.built, other.key)
        for other in (situation.ways.all[index] for index in situation.taken)
        if other.track is not None
        and other.key != way.key
        and situation.calendar.bounds[other.start] + other.track.built <= start
        and situation.calendar.bounds[other.start] + other.track.built
        > situation.calendar.bounds[cap.quarters[0]]
    ]
    return (max(ends)[1],) if ends else ()
