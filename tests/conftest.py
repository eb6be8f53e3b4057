"""Fixtures that every test may use, and the rules that keep tests from leaking into each other."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client

from accounts.tenancy import scope
from tests.world import PASSWORD, World, build_world


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test that commits must name both databases, or its rows would stay for the next one."""
    for item in items:
        marker = item.get_closest_marker("django_db")
        if (
            marker
            and marker.kwargs.get("transaction")
            and set(marker.kwargs.get("databases", ())) != {"default", "owner"}
        ):
            raise pytest.UsageError(
                f"{item.nodeid}: django_db(transaction=True) needs databases=['default', 'owner']"
            )


@pytest.fixture
def world(db: None) -> World:
    """North and South, with everybody in them."""
    return build_world()


@pytest.fixture
def in_north(world: World) -> Iterator[World]:
    """The world, with North's scope open."""
    with scope(world.north):
        yield world


@pytest.fixture
def sign_in(client: Client):  # type: ignore[no-untyped-def]
    """Sign a person of the world in with the test client."""

    def sign(world: World, name: str) -> Client:
        client.logout()
        assert client.login(email=world.person(name).email, password=PASSWORD)
        return client

    return sign
