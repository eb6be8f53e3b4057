"""Eight shapes of leak that other products had in public, replayed; and: nothing that South does shows in North.

The first eight tests each name the shape. The others look at everything at once: pages, lists, counts, search,
choices, files, the cache and the queue.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
import redis
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.audit import Actor
from accounts.models import AuditEvent, Membership, Organisation
from accounts.services import create_api_key
from accounts.tenancy import TENANT_MODELS, NoScope, scope
from compliance.models import ControlAnswer
from compliance.services import create_control_answer
from inventory.models import UseCase, Vendor
from inventory.records import part_of
from inventory.services import create_record, update_record
from reports.models import Report
from strategy import services
from strategy.knowledge import current
from strategy.models import Run, Scenario
from strategy.scenarios import create_scenario
from strategy.services import take_snapshot
from tests.isolation.calls import CALLS, Call
from tests.isolation.full import FullWorld
from tests.strategy.stored import AS_OF

MARK = "Zebrafinch"
CHANGES = re.compile(
    r'value="[A-Za-z0-9]{64}"|nonce="[^"]+"|"api_calls_this_month":\d+|<dd>\d+\. They are counted|urn:request:req_\w+|"\$?cursor[^"]*"|cursor=[^"&]+'
)


def signed_in(full: FullWorld, name: str) -> Client:
    client = Client()
    client.force_login(full.world.person(name))
    return client


def place(full: FullWorld, call: Call, side: str = "north") -> str:
    organisation = full.side(side).organisation
    return call.address(organisation.public_id if call.api else organisation.slug, full.side(side).ids)


def api(full: FullWorld, side: str) -> str:
    return f"/api/v1/organisations/{full.side(side).organisation.public_id}/"


def fields(model: Any, row: Any) -> dict[str, Any]:
    found: dict[str, Any] = model.objects.filter(pk=row.pk).values().get()
    return found


def test_shape_1_without_a_tenant_there_is_an_error_and_never_every_row(full: FullWorld) -> None:
    nobody = Organisation(name="Nobody", slug="")
    for model in TENANT_MODELS:
        with pytest.raises(NoScope):
            list(model.objects.filter(organisation=nobody.pk))
    with pytest.raises(NoScope, match="not stored yet"), scope(nobody):
        pass
    for value in ("", "0", "-1"):
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('app.organisation', %s, true)", [value])
            cursor.execute("SELECT count(*) FROM inventory_vendor")
            assert cursor.fetchone() == (0,), value
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.organisation', '', true)")


def test_shape_2_the_second_look_up_is_as_bound_as_the_first(full: FullWorld) -> None:
    """What is found again by its content is found in one's own organisation: the twin's is the same content."""
    actor = Actor.person(full.world.person("south/owner"), "owner")
    day = AS_OF + timedelta(days=300)
    with scope(full.north.organisation):
        mine, made = services.request_run(actor=actor, knowledge=current(), as_of=day)
        assert made
    with scope(full.south.organisation):
        theirs, made = services.request_run(actor=actor, knowledge=current(), as_of=day)
        assert made
        assert theirs.pk != mine.pk
        assert theirs.snapshot.digest == take_snapshot(actor=actor).digest
    with scope(full.north.organisation):
        assert Run.objects.get(pk=mine.pk).snapshot.digest == theirs.snapshot.digest
        assert not Run.objects.filter(pk=theirs.pk).exists()


HEADERS = (
    "Organization-Id",
    "Organisation-Id",
    "X-Organization-Id",
    "X-Tenant-ID",
    "X-Tenant",
    "X-Org-Id",
    "Tenant",
)


@pytest.mark.parametrize("header", HEADERS)
def test_shape_3_no_header_says_which_tenant(full: FullWorld, header: str) -> None:
    client, south = signed_in(full, "both"), full.south.organisation
    for value in (south.public_id, south.slug, str(south.pk)):
        for address in (f"{api(full, 'north')}vendors/", f"{api(full, 'north')}audit-events/"):
            plain, told = client.get(address), client.get(address, headers={header: value})
            assert (plain.status_code, plain.content) == (told.status_code, told.content) or (
                plain.status_code == told.status_code == 403
            )
    headers = {header: south.public_id, "Authorization": f"Bearer {full.world.keys['north']}"}
    body = json.dumps({"key": "by-header"})
    answer = Client().post(f"{api(full, 'north')}vendors/", body, "application/json", headers=headers)
    assert answer.status_code == 201
    with scope(south):
        assert not Vendor.objects.filter(key="by-header").exists()


def test_shape_4_an_organisation_in_the_address_opens_nothing_by_itself(full: FullWorld) -> None:
    stranger, owner = signed_in(full, "stranger"), signed_in(full, "north/owner")
    key = {"Authorization": f"Bearer {full.world.keys['north']}"}
    for call in CALLS:
        if call.is_read:
            address = place(full, call, "south")
            assert stranger.get(address).status_code == 404, address
            assert owner.get(address).status_code == 404, address
            if call.api:
                assert Client().get(address, headers=key).status_code == 404, address


@pytest.mark.parametrize("name", ["ids", "id", "organisation", "organisation_id", "tenant", "id__in", "pk"])
def test_shape_5_ids_that_the_caller_sends_decide_no_tenant(full: FullWorld, name: str) -> None:
    client = signed_in(full, "both")
    theirs = ",".join(
        [full.south.ids["vendor"], full.south.organisation.public_id, str(full.south[Vendor].pk)]
    )
    with scope(full.south.organisation):
        update_record(full.south[Vendor], {"key": "model-vendor", "name": MARK},
                      actor=Actor.person(full.world.person("south/owner"), "owner"))  # fmt: skip
    page = client.get(f"/o/{full.north.organisation.slug}/vendors/?{name}={theirs}")
    assert (page.status_code, MARK in page.content.decode()) == (200, False)
    listed = client.get(f"{api(full, 'north')}vendors/?{name}={theirs}")
    assert (listed.status_code, MARK in listed.content.decode()) == (400, False)


def test_shape_6_a_key_carries_its_organisation_and_not_its_makers_others(full: FullWorld) -> None:
    maker = Actor.person(full.world.person("both"), "owner")
    with scope(full.north.organisation):
        _, secret = create_api_key(
            name="By both", expires_at=timezone.now() + timedelta(days=1), scopes=["read"], actor=maker
        )
    key = {"Authorization": f"Bearer {secret}"}
    mine = Client().get("/api/v1/organisations/", headers=key).json()["items"]
    assert [item["id"] for item in mine] == [full.north.organisation.public_id]
    assert Client().get(api(full, "north"), headers=key).status_code == 200
    assert Client().get(api(full, "south"), headers=key).status_code == 404
    answer = Client().post(f"{api(full, 'south')}vendors/", "{}", "application/json", headers=key)
    assert answer.status_code == 404


def test_shape_7_an_opaque_id_alone_reads_edits_and_removes_nothing(full: FullWorld) -> None:
    """For each kind: South's id under North, as the owner of North and as the person who is in both."""
    kinds = {"vendors": "vendor", "data-assets": "data_asset", "base-models": "base_model", "budgets": "budget",
             "use-cases": "use_case", "regime-scopes": "regime", "control-answers": "control", "scenarios": "scenario",
             "runs": "run", "reports": "report", "snapshots": "snapshot", "members": "member"}  # fmt: skip
    watched = (Vendor, UseCase, Scenario, Run, Report)
    with scope(full.south.organisation):
        before = [fields(model, full.south[model]) for model in watched]
    for name in ("north/owner", "both"):
        client = signed_in(full, name)
        for kind, one in kinds.items():
            at = f"{api(full, 'north')}{kind}/{full.south.ids[one]}/"
            headers = {"If-Match": '"v1"'}
            answers = [
                client.get(at),
                client.put(at, "{}", "application/json", headers=headers),
                client.patch(at, "{}", "application/json", headers=headers),
                client.delete(at, headers=headers),
                client.post(f"{at}restore/", headers=headers),
            ]
            assert {answer.status_code for answer in answers} <= {403, 404, 405}, (name, kind)
            assert answers[0].status_code == 404, (name, kind)
    with scope(full.south.organisation):
        assert [fields(model, full.south[model]) for model in watched] == before


