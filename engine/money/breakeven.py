"""The volume at which two options cost the same, with its band over the draws."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.money.calendar import DAYS_A_MONTH
from engine.money.draws import Floats
from engine.money.estimate import drafted
from engine.money.figures import DRAWN, LIKELY, Scene
from engine.money.proposal import Contender
from engine.result import BreakEven

DRAWS = 400
FEWEST, MOST, A_DECADE = 2, 9.5, 8
"""Requests a month from 100 to three billion, eight volumes for each tenfold."""


def volumes() -> Floats:
    """The monthly volumes that are tried."""
    return np.logspace(FEWEST, MOST, round((MOST - FEWEST) * A_DECADE) + 1)


def costs_by_volume(scene: Scene, contenders: Sequence[Contender]) -> list[Floats]:
    """The total of each option at each volume, in the likely case and in draws: shape (volumes, 1 + draws)."""
    at = scene.case.at("requests_per_day")
    held = [{at: volume / DAYS_A_MONTH} for volume in volumes()]
    tried = Scene(scene.case, scene.tracer, size=DRAWS, held=held)
    found = []
    for contender in contenders:
        total = drafted(tried, contender).total().values
        whole = np.broadcast_to(total, (len(held), DRAWN + DRAWS))
        found.append(np.hstack([whole[:, LIKELY : LIKELY + 1], whole[:, DRAWN:]]))
    return found


def break_even(
    contenders: Sequence[Contender], costs: Sequence[Floats], one: int, other: int
) -> BreakEven | None:
    """Where option `one` costs as much as option `other`; None where the likely case has no such volume."""
    gap = costs[one] - costs[other]
    found = crossings(gap)
    if not np.isfinite(found[0]):
        return None
    p10, p90 = np.percentile(found[1:], (10, 90), method="inverted_cdf")
    return BreakEven(
        requests_per_month=two_digits(found[0]),
        p10=two_digits(p10) if np.isfinite(p10) else None,
        p90=two_digits(p90) if np.isfinite(p90) else None,
        against=contenders[other].option,
        cheaper_above=bool(gap[-1, 0] < 0),
    )


def crossings(gap: Floats) -> Floats:
    """For each column, the first volume at which the gap between two costs changes its sign; else infinity."""
    rows = volumes()
    changes = np.sign(gap[1:]) * np.sign(gap[:-1]) <= 0
    first = changes.argmax(axis=0)
    columns = np.arange(gap.shape[1])
    before, after = gap[first, columns], gap[first + 1, columns]
    step = np.where(before == after, 1.0, before - after)
    at = rows[first] + (rows[first + 1] - rows[first]) * np.clip(before / step, 0.0, 1.0)
    return np.where(changes.any(axis=0) & (before != after), at, np.inf)


def two_digits(number: float) -> int:
    """A whole number with the two digits that an estimate has."""
    return int(float(f"{number:.1e}"))
