"""What the database itself guarantees: asked of PostgreSQL's catalogue, and tried as the serving role."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, models, transaction
from django.db.utils import Error, IntegrityError, ProgrammingError

from accounts.tenancy import GLOBAL_MODELS, TENANT_MODELS, scope
from inventory.models import UseCase, Vendor
from tests.isolation.full import FullWorld

OURS = ("accounts", "inventory", "compliance", "strategy", "reports", "config")
OTHERS = {
    "account.EmailAddress",
    "account.EmailConfirmation",
    "accounts.User_groups",
    "accounts.User_user_permissions",
    "auth.Group",
    "auth.Group_permissions",
    "auth.Permission",
    "contenttypes.ContentType",
    "mfa.Authenticator",
    "sessions.Session",
}
APPEND_ONLY = {
    "compliance_comment",
    "compliance_determination",
    "compliance_evidencefile",
    "accounts_auditevent",
    "accounts_logo",
    "reports_reportfile",
    "strategy_result",
    "strategy_scenariorun",
    "strategy_snapshot",
    "strategy_usecaseresult",
}
NEVER_REMOVED = APPEND_ONLY | {
    "compliance_commoncontrolanswer",
    "compliance_compliancepolicy",
    "compliance_controlanswer",
    "compliance_evidence",
    "compliance_evidenceversion",
    "compliance_waiver",
    "compliance_regimescope",
    "compliance_remediationtask",
    "inventory_basemodel",
    "inventory_budget",
    "inventory_ownprice",
    "inventory_dataasset",
    "inventory_organisationprofile",
    "inventory_usecase",
    "inventory_vendor",
    "reports_report",
    "strategy_run",
    "strategy_scenario",
}
TENANTS = sorted(TENANT_MODELS, key=lambda model: model._meta.db_table)
LINKS = [
    (model, field)
    for model in TENANTS
    for field in model._meta.local_concrete_fields
    if field.many_to_one or field.one_to_one
    if field.related_model in TENANT_MODELS
]
by_table = pytest.mark.parametrize("model", TENANTS, ids=lambda model: model._meta.db_table)
by_link = pytest.mark.parametrize(
    ("model", "field"), LINKS, ids=[f"{model._meta.db_table}.{field.column}" for model, field in LINKS]
)


def rows(sql: str, *values: object) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall()) if cursor.description else [(cursor.rowcount,)]


def refused(sql: str) -> str:
    """The database's words when it refuses the statement, or what links it makes."""
    with pytest.raises(Error) as error, transaction.atomic():
        rows(f"SET CONSTRAINTS ALL IMMEDIATE; {sql}")
    return str(error.value)


def copied(model: type[models.Model], **replaced: str) -> str:
    """An INSERT of a copy of the organisation's own rows, with some columns replaced by SQL."""
    columns = [field.column for field in model._meta.local_concrete_fields if not field.primary_key]
    replaced = {"public_id": "'copy'", **replaced}
    values = [replaced.get(column, f'"{column}"') for column in columns]
    table, named = model._meta.db_table, ", ".join(f'"{column}"' for column in columns)
    return f'INSERT INTO "{table}" ({named}) SELECT {", ".join(values)} FROM "{table}" LIMIT 1'


@pytest.fixture
def as_north(full: FullWorld) -> Iterator[FullWorld]:
    with scope(full.north.organisation):
        yield full


def test_every_model_is_declared_a_tenants_or_global() -> None:
    found = set(apps.get_models(include_auto_created=True))
    ours = {m for m in found if m._meta.app_label in OURS and not m._meta.auto_created}
    assert ours == TENANT_MODELS | GLOBAL_MODELS
    assert set() == TENANT_MODELS & GLOBAL_MODELS
    assert {model._meta.label for model in found - ours} == OTHERS


def test_the_tests_serve_as_the_role_that_owns_nothing(db: None) -> None:
    assert rows("SELECT current_user") == [(settings.SERVING_ROLE,)]
    assert settings.DATABASES["owner"]["USER"] != settings.SERVING_ROLE


@by_table
def test_row_level_security_is_forced_with_one_policy_for_all_statements(
    db: None, model: type[models.Model]
) -> None:
    table = model._meta.db_table
    assert rows(
        "SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE oid = %s::regclass", table
    ) == [(True, True)]
    own = "(organisation_id = (NULLIF(current_setting('app.organisation'::text, true), ''::text))::bigint)"
    assert rows(
        "SELECT permissive, roles::text, cmd, qual, with_check FROM pg_policies WHERE tablename = %s", table
    ) == [("PERMISSIVE", "{public}", "ALL", own, own)]


@by_table
def test_uniqueness_never_reaches_past_the_organisation(db: None, model: type[models.Model]) -> None:
    unique = rows(
        "SELECT i.indexrelid::regclass::text FROM pg_index i WHERE i.indrelid = %s::regclass AND i.indisunique "
        "AND NOT i.indisprimary AND NOT EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = i.indrelid "
        "AND a.attname = 'organisation_id' AND a.attnum = ANY(i.indkey))",
        model._meta.db_table,
    )
    assert unique == []


@by_link
def test_every_link_between_tenants_rows_is_held_by_organisation_and_id(
    db: None, model: type[models.Model], field: models.ForeignKey
) -> None:
    keys = rows(
        "SELECT array_agg(a.attname ORDER BY a.attname)::text FROM pg_constraint c "
        "JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY(c.conkey) "
        "WHERE c.conrelid = %s::regclass AND c.confrelid = %s::regclass AND c.contype = 'f' "
        "GROUP BY c.oid HAVING count(*) = 2",
        model._meta.db_table,
        field.related_model._meta.db_table,
    )
    wanted = "{" + ",".join(sorted(["organisation_id", field.column])) + "}"
    assert (wanted,) in keys


