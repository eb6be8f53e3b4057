"""PERT draws: stratified, seeded by name, and fast because the quantiles are computed once."""

from __future__ import annotations

import hashlib
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv

from engine.result import Percentiles, Range
from engine.rounding import whole

DRAWS = 10_000
STEPS = 40
Floats = NDArray[np.float64]


@cache
def quantiles() -> Floats:
    """Quantiles of PERT on 0 to 1, for modes at 0, 1/40 … 1: shape (41, draws)."""
    levels = (np.arange(DRAWS) + 0.5) / DRAWS
    modes = np.linspace(0.0, 1.0, STEPS + 1)
    return np.stack([betaincinv(1 + 4 * mode, 5 - 4 * mode, levels) for mode in modes])


@cache
def order(name: str) -> NDArray[np.intp]:
    """The order of the strata for a named quantity; the same in every process, whatever else is drawn."""
    seed = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big")
    return np.random.default_rng(seed).permutation(DRAWS)


def pert(name: str, low: float, likely: float, high: float) -> Floats:
    """Draws of a quantity from its three points."""
    if high <= low:
        return np.full(DRAWS, likely)
    place = (likely - low) / (high - low) * STEPS
    below = min(int(place), STEPS - 1)
    share = place - below
    table = quantiles()
    curve = table[below] * (1 - share) + table[below + 1] * share
    drawn: Floats = low + (high - low) * curve[order(name)]
    return drawn


def percentiles(draws: Floats) -> Percentiles:
    p10, p50, p90 = np.percentile(draws, (10, 50, 90))
    return Percentiles(p10=whole(p10), p50=whole(p50), p90=whole(p90))


def drawn(name: str, points: Range) -> Floats:
    return pert(name, float(points.low), float(points.likely), float(points.high))
