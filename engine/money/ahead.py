"""What is known to change while the programme runs: prices with a later dated value, and services that end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from engine.canonical import plain_number
from engine.facts import FactAt
from engine.money.bill import Line
from engine.money.calendar import DAYS_A_MONTH, MONTHS
from engine.money.proposal import Proposal
from engine.result import PriceChange
from engine.trace import Tracer

Part = Callable[[Proposal], Iterable[Line]]
"""A part of a bill: the lines that it has for an option."""


def month_of(day: date, as_of: date) -> float:
    """How many months after the programme's start a day lies."""
    return (day - as_of).days / DAYS_A_MONTH


def changes(facts: Iterable[str], tracer: Tracer) -> tuple[FactAt, ...]:
    """The values that some prices are known to take within the programme, first day first."""
    known = [
        then
        for fact in facts
        for then in tracer.ahead(fact)
        if then.likely is not None and month_of(then.since, tracer.as_of) < MONTHS
    ]
    return tuple(sorted(known, key=lambda then: (then.since, then.id)))


def month_by_month(part: Part, offer: Proposal) -> Iterator[Line]:
    """A part's lines at today's prices, and what each known next price adds to them from its day on."""
    now = tuple(part(offer))
    yield from now
    ahead = changes({fact for line in now for fact in line.amount.facts}, offer.scene.tracer)
    prices: dict[str, FactAt] = {}
    for day in dict.fromkeys(then.since for then in ahead):
        moved = {then.id: then for then in ahead if then.since == day}
        prices |= moved
        later = tuple(part(replace(offer, scene=offer.scene.then(dict(prices)))))
        yield from added(now, later, moved.keys(), day, offer.scene.tracer.as_of)
        now = later


def added(
    now: Sequence[Line], later: Sequence[Line], moved: Iterable[str], day: date, as_of: date
) -> Iterator[Line]:
    """What the lines that rest on a moved price cost more from a day on, or less."""
    for before, after in zip(now, later, strict=True):
        if not before.amount.facts.isdisjoint(moved):
            amount, since = after.amount - before.amount, month_of(day, as_of)
            yield replace(after, amount=amount, since=since, day=day)


def price_changes(lines: Sequence[Line], tracer: Tracer) -> Iterator[PriceChange]:
    """The changes of price that lines count, in words."""
    now: dict[str, FactAt] = {}
    for then in changes({fact for line in lines for fact in line.amount.facts}, tracer):
        before = now.get(then.id, tracer.fact(then.id))
        now[then.id] = then
        if before.likely is None or then.likely is None:
            continue
        month = int(month_of(then.since, tracer.as_of)) + 1
        yield PriceChange(
            fact=then.id,
            since=then.since,
            month=month,
            now=before.likely,
            then=then.likely,
            text=(
                f"{then.label}: {plain_number(before.likely)} {before.unit} until {then.since}, "
                f"{plain_number(then.likely)} {then.unit} from then on, in month {month} of the programme."
            ),
        )


def ends_on(offer: Proposal) -> tuple[date, str | None] | None:
    """The day on which the vendor's service or the hosted model behind an option ends, with the answer that says so.

    None where no end is known, or it lies outside the programme.
    """
    case, vendor = offer.scene.case, offer.scene.case.vendor
    known: list[tuple[date, str | None]] = []
    if offer.deployment.shared and vendor is not None and vendor.retires_on is not None:
        known.append((vendor.retires_on, case.vendor_at("retires_on")))
    if offer.by_token and offer.model.retires_on is not None:
        known.append((offer.model.retires_on, None))
    within = [(day, at) for day, at in known if 0 < month_of(day, case.as_of) < MONTHS]
    return min(within, key=lambda one: one[0]) if within else None
