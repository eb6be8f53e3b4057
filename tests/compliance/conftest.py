"""The world once a module, with an analysis whose duties are known; each test is rolled back to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from accounts.audit import Actor
from accounts.tenancy import scope
from compliance.duties import Duty
from strategy.duties import duties_of
from strategy.models import Result, Run
from tests.strategy.stored import finished_run
from tests.world import World


@pytest.fixture
def world(shared_world: World, db: None) -> World:
    return shared_world


@pytest.fixture
def officer(in_north: World) -> Actor:
    """North's compliance officer, with North's scope open."""
    return Actor.person(in_north.person("north/compliance_officer"), "compliance_officer")


@pytest.fixture
def run(officer: Actor) -> Run:
    """An analysis in which GDPR 28(3) is a gap that blocks the assistant, and ISO A.5.19 is not answered."""
    return finished_run(officer, "Staff assistant", day=date(2026, 12, 1))


@pytest.fixture
def gap(run: Run) -> Duty:
    """The blocking gap of the analysis: GDPR 28(3) in the assistant."""
    return next(duty for duty in duties_of(Result.objects.get(run=run)) if duty.blocker)


def varied(gap: Duty, requirement: str, **changed: object) -> Duty:
    """The same duty about another requirement, in other circumstances."""
    return replace(gap, requirement_id=requirement, **changed)  # type: ignore[arg-type]


@pytest.fixture
def north(world: World) -> Iterator[World]:
    with scope(world.north):
        yield world
