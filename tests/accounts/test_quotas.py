"""Quotas: what is used is counted, 80 % is a warning, 100 % a refusal that loses nothing; and calls of the API."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client, override_settings
from django.utils import timezone

from accounts import calls, invitations
from accounts.audit import Actor
from accounts.branding import set_logo
from accounts.invitations import Asked, invite
from accounts.models import AuditEvent, Invitation, Logo, Membership, Organisation
from accounts.quotas import MEGABYTE, QuotaReached, members_counted, month_start, set_quotas, stored_bytes
from accounts.services import Refused
from accounts.tenancy import scope
from reports.models import Report, ReportFile
from reports.services import claim, publish, request_report
from strategy import services
from strategy.knowledge import current
from strategy.models import Run
from strategy.usage import quotas, usage
from tests.accounts.test_branding import picture
from tests.strategy.stored import finished_run
from tests.world import World

SignIn = Callable[[World, str], Client]
DAY = date(2026, 12, 1)


@pytest.fixture
def owner(world: World) -> Actor:
    return Actor.person(world.person("north/owner"), "owner")


def at(world: World, path: str) -> str:
    return f"/o/{world.north.slug}/{path}"


def with_quotas(world: World, **amounts: int) -> Organisation:
    with scope(world.north):
        return set_quotas(amounts)  # type: ignore[arg-type]


def test_members_and_open_invitations_take_places(world: World, owner: Actor) -> None:
    """North has eight roles and Both."""
    north = with_quotas(world, members=11)
    with scope(north):
        assert members_counted(north) == 9
        invite([Asked("a@twin.example", "viewer")], actor=owner)
        with pytest.raises(Refused) as refusal:
            invite([Asked("b@twin.example", "viewer"), Asked("c@twin.example", "viewer")], actor=owner)
        assert (str(refusal.value), refusal.value.where) == (
            "10 of 11 places are taken, open invitations included, and 2 more would be needed. "
            "Right: remove a member or revoke an invitation, or ask whoever runs this server for more.",
            "/people",
        )
        assert Invitation.objects.filter(organisation=north).count() == 1
        invite([Asked("b@twin.example", "viewer")], actor=owner)
        assert members_counted(north) == 11


def test_a_full_organisation_lets_nobody_in_by_an_old_link_either(world: World, owner: Actor) -> None:
    with scope(world.north):
        issued = invite([Asked("stranger@twin.example", "viewer")], actor=owner)[0]
    with_quotas(world, members=9)
    with pytest.raises(Refused, match="10 of 9 places are taken"):
        invitations.accept(issued.secret, world.person("stranger"))
    assert not Membership.objects.filter(user=world.person("stranger")).exists()
    with_quotas(world, members=10)
    assert invitations.accept(issued.secret, world.person("stranger")).role == "viewer"


def test_a_month_has_so_many_analyses_and_the_next_begins_anew(
    world: World, owner: Actor, sign_in: SignIn
) -> None:
    north = with_quotas(world, runs=2)
    with scope(north):
        first, _ = services.request_run(actor=owner, knowledge=current(), as_of=DAY)
        services.request_run(actor=owner, knowledge=current(), as_of=DAY + timedelta(days=1))
        assert services.request_run(actor=owner, knowledge=current(), as_of=DAY) == (first, False)
        with pytest.raises(QuotaReached, match="2 of 2 analyses of this month were made"):
            services.request_run(actor=owner, knowledge=current(), as_of=DAY + timedelta(days=2))
        assert Run.objects.count() == 2
    client = sign_in(world, "north/editor")
    page = client.post(at(world, "runs/start/"), {"as_of": "2026-12-09"})
    assert page.status_code == 403
    assert (
        "Right: wait for the next month, or ask whoever runs this server for more." in page.content.decode()
    )
    key = {"Authorization": f"Bearer {world.keys['north']}"}
    api = f"/api/v1/organisations/{north.public_id}/runs/"
    problem = Client().post(api, {"as_of": "2026-12-09"}, content_type="application/json", headers=key)
    assert (problem.status_code, problem.json()["detail"][:30]) == (403, "2 of 2 analyses of this month ")
    with scope(north):
        Run.objects.update(queued_at=month_start(north) - timedelta(seconds=1))
        assert services.request_run(actor=owner, knowledge=current(), as_of=DAY + timedelta(days=3))[1]


def test_a_month_begins_where_the_organisation_is(world: World) -> None:
    world.north.time_zone = "Pacific/Auckland"
    began = month_start(world.north)
    assert (began.day, began.hour, str(began.tzinfo)) == (1, 0, "Pacific/Auckland")


def test_every_file_is_counted_and_a_full_shelf_takes_no_paper(world: World, owner: Actor) -> None:
    with scope(world.north):
        run = finished_run(owner, "Staff assistant")
        report, _ = request_report(run, actor=owner)
        held = claim(report.pk)
        assert held is not None
        publish(held, b"%PDF-" + b"x" * 995)
        set_logo(picture(), actor=owner)
        (logo,) = Logo.objects.all()
        assert stored_bytes() == 1000 + len(bytes(logo.content))
    with scope(world.south):
        assert stored_bytes() == 0
    with scope(with_quotas(world, storage=300_000)):
        with pytest.raises(
            QuotaReached, match=r"The files hold 0\.0 of 0\.3 MB, and this needs 0\.3 MB more"
        ):
            request_report(run, actor=owner, author="Another")
        assert (Report.objects.count(), ReportFile.objects.count()) == (1, 1)


def test_eighty_per_cent_is_a_warning_and_all_of_it_full(world: World, sign_in: SignIn) -> None:
    for members, state, words in (
        (12, "ok", "Room is left"),
        (11, "warning", "More than 80 % is used"),
        (9, "full", "Full: more is refused"),
    ):
        north = with_quotas(world, members=members)
        with scope(north):
            (use, *_) = quotas()
            assert (use.quota, use.used, use.limit, use.state) == ("members", 9, members, state)
        client = sign_in(world, "north/admin")
        assert words in client.get(at(world, "usage/")).content.decode()
        overview = client.get(at(world, "")).content.decode()
        assert (f"Members and open invitations: 9 of {members}." in overview) == (state != "ok")
    assert "9 of 9" not in sign_in(world, "north/viewer").get(at(world, "")).content.decode()


def test_waits_are_measured_from_the_request_to_the_worker(world: World, owner: Actor) -> None:
    with scope(world.north):
        assert (usage().waits.usual, usage().waits.longest, usage().waits.waiting) == (None, None, 0)
        now = timezone.now()
        for number, seconds in enumerate((2, 4, 60)):
            run, _ = services.request_run(
                actor=owner, knowledge=current(), as_of=DAY + timedelta(days=number)
            )
            Run.objects.filter(pk=run.pk).update(
                queued_at=now, started_at=now + timedelta(seconds=seconds), state="succeeded"
            )
        services.request_run(actor=owner, knowledge=current(), as_of=DAY + timedelta(days=9))
        assert (usage().waits.usual, usage().waits.longest, usage().waits.waiting) == (4, 60, 1)


def test_the_operator_sets_a_quota_and_the_organisation_sees_it(world: World, sign_in: SignIn) -> None:
    out = StringIO()
    call_command("quota", world.north.slug, "runs=7", "storage=3", stdout=out)
    assert out.getvalue() == "members: 500 (the server's)\nstorage: 3 MB (its own)\nruns: 7 (its own)\n"
    with scope(world.north):
        event = AuditEvent.objects.get(action="organisation.quotas_set")
        assert (event.actor_kind, event.before, event.after) == (
            "system",
            {},
            {"runs": 7, "storage": 3 * MEGABYTE},
        )
    call_command("quota", world.north.slug, "runs=0", stdout=StringIO())
    assert Organisation.objects.get(pk=world.north.pk).quotas == {"storage": 3 * MEGABYTE}
    for wrong in ("runs=many", "beds=3", "runs"):
        with pytest.raises(
            CommandError, match=r"is no quota\. Right: one of members, storage, runs, like runs=500"
        ):
            call_command("quota", world.north.slug, wrong, stdout=StringIO())
    with pytest.raises(CommandError, match="There is no organisation"):
        call_command("quota", "nobody", "runs=1", stdout=StringIO())
    api = f"/api/v1/organisations/{world.north.public_id}/"
    owner = sign_in(world, "north/owner")
    sent = {"name": "North", "time_zone": "UTC", "quotas": {"runs": 999}}
    headers = {"If-Match": owner.get(api)["ETag"]}
    assert owner.put(api, sent, content_type="application/json", headers=headers).status_code == 400


def test_the_api_tells_usage_to_people_and_not_to_keys(world: World, sign_in: SignIn) -> None:
    api = f"/api/v1/organisations/{world.north.public_id}/usage/"
    told = sign_in(world, "north/owner").get(api).json()
    assert told["quotas"][0] == {"quota": "members", "used": 9, "limit": 500, "state": "ok"}
    assert {use["quota"] for use in told["quotas"]} == {"members", "storage", "runs"}
    assert (told["runs_waiting"], told["usual_wait_seconds"]) == (0, None)
    key = {"Authorization": f"Bearer {world.keys['north']}"}
    assert Client().get(api, headers=key).status_code == 403


@pytest.fixture
def one_minute(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """A clock that stands 20 seconds into a minute until a test moves it."""
    now = [1_800_000_020.0]
    monkeypatch.setattr(calls.time, "time", lambda: now[0])
    return now


def test_too_many_calls_wait_for_the_next_minute_and_stop_nobody_else(
    world: World, one_minute: list[float], sign_in: SignIn
) -> None:
    one_minute[0] = (time.time() // 60) * 60 + 20
    key = {"Authorization": f"Bearer {world.keys['north']}"}
    other = {"Authorization": f"Bearer {world.keys['south']}"}
    north = f"/api/v1/organisations/{world.north.public_id}/vendors/"
    south = f"/api/v1/organisations/{world.south.public_id}/vendors/"
    with override_settings(API_CALLS_A_MINUTE=3):
        assert [Client().get(north, headers=key).status_code for _ in range(3)] == [200] * 3
        refused = Client().post(north, {"key": "late"}, content_type="application/json", headers=key)
        assert (refused.status_code, refused["Retry-After"], refused["Content-Type"]) == (
            429,
            "40",
            "application/problem+json",
        )
        assert refused.json()["detail"] == (
            "3 calls a minute are answered. Wait 40 seconds, then send the call again. Nothing was done."
        )
        assert sign_in(world, "north/owner").get(north).status_code == 429
        assert Client().get(south, headers=other).status_code == 200
        assert Client().get("/api/v1/organisations/", headers=key).status_code == 429
        assert [Client().get("/api/v1/openapi.json").status_code for _ in range(4)] == [200, 200, 200, 429]
        one_minute[0] += 40
        sent = Client().post(north, {"key": "late"}, content_type="application/json", headers=key)
        assert sent.status_code == 201
    assert calls.this_month(world.north.pk) == 7
    assert calls.this_month(world.south.pk) == 1


def test_a_wrong_key_uses_up_nobodys_calls(world: World) -> None:
    key = {"Authorization": f"Bearer {world.keys['north'][:-3]}aaa"}
    north = f"/api/v1/organisations/{world.north.public_id}/vendors/"
    assert [Client().get(north, headers=key).status_code for _ in range(3)] == [401] * 3
    assert calls.this_month(world.north.pk) == 0


def test_without_the_cache_the_api_goes_on(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    away = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:1",
        }
    }
    key = {"Authorization": f"Bearer {world.keys['north']}"}
    north = f"/api/v1/organisations/{world.north.public_id}/vendors/"
    with override_settings(CACHES=away, API_CALLS_A_MINUTE=1):
        assert [Client().get(north, headers=key).status_code for _ in range(2)] == [200, 200]
        assert calls.this_month(world.north.pk) == 0
