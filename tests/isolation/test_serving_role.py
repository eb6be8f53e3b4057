"""The start-up check against real roles, and connections that are used again. These tests commit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

import psycopg
import pytest
from django.conf import settings
from django.db import connection, connections, transaction
from django.db.utils import Error

from accounts.audit import Actor
from accounts.chain import Broken, verify
from accounts.checks import refuse_to_start, serving_role_is_bound
from accounts.models import AuditCounter, AuditEvent
from accounts.tenancy import TENANT_MODELS, scope
from inventory.models import Vendor
from inventory.services import create_record
from strategy.models import Snapshot, UseCaseResult
from strategy.services import take_snapshot
from tests.isolation.superuser import superuser
from tests.strategy.stored import finished_run
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


@pytest.fixture(name="superuser")
def opened_superuser() -> Iterator[psycopg.Connection]:
    with superuser() as opened:
        yield opened


@contextmanager
def serving_as(role: str) -> Iterator[None]:
    """Let the product's connection sign in as another role."""
    usual = connection.settings_dict["USER"]
    connection.close()
    connection.settings_dict["USER"] = role
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["USER"] = usual


def faults() -> list[tuple[str | None, str]]:
    return [(fault.id, str(fault.msg)) for fault in serving_role_is_bound(databases=["default"])]


def test_the_usual_role_may_serve() -> None:
    assert faults() == []
    refuse_to_start()


@pytest.mark.parametrize("attribute", ["SUPERUSER", "BYPASSRLS"])
def test_a_role_that_row_level_security_does_not_bind_may_not_serve(
    superuser: psycopg.Connection, attribute: str
) -> None:
    superuser.execute(f"CREATE ROLE too_strong LOGIN {attribute}")
    try:
        with serving_as("too_strong"):
            words = "The serving role too_strong sees every organisation's rows."
            assert ("accounts.E001", words) in faults()
            with pytest.raises(RuntimeError, match="without SUPERUSER and BYPASSRLS"):
                refuse_to_start()
    finally:
        superuser.execute("DROP ROLE too_strong")


def test_a_role_that_may_become_a_stronger_one_may_not_serve(superuser: psycopg.Connection) -> None:
    serving = settings.SERVING_ROLE
    superuser.execute("CREATE ROLE too_strong BYPASSRLS")
    superuser.execute(f"GRANT too_strong TO {serving}")
    try:
        words = f"The serving role {serving} sees every organisation's rows, since it may become too_strong."
        assert faults() == [("accounts.E001", words)]
    finally:
        superuser.execute("DROP ROLE too_strong")
    assert faults() == []


def test_the_owner_may_not_serve() -> None:
    owner = settings.DATABASES["owner"]["USER"]
    with serving_as(owner):
        assert [fault for fault, _ in faults()] == ["accounts.E002"]
        with pytest.raises(RuntimeError, match=f"The serving role {owner} owns tables"):
            refuse_to_start()


def test_a_member_of_the_owner_may_not_serve(superuser: psycopg.Connection) -> None:
    owner, serving = settings.DATABASES["owner"]["USER"], settings.SERVING_ROLE
    superuser.execute(f"GRANT {owner} TO {serving}")
    try:
        assert [fault for fault, _ in faults()] == ["accounts.E002"]
    finally:
        superuser.execute(f"REVOKE {owner} FROM {serving}")
    assert faults() == []


@pytest.mark.parametrize("change", ["NO FORCE", "DISABLE"])
def test_a_table_without_forced_security_stops_the_start(change: str) -> None:
    with connections["owner"].cursor() as owner:
        owner.execute(f"ALTER TABLE inventory_vendor {change} ROW LEVEL SECURITY")
        try:
            words = "The table inventory_vendor does not force row-level security."
            assert faults() == [("accounts.E003", words)]
            with pytest.raises(RuntimeError, match="inventory_vendor does not force"):
                refuse_to_start()
        finally:
            owner.execute("ALTER TABLE inventory_vendor ENABLE ROW LEVEL SECURITY")
            owner.execute("ALTER TABLE inventory_vendor FORCE ROW LEVEL SECURITY")
    assert faults() == []


def test_a_role_that_may_truncate_may_not_serve() -> None:
    with connections["owner"].cursor() as owner:
        owner.execute(f"GRANT TRUNCATE ON inventory_vendor TO {settings.SERVING_ROLE}")
        try:
            assert [fault for fault, _ in faults()] == ["accounts.E004"]
        finally:
            owner.execute(f"REVOKE TRUNCATE ON inventory_vendor FROM {settings.SERVING_ROLE}")
    assert faults() == []


