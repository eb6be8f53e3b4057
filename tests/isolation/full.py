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
from strategy.models import Run
from tests.strategy.stored import finished_run
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
    """Give each organisation a finished run and a printed paper."""
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
        rows = {model: model.objects.order_by("pk").first() for model in TENANT_MODELS}
        rows[Run], rows[Report] = Run.objects.get(pk=run.pk), Report.objects.get(pk=report.pk)
    rows[ApiKey] = ApiKey.objects.get(organisation=organisation)
    return Things(organisation, rows)
