"""An option's bill of materials: lines of one kind, stage and timing each, and their sums."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Literal

from engine.money.calendar import MONTHS, Calendar, Timing
from engine.money.figures import Figure
from engine.result import Stage

Kind = Literal["capex", "opex"]
When = tuple[Timing, float]
"""A timing, and the month from which it counts."""
ITEMS: Mapping[str, str] = {
    "people_build": "People who build it",
    "integration": "Integration",
    "evaluation": "Evaluation",
    "documents": "Preparing documents",
    "examples": "Preparing examples",
    "pretraining_data": "Preparing text for training",
    "labels": "Labels still missing",
    "labels_underestimate": "Labels: what plans usually leave out",
    "data_licences": "Text still missing: licences and collection",
    "training_job": "Training job",
    "experiments": "Experiments and restarts",
    "training_cluster": "Training cluster",
    "training_network": "Fast network of the training cluster",
    "training_storage": "Storage for training data",
    "mlops_setup": "Deployment and monitoring set up",
    "compliance": "Compliance work",
    "introduction": "Introducing it to people",
    "serving_hardware": "Own graphics processors",
    "serving_network": "Fast network between servers",
    "servers_owned": "Own servers",
    "inference": "Inference",
    "managed_service": "Managed service in the own cloud account",
    "seats": "Seats",
    "conversations": "Conversations",
    "serving_rented": "Rented graphics processors",
    "serving_hosting": "Power and hosting of own processors",
    "servers_rented": "Servers",
    "index": "Search index",
    "embeddings": "Turning text into vectors",
    "people_run": "People who run it",
    "monitoring": "Monitoring",
    "mlops_tools": "Tools for deployment and monitoring",
    "retraining": "Training again",
    "compliance_run": "Compliance work in use",
    "move": "Move to what follows a service that ends",
    "exit": "Way out of the vendor",
}
"""The lines that a bill may have, by key, in words."""
DUTIES = ("compliance", "compliance_run")
"""The lines of work on duties."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line: an amount in US dollars as its timing counts it (once, a month, or a month at today's volume).

    `since` is the month of the programme from which it is paid, and `day` the day of that month; 0 and None where
    it is paid as its timing says.
    """

    key: str
    kind: Kind
    stage: Stage
    timing: Timing
    amount: Figure
    since: float = 0.0
    day: date | None = None


@dataclass(frozen=True)
class Bill:
    """The lines of an option with its months."""

    calendar: Calendar
    lines: tuple[Line, ...]

    def over(self, line: Line) -> Figure:
        """What a line comes to over the programme."""
        return line.amount * self.calendar.spent(line.timing, since=line.since)

    def total(self, *, kind: Kind | None = None, stage: Stage | None = None) -> Figure:
        """What the lines of a kind and a stage come to over the programme."""
        return self.until(MONTHS, kind=kind, stage=stage)

    def until(self, month: float, *, kind: Kind | None = None, stage: Stage | None = None) -> Figure:
        """What the lines of a kind and a stage come to by a month."""
        groups = self._groups(kind, stage)
        return summed(
            amount * self.calendar.spent(timing, month, since) for (timing, since), amount in groups.items()
        )

    def present(self) -> Figure:
        """What the lines come to over the programme, later money discounted."""
        groups = self._groups(None, None)
        return summed(amount * self.calendar.present(*when) for when, amount in groups.items())

    def rate(self, timing: Timing) -> Figure:
        """The sum of the running lines of one timing, as that timing counts."""
        return self._groups(None, "run").get((timing, 0.0), Figure(0.0))

    def _groups(self, kind: Kind | None, stage: Stage | None) -> Mapping[When, Figure]:
        """The lines of a kind and a stage, added up by when they are paid."""
        if (kind, stage) not in self._known:
            self._known[kind, stage] = self._grouped(kind, stage)
        return self._known[kind, stage]

    def _grouped(self, kind: Kind | None, stage: Stage | None) -> Mapping[When, Figure]:
        groups: dict[When, Figure] = {}
        for (one_kind, one_stage, when), amount in self._sums.items():
            if kind in (None, one_kind) and stage in (None, one_stage):
                groups[when] = groups[when] + amount if when in groups else amount
        return groups

    @cached_property
    def _known(self) -> dict[tuple[Kind | None, Stage | None], Mapping[When, Figure]]:
        return {}

    @cached_property
    def _sums(self) -> Mapping[tuple[Kind, Stage, When], Figure]:
        sums: dict[tuple[Kind, Stage, When], Figure] = {}
        for line in self.lines:
            key = (line.kind, line.stage, (line.timing, line.since))
            sums[key] = sums[key] + line.amount if key in sums else line.amount
        return sums


def summed(figures: Iterable[Figure]) -> Figure:
    """The sum of figures; nothing where there are none."""
    given = list(figures)
    return sum(given[1:], given[0]) if given else Figure(0.0)