def test_shape_8_a_row_without_a_parent_still_belongs_to_one_organisation(full: FullWorld) -> None:
    actor = Actor.person(full.world.person("south/owner"), "owner")
    with scope(full.south.organisation):
        alone = {"regime": "GDPR", "requirement_id": "Art. 33(1)", "reason": MARK}
        create_control_answer(ControlAnswer, alone, actor=actor)
        create_record(UseCase, {"key": "alone", "name": MARK}, actor=actor)
        create_scenario(actor=actor, name=MARK, answers={}, base_run=None, knowledge=current())
    with scope(full.north.organisation):
        assert not ControlAnswer.objects.filter(requirement_id="Art. 33(1)").exists()
        assert not UseCase.objects.filter(key="alone").exists()
        assert not Scenario.objects.filter(name=MARK).exists()
    for model in TENANT_MODELS:
        assert not model._meta.get_field("organisation").null
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT attnotnull FROM pg_attribute WHERE attrelid = %s::regclass AND attname = 'organisation_id'",
                [model._meta.db_table],
            )
            assert cursor.fetchone() == (True,), model


def plain(answer: Any) -> tuple[int, str]:
    """An answer without what is new in each: tokens, request ids, cursors, and the times that a ZIP notes."""
    content = answer.content
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            sheets = [name for name in packed.namelist() if name.startswith("xl/")]
            content = b"".join(packed.read(name) for name in sorted(sheets))
    return answer.status_code, CHANGES.sub("", content.decode("latin-1"))


