"""The whole account of the options that are ranked: bills, worth, drivers, break-even, training and serving."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from engine.case import Case
from engine.money.ahead import price_changes
from engine.money.bill import ITEMS, Bill, Line
from engine.money.breakeven import break_even, costs_by_volume
from engine.money.calendar import MONTHS
from engine.money.currency import Exchange
from engine.money.draws import Floats
from engine.money.estimate import bill_of, percentiles, spread
from engine.money.figures import Figure, Input, Scene
from engine.money.information import worth_knowing
from engine.money.learning import job
from engine.money.proposal import Contender, Proposal, proposal
from engine.money.running import how_fast, on_processors, owned_gpus, rented_gpus
from engine.money.tornado import drivers, strongest
from engine.money.worth import loss, net_worth, over_budget, payback
from engine.result import (
    BreakEven,
    CostLine,
    Driver,
    Payback,
    Percentiles,
    PriceChange,
    Range,
    Serving,
    StageCosts,
    Training,
    WorthKnowing,
)
from engine.rounding import tenth, whole
from engine.trace import Tracer

GIGABYTE = 1e9


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Everything about one option's money that a result shows, in the result's currency."""

    cost: Percentiles
    capex: Percentiles
    opex: Percentiles
    stages: StageCosts
    years: tuple[Percentiles, ...]
    cost_lines: tuple[CostLine, ...]
    price_changes: tuple[PriceChange, ...]
    npv: Percentiles | None
    payback: Payback | None
    loss: int | None
    over_budget: int | None
    break_even: BreakEven | None
    drivers: tuple[Driver, ...]
    training: Training | None
    serving: Serving | None
    infrastructure: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounts:
    """The accounts of a use case's options in the order given, and the inputs worth knowing better."""

    options: tuple[Account, ...]
    worth_knowing: tuple[WorthKnowing, ...]


@dataclass(frozen=True, slots=True)
class Drafted:
    """A contender's bill and total in the scene that all of them share."""

    contender: Contender
    offer: Proposal
    bill: Bill
    total: Figure


def accounts(
    case: Case,
    tracer: Tracer,
    contenders: Sequence[Contender],
    names: Sequence[str],
    exchange: Exchange,
    budget_usd: Decimal | None,
) -> Accounts:
    """The accounts of the options of a use case, the recommended one first; `names` call them in sentences."""
    scene = Scene(case, tracer)
    unit = float(exchange.usd(Decimal(1)))
    drafted = [draft(scene, contender) for contender in contenders]
    costs = costs_by_volume(scene, contenders)
    rivals = [rivals_of(place, contenders) for place in range(len(contenders))]
    return Accounts(
        options=tuple(
            account(
                one,
                drafted[others[0]].total if others else None,
                first_even(place, others, contenders, costs),
                exchange,
                budget_usd,
            )
            for place, (one, others) in enumerate(zip(drafted, rivals, strict=True))
        ),
        worth_knowing=worth_knowing(
            scene, names, worths(scene, drafted, exchange), named_inputs(scene, drafted), unit, exchange.code
        ),
    )


def draft(scene: Scene, contender: Contender) -> Drafted:
    offer = proposal(scene, contender)
    bill = bill_of(offer)
    return Drafted(contender, offer, bill, bill.total())


def rivals_of(place: int, contenders: Sequence[Contender]) -> list[int]:
    """The other options: those of another approach first, each in the order of their rank."""
    approach = contenders[place].option.approach
    others = [i for i in range(len(contenders)) if i != place]
    return sorted(others, key=lambda i: contenders[i].option.approach == approach)


def first_even(
    place: int, rivals: Sequence[int], contenders: Sequence[Contender], costs: Sequence[Floats]
) -> BreakEven | None:
    """The break-even against the first rival with which there is one."""
    found = (break_even(contenders, costs, place, rival) for rival in rivals)
    return next((even for even in found if even is not None), None)


def account(
    one: Drafted, rival: Figure | None, even: BreakEven | None, exchange: Exchange, budget_usd: Decimal | None
) -> Account:
    scene, bill, unit = one.offer.scene, one.bill, float(exchange.usd(Decimal(1)))
    net = net_worth(scene, bill, exchange)
    ends = [bill.until(float(month)) for month in (0, 12, 24, MONTHS)]
    return Account(
        cost=percentiles(one.total, unit),
        capex=percentiles(bill.total(kind="capex"), unit),
        opex=percentiles(bill.total(kind="opex"), unit),
        stages=StageCosts(
            job=percentiles(bill.total(stage="job"), unit),
            programme=percentiles(bill.total(stage="programme"), unit),
            run=percentiles(bill.total(stage="run"), unit),
        ),
        years=tuple(percentiles(ends[i + 1] - ends[i], unit) for i in range(3)),
        cost_lines=tuple(cost_line(bill, line, unit) for line in bill.lines),
        price_changes=tuple(price_changes(bill.lines, scene.tracer)),
        npv=None if net is None else percentiles(net, unit),
        payback=payback(scene, bill, exchange),
        loss=None if net is None else loss(net),
        over_budget=None if budget_usd is None else over_budget(bill, float(budget_usd)),
        break_even=even,
        drivers=drivers(scene, one.contender, one.total, rival, unit),
        training=training(one.offer),
        serving=serving(one.offer),
        infrastructure=tuple(infrastructure(one)),
    )


