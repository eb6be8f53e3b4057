"""What a benchmark says, and how it is timed."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One measured case beside its reference, in seconds or in `unit`; `limit` is the most that their ratio may be."""

    name: str
    ours: float
    reference: float | None = None
    limit: float | None = None
    note: str = ""
    unit: str = ""

    @property
    def measured(self) -> str:
        return f"{self.ours:10,.0f} {self.unit}" if self.unit else f"{self.ours * 1000:10.1f} ms"

    @property
    def ratio(self) -> float | None:
        return None if self.reference is None else self.ours / self.reference

    @property
    def met(self) -> bool:
        return self.limit is None or self.ratio is None or self.ratio <= self.limit


def seconds(work: Callable[[], object], times: int = 7) -> float:
    """The median time of some runs, after one that warms up."""
    work()
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)
