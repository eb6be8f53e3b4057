"""How much a use case asks of a model over the programme: answered figures, or the ranges that stand for them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from engine.case import Case
from engine.result import Range
from engine.trace import Tracer

READS = ("volume.requests", "volume.users", "volume.input", "volume.output", "volume.growth")
MONTHS = 36
DAYS_A_MONTH = Decimal("30.4375")


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """Requests over the programme and in its first year, tokens of a request, people; with the facts used."""

    requests: Range
    first_year: Range
    per_day: Range
    input: Range
    output: Range
    users: Range
    facts: tuple[str, ...]


def volume(case: Case, tracer: Tracer) -> Volume:
    """The volume of a use case; an unanswered question stands as its default range."""
    use, facts = case.use_case, []

    def known(answer: int | Decimal | None, fact_id: str) -> Range:
        if answer is not None:
            number = Decimal(answer)
            return Range(low=number, likely=number, high=number)
        facts.append(fact_id)
        return points(tracer, fact_id)

    per_day = known(use.requests_per_day, "volume.requests")
    growth = known(use.growth_per_year, "volume.growth")
    return Volume(
        requests=times(per_day, Range(**{end: growth_factor(value) for end, value in ends(growth).items()})),
        first_year=scaled(per_day, DAYS_A_MONTH * 12),
        per_day=per_day,
        input=known(use.input_tokens, "volume.input"),
        output=known(use.output_tokens, "volume.output"),
        users=known(use.users, "volume.users"),
        facts=tuple(facts),
    )


def growth_factor(growth: Decimal) -> Decimal:
    """Days' worth of today's requests over the programme, when volume grows by a share a year."""
    months = sum((1.0 + float(growth)) ** (month / 12) for month in range(MONTHS))
    return DAYS_A_MONTH * Decimal(str(round(months, 6)))


def points(tracer: Tracer, fact_id: str) -> Range:
    """A fact as a range; one number is its own low and high."""
    fact = tracer.fact(fact_id)
    likely = tracer.likely(fact_id)
    return Range(
        low=likely if fact.low is None else fact.low,
        likely=likely,
        high=likely if fact.high is None else fact.high,
    )


def ends(points: Range) -> dict[str, Decimal]:
    return {"low": points.low, "likely": points.likely, "high": points.high}


def times(*ranges: Range) -> Range:
    """The product of ranges of numbers not below zero, end by end."""
    low = likely = high = Decimal(1)
    for one in ranges:
        low, likely, high = low * one.low, likely * one.likely, high * one.high
    return Range(low=low, likely=likely, high=high)


def plus(*ranges: Range) -> Range:
    return Range(
        low=sum((one.low for one in ranges), Decimal(0)),
        likely=sum((one.likely for one in ranges), Decimal(0)),
        high=sum((one.high for one in ranges), Decimal(0)),
    )


def scaled(one: Range, factor: Decimal | int) -> Range:
    return Range(low=one.low * factor, likely=one.likely * factor, high=one.high * factor)
