"""PERT draws: stratified, seeded by the quantity's name, and fast because the quantiles stand in one table.

A quantity has the same draws in every option, in every process and whatever else is drawn, so differences
between options are differences of the options.
"""

from __future__ import annotations

import hashlib
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv

DRAWS = 10_000
MODES = 40
LEVELS = 1024
Floats = NDArray[np.float64]


@cache
def levels() -> Floats:
    """The levels of the quantile table, closest together at both ends."""
    return np.asarray((1 - np.cos(np.pi * np.arange(LEVELS + 1) / LEVELS)) / 2)


@cache
def quantiles() -> Floats:
    """Quantiles of PERT on 0 to 1, for modes at 0, 1/40 … 1: shape (41, 1025)."""
    modes = np.linspace(0.0, 1.0, MODES + 1)
    return np.stack([betaincinv(1 + 4 * mode, 5 - 4 * mode, levels()) for mode in modes])


def order(name: str, block: int, size: int) -> NDArray[np.intp]:
    """The order of the strata for a named quantity in a block of draws."""
    seed = int.from_bytes(hashlib.sha256(f"{name}/{block}".encode()).digest()[:8], "big")
    return np.random.default_rng(seed).permutation(size)


@lru_cache(maxsize=512)
def pert(name: str, low: float, likely: float, high: float, block: int = 0, size: int = DRAWS) -> Floats:
    """Draws of a quantity from its three points, one from each of `size` equally likely strata.

    Several blocks of one name are independent of each other; each is stratified alone.
    """
    if high <= low:
        return np.full(size, likely)
    place = (likely - low) / (high - low) * MODES
    below = min(int(place), MODES - 1)
    share = place - below
    curve = quantiles()[below] * (1 - share) + quantiles()[below + 1] * share
    strata = (np.arange(size) + 0.5) / size
    drawn: Floats = (low + (high - low) * np.interp(strata, levels(), curve))[order(name, block, size)]
    drawn.flags.writeable = False
    return drawn


def tenths(draws: Floats) -> tuple[float, float, float]:
    """The 10th, 50th and 90th percentile of draws."""
    ordered = np.sort(draws, axis=None)
    p10, p50, p90 = np.interp(
        np.array([0.1, 0.5, 0.9]) * (ordered.size - 1), np.arange(ordered.size), ordered
    )
    return float(p10), float(p50), float(p90)
