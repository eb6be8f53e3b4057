"""An option's bill of materials over 36 months, and what it may come to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Literal

import numpy as np

from engine.case import Case
from engine.facts import Knowledge
from engine.money.currency import Exchange
from engine.money.draws import DRAWS, Floats, drawn, percentiles
from engine.money.volume import MONTHS, Volume, plus, points, scaled, times, volume
from engine.result import Consequences, CostLine, OptionId, Percentiles, Range
from engine.rounding import tenth_range, whole, whole_range
from engine.trace import Tracer

READS = (
    "people.day_rate",
    "people.days_year",
    "days.integration",
    "days.evaluation",
    "days.index",
    "days.examples",
    "days.exit",
    "price.token.private",
    "price.gpu.hour",
    "price.gpu.owned",
    "serving.small",
    "serving.large",
    "serving.peak",
    "price.server.month",
    "price.server.owned",
    "price.seat.month",
    "price.label",
    "price.programme.from_scratch",
    "retraining.per_year",
    "money.discount",
)
RUN_PEOPLE = "people.run."
JOBS = "job."
MONEY_ANSWERS = frozenset(
    {
        "use.users",
        "use.requests_per_day",
        "use.growth_per_year",
        "use.input_tokens",
        "use.output_tokens",
        "use.labelled_examples",
        "use.value",
        "data.labelled_examples",
        "org.currency",
    }
)
"""The answers that an estimate reads; a change of any other one leaves it as it is."""
HOURS_A_MONTH = Decimal("730.5")
MILLION = Decimal(1_000_000)
SMALL_SHARE = Decimal("0.25")
"""The part of a person's time that a specialist job takes while it is built."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A line in US dollars."""

    name: str
    kind: Literal["capex", "opex"]
    amount: Range
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CostEstimate:
    """What an option costs over the programme, in the result's currency."""

    lines: tuple[CostLine, ...]
    cost: Percentiles
    draws: Floats
    npv: Percentiles | None
    build: Range
    fixed_per_month: Decimal
    per_request: Decimal
    first_year: Decimal
    weeks: Range
    staff: Range
    infrastructure: tuple[str, ...]


def day_rate(tracer: Tracer, exchange: Exchange) -> Range:
    """A person-day in the result's currency."""
    rate = points(tracer, "people.day_rate")
    return whole_range(
        Range(low=exchange.usd(rate.low), likely=exchange.usd(rate.likely), high=exchange.usd(rate.high))
    )


def estimate(
    case: Case,
    option: OptionId,
    compliance: Consequences,
    model: str,
    knowledge: Knowledge,
    tracer: Tracer,
    exchange: Exchange,
) -> CostEstimate:
    """Cost of an option. `model` is a key of the catalogue; `compliance` holds money of the result's currency."""
    asked = volume(case, tracer)
    weeks = weeks_of(option, knowledge, tracer)
    staff = plus(
        points(tracer, knowledge.options.approaches[option.approach].people),
        points(tracer, knowledge.options.deployments[option.deployment].people),
    )
    serving, infrastructure = serve(option, model, asked, knowledge, tracer)
    items = [
        *build(case, option, staff, weeks, knowledge, tracer),
        *serving,
        *run(option, knowledge, tracer),
    ]
    lines = [
        CostLine(item=item.name, kind=item.kind, amount=converted(item.amount, exchange), facts=item.facts)
        for item in items
    ]
    if compliance.cost.high:
        lines.append(
            CostLine(item="Compliance work", kind="capex", amount=compliance.cost, facts=("people.day_rate",))
        )
    totals = np.zeros(DRAWS)
    for line in lines:
        totals += drawn(line.item, line.amount)
    capex = [line.amount for line in lines if line.kind == "capex"]
    upfront = plus(*capex)
    by_request = sum(
        (converted(item.amount, exchange).likely for item in serving if item.name == INFERENCE), Decimal(0)
    )
    per_request = by_request / asked.requests.likely if asked.requests.likely else Decimal(0)
    opex = sum((line.amount.likely for line in lines if line.kind == "opex"), Decimal(0))
    fixed = (opex - by_request) / MONTHS
    return CostEstimate(
        lines=tuple(lines),
        cost=percentiles(totals),
        draws=totals,
        npv=net_value(case, totals, float(upfront.likely), weeks, tracer, exchange),
        build=whole_range(upfront),
        fixed_per_month=fixed,
        per_request=per_request,
        first_year=whole(upfront.likely + fixed * 12 + per_request * asked.first_year.likely),
        weeks=tenth_range(weeks),
        staff=tenth_range(staff),
        infrastructure=infrastructure,
    )


