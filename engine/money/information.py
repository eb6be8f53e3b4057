"""What knowing an uncertain input better would be worth: as much as it would change which option pays most.

For each input the draws are sorted by it and cut into bins, and in each bin the best option is chosen by its
mean. What that gains over the one option that is best throughout, less what sorting by chance gains, is the
input's worth (the expected value of partial perfect information).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.money.draws import Floats, order
from engine.money.figures import Input, Scene
from engine.result import WorthKnowing
from engine.rounding import about

BINS = 25
LEAST = 0.005
"""The share of the best option's amount below which an input is not worth a word."""
MOST = 5


def worth_knowing(
    scene: Scene, names: Sequence[str], worths: Floats, inputs: Sequence[Input], unit: float, currency: str
) -> tuple[WorthKnowing, ...]:
    """The inputs worth narrowing before a choice between options, the most first, in words.

    `worths` has a row of US dollars for each option of `names`: what it is worth, or less what it costs.
    """
    if len(names) < 2:
        return ()
    least = LEAST * abs(float(worths.mean(axis=1).max()))
    chance = gain(bins_of(worths, order("information.chance", 0, worths.shape[1])))
    found = []
    for item in inputs:
        bins = bins_of(worths, np.argsort(scene.draws(item.name), kind="stable"))
        if (worth := gain(bins) - chance) > least:
            found.append((worth, item, bins))
    found.sort(key=lambda one: (-one[0], one[1].name))
    return tuple(
        WorthKnowing(
            rank=rank,
            fact=item.fact,
            answer=item.answer,
            text=said(item, names, bins, about(worth * unit), currency),
        )
        for rank, (worth, item, bins) in enumerate(found[:MOST], 1)
    )


def bins_of(worths: Floats, place: NDArray[np.intp]) -> Floats:
    """The mean worth of each option in each bin of draws taken in an order: (options, bins)."""
    size = worths.shape[1] // BINS * BINS
    means: Floats = worths[:, place[:size]].reshape(len(worths), BINS, -1).mean(axis=2)
    return means


def gain(bins: Floats) -> float:
    """The mean of the best option of each bin, less the mean of the option that is best over all."""
    return float(bins.max(axis=0).mean() - bins.mean(axis=1).max())


def said(item: Input, names: Sequence[str], bins: Floats, worth: str, currency: str) -> str:
    """The sentence on one input: which option pays most at its low and at its high."""
    low, high = names[int(bins[:, 0].argmax())], names[int(bins[:, -1].argmax())]
    label = item.label[0].upper() + item.label[1:]
    ends = f"low, {low} pays most; high, {high}" if low != high else f"{low} pays most at both ends"
    return f"{label}: {ends}. To know it before choosing is worth about {worth} {currency}."
