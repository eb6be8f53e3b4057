"""An option's cost lines in time: which fall into which stage, and the stretches over which money is spent."""

from __future__ import annotations

import math
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
WEEKS_A_YEAR = 365.25 / 7
SLOWEST_GROWTH = -0.95
LEAST_FORCE = 1e-12
WEEKS = Decimal(1095) / 7
"""The weeks of 36 months, which is how long a cost line counts."""


@dataclass(frozen=True, slots=True)
class Span:
    """Money that is spent over a stretch of weeks, evenly, or growing at a yearly rate.

    With `since`, a week of the programme, nothing is spent before it; `amount` is what it comes to where the span's
    own week 0 is the programme's.
    """

    kind: Literal["capex", "opex"]
    amount: Decimal
    start: Decimal
    end: Decimal
    growth: float = 0.0
    since: Decimal | None = None

    def begun(self, begins: Decimal) -> Span:
        """The span in its own weeks where its own week 0 is a week of the programme, without `since`."""
        if self.since is None:
            return self
        if self.end <= self.start:
            day = self.since - begins
            kept = self.amount if day > self.start else Decimal(0)
            return replace(self, amount=kept, start=day, end=day, since=None)
        first, now = max(self.start, self.since), max(self.start, self.since - begins)
        whole_part, part = self._weight(first), self._weight(now)
        amount = self.amount * part / whole_part if whole_part else Decimal(0)
        return replace(self, amount=amount, start=min(now, self.end), since=None)

    def _weight(self, start: Decimal) -> Decimal:
        """What a stretch to the span's end weighs, later weeks more where it grows."""
        if start >= self.end:
            return Decimal(0)
        force = math.log1p(max(self.growth, SLOWEST_GROWTH)) / WEEKS_A_YEAR
        if abs(force) < LEAST_FORCE:
            return self.end - start
        return Decimal(str((math.exp(force * float(self.end)) - math.exp(force * float(start))) / force))


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
        homes = [stage for stage in stages if line.key.partition(".")[0] in stage.lines] or [*stages]
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


def use_span(line: CostLine, live: Decimal, growth: float, since: Decimal | None = None) -> Span:
    """The money of a line that is paid from go-live on, and from the week `since` on where it names a day.

    `growth` is that of the volume in a year.
    """
    end = max(WEEKS, live)
    stretch: Mapping[Paid, tuple[Decimal, Decimal]] = {
        "launch": (live, live),
        "day": (live, live),
        "end": (end, end),
    }
    start, stop = stretch.get(line.paid, (live, end))
    grows = growth if line.paid == "volume" else 0.0
    return Span(line.kind, line.amount.likely, start, stop, grows, since)


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
