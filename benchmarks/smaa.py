"""Doubt: 8 options, 12 criteria, 10,000 draws of weights and scores, with all indices."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import numpy as np
from pymcdm.methods import WSM  # type: ignore[import-untyped]

from benchmarks.line import Line, seconds
from engine.options import doubt as smaa
from engine.options.tables import CRITERIA

OPTIONS = smaa.PAIRS[::4][:8]
SPREAD = 0.02
RANKS = {name: Decimal(place) for place, name in enumerate(CRITERIA, 1)}


def run() -> Iterator[Line]:
    values = np.random.default_rng(7).random((len(CRITERIA), len(OPTIONS)))
    weights, noise = smaa.draw_weights(RANKS), smaa.draw_noise(OPTIONS, SPREAD)
    completed = [(row[None, :], np.ones(1)) for row in values]
    ours = seconds(lambda: smaa.doubt(OPTIONS, completed, RANKS, SPREAD))
    yield Line(
        name="SMAA 8 × 12 × 10,000, all indices, uncertain scores",
        ours=ours,
        reference=seconds(lambda: bare(values, weights, noise)),
        limit=2.0,
        note="reference: the same arithmetic in plain numpy",
    )
    few = 200
    loop = seconds(lambda: looped(values, weights[:few]), times=3) * (len(weights) / few)
    yield Line(
        name="SMAA 8 × 12 × 10,000 against pymcdm in a loop",
        ours=ours,
        reference=loop,
        limit=0.01,
        note=f"pymcdm timed over {few} of the draws",
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
