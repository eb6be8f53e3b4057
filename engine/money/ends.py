"""What an option costs without work on duties, at both ends of the amounts that are not answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.case import Case
from engine.money.estimate import apart, drafted
from engine.money.figures import Scene
from engine.money.proposal import Contender
from engine.trace import Tracer

AMOUNTS: Mapping[str, str] = {
    "requests_per_day": "volume.requests",
    "users": "volume.users",
    "input_tokens": "volume.input",
    "output_tokens": "volume.output",
    "growth_per_year": "volume.growth",
}
"""Amounts of a use case, with the facts that hold their range while they are not answered."""
DRAWS = 2_000
FRACTIONS = ("growth_per_year",)


def open_amounts(case: Case) -> tuple[str, ...]:
    """The amounts that are not answered."""
    return tuple(name for name in AMOUNTS if getattr(case.use_case, name) is None)


def at_ends(
    case: Case, contenders: Sequence[Contender], tracer: Tracer
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Each contender's cost in US dollars, without work on duties, with all open amounts at their low, and at their high."""
    low, high = (
        np.array([apart(drafted(scene, contender)) for contender in contenders])
        for scene in (Scene(with_ends(case, tracer, end), tracer, size=DRAWS) for end in ("low", "high"))
    )
    return low, high


def with_ends(case: Case, tracer: Tracer, end: str) -> Case:
    """The case with every open amount at one end of its range."""
    ends = {name: getattr(tracer.fact(AMOUNTS[name]), end) or Decimal(0) for name in open_amounts(case)}
    answers: dict[str, Any] = {
        name: number if name in FRACTIONS else int(number) for name, number in ends.items()
    }
    rows = list(case.inputs.use_cases)
    rows[case.index] = replace(case.use_case, **answers)
    return Case(replace(case.inputs, use_cases=tuple(rows)), case.index, case.as_of)
