"""Which uncertain inputs move an option's cost most, one at a time."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import numpy as np

from engine.money.draws import Floats
from engine.money.estimate import drafted
from engine.money.figures import LIKELY, Figure, Input, Scene
from engine.money.proposal import Contender
from engine.result import Driver
from engine.rounding import whole

SHOWN = 8
DRAWS = 2_000


def strongest(scene: Scene, total: Figure) -> tuple[Input, ...]:
    """The inputs that move a total most from their low to their high, all else at its likely value."""
    swings = {name: swing(total, item) for name, item in scene.inputs.items()}
    order = sorted((name for name in swings if swings[name] > 0), key=lambda name: (-swings[name], name))
    return tuple(scene.inputs[name] for name in order[:SHOWN])


def swing(total: Figure, item: Input) -> float:
    return abs(float(total.values[item.place + 1] - total.values[item.place]))


def drivers(
    scene: Scene, contender: Contender, total: Figure, rival: Figure | None, unit: float
) -> tuple[Driver, ...]:
    """The strongest inputs of a contender, in units of the result's currency. `rival` is the total that its
    order is compared with."""
    inputs = strongest(scene, total)
    medians = medians_at(scene, contender, inputs)
    return tuple(
        Driver(
            label=item.label,
            unit=item.unit,
            fact=item.fact,
            answer=item.answer,
            low=Decimal(str(item.low)),
            high=Decimal(str(item.high)),
            cost_at_low=whole(low * unit),
            cost_at_high=whole(high * unit),
            changes_order=rival is not None and changes_order(total, rival, item),
        )
        for item, (low, high) in zip(inputs, medians, strict=True)
    )


def medians_at(scene: Scene, contender: Contender, inputs: Sequence[Input]) -> Floats:
    """The median totals with each input held at its low and at its high, in US dollars: (inputs, 2)."""
    if not inputs:
        return np.empty((0, 2))
    held = [{item.name: end} for item in inputs for end in (item.low, item.high)]
    rows = Scene(scene.case, scene.tracer, size=DRAWS, held=held)
    totals = drafted(rows, contender).total().drawn
    return np.asarray(np.median(totals, axis=1)).reshape(-1, 2)


def changes_order(total: Figure, rival: Figure, item: Input) -> bool:
    """Whether the cheaper one of two options is another one at an end of the input than in the likely case."""
    gap = total.values - rival.values
    ends = (gap[item.place], gap[item.place + 1])
    return bool(any((end > 0) != (gap[LIKELY] > 0) for end in ends))
