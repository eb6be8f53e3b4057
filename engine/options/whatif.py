"""What would change the answer: single answers and weights that flip it, and questions worth answering first."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from engine.facts import Knowledge
from engine.inputs import Money
from engine.money.currency import Exchange
from engine.options.asking import worth_asking
from engine.options.changes import AMOUNTS, Amount, Change, Side, amount_of, choices, threshold
from engine.options.decide import Decision
from engine.options.tables import CRITERIA
from engine.options.weighing import Weighing, named
from engine.options.words import option_name, shown
from engine.questions import question, steps
from engine.result import Question, SwitchPoint, WeightSwitch
from engine.rounding import about
from engine.sentences import small_start, two_percents

MOST_POINTS = 12
CLOSE = 1e-9
EXACT_BELOW = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """What flips the answer, nearest first; a sentence that sums it up; what to ask, most worth first."""

    steadiness: str
    switch_points: tuple[SwitchPoint, ...]
    weight_switch: WeightSwitch | None
    ask_next: tuple[Question, ...]


def what_if(decision: Decision, knowledge: Knowledge, exchange: Exchange) -> WhatIf:
    """Vary every answer alone, and every weight alone."""
    weighing = Weighing(decision, knowledge, exchange)
    found = sorted(points(weighing), key=lambda pair: (pair[0], pair[1].answer))
    switch_points = tuple(point for _, point in found[:MOST_POINTS])
    weights = weight_switch(decision, knowledge)
    return WhatIf(
        steadiness=steadiness(switch_points, weights),
        switch_points=switch_points,
        weight_switch=weights,
        ask_next=worth_asking(weighing),
    )


def points(weighing: Weighing) -> Iterator[tuple[float, SwitchPoint]]:
    """Each answer that flips the recommendation, with how far it lies: tenfold steps, or 1 for another word."""
    case = weighing.decision.case
    for change in choices(case):
        if change.was is not None and weighing.flips(change):
            yield 1.0, point(weighing, change, shown(change.to))
    for amount in AMOUNTS:
        was = amount_of(case, amount)
        for side, number, change in threshold(case, amount, weighing.flips):
            assert was is not None
            yield (
                distance(amount, was, number),
                point(weighing, change, said(amount, side, number, change)),
            )


def distance(amount: Amount, was: Decimal, to: Decimal) -> float:
    if not amount.tenfold:
        return 2 * abs(float((to - was) / (amount.most - amount.least)))
    return abs(math.log10(max(float(to), 0.1) / max(float(was), 0.1)))


def said(amount: Amount, side: Side, number: Decimal, change: Change) -> str:
    """A threshold in words: to two significant digits, small whole numbers exactly."""
    if isinstance(change.to, Money):
        return f"{side} {about(number)} {change.to.currency}"
    if isinstance(change.to, Decimal):
        return f"{side} {number:.2f}"
    if change.to < EXACT_BELOW:
        return f"{side} {change.to + 1 if side == 'below' else change.to - 1}"
    return f"{side} {about(number)}"


def point(weighing: Weighing, change: Change, to: str) -> SwitchPoint:
    other = weighing.decide(change)
    becomes = other.candidates[0].id if other.candidates else None
    was = shown(change.was)
    return SwitchPoint(
        answer=change.pointer,
        from_=was,
        to=to,
        becomes=becomes,
        outcome=other.outcome,
        text=f"If “{question(steps(change.pointer))}” were answered “{to}” instead of “{was}”: {named(other, weighing.knowledge)}.",
    )


def weight_switch(decision: Decision, knowledge: Knowledge) -> WeightSwitch | None:
    """The least change of one criterion's share, the others keeping their proportions, that flips the answer."""
    if decision.doubt is None or len(decision.candidates) < 2:
        return None
    values = decision.doubt.values
    best: tuple[float, int, int, float] | None = None
    for j, name in enumerate(CRITERIA):
        weight = decision.weights[name]
        for o in range(1, len(decision.candidates)):
            lead = float(values[j, 0] - values[j, o])
            rest = (decision.scores[0] - decision.scores[o] - weight * lead) / (1 - weight)
            if abs(rest - lead) < CLOSE:
                continue
            share = rest / (rest - lead)
            if 0 <= share <= 1 and (best is None or abs(share - weight) < best[0]):
                best = (abs(share - weight), j, o, share)
    if best is None:
        return None
    _, j, o, share = best
    name, becomes = CRITERIA[j], decision.candidates[o].id
    was = decision.weights[name]
    then, now = two_percents(share, was)
    return WeightSwitch(
        criterion=name,
        from_=Decimal(f"{was:.3f}"),
        to=Decimal(f"{share:.3f}"),
        becomes=becomes,
        text=(
            f"If “{knowledge.options.criteria[name].name}” had {then} of the weight instead of {now}: "
            f"{option_name(becomes, knowledge)}."
        ),
    )


def steadiness(found: tuple[SwitchPoint, ...], weights: WeightSwitch | None) -> str:
    """One sentence: the nearest single change of an answer, or that none flips it; and the nearest weight."""
    answers = (
        f"The nearest change of one answer that flips it: {small_start(found[0].text)}"
        if found
        else "No single answer that was given flips it, as far as it was varied."
    )
    return f"{answers} {weights.text}" if weights else answers
