"""The plan as a network: when each activity can start, how far it may slip, and the chain that decides the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from graphlib import TopologicalSorter


@dataclass(frozen=True, slots=True)
class Activity:
    """Work of some weeks that starts once all of `after` has ended, and not before a week.

    `by` is the week by which it must have ended (None: only what waits for it decides).
    """

    id: str
    weeks: Decimal
    after: tuple[str, ...] = ()
    not_before: Decimal = Decimal(0)
    by: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Slot:
    """When an activity runs at the earliest, and the weeks by which it may slip without moving what waits."""

    start: Decimal
    end: Decimal
    slack: Decimal


def schedule(activities: Sequence[Activity]) -> dict[str, Slot]:
    """The slot of every activity: earliest start forward, latest end backward. What nothing waits for may not slip."""
    known = {activity.id: activity for activity in activities}
    order = tuple(TopologicalSorter({one.id: one.after for one in activities}).static_order())
    starts: dict[str, Decimal] = {}
    for name in order:
        one = known[name]
        starts[name] = max([one.not_before, *(starts[other] + known[other].weeks for other in one.after)])
    latest: dict[str, Decimal] = {}
    followers: dict[str, list[str]] = {name: [] for name in order}
    for one in activities:
        for other in one.after:
            followers[other].append(one.id)
    for name in reversed(order):
        one = known[name]
        ends = [latest[other] - known[other].weeks for other in followers[name]]
        if one.by is not None:
            ends.append(one.by)
        latest[name] = min(ends, default=starts[name] + one.weeks)
    return {
        name: Slot(
            starts[name], starts[name] + known[name].weeks, latest[name] - starts[name] - known[name].weeks
        )
        for name in order
    }


def chain(last: str, activities: Mapping[str, Activity], slots: Mapping[str, Slot]) -> tuple[str, ...]:
    """The activities that decide when `last` ends: from each back to the one before it that ends last."""
    found = [last]
    while before := activities[found[-1]].after:
        found.append(max(before, key=lambda name: (slots[name].end, slots[name].start, name)))
    return tuple(reversed(found))
