"""Both twin organisations with something of every kind: records, an analysis and its result, a board paper."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models

from accounts.audit import Actor
from accounts.models import ApiKey, Organisation
from accounts.tenancy import TENANT_MODELS, scope
from reports import services as reports
from reports.models import Report
from strategy.knowledge import current
from strategy.models import Run
from strategy.scenarios import create_scenario, request_scenario_run
from tests.strategy.stored import AS_OF, finished_run
from tests.world import World

PDF = b"%PDF-1.7 of the tests"


@dataclass(frozen=True)
class Things:
    """The one or first row of each kind in an organisation, by model."""

    organisation: Organisation
    rows: Mapping[type[models.Model], Any]

    def __getitem__(self, model: type[models.Model]) -> Any:
        return self.rows[model]


@dataclass(frozen=True)
class FullWorld:
    world: World
    north: Things
    south: Things

    def side(self, name: str) -> Things:
        return self.north if name == "north" else self.south


def fill(world: World) -> FullWorld:
    """Give each organisation a finished run, a printed paper and a what-if scenario."""
    return FullWorld(world, _things(world, "north"), _things(world, "south"))


def _things(world: World, side: str) -> Things:
    organisation: Organisation = getattr(world, side)
    actor = Actor.person(world.person(f"{side}/owner"))
    with scope(organisation):
        run = finished_run(actor, "Staff assistant", "Ticket triage")
        report, _ = reports.request_report(run, actor=actor)
        claim = reports.claim(report.pk)
        assert claim is not None
        assert reports.publish(claim, PDF)
        scenario = create_scenario(
            actor=actor, name="Busy", answers={"/use_cases/1/users": 9}, base_run=run, knowledge=current()
        )
        request_scenario_run(scenario, actor=actor, knowledge=current(), as_of=AS_OF)
        rows = {model: model.objects.order_by("pk").first() for model in TENANT_MODELS}
        rows[Run], rows[Report] = Run.objects.get(pk=run.pk), Report.objects.get(pk=report.pk)
    rows[ApiKey] = ApiKey.objects.get(organisation=organisation)
    return Things(organisation, rows)
