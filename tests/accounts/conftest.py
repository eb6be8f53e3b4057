"""The world is built once a module here; each test is rolled back to it."""

from __future__ import annotations

import pytest

from tests.world import World


@pytest.fixture
def world(shared_world: World, db: None) -> World:
    return shared_world
