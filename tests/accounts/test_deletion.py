"""An organisation ends after thirty days, whole and alone; and comes back the same from its export. These commit."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.db.utils import Error
from django.test import Client
from django.utils import timezone

from accounts import services
from accounts.audit import Actor, head
from accounts.chain import sealed, verify
from accounts.deletion import delete_organisation, request_deletion
from accounts.exporting import export_organisation
from accounts.models import AuditEvent, ExternalIdentity, IdentityProvider, Membership, Organisation, User
from accounts.restoring import read_export, restore_organisation_from
from accounts.tasks import delete_due
from accounts.tenancy import TENANT_MODELS, scope
from strategy.assessment import gather
from tests.isolation.full import FullWorld, fill
from tests.isolation.superuser import superuser
from tests.world import World, build_world, enter

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


@pytest.fixture
def full(transactional_db: None) -> FullWorld:
    """A world of its own for each test, since these commit."""
    mail.outbox.clear()
    return fill(build_world())


@pytest.fixture
def told(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    log = logging.getLogger("sextant")
    log.addHandler(caplog.handler)
    yield caplog
    log.removeHandler(caplog.handler)


def owner(world: World, side: str = "north") -> Actor:
    return Actor.person(world.person(f"{side}/owner"), "owner")


def rows(organisation: Organisation) -> dict[str, int]:
    with scope(organisation):
        return {model._meta.db_table: model.objects.count() for model in TENANT_MODELS}


def planned(full: FullWorld, *, ago: timedelta) -> Organisation:
    """North, whose deletion was asked for some time ago."""
    north = full.north.organisation
    with scope(north):
        request_deletion(name=north.name, actor=owner(full.world))
    Organisation.objects.filter(pk=north.pk).update(deletion_due_at=timezone.now() + timedelta(days=30) - ago)
    return Organisation.objects.get(pk=north.pk)


def left_of(number: int) -> dict[str, int]:
    """Rows of an organisation in any table, counted by the superuser, past every guard."""
    found = {}
    with superuser() as opened:
        tables = opened.execute(
            "SELECT table_name FROM information_schema.columns WHERE table_schema = 'public' "
            "AND column_name = 'organisation_id'"
        ).fetchall()
        for (table,) in tables:
            query = f'SELECT count(*) FROM "{table}" WHERE organisation_id = %s'
            (amount,) = opened.execute(query, [number]).fetchone() or (0,)
            if amount:
                found[table] = amount
    return found


def test_a_deletion_is_planned_told_and_called_off_by_restoring(full: FullWorld) -> None:
    north = full.north.organisation
    client = enter(Client(), full.world.person("north/owner"))
    at = f"/o/{north.slug}/settings/"
    client.post(f"{at}delete/", {"name": "North"})
    assert Organisation.objects.get(pk=north.pk).deletion_due_at is None
    client.post(f"{at}delete/", {"name": " Twin Company "})
    planned = Organisation.objects.get(pk=north.pk)
    assert planned.deletion_due_at is not None
    assert timedelta(days=29, hours=23) < planned.deletion_due_at - timezone.now() <= timedelta(days=30)
    assert planned.archived_at is not None
    assert [(message.to, "Twin Company" in message.body) for message in mail.outbox] == [
        (["owner.north@twin.example"], False)
    ]
    assert f"http://testserver{at}" in mail.outbox[0].body
    page = client.get(at).content.decode()
    assert "It is going to be deleted on" in page
    assert client.get(f"/o/{north.slug}/vendors/new/").status_code == 403
    delete_due()
    client.post(f"{at}restore/")
    restored = Organisation.objects.get(pk=north.pk)
    assert (restored.archived_at, restored.deletion_due_at) == (None, None)
    with scope(north):
        actions = AuditEvent.objects.order_by("-number").values_list("action", flat=True)[:2]
        assert list(actions) == ["organisation.restored", "organisation.deletion_requested"]


def test_before_its_day_not_even_the_database_deletes_an_organisation(full: FullWorld) -> None:
    north = planned(full, ago=timedelta(days=29))
    before = rows(north)
    delete_due()
    with pytest.raises(Error, match="is not due to be deleted"):
        delete_organisation(north)
    with pytest.raises(Error, match="is not due to be deleted"), connection.cursor() as cursor:
        cursor.execute("SELECT delete_organisation(%s)", [full.south.organisation.pk])
    assert rows(north) == before


def test_a_deleted_organisation_is_nowhere_and_the_other_is_untouched(
    full: FullWorld, told: pytest.LogCaptureFixture
) -> None:
    north, south = planned(full, ago=timedelta(days=31)), full.south.organisation
    provider = IdentityProvider.objects.get(organisation=north)
    both_there = full.world.person("both")
    ExternalIdentity.objects.create(provider=provider, user=both_there, subject="sub")
    amounts, others = rows(north), rows(south)
    with scope(north):
        last, ended = AuditEvent.objects.latest("number").number, head()
    delete_due()
    assert not Organisation.objects.filter(pk=north.pk).exists()
    assert left_of(north.pk) == {}
    assert not ExternalIdentity.objects.exists()
    assert rows(south) == others
    with scope(south):
        assert verify() is None
    certificate = json.loads(told.messages[-1].removeprefix("organisation deleted: "))
    assert {table: amount for table, amount in certificate["rows"].items() if table in amounts} == amounts
    assert (certificate["organisation"], certificate["last_entry"], certificate["audit_head"]) == (
        north.public_id,
        last,
        ended,
    )
    seal = certificate.pop("seal")
    assert seal == sealed("a deleted organisation", certificate)
    assert "Twin Company" not in json.dumps(certificate)
    assert [message.to for message in mail.outbox] == [["owner.north@twin.example"]]
    assert seal in mail.outbox[0].body
    assert not User.objects.filter(email__contains="north@twin.example").exists()
    both = User.objects.get(email="both@twin.example")
    assert [m.organisation for m in Membership.everyone.filter(user=both)] == [south]
    delete_due()
    assert len(mail.outbox) == 1


def test_a_deleted_organisation_comes_back_the_same_from_its_export(full: FullWorld) -> None:
    north = full.north.organisation
    with scope(north):
        document = gather()
        packed = export_organisation(actor=owner(full.world), documents={})
        entries = list(AuditEvent.objects.order_by("number").values_list("hash", flat=True))
    delete_organisation(planned(full, ago=timedelta(days=31)))
    again = restore_organisation_from(read_export(io.BytesIO(packed)), copy=False)
    assert (again.public_id, again.slug, again.name) == (north.public_id, north.slug, north.name)
    with scope(again):
        assert verify() is None
        assert gather() == document
        hashes = list(AuditEvent.objects.order_by("number").values_list("hash", flat=True))
        assert hashes[: len(entries) - 1] == entries[:-1]
        assert AuditEvent.objects.latest("number").action == "organisation.read_in"
        person = User.objects.get(email="owner.north@twin.example")
        services.change_organisation(name="Back", time_zone="UTC", actor=Actor.person(person, "owner"))
        assert verify() is None
    assert Membership.objects.get(organisation=again, user=person).role == "owner"


def test_what_hangs_on_an_organisations_rows_bears_the_organisation_too() -> None:
    """Else it would be left behind, or stop the deletion; the exception is removed by name."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT c.conrelid::regclass::text FROM pg_constraint c WHERE c.contype = 'f' "
            "AND EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.confrelid AND a.attname = 'organisation_id') "
            "AND NOT EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.conrelid "
            "AND a.attname = 'organisation_id')"
        )
        assert cursor.fetchall() == [("accounts_externalidentity",)]
