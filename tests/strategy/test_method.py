"""What options are weighed by: one page and one address show all of it, as the knowledge release has it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.test import Client

from strategy.knowledge import current
from tests.world import World

SignIn = Callable[[World, str], Client]


@pytest.fixture
def world(shared_world: World, db: None) -> World:
    return shared_world


@pytest.fixture
def viewer(world: World, sign_in: SignIn) -> Client:
    return sign_in(world, "north/viewer")


def test_the_page_names_every_approach_deployment_gate_criterion_and_model(
    world: World, viewer: Client
) -> None:
    html = viewer.get(f"/o/{world.north.slug}/method/").content.decode()
    text = " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())
    tables = current().options

    assert (len(tables.approaches), len(tables.deployments), len(tables.criteria)) == (8, 4, 12)
    for rows in (tables.approaches, tables.deployments, tables.gates, tables.criteria, tables.models):
        for row in rows.values():
            assert row.name in text
    for row in tables.models.values():
        assert current().sources[row.source].title in text
    for because in tables.not_offered.values():
        assert because in text


def test_the_address_holds_the_same_with_the_default_weights(world: World, viewer: Client) -> None:
    answer = viewer.get(f"/api/v1/organisations/{world.north.public_id}/method/")
    found: dict[str, Any] = json.loads(answer.content)
    tables = current().options

    for name in ("approaches", "deployments", "gates", "criteria", "models"):
        assert {row["key"] for row in found[name]} == set(getattr(tables, name))
    assert [row["rank"] for row in found["criteria"]] == list(range(1, 13))
    weights = [float(row["weight"]) for row in found["criteria"]]
    assert weights == sorted(weights, reverse=True)
    assert sum(weights) == pytest.approx(1, abs=0.01)
    approaches = {row["key"]: row["deployments"] for row in found["approaches"]}
    assert sum(map(len, approaches.values())) == len(tables.offered())
