"""Confidence: stochastic acceptability over weights, uncertain scores and unanswered questions.

Shapes: d draws, o options, j criteria, c completions of a criterion's unanswered questions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from engine.inputs import Approach, Criterion, Deployment
from engine.options.tables import APPROACHES, CRITERIA, DEPLOYMENTS

DRAWS = 10_000
SEED = 20_261_124
PAIRS = tuple((a, d) for a in APPROACHES for d in DEPLOYMENTS)
PAIR_SHARE = 0.25
"""A deployment's own part of the judgement noise, beside its approach's."""
CONCENTRATION = 60.0
"""How closely drawn weights keep to stated ones: the sum of the Dirichlet's parameters."""
STRONGEST = 3
"""How many rivals a draw is held against first."""
Floats = NDArray[np.float64]
Pair = tuple[Approach, Deployment]


@dataclass(frozen=True, slots=True)
class Completed:
    """A criterion's scores under each way its unanswered questions could turn out (c, o), and each one's share (c).

    `least` (o, o) is the least lead of the row's option over the column's; None where it is the least of those ways.
    """

    scores: Floats
    shares: Floats
    least: Floats | None = None

    @property
    def mean(self) -> Floats:
        """The scores with unanswered questions at their mean."""
        mean: Floats = np.asarray(self.shares @ self.scores)
        return mean

    def leads(self, index: int) -> Floats:
        """The least lead of an option over each other one: (o)."""
        if self.least is not None:
            given: Floats = self.least[index]
            return given
        leads: Floats = (self.scores[:, [index]] - self.scores).min(axis=0)
        return leads


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """What is known about the order of options, in the order given; shares run from 0 to 1.

    `confidence` and `approach_confidence` count the draws in which the option (or some option of its
    approach) beats all others however the unanswered questions turn out, so an unanswered question can only
    lower them. `acceptability` (o, o) holds the share of draws for each rank, `pairwise` (o, o) the share in
    which the row beats the column, `central` (o, j) the mean weights of the draws an option wins (NaN where
    it wins none); these take unanswered questions at their mean.
    """

    scores: Floats
    weights: Floats
    values: Floats
    confidence: Floats
    approach_confidence: Mapping[Approach, float]
    regret: Floats
    max_regret: Floats
    acceptability: Floats
    pairwise: Floats
    central: Floats


def doubt(
    options: Sequence[Pair],
    completed: Sequence[Completed],
    priorities: Mapping[Criterion, Decimal],
    spread: float,
) -> Doubt:
    """Weigh options under doubt.

    `completed[j]` is criterion j. `priorities` are ranks (1 is most important) or weights from 0 to 1. `spread` is the
    standard deviation of a judged score.
    """
    weights = draw_weights(priorities)
    noise = draw_noise(options, spread)
    means = mean_values(completed)
    total = weights @ means + noise
    confidence, by_approach = worst_case_wins(options, completed, weights, noise, total)
    best = total.max(axis=1, keepdims=True)
    regret = best - total
    central = central_of(priorities)
    return Doubt(
        scores=central @ means,
        weights=central,
        values=means,
        confidence=confidence,
        approach_confidence=by_approach,
        regret=regret.mean(axis=0),
        max_regret=regret.max(axis=0),
        acceptability=rank_acceptability(total),
        pairwise=pairwise_wins(total),
        central=central_weights(total, weights),
    )


def mean_scores(completed: Sequence[Completed], priorities: Mapping[Criterion, Decimal]) -> Floats:
    """The mean scores alone, for questions that need an order and no confidence."""
    scores: Floats = central_of(priorities) @ mean_values(completed)
    return scores


def mean_values(completed: Sequence[Completed]) -> Floats:
    """Each criterion's score of each option, unanswered questions at their mean: (j, o)."""
    return np.stack([one.mean for one in completed])


def worst_case_wins(
    options: Sequence[Pair], completed: Sequence[Completed], weights: Floats, noise: Floats, total: Floats
) -> tuple[Floats, Mapping[Approach, float]]:
    """The shares of draws that each option, and each approach, wins whatever the unanswered questions are.

    Who loses a draw to one of the strongest rivals has lost it, so only the other draws are held against all.
    """
    approaches = np.array([approach for approach, _ in options])
    strongest = np.argsort(-total.mean(axis=0), kind="stable")
    wins, shares = np.zeros(len(options)), dict[Approach, float]()
    for name in dict.fromkeys(approach for approach, _ in options):
        mine = approaches == name
        rivals = strongest[~mine[strongest]]
        won = np.zeros(len(total), dtype=np.bool_)
        for index in map(int, np.flatnonzero(mine)):
            least = np.stack([one.leads(index) for one in completed])
            left = np.flatnonzero(beats(weights, noise, least, index, rivals[:STRONGEST]))
            left = left[beats(weights[left], noise[left], least, index, rivals[STRONGEST:])]
            won[left] = True
            beside = np.flatnonzero(mine & (np.arange(len(options)) != index))
            wins[index] = beats(weights[left], noise[left], least, index, beside).sum() / len(total)
        shares[name] = float(won.sum() / len(total))
    return wins, shares


