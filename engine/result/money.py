"""What an option costs and is worth, what moves that, and what it takes to train and serve it.

A missing number is None and never zero. Months count from the programme's start.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from engine.result.basic import OptionId, Percentiles, Range

Stage = Literal["job", "programme", "run"]
"""One training or tuning run; everything until people use it; what keeps it running, and the way out."""
Paid = Literal["build", "launch", "monthly", "volume", "day", "end"]
"""Spread over the build; once when use starts; the same each month of use; each month of use in step with the
volume; once on a day, where it is in use by then; once at the programme's end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CostLine:
    """One line of an option's bill of materials, over the programme's months.

    `amount` is the likely amount between those below and above which one case in ten lies. A line with `since` is
    paid from that day on only: what a known next price adds (less than nothing where it falls), or a move on a day.
    """

    key: str
    item: str
    kind: Literal["capex", "opex"]
    stage: Stage
    paid: Paid
    amount: Range
    facts: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    since: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceChange:
    """A price behind an option's bill that is known to change within the programme, in its own unit.

    `month` is the month of the programme in which the day lies; the first one is 1. The bill counts each month at
    the price of its day.
    """

    fact: str
    since: date
    month: int
    now: Decimal
    then: Decimal
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StageCosts:
    """The total cost by stage."""

    job: Percentiles
    programme: Percentiles
    run: Percentiles


@dataclass(frozen=True, slots=True, kw_only=True)
class Payback:
    """Months until the value has paid the cost; a percentile beyond the programme is None.

    `within` is the share of cases, in whole percent, that pay back within the programme.
    """

    p10: Decimal | None
    p50: Decimal | None
    p90: Decimal | None
    within: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakEven:
    """The monthly volume at which this option costs the same as `against`, with its 10th and 90th percentile.

    `cheaper_above` says whether this option is the cheaper one above that volume. A percentile is None where
    that share of cases has no such volume.
    """

    requests_per_month: int
    p10: int | None
    p90: int | None
    against: OptionId
    cheaper_above: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Driver:
    """One uncertain input of the bill: the median total with the input at its low and its high.

    `changes_order` says whether at either end the cheaper one of this option and its rival is another one.
    """

    label: str
    unit: str
    fact: str | None
    answer: str | None
    low: Decimal
    high: Decimal
    cost_at_low: Decimal
    cost_at_high: Decimal
    changes_order: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WorthKnowing:
    """An uncertain input of the bills by what knowing it would be worth, the most first, in words."""

    rank: int
    fact: str | None
    answer: str | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """What one training run takes, and what to plan with experiments and restarts. Hours are GPU-hours."""

    model: str
    method: str
    gpu: str
    parameters: int
    tokens: Range
    memory_gb: Range
    gpus: Range
    hours: Range
    planned_hours: Range
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """What serving on own or rented graphics processors takes.

    `first_token_ms` is the time to the first word, `tokens_per_second` the speed of one answer.
    `fast_enough` compares with the answered latency; None where none was answered.
    """

    model: str
    gpu: str
    weights_gb: Range
    cache_gb: Range
    gpus: Range
    first_token_ms: Range
    tokens_per_second: Range
    fast_enough: bool | None
    facts: tuple[str, ...]
