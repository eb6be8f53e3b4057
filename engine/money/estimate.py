"""What an option costs over the programme: its bill drawn from the scene, and the figures kept of it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from engine.case import Case
from engine.money.ahead import month_by_month
from engine.money.bill import DUTIES, Bill, Kind, summed
from engine.money.currency import Exchange
from engine.money.draws import tenths
from engine.money.figures import Figure, Scene
from engine.money.programme import programme
from engine.money.proposal import Contender, Proposal, added_weeks, proposal
from engine.money.ranges import plus, points
from engine.money.running import RUNNING
from engine.options.tables import OptionTables
from engine.result import OptionId, Percentiles, Range
from engine.rounding import tenth_range, whole, whole_range
from engine.trace import Tracer

MONEY_ANSWERS = frozenset(
    {
        "use.users",
        "use.requests_per_day",
        "use.growth_per_year",
        "use.input_tokens",
        "use.output_tokens",
        "use.labelled_examples",
        "use.corpus_tokens",
        "use.knowledge_change_rate",
        "use.domain_specificity",
        "use.latency",
        "use.task_type",
        "use.modality",
        "use.internal_only",
        "use.online_service",
        "use.value",
        "data.labelled_examples",
        "data.tokens",
        "data.update_rate",
        "vendor.retires_on",
        "org.currency",
        "org.infrastructure",
    }
)
"""The answers that an estimate reads; a change of any other one leaves it as it is."""


def moves(word: str, contender: Contender, tables: OptionTables) -> bool:
    """Whether an answer can move a contender's estimate: some are read only for labels, text or processors."""
    option = contender.option
    approach, deployment = tables.approaches[option.approach], tables.deployments[option.deployment]
    match word:
        case "use.labelled_examples" | "data.labelled_examples" | "use.domain_specificity":
            return approach.label_enough is not None or option.method == "rl"
        case "use.corpus_tokens" | "data.tokens":
            return approach.retrieves or approach.token_floor is not None or option.method == "long_context"
        case "use.knowledge_change_rate" | "data.update_rate":
            return approach.retrieves
        case "use.input_tokens" | "use.output_tokens":
            return approach.trains or option.deployment != "vendor_saas"
        case "use.latency":
            return option.deployment != "vendor_saas"
        case "org.infrastructure":
            return option.deployment == "on_prem" or deployment.weeks_there is not None
    return word in MONEY_ANSWERS


KINDS: tuple[Kind, Kind] = ("capex", "opex")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """What gates and scores need of an option's money, in the result's currency.

    `first_year` is what the programme's first twelve months cost at the least: one case in ten lies below.
    `apart` is what the cost comes to in the middle case without work on duties.
    """

    cost: Percentiles
    apart: Decimal
    first_year: Decimal
    weeks: Range
    staff: Range


def day_rate(tracer: Tracer, exchange: Exchange) -> Range:
    """A person-day in the result's currency."""
    rate = points(tracer, "people.day_rate")
    return whole_range(
        Range(low=exchange.usd(rate.low), likely=exchange.usd(rate.likely), high=exchange.usd(rate.high))
    )


def bill_of(offer: Proposal) -> Bill:
    """The option's bill of materials in US dollars."""
    lines = (line for part in (programme, *RUNNING) for line in month_by_month(part, offer))
    return Bill(offer.calendar, tuple(lines))


def drafted(scene: Scene, contender: Contender) -> Bill:
    """A contender's bill of materials in a scene."""
    return bill_of(proposal(scene, contender))


def outline(scene: Scene, contender: Contender, exchange: Exchange) -> Outline:
    """What gates and scores need of an option of the scene's use case."""
    bill = drafted(scene, contender)
    total = bill.total()
    unit = float(exchange.usd(Decimal(1)))
    return Outline(
        cost=percentiles(total, unit),
        apart=whole(apart(bill) * unit),
        first_year=percentiles(bill.until(12), unit).p10,
        weeks=tenth_range(weeks_of(contender.option, scene.case, scene.tracer)),
        staff=tenth_range(staff_of(contender.option, scene.tracer)),
    )


def apart(bill: Bill) -> float:
    """The middle case's cost in US dollars less the mean share that work on duties has in it."""
    total = bill.total()
    duties = summed(bill.over(line) for line in bill.lines if line.key in DUTIES)
    _, middle, _ = tenths(total.drawn)
    return middle * (1.0 - float(np.mean(duties.drawn)) / float(np.mean(total.drawn)))


def weeks_of(option: OptionId, case: Case, tracer: Tracer) -> Range:
    """Weeks until people use it."""
    tables = tracer.knowledge.options
    return plus(
        points(tracer, tables.approaches[option.approach].weeks),
        points(tracer, added_weeks(case, tables.deployments[option.deployment])),
    )


def staff_of(option: OptionId, tracer: Tracer) -> Range:
    """People who build it, or who choose and set up a finished application."""
    tables = tracer.knowledge.options
    built = plus(
        points(tracer, tables.approaches[option.approach].people),
        points(tracer, tables.deployments[option.deployment].people),
    )
    if option.deployment != "vendor_saas":
        return built
    share = points(tracer, "people.share.vendor_saas")
    return Range(low=built.low * share.low, likely=built.likely * share.likely, high=built.high * share.high)


def percentiles(figure: Figure, unit: float = 1.0) -> Percentiles:
    """The 10th, 50th and 90th percentile of a figure's draws, in units of the result's currency."""
    p10, p50, p90 = tenths(figure.drawn)
    return Percentiles(p10=whole(p10 * unit), p50=whole(p50 * unit), p90=whole(p90 * unit))


def spread(figure: Figure, unit: float = 1.0) -> Range:
    """The likely value between the 10th and the 90th percentile, in units of the result's currency."""
    low, likely, high = figure.points
    return Range(low=whole(low * unit), likely=whole(likely * unit), high=whole(high * unit))