def cost_line(bill: Bill, line: Line, unit: float) -> CostLine:
    over, key, item = bill.over(line), line.key, ITEMS[line.key]
    if line.day is not None and line.timing != "day":
        key, item = f"{key}.{line.day}", f"{item}: what the prices from {line.day} change"
    return CostLine(
        key=key,
        item=item,
        kind=line.kind,
        stage=line.stage,
        paid=line.timing,
        amount=spread(over, unit),
        facts=tuple(sorted(over.facts)),
        answers=tuple(sorted(over.answers)),
        since=line.day,
    )


def worths(scene: Scene, drafted: Sequence[Drafted], exchange: Exchange) -> Floats:
    """What each option is worth in each draw; less its discounted cost where the value is not answered."""
    found = []
    for one in drafted:
        net = net_worth(scene, one.bill, exchange)
        found.append((0.0 - one.bill.present() if net is None else net).drawn)
    return np.stack(found) if found else np.empty((0, scene.size))


def named_inputs(scene: Scene, drafted: Sequence[Drafted]) -> tuple[Input, ...]:
    """The inputs that move any of the options most, once each."""
    found = {item.name: item for one in drafted for item in strongest(scene, one.total)}
    return tuple(found[name] for name in sorted(found))


def training(offer: Proposal) -> Training | None:
    """The training run of an option; None where it trains nothing, or a vendor tunes a model of its own."""
    run = job(offer)
    if run is None:
        return None
    figures = (run.memory, run.hours, run.planned)
    return Training(
        model=offer.model.name,
        method=offer.option.method or "",
        gpu=run.gpu.name,
        parameters=round(run.parameters.likely),
        tokens=rounded(run.tokens),
        memory_gb=rounded(run.memory, GIGABYTE),
        gpus=rounded(run.gpus),
        hours=rounded(run.hours),
        planned_hours=rounded(run.planned),
        facts=tuple(sorted(frozenset().union(*(figure.facts for figure in figures)))),
    )


def serving(offer: Proposal) -> Serving | None:
    """What serving takes on processors of its own or rented ones; None where answers are paid otherwise."""
    if not on_processors(offer):
        return None
    how = how_fast(offer)
    carried = owned_gpus(offer, how) if offer.owned else rented_gpus(offer, how)
    latency = offer.scene.case.use_case.latency_ms
    return Serving(
        model=offer.model.name,
        gpu=how.gpu.name,
        weights_gb=rounded(how.weights, GIGABYTE),
        cache_gb=rounded(carried.cache, GIGABYTE),
        gpus=rounded(carried.gpus),
        first_token_ms=rounded(how.first_token_ms),
        tokens_per_second=rounded(how.tokens_per_second),
        fast_enough=None if latency is None else how.first_token_ms.likely <= latency,
        facts=tuple(sorted(carried.gpus.facts | how.first_token_ms.facts | how.tokens_per_second.facts)),
    )


def rounded(figure: Figure, unit: float = 1.0) -> Range:
    """The likely value between the 10th and the 90th percentile, to a tenth below a hundred."""
    low, likely, high = (value / unit for value in figure.points)
    digits = tenth if high < 100 else whole
    return Range(low=digits(low), likely=digits(likely), high=digits(high))


INFRASTRUCTURE = {
    "index": "search index",
    "inference": "hosted model",
    "seats": "vendor's application",
    "conversations": "vendor's application",
    "servers_rented": "servers without graphics processors",
    "servers_owned": "own servers without graphics processors",
    "training_cluster": "own training cluster with storage and network",
    "mlops_setup": "deployment and monitoring",
}
"""What the lines of a bill stand for in the data centre or with a vendor."""


def infrastructure(one: Drafted) -> Iterator[str]:
    """What the option runs on, in words."""
    keys = {line.key for line in one.bill.lines}
    yield from dict.fromkeys(words for key, words in INFRASTRUCTURE.items() if key in keys)
    if (found := serving(one.offer)) is not None:
        gpus = found.gpus
        number = f"{gpus.low:.0f}" if gpus.low == gpus.high else f"{gpus.low:.0f} to {gpus.high:.0f}"
        whose = "own" if one.offer.owned else "rented"
        noun = "graphics processor" if number == "1" else "graphics processors"
        yield f"{number} {whose} {noun} ({found.gpu})"
