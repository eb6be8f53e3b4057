"""One full world for each module here: built once, inside a transaction that every test is rolled back to."""

from __future__ import annotations

import pytest

from tests.isolation.full import FullWorld, fill
from tests.world import World


@pytest.fixture(scope="module")
def full_world(shared_world: World) -> FullWorld:
    """North and South with a row in every tenant's table."""
    return fill(shared_world)


@pytest.fixture
def full(full_world: FullWorld, db: None) -> FullWorld:
    """The full world; what a test writes is rolled back."""
    return full_world
