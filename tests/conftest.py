"""Fixtures that every test may use, and the rules that keep tests from leaking into each other."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.db import connections, transaction
from django.test import Client
from django.test.utils import setup_databases, teardown_databases
from pytest_django.plugin import DjangoDbBlocker

from accounts.tenancy import scope
from tests.world import World, build_world, enter


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


@pytest.fixture(scope="module")
def shared_world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """The world for a whole module. Its tests also ask for `db`, and so each is rolled back to it."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build_world()
        transaction.set_rollback(True)


@pytest.fixture
def in_north(world: World) -> Iterator[World]:
    """The world, with North's scope open."""
    with scope(world.north):
        yield world


@pytest.fixture
def sign_in(client: Client):  # type: ignore[no-untyped-def]
    """Sign a person of the world in with the test client, past the slow check of the password."""

    def sign(world: World, name: str) -> Client:
        client.logout()
        return enter(client, world.person(name))

    return sign


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest, django_test_environment: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """Make the test database as the owner, whichever role a test asks for, and drop it without sessions left.

    Pages name their assets by content, so the assets are gathered here too.
    """
    call_command("collectstatic", interactive=False, verbosity=0)
    with django_db_blocker.unblock():
        made = setup_databases(verbosity=0, interactive=False, serialized_aliases=[])
    yield
    with django_db_blocker.unblock():
        connections.close_all()
        teardown_databases(made, verbosity=0)
