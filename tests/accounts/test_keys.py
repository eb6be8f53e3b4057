"""API keys: what a scope opens, how long a key works, and how one takes the place of another."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts import services
from accounts.audit import Actor
from accounts.models import ApiKey, AuditEvent
from accounts.queries import hashed
from accounts.roles import ALLOWED, SCOPED, SCOPES
from accounts.tenancy import scope
from inventory.models import Vendor
from tests.world import World

SignIn = Callable[[World, str], Client]


def owner(world: World) -> Actor:
    return Actor.person(world.person("north/owner"), "owner")


def made(world: World, *scopes: str, days: int = 90) -> tuple[ApiKey, str]:
    with scope(world.north):
        return services.create_api_key(
            name="Machine",
            expires_at=timezone.now() + timedelta(days=days),
            scopes=scopes,
            actor=owner(world),
        )


def call(world: World, secret: str, method: str, path: str, body: Any = None) -> Any:
    address = f"/api/v1/organisations/{world.north.public_id}/{path}"
    headers = {"Authorization": f"Bearer {secret}"}
    return Client().generic(method, address, body or "", "application/json", headers=headers)


def trail(world: World) -> list[tuple[str, Any]]:
    with scope(world.north):
        events = AuditEvent.objects.order_by("number").values_list("action", "after")
        return [event for event in events if event[0].startswith("api_key.")][1:]


CALLS = {
    "read": ("GET", "vendors/", None, 200),
    "write": ("POST", "vendors/", '{"key": "by-key"}', 201),
    "analyse": ("POST", "runs/", "{}", 202),
    "export": ("GET", "assessment/", None, 200),
}


@pytest.mark.parametrize("given", SCOPES)
def test_a_key_does_what_its_scope_says_and_nothing_else(world: World, given: str) -> None:
    _, secret = made(world, given)
    with scope(world.north):
        before = AuditEvent.objects.count()
    for needed, (method, path, body, status) in CALLS.items():
        answer = call(world, secret, method, path, body)
        if needed == given:
            assert answer.status_code == status, needed
        else:
            assert answer.status_code == 403
            assert answer.json()["detail"] == f"This key has the scopes {given}. This needs {needed}."
    with scope(world.north):
        assert Vendor.objects.filter(key="by-key").exists() is (given == "write")
        assert AuditEvent.objects.count() - before == {"write": 1, "analyse": 2}.get(given, 0)


def test_every_action_of_an_api_client_is_in_one_scope() -> None:
    scoped = [action for actions in SCOPED.values() for action in actions]
    assert sorted(scoped) == sorted(ALLOWED["api_client"])


@pytest.mark.parametrize(
    ("scopes", "days", "where"),
    [
        ([], 9, "/scopes"),
        (["admin"], 9, "/scopes"),
        (["read"], 0, "/expires_at"),
        (["read"], 367, "/expires_at"),
    ],
)
def test_a_key_without_scope_or_end_is_refused(
    world: World, scopes: list[str], days: int, where: str
) -> None:
    before = ApiKey.objects.count()
    with pytest.raises(services.Refused) as refusal:
        made(world, *scopes, days=days)
    assert refusal.value.where == where
    assert ApiKey.objects.count() == before
    assert trail(world) == []


def test_a_new_key_takes_an_old_ones_place_while_both_work(world: World, sign_in: SignIn) -> None:
    key, old = made(world, "read", days=90)
    client = sign_in(world, "north/admin")
    page = client.post(
        f"/o/{world.north.slug}/api-keys/{key.public_id}/replace/", {"days": "7"}
    ).content.decode()
    fresh = page.partition('<code class="secret">')[2].partition("<")[0]
    made_key = ApiKey.objects.get(secret_hash=hashed(fresh))
    stored = ApiKey.objects.get(pk=key.pk)
    assert (made_key.scopes, made_key.name, stored.replaced_by) == (["read"], "Machine", made_key)
    week, life = stored.expires_at - timezone.now(), made_key.expires_at - timezone.now()
    assert abs(week - timedelta(days=7)) < timedelta(minutes=1)
    assert abs(life - timedelta(days=90)) < timedelta(minutes=1)
    assert call(world, old, "GET", "vendors/").status_code == 200
    assert call(world, fresh, "GET", "vendors/").status_code == 200
    assert [action for action, _ in trail(world)] == [
        "api_key.created",
        "api_key.created",
        "api_key.replaced",
    ]
    again = client.post(
        f"/o/{world.north.slug}/api-keys/{key.public_id}/replace/", {"days": "7"}, follow=True
    )
    assert "has ended or was replaced" in again.content.decode()
    assert len(trail(world)) == 3
    ApiKey.objects.filter(pk=key.pk).update(expires_at=timezone.now())
    assert call(world, old, "GET", "vendors/").status_code == 401
    assert call(world, fresh, "GET", "vendors/").status_code == 200


def test_a_key_that_ended_is_not_replaced(world: World) -> None:
    key, _ = made(world, "read")
    with scope(world.north):
        services.revoke_api_key(key, actor=owner(world))
        with pytest.raises(services.Refused, match="has ended or was replaced"):
            services.rotate_api_key(key, overlap=timedelta(days=1), actor=owner(world))
        with pytest.raises(services.Refused, match="0 to 30 days"):
            services.rotate_api_key(key, overlap=timedelta(days=31), actor=owner(world))
    assert [action for action, _ in trail(world)] == ["api_key.created", "api_key.revoked"]


def test_a_secret_is_stored_nowhere_and_has_a_prefix_to_be_found_by(world: World) -> None:
    key, secret = made(world, "read")
    assert secret.startswith(f"{key.prefix}_")
    assert key.prefix.startswith("sxt_")
    assert len(secret) == len(key.prefix) + 44
    assert secret not in str(list(ApiKey.objects.values())) + str(trail(world))
    assert call(world, secret, "GET", "vendors/").status_code == 200
    assert ApiKey.objects.get(pk=key.pk).last_used_at is not None