def test_the_serving_role_may_change_and_remove_only_what_it_should(db: None) -> None:
    tables = [model._meta.db_table for model in TENANTS]

    def without(privilege: str) -> set[object]:
        return {
            table
            for (table,) in rows(
                "SELECT t FROM unnest(%s::text[]) t WHERE NOT has_table_privilege(current_user, t, %s)",
                tables,
                privilege,
            )
        }

    assert without("SELECT") == without("INSERT") == set()
    assert without("UPDATE") == APPEND_ONLY
    assert without("DELETE") == NEVER_REMOVED
    assert without("TRUNCATE") == without("REFERENCES") == without("TRIGGER") == set(tables)


@by_table
def test_raw_sql_without_a_scope_sees_no_row(full: FullWorld, model: type[models.Model]) -> None:
    table = model._meta.db_table
    assert rows(f'SELECT count(*) FROM "{table}"') == [(0,)]
    for things in (full.north, full.south):
        with scope(things.organisation):
            assert rows(f'SELECT count(*) > 0 FROM "{table}"') == [(True,)]


@by_table
def test_raw_sql_with_a_scope_sees_own_rows_only(as_north: FullWorld, model: type[models.Model]) -> None:
    table = model._meta.db_table
    assert rows(f'SELECT DISTINCT organisation_id FROM "{table}"') == [(as_north.north.organisation.pk,)]


@by_table
def test_raw_sql_cannot_add_a_row_to_another_organisation(
    as_north: FullWorld, model: type[models.Model]
) -> None:
    south = as_north.south.organisation
    words = refused(copied(model, organisation_id=str(south.pk)))
    assert words.startswith("new row violates row-level security policy")


@by_table
def test_raw_sql_without_a_scope_cannot_add_a_row(full: FullWorld, model: type[models.Model]) -> None:
    table, north = model._meta.db_table, full.north.organisation.pk
    columns = [f'"{f.column}"' for f in model._meta.local_concrete_fields if not f.primary_key]
    values = ", ".join(str(north) if c == '"organisation_id"' else "NULL" for c in columns)
    words = refused(f'INSERT INTO "{table}" ({", ".join(columns)}) VALUES ({values})')
    assert words.startswith("new row violates row-level security policy")


@by_table
def test_raw_sql_cannot_reach_another_organisations_rows(
    as_north: FullWorld, model: type[models.Model]
) -> None:
    table, south = model._meta.db_table, as_north.south.organisation.pk
    update = f'UPDATE "{table}" SET organisation_id = organisation_id WHERE organisation_id = {south}'
    delete = f'DELETE FROM "{table}" WHERE organisation_id = {south}'
    denied = f"permission denied for table {table}"
    if table in APPEND_ONLY:
        assert refused(update).startswith(denied)
    else:
        assert rows(update) == [(0,)]
        assert refused(f'UPDATE "{table}" SET organisation_id = {south}').startswith("new row violates")
    if table in NEVER_REMOVED:
        assert refused(delete).startswith(denied)
    else:
        assert rows(delete) == [(0,)]


@by_link
def test_raw_sql_cannot_link_to_another_organisations_row(
    as_north: FullWorld, model: type[models.Model], field: models.ForeignKey
) -> None:
    table, theirs = model._meta.db_table, as_north.south[field.related_model].pk
    if table in APPEND_ONLY:
        words = refused(copied(model, **{field.column: str(theirs)}))
    else:
        own = as_north.north[model].pk
        words = refused(f'UPDATE "{table}" SET "{field.column}" = {theirs} WHERE id = {own}')
    assert f'violates foreign key constraint "{table}_{field.column}_org"' in words


@by_table
def test_the_serving_role_cannot_lower_the_guards(full: FullWorld, model: type[models.Model]) -> None:
    table = model._meta.db_table
    assert refused(f'TRUNCATE "{table}" CASCADE').startswith(f"permission denied for table {table}")
    for statement in (
        f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY',
        f'ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY',
        f'DROP POLICY organisation ON "{table}"',
        f'ALTER TABLE "{table}" DISABLE TRIGGER ALL',
    ):
        assert "must be owner" in refused(statement), statement


def test_the_serving_role_cannot_become_another(db: None) -> None:
    owner = settings.DATABASES["owner"]["USER"]
    assert refused(f'SET ROLE "{owner}"').startswith("permission denied to set role")
    assert refused("CREATE TABLE mine (id int)").startswith("permission denied for schema public")
    assert refused("SET SESSION AUTHORIZATION postgres").startswith("permission denied to set session")


def test_the_database_refuses_what_the_models_would_let_through(as_north: FullWorld) -> None:
    """The guards hold where Python's are passed by: a query's update, a link set by its number."""
    theirs = as_north.south[Vendor]
    rows("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(ProgrammingError, match="new row violates row-level security"), transaction.atomic():
        UseCase.objects.update(organisation=as_north.south.organisation)
    with pytest.raises(IntegrityError, match="inventory_usecase_vendor_id_org"), transaction.atomic():
        UseCase.objects.update(vendor_id=theirs.pk)
    slug = as_north.north.organisation.slug
    assert set(UseCase.objects.values_list("organisation__slug", "vendor__key")) == {
        (slug, "model-vendor"),
        (slug, None),
    }
