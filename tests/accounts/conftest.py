"""The world is built once a module here; each test is rolled back to it, and no failed sign-in is remembered."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache

from tests.world import World


@pytest.fixture
def world(shared_world: World, db: None) -> World:
    return shared_world


@pytest.fixture(autouse=True)
def no_attempts_before() -> Iterator[None]:
    """Guessing is counted in the cache, past every rollback: each test begins at none."""
    cache.clear()
    yield
    cache.clear()
