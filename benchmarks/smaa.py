"""Doubt: 8 options, 12 criteria, 10,000 draws of weights and scores, with all indices."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import numpy as np
from pymcdm.methods import WSM  # type: ignore[import-untyped]

from benchmarks.line import Line, ratio, seconds
from engine.options import doubt as smaa
from engine.options.tables import CRITERIA

OPTIONS = smaa.PAIRS[::4][:8]
SPREAD = 0.02
RANKS = {name: Decimal(place) for place, name in enumerate(CRITERIA, 1)}


def run() -> Iterator[Line]:
    values = np.random.default_rng(7).random((len(CRITERIA), len(OPTIONS)))
    weights, noise = smaa.draw_weights(RANKS), smaa.draw_noise(OPTIONS, SPREAD)
    completed = [smaa.Completed(row[None, :], np.ones(1)) for row in values]
    ours = seconds(lambda: smaa.doubt(OPTIONS, completed, RANKS, SPREAD))
    yield ratio(
        "SMAA 8 × 12 × 10,000, all indices, uncertain scores",
        ours,
        seconds(lambda: bare(values, weights, noise)),
        2.0,
        "the reference is the same arithmetic in plain numpy",
    )
    few = 200
    loop = seconds(lambda: looped(values, weights[:few]), times=3) * (len(weights) / few)
    yield Line(
        figure="SMAA 8 × 12 × 10,000 against pymcdm in a loop",
        aim="at least 100 times as fast",
        measured=f"{loop / ours:.0f} times as fast ({ours * 1000:.1f} ms against {loop * 1000:.0f})",
        met=loop >= 100 * ours,
        note=f"pymcdm was timed over {few} of the draws",
    )


def bare(values: np.ndarray, weights: np.ndarray, noise: np.ndarray) -> tuple[np.ndarray, ...]:
    """Scores, acceptability, pairwise wins, regret and central weights, written out in numpy."""
    total = weights @ values + noise
    count = total.shape[1]
    rank = np.argsort(-total, axis=1)
    acceptability = np.stack([(rank == option).mean(axis=0) for option in range(count)])
    pairwise = np.stack([(total[:, [option]] > total).mean(axis=0) for option in range(count)])
    regret = total.max(axis=1, keepdims=True) - total
    winner = rank[:, 0]
    central = np.stack([weights[winner == option].sum(axis=0) for option in range(count)])
    return total.mean(axis=0), acceptability, pairwise, regret.mean(axis=0), regret.max(axis=0), central


def looped(values: np.ndarray, weights: np.ndarray) -> None:
    """One weighted sum of pymcdm for each draw, with its ranking."""
    method, kinds = WSM(), np.ones(len(values))
    table = values.T
    for row in weights:
        method.rank(method(table, row, kinds, validation=False))