def test_a_connection_that_is_used_again_remembers_no_organisation(world: World) -> None:
    process = connection.connection
    for side in (world.north, world.south):
        with scope(side):
            assert Vendor.objects.count() == 1
        assert setting_and_rows() == ("", 0)
        with pytest.raises(RuntimeError, match="midway"), scope(side):
            raise RuntimeError("midway")
        assert setting_and_rows() == ("", 0)
        with pytest.raises(Error), scope(side), connection.cursor() as cursor:
            cursor.execute("SELECT 1/0")
        assert setting_and_rows() == ("", 0)
        with transaction.atomic(), scope(side):
            transaction.set_rollback(True)
        assert setting_and_rows() == ("", 0)
    assert connection.connection is process


def setting_and_rows() -> tuple[str, int]:
    """What the session remembers of an organisation, and how many vendors raw SQL sees."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting('app.organisation', true), '')")
        remembered = cursor.fetchone()[0]
        cursor.execute("SELECT count(*) FROM inventory_vendor")
        return remembered, cursor.fetchone()[0]


def test_the_owner_sees_no_row_without_a_scope(world: World) -> None:
    with connections["owner"].cursor() as owner:
        for model in TENANT_MODELS:
            owner.execute(f'SELECT count(*) FROM "{model._meta.db_table}"')
            assert owner.fetchone() == (0,), model


@pytest.mark.parametrize("model", [AuditEvent, Snapshot], ids=lambda model: model._meta.db_table)
def test_not_even_the_owner_changes_what_is_only_ever_added(world: World, model: type) -> None:
    with scope(world.north):
        take_snapshot(actor=Actor.person(world.person("north/owner")))
    table = model._meta.db_table
    with transaction.atomic(using="owner"), connections["owner"].cursor() as owner:
        owner.execute("SELECT set_config('app.organisation', %s, true)", [str(world.north.pk)])
        for statement in (f"UPDATE {table} SET id = id", f"DELETE FROM {table}"):
            with pytest.raises(Error, match=f"{table} is append-only"), transaction.atomic(using="owner"):
                owner.execute(statement)


def test_where_the_trail_cannot_be_written_nothing_is(world: World) -> None:
    actor = Actor.person(world.person("north/owner"), "owner")
    with connections["owner"].cursor() as owner:
        owner.execute(f"REVOKE INSERT ON accounts_auditevent FROM {settings.SERVING_ROLE}")
        try:
            with (
                pytest.raises(Error, match="permission denied for table accounts_auditevent"),
                scope(world.north),
            ):
                create_record(Vendor, {"key": "unseen"}, actor=actor)
        finally:
            owner.execute(f"GRANT INSERT ON accounts_auditevent TO {settings.SERVING_ROLE}")
    with scope(world.north):
        assert not Vendor.objects.filter(key="unseen").exists()


def test_trails_from_before_they_were_sealed_are_sealed_by_the_migration(world: World) -> None:
    for side in (world.north, world.south):
        with scope(side):
            AuditCounter.objects.update(seal="")
            assert verify() == Broken(AuditCounter.objects.get().last, "is not the end that was sealed")
    migration = import_module("accounts.migrations.0003_trail_keys")
    with connections["owner"].schema_editor() as editor:
        migration.seal_counters(None, editor)
    for side in (world.north, world.south):
        with scope(side):
            assert verify() is None


def test_results_from_before_they_were_counted_are_counted_by_the_migration(world: World) -> None:
    with scope(world.north):
        finished_run(Actor.person(world.person("north/owner"), "owner"), "Staff assistant")
        before = UseCaseResult.objects.get().posture
    assert {regime: counts["gap"] for regime, counts in before.items()} == {"GDPR": 1, "ISO27001": 0}
    migration = import_module("strategy.migrations.0006_posture")
    with connections["owner"].schema_editor() as editor:
        editor.execute("ALTER TABLE strategy_usecaseresult DISABLE TRIGGER append_only")
        editor.execute(f"SELECT set_config('app.organisation', '{world.north.pk}', true)")
        editor.execute("UPDATE strategy_usecaseresult SET posture = '{}'")
        migration.count_stored_results(None, editor)
    with scope(world.north):
        assert UseCaseResult.objects.get().posture == before
