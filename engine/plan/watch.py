"""What to watch: changes of law and market that could move the answer."""

from __future__ import annotations

from collections.abc import Sequence

from engine.facts import Knowledge
from engine.result import RegimeResult, WatchItem


def watch(regimes: Sequence[RegimeResult], knowledge: Knowledge) -> tuple[WatchItem, ...]:
    """The rows that bear on the organisation: general ones, and those of regimes that apply or may apply."""
    bearing = {item.regime for item in regimes if item.applies != "no"}
    return tuple(
        WatchItem(
            id=row.id,
            name=row.name,
            text=row.text,
            trigger=row.trigger,
            action=row.action,
            since=row.since,
            source=row.source,
        )
        for row in knowledge.plan.watch
        if row.regime is None or row.regime in bearing
    )
