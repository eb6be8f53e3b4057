"""API keys: shown once, kept as a hash, bound to one organisation, ending when they should."""

from __future__ import annotations

import hashlib
import re
from datetime import timedelta

import pytest
from django.core import serializers
from django.utils import timezone

from accounts.models import ApiKey, AuditEvent
from accounts.tenancy import scope
from tests.api.conftest import Call, Caller, refused, trail
from tests.world import World


def stored(world: World, side: str = "north") -> ApiKey:
    return ApiKey.objects.get(organisation=getattr(world, side))


def test_a_key_is_shown_once_and_kept_as_a_hash(world: World, person: Call) -> None:
    owner = person("north/owner").client
    at = f"/o/{world.north.slug}/api-keys/"
    page = owner.post(at, {"name": "Warehouse", "days": "30", "scopes": "read"}).content.decode()
    found = re.search(r'<code class="secret">(sxt_[a-z2-7]{10}_[A-Za-z0-9-]{43})</code>', page)
    assert found is not None
    secret = found[1]
    assert secret not in owner.get(at).content.decode()
    key = ApiKey.objects.get(name="Warehouse", organisation=world.north)
    assert secret.startswith(f"{key.prefix}_")
    assert key.secret_hash == hashlib.sha256(secret.encode()).hexdigest()
    assert timedelta(days=29) < key.expires_at - timezone.now() < timedelta(days=30)
    with scope(world.north):
        kept = serializers.serialize("json", [*ApiKey.objects.all(), *AuditEvent.objects.all()])
    assert secret.rpartition("_")[2] not in kept
    answer = Caller(world.north, headers={"Authorization": f"Bearer {secret}"})("GET", "vendors/")
    assert answer.status_code == 200


@pytest.mark.parametrize("change", ["expires_at", "revoked_at"])
def test_a_key_that_has_ended_opens_nothing(world: World, key: Caller, change: str) -> None:
    assert key("GET", "vendors/").status_code == 200
    ApiKey.objects.filter(pk=stored(world).pk).update(**{change: timezone.now()})
    refused(key("GET", "vendors/"), 401)
    refused(key("POST", "vendors/", {"key": "second"}), 401)


def test_revoking_ends_a_key_at_once_and_is_one_entry(world: World, key: Caller, person: Call) -> None:
    start = len(trail(world.north))
    owner, revoke = (
        person("north/owner").client,
        f"/o/{world.north.slug}/api-keys/{stored(world).public_id}/revoke/",
    )
    assert owner.post(revoke).status_code == 302
    first = stored(world).revoked_at
    assert owner.post(revoke).status_code == 302
    assert stored(world).revoked_at == first
    assert trail(world.north)[start:] == ["api_key.revoked"]
    refused(key("GET", "vendors/"), 401)


@pytest.mark.parametrize(
    "secret",
    [
        "",
        "sxt",
        "sxt_",
        "_",
        "sxt_aaaaaaaaaa_x",
        "{prefix}",
        "{prefix}_",
        "{prefix}_x",
        "{secret}x",
        "x{secret}",
        "{hash}",
    ],
)
def test_a_wrong_secret_opens_nothing(world: World, secret: str) -> None:
    kept = stored(world)
    given = secret.format(prefix=kept.prefix, secret=world.keys["north"], hash=kept.secret_hash)
    refused(Caller(world.north, headers={"Authorization": f"Bearer {given}"})("GET", "vendors/"), 401)
    assert stored(world).last_used_at is None


def test_a_key_opens_its_own_organisation_only(world: World, key: Caller) -> None:
    assert key("GET", "").json()["id"] == world.north.public_id
    at_south = Caller(world.south, headers=key.headers)
    nowhere = "/api/v1/organisations/org_nothing/"
    for path in ("", "vendors/", "runs/", "assessment/"):
        theirs, nothing = at_south("GET", path), key("GET", f"{nowhere}{path}")
        assert refused(theirs, 404) | {"instance": ""} == refused(nothing, 404) | {"instance": ""}


@pytest.mark.parametrize("name", ["key", "api_key", "access_token", "token", "Authorization"])
def test_a_key_in_the_address_is_not_read(world: World, name: str) -> None:
    refused(Caller(world.north)("GET", f"vendors/?{name}={world.keys['north']}"), 401)
    assert stored(world).last_used_at is None


def test_a_key_opens_no_page(world: World, key: Caller) -> None:
    for path in ("", "vendors/", "members/"):
        answer = key("GET", f"/o/{world.north.slug}/{path}")
        assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/account/login/")


def test_a_keys_last_use_is_noted_to_the_minute(world: World, key: Caller) -> None:
    assert stored(world).last_used_at is None
    key("GET", "vendors/")
    first = stored(world).last_used_at
    assert first is not None
    key("GET", "vendors/")
    assert stored(world).last_used_at == first
    ApiKey.objects.filter(pk=stored(world).pk).update(last_used_at=first - timedelta(minutes=2))
    key("GET", "vendors/")
    assert stored(world).last_used_at > first


def test_a_key_does_what_its_role_allows_and_acts_in_its_own_name(world: World, key: Caller) -> None:
    for path in ("members/", "audit-events/"):
        problem = refused(key("GET", path), 403)
        assert problem["detail"].startswith("Your role here is API client. It does not include: see")
    assert key("POST", "vendors/", {"key": "second"}).status_code == 201
    with scope(world.north):
        event = AuditEvent.objects.first()
        assert (event.action, event.actor_kind, event.actor_id, event.actor_label) == (
            "vendor.created",
            "key",
            stored(world).public_id,
            "API key Integration",
        )


def test_a_key_wins_over_a_session(world: World, key: Caller, person: Call) -> None:
    """Who sends a key acts as the key, whoever is signed in."""
    both = Caller(world.north, person("north/owner").client, key.headers)
    refused(both("GET", "audit-events/"), 403)
    wrong = Caller(world.north, person("north/owner").client, {"Authorization": "Bearer sxt_wrong_x"})
    refused(wrong("GET", "vendors/"), 401)
