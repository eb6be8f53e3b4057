"""Confidence: stochastic acceptability over weights, uncertain scores and unanswered questions.

Shapes: o options, j criteria, c completions of a criterion's unanswered questions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from engine.inputs import Approach, Criterion, Deployment
from engine.options.tables import APPROACHES, CRITERIA, DEPLOYMENTS

DRAWS = 10_000
SEED = 20_261_124
PAIRS = tuple((a, d) for a in APPROACHES for d in DEPLOYMENTS)
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """Per option, in the order given: mean score, confidence (0 to 1) and expected regret; and the mean weights."""

    scores: Floats
    confidence: Floats
    regret: Floats
    weights: Floats


def doubt(
    options: Sequence[tuple[Approach, Deployment]],
    completed: Sequence[Floats],
    priorities: Mapping[Criterion, Decimal],
    spread: float,
) -> Doubt:
    """Weigh options under doubt.

    `completed[j]` has the shape (c, o): the scores of criterion j under each completion. `priorities` are
    ranks (1 is most important) or weights from 0 to 1. `spread` is the standard deviation of a judged score.
    An option's confidence is the share of draws in which it beats every other one however the unanswered
    questions turn out, so an unanswered question can only lower it.
    """
    weights = draw_weights(priorities)
    noise = draw_noise(options, spread)
    means = np.stack([scores.mean(axis=0) for scores in completed])
    total = weights @ means + noise
    worst_gap = np.stack([(s[:, :, None] - s[:, None, :]).min(axis=0) for s in completed])
    count = len(options)
    margin = (weights @ worst_gap.reshape(len(CRITERIA), -1)).reshape(DRAWS, count, count)
    margin += noise[:, :, None] - noise[:, None, :]
    beats = (margin > 0) | np.eye(count, dtype=bool)
    central = weights.mean(axis=0)
    return Doubt(
        scores=central @ means,
        confidence=beats.all(axis=2).mean(axis=0),
        regret=(total.max(axis=1, keepdims=True) - total).mean(axis=0),
        weights=central,
    )


def mean_scores(completed: Sequence[Floats], priorities: Mapping[Criterion, Decimal]) -> Doubt:
    """The mean scores alone, for questions that need an order and no confidence."""
    central = draw_weights(priorities).mean(axis=0)
    scores = central @ np.stack([scores.mean(axis=0) for scores in completed])
    nothing = np.zeros(len(scores))
    return Doubt(scores=scores, confidence=nothing, regret=nothing, weights=central)


def draw_weights(priorities: Mapping[Criterion, Decimal]) -> Floats:
    """Weights that keep the stated ranks, or that lie around the stated weights: (draws, criteria)."""
    generator = np.random.default_rng(SEED)
    gamma = generator.standard_gamma(1.0, (DRAWS, len(CRITERIA)))
    stated = np.array([float(priorities.get(name, 0)) for name in CRITERIA])
    if is_ranking(priorities):
        stated[stated == 0] = len(CRITERIA)
        order = np.argsort(stated, kind="stable")
        weights = np.empty_like(gamma)
        weights[:, order] = -np.sort(-gamma, axis=1)
    else:
        shares = stated / stated.sum()
        weights = np.random.default_rng(SEED).standard_gamma(shares * 60.0 + 1e-9, gamma.shape)
    drawn: Floats = weights / weights.sum(axis=1, keepdims=True)
    return drawn


def is_ranking(priorities: Mapping[Criterion, Decimal]) -> bool:
    """Ranks are whole numbers from 1; anything between 0 and 1 is a weight."""
    return all(value == int(value) and value >= 1 for value in priorities.values())


def draw_noise(options: Sequence[tuple[Approach, Deployment]], spread: float) -> Floats:
    """Judgement noise of each option: (draws, options). Drawn for the full grid, so no option shifts another's.

    An approach's noise is shared by its deployments; a deployment's own part is smaller.
    """
    generator = np.random.default_rng(SEED + 1)
    approach = generator.standard_normal((DRAWS, len(APPROACHES)))
    pair = generator.standard_normal((DRAWS, len(PAIRS)))
    return np.stack(
        [
            spread * (approach[:, APPROACHES.index(a)] + 0.25 * pair[:, PAIRS.index((a, d))])
            for a, d in options
        ],
        axis=1,
    )