def beats(
    weights: Floats, noise: Floats, least: Floats, index: int, others: NDArray[np.intp]
) -> NDArray[np.bool_]:
    """The draws in which an option with these least leads (j, o) scores above all of the others: (d)."""
    won: NDArray[np.bool_] = np.all(weights @ least[:, others] + noise[:, [index]] > noise[:, others], axis=1)
    return won


def rank_acceptability(total: Floats) -> Floats:
    """The share of draws in which option o takes rank r: (o, r)."""
    draws, count = total.shape
    order = np.argsort(-total, axis=1, kind="stable")
    cells = (order * count + np.arange(count)).ravel()
    shares: Floats = np.bincount(cells, minlength=count * count).reshape(count, count) / draws
    return shares


def pairwise_wins(total: Floats) -> Floats:
    """The share of draws in which the row's option scores above the column's: (o, o)."""
    columns = np.ascontiguousarray(total.T)
    wins: Floats = np.stack([(column > columns).mean(axis=1) for column in columns])
    return wins


def central_weights(total: Floats, weights: Floats) -> Floats:
    """The mean weights of the draws that each option wins; NaN for one that wins none: (o, j)."""
    count = total.shape[1]
    won = np.eye(count)[total.argmax(axis=1)]
    times = won.sum(axis=0)
    with np.errstate(invalid="ignore"):
        central: Floats = (won.T @ weights) / times[:, None]
    return central


def draw_weights(priorities: Mapping[Criterion, Decimal]) -> Floats:
    """Weights that keep the stated ranks, or that lie around the stated weights: (d, j)."""
    return _drawn_weights(_stated(priorities), is_ranking(priorities))


def central_of(priorities: Mapping[Criterion, Decimal]) -> Floats:
    """The mean of the drawn weights: (j,)."""
    return _central(_stated(priorities), is_ranking(priorities))


def _stated(priorities: Mapping[Criterion, Decimal]) -> tuple[Decimal, ...]:
    return tuple(priorities.get(name, Decimal(0)) for name in CRITERIA)


@lru_cache(maxsize=32)
def _central(stated: tuple[Decimal, ...], ranking: bool) -> Floats:
    mean: Floats = _drawn_weights(stated, ranking).mean(axis=0)
    mean.setflags(write=False)
    return mean


@lru_cache(maxsize=32)
def _drawn_weights(stated: tuple[Decimal, ...], ranking: bool) -> Floats:
    values = np.array([float(value) for value in stated])
    generator = np.random.default_rng(SEED)
    if ranking:
        gamma = generator.standard_gamma(1.0, (DRAWS, len(CRITERIA)))
        values[values == 0] = len(CRITERIA)
        weights = np.empty_like(gamma)
        weights[:, np.argsort(values, kind="stable")] = -np.sort(-gamma, axis=1)
    else:
        shares = values / values.sum()
        weights = generator.standard_gamma(shares * CONCENTRATION + 1e-9, (DRAWS, len(CRITERIA)))
    drawn: Floats = weights / weights.sum(axis=1, keepdims=True)
    drawn.setflags(write=False)
    return drawn


def is_ranking(priorities: Mapping[Criterion, Decimal]) -> bool:
    """Ranks are whole numbers from 1; anything between 0 and 1 is a weight."""
    return all(value == int(value) and value >= 1 for value in priorities.values())


def draw_noise(options: Sequence[Pair], spread: float) -> Floats:
    """Judgement noise of each option: (d, o). Drawn for the full grid, so no option shifts another's.

    An approach's noise is shared by its deployments; a deployment's own part is smaller.
    """
    return spread * _grid_noise()[:, [PAIRS.index(pair) for pair in options]]


@lru_cache(maxsize=1)
def _grid_noise() -> Floats:
    generator = np.random.default_rng(SEED + 1)
    approach = generator.standard_normal((DRAWS, len(APPROACHES)))
    pair = generator.standard_normal((DRAWS, len(PAIRS)))
    grid: Floats = approach[:, [APPROACHES.index(a) for a, _ in PAIRS]] + PAIR_SHARE * pair
    grid.setflags(write=False)
    return grid
