"""One recommendation over the whole option space: gates, scores, SMAA with uncertain scores, 10,000-draw cost.

The reference is the arithmetic alone in plain numpy: the bills of `benchmarks.money` for as many contenders, and
SMAA of as many options as are ranked. Gates and scores have no part in it. Duties, which the figure does not name,
are worked out before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

import numpy as np

from benchmarks import money, smaa
from benchmarks.line import Line, ratio, seconds
from engine.case import Case, cases
from engine.duties.consequences import Opened
from engine.money.currency import exchange
from engine.money.draws import DRAWS, pert
from engine.options.decide import Base, Decision, decide
from engine.options.doubt import draw_noise, draw_weights
from engine.options.tables import CRITERIA
from engine.reading import read_document
from engine.result import OptionId
from engine.trace import Tracer


def run() -> Iterator[Line]:
    case = cases(read_document({"use_cases": [money.USE]}), money.TODAY)[0]
    found = decided(case, {})
    options = [(candidate.id.approach, candidate.id.deployment) for candidate in found.candidates]
    ranks = {name: Decimal(place) for place, name in enumerate(CRITERIA, 1)}
    values = np.random.default_rng(7).random((len(CRITERIA), len(options)))
    weights, noise = draw_weights(ranks), draw_noise(options, smaa.SPREAD)
    bills = seconds(lambda: money.plain(DRAWS)) / len(money.CONTENDERS) * len(found.estimates)
    yield ratio(
        f"One recommendation: {len(found.openings)} pairs, {len(found.estimates)} bills, {len(options)} ranked",
        seconds(lambda: decided(case, found.openings)),
        bills + seconds(lambda: smaa.bare(values, weights, noise)),
        2.0,
        "the reference is plain numpy for as many bills, and SMAA; gates and scores are ours alone",
    )
    yield Line(
        figure="One recommendation: the same with its duties",
        measured=f"{seconds(lambda: decided(case, {})) * 1000:.0f} ms",
    )


def decided(case: Case, openings: Mapping[OptionId, Opened]) -> Decision:
    """The decision from draws made anew, with duties that are known already."""
    pert.cache_clear()
    tracer = Tracer(money.KNOWLEDGE, money.TODAY)
    base = Base(openings, {}, "use.requests_per_day")
    return decide(case, money.KNOWLEDGE, tracer, exchange(case.inputs, tracer), base=base)
