"""What an option is worth: net present value, payback, the odds of a loss, and of an overrun budget."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from engine.money.bill import Bill
from engine.money.calendar import MONTHS
from engine.money.currency import Exchange
from engine.money.figures import Figure, Scene
from engine.result import Payback, Range
from engine.rounding import tenth


def yearly_value(scene: Scene, exchange: Exchange) -> Figure | None:
    """The answered value of a year of full use, in US dollars; None where it is not answered."""
    value = scene.case.use_case.value
    if value is None or value.likely is None:
        return None
    likely = exchange.to_usd(exchange.of(value.likely))
    points = Range(
        low=exchange.to_usd(exchange.of(value.low)) if value.low else likely,
        likely=likely,
        high=exchange.to_usd(exchange.of(value.high)) if value.high else likely,
    )
    at = scene.case.at("value")
    return scene.span("value", points, "Value of a year", unit="USD a year", seed="value", answer=at)


def net_worth(scene: Scene, bill: Bill, exchange: Exchange) -> Figure | None:
    """Discounted value less discounted cost over the programme; value counts from first use, as use spreads."""
    value = yearly_value(scene, exchange)
    return None if value is None else value / 12.0 * bill.calendar.present_worth() - bill.present()


def payback(scene: Scene, bill: Bill, exchange: Exchange) -> Payback | None:
    """Months until the value has paid the cost, undiscounted."""
    value = yearly_value(scene, exchange)
    if value is None:
        return None
    months = np.full(scene.size, np.inf)
    for month in range(MONTHS, 0, -1):
        net = value / 12.0 * bill.calendar.worth(month) - bill.until(month)
        months = np.where(net.drawn >= 0, float(month), months)
    p10, p50, p90 = np.percentile(months, (10, 50, 90), method="inverted_cdf")
    return Payback(
        p10=tenth(p10) if np.isfinite(p10) else None,
        p50=tenth(p50) if np.isfinite(p50) else None,
        p90=tenth(p90) if np.isfinite(p90) else None,
        within=percent(np.isfinite(months)),
    )


def loss(net: Figure) -> int:
    """The probability, in whole percent, that the net value is below zero."""
    return percent(net.drawn < 0)


def over_budget(bill: Bill, budget_usd: float) -> int:
    """The probability, in whole percent, that the dearest of the three years takes more than a yearly budget."""
    ends = [bill.until(float(month)) for month in (0, 12, 24, MONTHS)]
    dearest = np.max([(later - earlier).drawn for earlier, later in pairwise(ends)], axis=0)
    return percent(dearest > budget_usd)


def percent(cases: NDArray[np.bool_]) -> int:
    """The share of cases in which something holds, in whole percent."""
    return round(100 * float(np.mean(cases)))
