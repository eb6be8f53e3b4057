"""What a benchmark says, and how it is timed."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One figure: what was measured, what was aimed at, and whether it is met; without an aim it is only reported."""

    figure: str
    measured: str
    aim: str = "reported"
    met: bool | None = None
    note: str = ""


def ratio(figure: str, ours: float, reference: float, most: float, note: str) -> Line:
    """Seconds against those of a reference in the same run."""
    return Line(
        figure=figure,
        measured=f"{ours / reference:.2f} × ({ours * 1000:.1f} ms against {reference * 1000:.1f})",
        aim=f"at most {most:g} × the reference",
        met=ours <= most * reference,
        note=note,
    )


def seconds(work: Callable[[], object], times: int = 9) -> float:
    """The least processor time of some runs, after one that warms up: what else the machine does only ever adds.

    `make bench` gives numerical libraries one thread, so it is the time that the work takes alone.
    """
    work()
    taken = []
    for _ in range(times):
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    return min(taken)
