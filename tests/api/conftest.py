"""Callers of the API: people with a session, machines with a key. The world is built once a module."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client

from accounts.models import AuditEvent, Organisation
from accounts.tenancy import scope
from tests.world import World, enter

MEDIA_TYPE = "application/problem+json"


@dataclass
class Caller:
    """Somebody at one organisation's part of the API."""

    organisation: Organisation
    client: Client = field(default_factory=Client)
    headers: dict[str, str] = field(default_factory=dict)

    def address(self, path: str) -> str:
        return path if path.startswith("/") else f"/api/v1/organisations/{self.organisation.public_id}/{path}"

    def whole(self, *parts: str) -> str:
        """The address of a resource as a Location states it."""
        return f"http://testserver{self.address('/'.join(parts))}/"

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> HttpResponse:
        """Send a request; header names with underscores: If_Match."""
        named = {name.replace("_", "-"): value for name, value in (self.headers | headers).items()}
        data = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        found: HttpResponse = self.client.generic(
            method, self.address(path), data, content_type="application/json", headers=named
        )
        return found

    def get(self, path: str, **headers: str) -> Any:
        """The body of a 200."""
        answer = self("GET", path, **headers)
        assert answer.status_code == 200, answer.content
        return json.loads(answer.content)


Call = Callable[..., Caller]


@pytest.fixture
def world(shared_world: World, db: None) -> World:
    return shared_world


@pytest.fixture
def key(world: World) -> Caller:
    """The API client of North."""
    return Caller(world.north, headers={"Authorization": f"Bearer {world.keys['north']}"})


@pytest.fixture
def person(world: World) -> Call:
    """A person of the world, with a session."""

    def call(name: str, side: str = "north") -> Caller:
        return Caller(getattr(world, side), enter(Client(), world.person(name)))

    return call


def refused(answer: HttpResponse, status: int) -> dict[str, Any]:
    """The problem that an answer holds, after checking that it is one of that status."""
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == MEDIA_TYPE
    problem: dict[str, Any] = json.loads(answer.content)
    assert problem["status"] == status
    assert problem["type"] == f"http://testserver/api/v1/problems/{status}/"
    assert problem["instance"] == f"urn:request:{answer['X-Request-Id']}"
    return problem


def faults(answer: HttpResponse, status: int = 400) -> dict[str, str]:
    """Pointers and what is wrong there."""
    return {fault["pointer"]: fault["detail"] for fault in refused(answer, status)["errors"]}


def trail(organisation: Organisation) -> list[str]:
    """The actions of an organisation's trail, oldest first."""
    with scope(organisation):
        return list(AuditEvent.objects.order_by("number").values_list("action", flat=True))


def written() -> dict[str, tuple[int, int, int]]:
    """Rows added, changed and removed in this transaction by table, also where that was undone."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, n_tup_ins, n_tup_upd, n_tup_del FROM pg_stat_xact_user_tables "
            "WHERE n_tup_ins + n_tup_upd + n_tup_del > 0"
        )
        return {table: (added, changed, removed) for table, added, changed, removed in cursor.fetchall()}
