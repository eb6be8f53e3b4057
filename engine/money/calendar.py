"""When money flows: the build first, then use until the programme's end, growing with its volume.

Time is continuous and counted in months from the programme's start, so each sum over months is an integral in
closed form and no draw needs a month-by-month table. An amount that is paid only `since` a month, like what a
known next price adds, counts from that month on.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from engine.money.draws import Floats
from engine.money.figures import Figure, Scene
from engine.result import Paid

READS = ("money.discount", "value.ramp")
MONTHS = 36
WEEKS_A_MONTH = 365.25 / 12 / 7
DAYS_A_MONTH = 365.25 / 12
HOURS_A_MONTH = DAYS_A_MONTH * 24
SLOWEST_GROWTH = -0.95

Timing = Paid


def integral(rate: Floats, start: Floats | float, end: Floats | float) -> Floats:
    """The integral of e^(rate · t) from `start` to `end`, for rates near zero too."""
    flat = np.abs(rate) < 1e-9
    safe = np.where(flat, 1.0, rate)
    grown = (np.exp(safe * end) - np.exp(safe * start)) / safe
    return np.where(flat, np.subtract(end, start), grown)


@dataclass(frozen=True, slots=True)
class Calendar:
    """An option's months: when use starts, how volume grows and how later money is discounted, per month."""

    start: Figure
    growth: Figure
    discount: Figure
    ramp: Figure
    known: dict[tuple[Timing, float, float], Figure] = field(default_factory=dict, repr=False, compare=False)

    def spent(self, timing: Timing, until: float = MONTHS, since: float = 0.0) -> Figure:
        """How much of an amount has been spent by a month: shares of one-off amounts, months of monthly ones."""
        known = (timing, until, since)
        if known not in self.known:
            self.known[known] = self._spent(timing, until, since)
        return self.known[known]

    def _spent(self, timing: Timing, until: float, since: float) -> Figure:
        start = self.paid_from(since)
        match timing:
            case "build":
                return ((self.start.at_most(until) - since) / self.start).at_least(0.0)
            case "launch":
                return self.start.mapped(lambda s: np.where((since <= s) & (s <= until), 1.0, 0.0))
            case "monthly":
                return (until - start).at_least(0.0)
            case "volume":
                return self.growth.joined(start, lambda g, s: integral(g, np.minimum(s, until), until))
            case "day":
                return self.start.mapped(lambda s: np.where((s < since) & (since <= until), 1.0, 0.0))
            case "end":
                return Figure(1.0 if until >= MONTHS else 0.0)

    def paid_from(self, since: float) -> Figure:
        """The month in which running payments begin: first use, or a later one."""
        return self.start.at_least(since) if since else self.start

    def present(self, timing: Timing, since: float = 0.0) -> Figure:
        """The discounted counterpart of what is spent over the whole programme."""
        start, fall = self.paid_from(since), self.discount
        match timing:
            case "build":
                return fall.joined(self.start, lambda r, s: integral(-r, np.minimum(since, s), s) / s)
            case "launch":
                return fall.joined(self.start, lambda r, s: np.where(since <= s, np.exp(-r * s), 0.0))
            case "day":
                return fall.joined(self.start, lambda r, s: np.where(s < since, np.exp(-r * since), 0.0))
            case "monthly":
                return fall.joined(start, lambda r, s: integral(-r, s, MONTHS))
            case "volume":
                net = self.growth - fall
                return net.joined(start, lambda rate, s: integral(rate, s, MONTHS))
            case "end":
                return fall.mapped(lambda r: np.exp(-r * MONTHS))

    def worth(self, until: float = MONTHS) -> Figure:
        """Months of full value by a month: value grows evenly from first use until all use it."""
        use = (until - self.start).at_least(0.0)
        rising = use.at_most(self.ramp)
        return rising * rising / (2.0 * self.ramp) + (use - self.ramp).at_least(0.0)

    def present_worth(self) -> Figure:
        """The discounted months of full value over the programme; the rise counts as a wait of half its length."""
        waits = (self.start + self.ramp / 2.0).at_most(float(MONTHS))
        return self.discount.joined(waits, lambda r, s: integral(-r, s, MONTHS))

    def mean_volume(self) -> Figure:
        """The mean volume over the months of use, against today's."""
        return self.spent("volume") / self.spent("monthly").at_least(1e-6)

    def last_volume(self) -> Figure:
        """The highest volume of the months of use, against today's."""
        ends = self.growth.mapped(lambda g: np.exp(g * MONTHS))
        return ends.at_least(self.growth.joined(self.start, lambda g, s: np.exp(g * s)))


def calendar(scene: Scene, weeks: Figure, growth: Figure) -> Calendar:
    """The months of an option that takes some weeks to build, at a yearly growth of volume."""

    def a_month(yearly: Figure) -> Figure:
        return yearly.at_least(SLOWEST_GROWTH).mapped(np.log1p) / 12.0

    return Calendar(
        start=(weeks / WEEKS_A_MONTH).at_least(0.1).at_most(MONTHS - 0.5),
        growth=scene.once("growth a month", lambda: a_month(growth)),
        discount=scene.once("discount a month", lambda: a_month(scene.fact("money.discount"))),
        ramp=scene.fact("value.ramp").at_least(0.01),
    )
