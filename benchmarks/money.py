"""Board figures: 100,000 draws of 8 options over 36 months.

The reference is the same bills written out in plain numpy: beta draws of every input, and use summed month by
month. Both sides must agree on the percentiles, else the run ends with an error.
"""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np

from benchmarks.line import Line, ratio, seconds
from engine.case import Case, cases
from engine.knowledge import load
from engine.money.draws import DRAWS, Floats, pert
from engine.money.estimate import drafted
from engine.money.figures import Scene
from engine.money.proposal import Contender
from engine.reading import read_document
from engine.result import Consequences, OptionId, Range
from engine.trace import Tracer

KNOWLEDGE = load(Path(__file__).parents[1] / "knowledge")
TODAY = date(2026, 11, 24)
BOARD, MONTHS, WEEKS_A_MONTH, DAYS_A_MONTH = 100_000, 36, 365.25 / 12 / 7, 365.25 / 12
NONE = Range(low=Decimal(0), likely=Decimal(0), high=Decimal(0))
DUTIES = Consequences(duties=0, gaps=0, blockers=0, unknown=0, days=NONE, cost=NONE)
MODELS = ("gpt-6-luna", "gpt-6-1-sol", "claude-haiku-5-5", "claude-sonnet-5-5")
APPROACHES = ("api_prompt", "rag")
USE = {
    "key": "a",
    "task_type": "knowledge_qa",
    "users": 200,
    "requests_per_day": 2000,
    "growth_per_year": "0.1",
    "input_tokens": 2000,
    "output_tokens": 300,
    "corpus_tokens": 20_000_000,
    "knowledge_change_rate": "static",
}
CONTENDERS = [
    Contender(
        option=OptionId(approach=approach, deployment="public_api"),  # type: ignore[arg-type]
        model=model,
        duties=DUTIES,
    )
    for approach in APPROACHES
    for model in MODELS
]


def run() -> Iterator[Line]:
    case = cases(read_document({"use_cases": [USE]}), TODAY)[0]
    agree(ours(case, BOARD), plain(BOARD))
    yield ratio(
        "Board figures: 100,000 draws × 8 × 36, P10, P50, P90",
        seconds(lambda: ours(case, BOARD), times=5),
        seconds(lambda: plain(BOARD), times=5),
        1.5,
        "the reference is the same bills in plain numpy; draws are made anew on both sides",
    )
    some, all_ = peak(lambda: ours(case, BOARD // 2)), peak(lambda: ours(case, BOARD))
    totals = len(CONTENDERS) * BOARD // 2 * 8 / 1e6
    yield Line(
        figure="Board figures: memory at the peak",
        aim="flat: more draws add their totals and one copy",
        measured=f"{all_:.1f} MB, {all_ - some:.1f} more than for half the draws; totals {totals:.1f}",
        met=all_ - some <= 2.1 * totals,
        note=f"drawn in blocks of {DRAWS:,}; plain numpy holds {peak(lambda: plain(BOARD)):.0f} MB",
    )


def ours(case: Case, draws: int) -> Floats:
    """The engine's percentiles of each option, from draws made anew."""
    totals = np.empty((len(CONTENDERS), draws))
    for block in range(draws // DRAWS):
        pert.cache_clear()
        scene = Scene(case, Tracer(KNOWLEDGE, TODAY), block=block)
        for row, contender in enumerate(CONTENDERS):
            total = drafted(scene, contender).total().drawn
            totals[row, block * DRAWS : (block + 1) * DRAWS] = total
    return np.percentile(totals, (10, 50, 90), axis=1)


def plain(draws: int) -> Floats:
    """The percentiles of each option from plain numpy."""
    generator = np.random.default_rng(1)
    known: dict[str, Floats] = {}

    def fact(name: str) -> Floats:
        if name not in known:
            stated = KNOWLEDGE.at(name, TODAY)
            low, likely, high = (float(n or 0) for n in (stated.low, stated.likely, stated.high))
            width = high - low
            if width == 0:
                return np.full(1, likely)
            mode = 4 * (likely - low) / width
            known[name] = low + width * generator.beta(1 + mode, 5 - mode, draws)
        return known[name]

    rate = fact("people.day_rate")
    totals = []
    for approach in APPROACHES:
        weeks = fact(f"weeks.{approach}") + fact("weeks.added.public_api")
        start = weeks / WEEKS_A_MONTH
        in_use, grown = np.zeros(draws), np.zeros(draws)
        for month in range(MONTHS):
            part = np.clip(month + 1 - start, 0.0, 1.0)
            in_use += part
            grown += part * 1.1 ** ((month + 1 - part / 2) / 12)
        people = fact(f"people.needed.{approach}") + fact("people.added.public_api")
        days = people * weeks * 5 + fact("days.integration") + fact("days.evaluation")
        days = days + fact("days.mlops.light") + fact("days.introduction") + 200 * fact("days.user")
        days = days + fact("days.exit")
        monthly_days = fact(f"people.run.{approach}") * (220 / 12) + fact("days.monitoring")
        monthly = fact("price.mlops.light")
        read = 2000 + fact("volume.prompt")
        if approach == "rag":
            days = days + fact("days.index")
            read = read + fact("volume.passages")
            hosts = np.maximum(1.0, np.ceil(20_000_000 / fact("serving.index_tokens")))
            monthly = monthly + hosts * fact("price.server.month")
        fixed = days * rate + (monthly_days * rate + monthly) * in_use
        requests = 2000 * DAYS_A_MONTH * fact("volume.forecast") * grown
        for model in MODELS:
            each = read * fact(f"price.{model}.in") + 300 * fact(f"price.{model}.out")
            totals.append(fixed + requests * each / 1e6)
    return np.percentile(np.stack(totals), (10, 50, 90), axis=1)


def agree(one: Floats, other: Floats) -> None:
    """Raises ValueError where two sets of percentiles lie more than a hundredth apart."""
    apart = float(np.abs(one / other - 1).max())
    if apart > 0.01:
        raise ValueError(f"The engine and the reference lie {apart:.1%} apart.")


def peak(work: Callable[[], object]) -> float:
    """The most memory that some work holds at once, in megabytes."""
    tracemalloc.start()
    work()
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most / 1e6