def everything(full: FullWorld) -> Mapping[str, tuple[int, str]]:
    """Every page and list of North as its owner and as its key see it, without what changes at each answer."""
    owner = signed_in(full, "north/owner")
    key = {"Authorization": f"Bearer {full.world.keys['north']}"}
    queries = ("vendors/", "use-cases/", "controls/", "data-assets/")
    addresses = [place(full, call) for call in CALLS if call.is_read]
    addresses += [f"/o/{full.north.organisation.slug}/{path}?q={MARK}" for path in queries]
    addresses += [f"/o/{full.north.organisation.slug}/audit/?person={MARK}", "/", "/api/v1/organisations/"]
    seen = {}
    for address in addresses:
        seen[address] = plain(owner.get(address))
        if address.startswith("/api/"):
            seen[f"{address} by key"] = plain(Client().get(address, headers=key))
    return seen


def test_nothing_that_south_does_shows_in_north(full: FullWorld) -> None:
    """South writes a word into all that it has; no page, list, count, search, choice or file of North changes."""
    Client().get(api(full, "north"), headers={"Authorization": f"Bearer {full.world.keys['north']}"})
    before = everything(full)
    actor = Actor.person(full.world.person("south/owner"), "owner")
    with scope(full.south.organisation):
        for model in (Vendor, UseCase):
            row = full.south[model]
            update_record(row, part_of(row) | {"name": MARK}, actor=actor)
        for number in range(12):
            create_record(Vendor, {"key": f"v{number}", "name": f"{MARK} {number}"}, actor=actor)
            create_record(UseCase, {"key": f"u{number}", "name": MARK, "vendor": f"v{number}"}, actor=actor)
        create_control_answer(
            ControlAnswer, {"regime": "GDPR", "requirement_id": "Art. 33(1)", "reason": MARK}, actor=actor
        )
        create_scenario(actor=actor, name=MARK, answers={}, base_run=None, knowledge=current())
        services.request_run(actor=actor, knowledge=current(), as_of=AS_OF + timedelta(days=77))
        assert AuditEvent.objects.filter(object_label__contains=MARK).count() > 12
    after = everything(full)
    assert {address for address, answer in after.items() if answer != before[address]} == set()
    assert not any(
        MARK in text.replace(f'value="{MARK}"', "")
        for address, (_, text) in after.items()
        if MARK not in address
    )


def test_the_cache_and_the_queue_hold_nothing_of_a_tenant(full: FullWorld) -> None:
    """No answer is cached, so none can be served to another; counts of calls lie under their organisation."""
    cache.clear()
    everything(full)
    server = redis.Redis.from_url(cache_url())
    keys = {key.decode() for key in server.scan_iter("sextant*")}
    north = full.north.organisation.pk
    counted = re.compile(rf"sextant:1:(t:{north}:(calls:\d+|month:\d{{4}}-\d\d)|[ua]:\S+:calls:\d+|readyz)")
    assert [key for key in keys if not counted.fullmatch(key)] == []


def cache_url() -> str:
    location: str = settings.CACHES["default"]["LOCATION"]
    return location


def test_a_member_of_both_finds_only_the_organisation_of_the_address(full: FullWorld) -> None:
    client = signed_in(full, "both")
    assert Membership.objects.filter(user=full.world.person("both")).count() == 2
    for here, there in (("north", "south"), ("south", "north")):
        for kind, one in (
            ("vendors", "vendor"),
            ("use-cases", "use_case"),
            ("runs", "run"),
            ("reports", "report"),
        ):
            found = client.get(f"{api(full, here)}{kind}/?limit=200").json()["items"]
            ids = {item["id"] for item in found}
            assert full.side(here).ids[one] in ids
            assert full.side(there).ids[one] not in ids