def weeks_of(option: OptionId, knowledge: Knowledge, tracer: Tracer) -> Range:
    return plus(
        points(tracer, knowledge.options.approaches[option.approach].weeks),
        points(tracer, knowledge.options.deployments[option.deployment].weeks),
    )


def build(
    case: Case, option: OptionId, staff: Range, weeks: Range, knowledge: Knowledge, tracer: Tracer
) -> Iterator[Item]:
    """Everything paid before people use it, and the way out."""
    row = knowledge.options.approaches[option.approach]
    rate = points(tracer, "people.day_rate")
    people = knowledge.options.deployments[option.deployment].people
    if option.approach == "from_scratch":
        yield Item(
            name="Programme of a model from scratch",
            kind="capex",
            amount=points(tracer, "price.programme.from_scratch"),
            facts=("price.programme.from_scratch",),
        )
    else:
        days = scaled(times(staff, Range(low=weeks.likely, likely=weeks.likely, high=weeks.likely)), 5)
        yield Item(
            name="People who build it",
            kind="capex",
            amount=scaled(times(days, rate), SMALL_SHARE if option.deployment == "vendor_saas" else 1),
            facts=(row.people, people, row.weeks, "people.day_rate"),
        )
    work = [("Integration", "days.integration"), ("Evaluation", "days.evaluation")]
    if row.retrieves:
        work.append(("Preparing documents", "days.index"))
    if row.trains:
        work.append(("Preparing examples", "days.examples"))
    for name, fact in work:
        yield Item(
            name=name, kind="capex", amount=times(points(tracer, fact), rate), facts=(fact, "people.day_rate")
        )
    if row.label_enough is not None:
        missing = max(Decimal(0), tracer.likely(row.label_enough) - (case.labelled_examples.value or 0))
        if missing:
            yield Item(
                name="Labels still missing",
                kind="capex",
                amount=scaled(points(tracer, "price.label"), missing),
                facts=("price.label", row.label_enough),
            )
    if row.trains and option.approach != "from_scratch":
        job = JOBS + option.approach
        yield Item(name="Training job", kind="capex", amount=points(tracer, job), facts=(job,))
    if knowledge.options.deployments[option.deployment].outside:
        yield Item(
            name="Way out of the vendor",
            kind="opex",
            amount=times(points(tracer, "days.exit"), rate),
            facts=("days.exit", "people.day_rate"),
        )


INFERENCE = "Inference"


def serve(
    option: OptionId, model: str, asked: Volume, knowledge: Knowledge, tracer: Tracer
) -> tuple[list[Item], tuple[str, ...]]:
    """What answering costs over the programme, and what it runs on."""
    row = knowledge.options.model(model)
    if option.deployment == "vendor_saas":
        fact = "price.seat.month"
        amount = scaled(times(asked.users, points(tracer, fact)), MONTHS)
        return [Item(name="Seats", kind="opex", amount=amount, facts=(fact, *asked.facts))], (
            "vendor's application",
        )
    items, runs_on = [], []
    if knowledge.options.approaches[option.approach].retrieves:
        amount = scaled(points(tracer, "price.server.month"), MONTHS)
        items.append(Item(name="Search index", kind="opex", amount=amount, facts=("price.server.month",)))
        runs_on.append("search index")
    if row.price_in and row.price_out:
        premium = points(tracer, "price.token.private") if option.deployment == "private_cloud" else None
        price = plus(
            times(asked.input, points(tracer, row.price_in)),
            times(asked.output, points(tracer, row.price_out)),
        )
        amount = scaled(times(asked.requests, price, *([premium] if premium else [])), 1 / MILLION)
        facts = (row.price_in, row.price_out, *(("price.token.private",) if premium else ()), *asked.facts)
        items.append(Item(name=INFERENCE, kind="opex", amount=amount, facts=facts))
        return items, (*runs_on, "hosted model")
    if row.kind == "encoder":
        owned = option.deployment == "on_prem"
        fact = "price.server.owned" if owned else "price.server.month"
        amount = points(tracer, fact) if owned else scaled(points(tracer, fact), MONTHS)
        items.append(Item(name="Servers", kind="capex" if owned else "opex", amount=amount, facts=(fact,)))
        return items, (*runs_on, "servers without graphics processors")
    gpus, facts = processors(
        asked, "serving.large" if row.parameters > 20 * 10**9 else "serving.small", tracer
    )
    if option.deployment == "on_prem":
        amount = times(gpus, points(tracer, "price.gpu.owned"))
        items.append(
            Item(
                name="Own graphics processors", kind="capex", amount=amount, facts=("price.gpu.owned", *facts)
            )
        )
    else:
        amount = scaled(times(gpus, points(tracer, "price.gpu.hour")), HOURS_A_MONTH * MONTHS)
        items.append(
            Item(
                name="Rented graphics processors",
                kind="opex",
                amount=amount,
                facts=("price.gpu.hour", *facts),
            )
        )
    return items, (*runs_on, f"{gpus.low:,.0f} to {gpus.high:,.0f} graphics processors (H100 class)")


