"""An option's cost lines in time: which fall into which stage, and the stretches over which money is spent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import accumulate
from typing import Literal

from engine.plan.network import Slot
from engine.plan.tables import Stage
from engine.result import CostLine, Paid, PhaseCost, Range
from engine.rounding import whole, whole_range

COMPLIANCE = "compliance"
"""The cost line of closing open duties before go-live."""
WEEKS = Decimal(1095) / 7
"""The weeks of 36 months, which is how long a cost line counts."""


@dataclass(frozen=True, slots=True)
class Span:
    """Money that is spent over a stretch of weeks, evenly, or growing at a yearly rate."""

    kind: Literal["capex", "opex"]
    amount: Decimal
    start: Decimal
    end: Decimal
    growth: float = 0.0


def without(line: CostLine, carried: Decimal) -> CostLine:
    """A cost line less what a platform carries of it."""
    if not carried:
        return line
    kept, amount = 1 - carried / line.amount.likely, line.amount
    less = Range(low=amount.low * kept, likely=amount.likely - carried, high=amount.high * kept)
    return replace(line, amount=whole_range(less))


def by_stage(stages: Sequence[Stage], lines: Iterable[CostLine]) -> dict[str, tuple[PhaseCost, ...]]:
    """The lines paid while it is built, by the id of a stage; compliance work is apart.

    A line falls into the stages that name it, else into all by their share. The parts sum to the lines.
    """
    found: dict[str, list[PhaseCost]] = {stage.id: [] for stage in stages}
    for line in lines:
        if line.paid != "build" or line.key == COMPLIANCE:
            continue
        homes = [stage for stage in stages if line.key in stage.lines] or [*stages]
        parts = split(line.amount, [stage.share for stage in homes])
        for stage, amount in zip(homes, parts, strict=True):
            if amount.high:
                found[stage.id].append(PhaseCost(item=line.item, kind=line.kind, amount=amount))
    return {name: tuple(costs) for name, costs in found.items()}


def build_spans(costs: Mapping[str, Sequence[PhaseCost]], slots: Mapping[str, Slot]) -> Iterator[Span]:
    """The money of the stages, each over the weeks of its slot. Both are keyed by stage."""
    for name, parts in costs.items():
        for cost in parts:
            yield Span(cost.kind, cost.amount.likely, slots[name].start, slots[name].end)


def use_span(line: CostLine, live: Decimal, growth: float) -> Span:
    """The money of a line that is paid from go-live on. `growth` is that of the volume in a year."""
    end = max(WEEKS, live)
    stretch: Mapping[Paid, tuple[Decimal, Decimal]] = {"launch": (live, live), "end": (end, end)}
    start, stop = stretch.get(line.paid, (live, end))
    return Span(line.kind, line.amount.likely, start, stop, growth if line.paid == "volume" else 0.0)


def split(amount: Range, shares: Sequence[Decimal]) -> list[Range]:
    """A range in parts of whole amounts that sum to it."""
    parts = {end: split_number(getattr(amount, end), shares) for end in ("low", "likely", "high")}
    return [
        Range(low=low, likely=likely, high=high)
        for low, likely, high in zip(parts["low"], parts["likely"], parts["high"], strict=True)
    ]


def split_number(amount: Decimal, shares: Sequence[Decimal]) -> list[Decimal]:
    total = sum(shares, Decimal(0))
    until = [whole(amount * passed / total) for passed in accumulate(shares)]
    return [end - start for start, end in zip([Decimal(0), *until[:-1]], until, strict=True)]


def plus(ranges: Sequence[Range]) -> Range:
    return Range(
        low=sum((one.low for one in ranges), Decimal(0)),
        likely=sum((one.likely for one in ranges), Decimal(0)),
        high=sum((one.high for one in ranges), Decimal(0)),
    )
