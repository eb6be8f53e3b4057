"""The facts that the engine asks for by name: a release must state each, and may state no others but the
families and those that its own tables name."""

from __future__ import annotations

from itertools import chain

from engine.money import calendar, demand, hardware, learning, programme, running, serving, training
from engine.options import criteria, decide, gates
from engine.options.tables import OptionTables
from engine.plan import budgets, portfolio, readiness

FAMILIES = ("fx.", "region.")
"""A rate for each currency and the members of each region: as many as a release has."""

READS = frozenset(
    chain(
        criteria.READS,
        decide.READS,
        gates.READS,
        calendar.READS,
        demand.READS,
        hardware.READS,
        learning.READS,
        programme.READS,
        running.READS,
        serving.READS,
        training.READS,
        budgets.READS,
        portfolio.READS,
        readiness.READS,
    )
)


def by_name(options: OptionTables) -> frozenset[str]:
    """Every fact that the engine asks for by name, given the approaches that there are."""
    return READS | {running.RUN_PEOPLE + approach for approach in options.approaches}