def processors(asked: Volume, rate: str, tracer: Tracer) -> tuple[Range, tuple[str, ...]]:
    """Graphics processors for the peak load, at least one. A slow rate needs more, so its ends change places."""
    tokens = times(asked.per_day, asked.output, points(tracer, "serving.peak"))
    per_second = scaled(tokens, Decimal(1) / 86_400)
    speed = points(tracer, rate)
    needed = [per_second.low / speed.high, per_second.likely / speed.likely, per_second.high / speed.low]
    low, likely, high = (max(Decimal(1), number.to_integral_value(ROUND_CEILING)) for number in needed)
    return Range(low=low, likely=likely, high=high), (rate, "serving.peak", *asked.facts)


def run(option: OptionId, knowledge: Knowledge, tracer: Tracer) -> Iterator[Item]:
    """People who keep it running, and training again."""
    fact = RUN_PEOPLE + option.approach
    days = scaled(points(tracer, fact), tracer.likely("people.days_year") * MONTHS / 12)
    yield Item(
        name="People who run it",
        kind="opex",
        amount=times(days, points(tracer, "people.day_rate")),
        facts=(fact, "people.days_year", "people.day_rate"),
    )
    if knowledge.options.approaches[option.approach].trains and option.approach not in (
        "from_scratch",
        "continued_pretraining",
    ):
        job = JOBS + option.approach
        amount = scaled(times(points(tracer, job), points(tracer, "retraining.per_year")), MONTHS // 12)
        yield Item(name="Training again", kind="opex", amount=amount, facts=(job, "retraining.per_year"))


def net_value(
    case: Case, totals: Floats, upfront: float, weeks: Range, tracer: Tracer, exchange: Exchange
) -> Percentiles | None:
    """Discounted value less cost over the programme; None where the use case's value is not answered."""
    value = case.use_case.value
    if value is None or value.likely is None:
        return None
    likely = exchange.of(value.likely)
    worth = Range(
        low=exchange.of(value.low) if value.low else likely,
        likely=likely,
        high=exchange.of(value.high) if value.high else likely,
    )
    rate = float(tracer.likely("money.discount"))
    starts = float(weeks.likely) / (52 / 12)
    worths = sum((1 + rate) ** (-month / 12) / 12 for month in range(MONTHS) if month >= starts)
    later = sum((1 + rate) ** (-month / 12) for month in range(MONTHS)) / MONTHS
    running = np.maximum(totals - upfront, 0.0)
    return percentiles(drawn("Value", worth) * worths - np.minimum(totals, upfront) - running * later)


def converted(amount: Range, exchange: Exchange) -> Range:
    return whole_range(
        Range(
            low=exchange.usd(amount.low), likely=exchange.usd(amount.likely), high=exchange.usd(amount.high)
        )
    )


def break_even(one: CostEstimate, other: CostEstimate) -> int | None:
    """Requests a month at which both cost the same, build spread over the programme; None where there is none."""
    slope = one.per_request - other.per_request
    gap = (other.build.likely - one.build.likely) / MONTHS + other.fixed_per_month - one.fixed_per_month
    if slope == 0 or gap / slope <= 0:
        return None
    return int((gap / slope).to_integral_value())
