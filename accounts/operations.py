"""Migration operations that put an organisation's boundary into PostgreSQL itself."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

POLICY = "organisation_id = nullif(current_setting('app.organisation', true), '')::bigint"

REFUSE_CHANGE = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE names text[];
BEGIN
    IF TG_OP = 'DELETE' AND current_setting('app.deleting', true) = OLD.organisation_id::text THEN
        RETURN OLD;
    END IF;
    IF TG_OP = 'UPDATE' AND current_setting('app.erasing', true) = OLD.organisation_id::text THEN
        SELECT array_agg(k) INTO names FROM jsonb_object_keys(to_jsonb(OLD)) k
            WHERE k IN ('actor_label', 'object_label', 'salt') OR k LIKE '%\\_by';
        IF to_jsonb(OLD) - names = to_jsonb(NEW) - names THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END $$
"""
"""Only the functions of `EraseAndDelete` set app.erasing and app.deleting: names may go, or a whole organisation."""
ERASE_NAMES = """
CREATE OR REPLACE FUNCTION erase_names(person text, also text[], names text[], label text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE place record;
BEGIN
    PERFORM set_config('app.erasing', current_setting('app.organisation'), true);
    UPDATE accounts_auditevent SET
        actor_label = CASE WHEN actor_id = person THEN label ELSE actor_label END,
        object_label = CASE WHEN object_id = person OR object_id = ANY(also) THEN label ELSE object_label END,
        salt = ''
        WHERE actor_id = person OR object_id = person OR object_id = ANY(also);
    FOR place IN
        SELECT c.table_name, c.column_name FROM information_schema.columns c
        JOIN information_schema.columns o ON o.table_name = c.table_name AND o.column_name = 'organisation_id'
            AND o.table_schema = 'public'
        WHERE c.table_schema = 'public' AND c.column_name LIKE '%\\_by' AND c.data_type = 'character varying'
    LOOP
        EXECUTE format('UPDATE %I SET %I = $1 WHERE %I = ANY($2) AND organisation_id = $3::bigint',
            place.table_name, place.column_name, place.column_name)
            USING label, names, current_setting('app.organisation');
    END LOOP;
    PERFORM set_config('app.erasing', '', true);
END $$
"""
DELETE_ORGANISATION = """
CREATE OR REPLACE FUNCTION delete_organisation(gone bigint) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE place record; amount bigint; told jsonb := '{}'; former text;
BEGIN
    IF NOT EXISTS (SELECT 1 FROM accounts_organisation WHERE id = gone AND deletion_due_at <= now()) THEN
        RAISE EXCEPTION 'organisation % is not due to be deleted', gone;
    END IF;
    former := coalesce(current_setting('app.organisation', true), '');
    PERFORM set_config('app.organisation', gone::text, true), set_config('app.deleting', gone::text, true);
    SET CONSTRAINTS ALL DEFERRED;
    FOR place IN
        SELECT table_name FROM information_schema.columns
        WHERE table_schema = 'public' AND column_name = 'organisation_id' ORDER BY table_name
    LOOP
        EXECUTE format('DELETE FROM %I WHERE organisation_id = $1', place.table_name) USING gone;
        GET DIAGNOSTICS amount = ROW_COUNT;
        told := told || jsonb_build_object(place.table_name, amount);
    END LOOP;
    DELETE FROM accounts_organisation WHERE id = gone;
    PERFORM set_config('app.organisation', former, true), set_config('app.deleting', '', true);
    RETURN told;
END $$
"""


def serving_role() -> str:
    """The login role that serves requests, quoted for SQL."""
    return '"' + settings.SERVING_ROLE.replace('"', '""') + '"'


class TableOperation(Operation):
    """SQL on the table of one model, run as the migrating owner."""

    reduces_to_sql = True
    reversible = True

    def __init__(self, model: str) -> None:
        self.model = model

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """These operations leave the models as they are."""

    def forwards(self, model: Any) -> list[str]:
        raise NotImplementedError

    def backwards(self, model: Any) -> list[str]:
        raise NotImplementedError

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for sql in self.forwards(to_state.apps.get_model(app_label, self.model)):
            schema_editor.execute(sql, None)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for sql in self.backwards(from_state.apps.get_model(app_label, self.model)):
            schema_editor.execute(sql, None)

    def describe(self) -> str:
        return f"{type(self).__name__} on {self.model}"


class EnableRowLevelSecurity(TableOperation):
    """Hide other organisations' rows from every role, the owner included."""

    def forwards(self, model: Any) -> list[str]:
        table = model._meta.db_table
        return [
            f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY',
            f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY',
            f'CREATE POLICY organisation ON "{table}" USING ({POLICY}) WITH CHECK ({POLICY})',
        ]

    def backwards(self, model: Any) -> list[str]:
        table = model._meta.db_table
        return [
            f'DROP POLICY organisation ON "{table}"',
            f'ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY',
            f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY',
        ]


class CompositeKeyTarget(TableOperation):
    """Let (organisation, id) be referred to."""

    def forwards(self, model: Any) -> list[str]:
        table = model._meta.db_table
        return [f'ALTER TABLE "{table}" ADD CONSTRAINT "{table}_org_id" UNIQUE (organisation_id, id)']

    def backwards(self, model: Any) -> list[str]:
        table = model._meta.db_table
        return [f'ALTER TABLE "{table}" DROP CONSTRAINT "{table}_org_id"']


class CompositeForeignKeys(TableOperation):
    """For each foreign key to a tenant's table, or for those named, one more on (organisation, key): no link can cross."""

    def __init__(self, model: str, *fields: str) -> None:
        super().__init__(model)
        self.fields = fields

    def links(self, model: Any) -> list[tuple[str, str]]:
        return [
            (field.column, field.related_model._meta.db_table)
            for field in model._meta.local_concrete_fields
            if (field.many_to_one or field.one_to_one) and field.name in (self.fields or (field.name,))
            if any(f.name == "organisation" for f in field.related_model._meta.local_concrete_fields)
        ]

    def forwards(self, model: Any) -> list[str]:
        table = model._meta.db_table
        return [
            f'ALTER TABLE "{table}" ADD CONSTRAINT "{table}_{column}_org" FOREIGN KEY (organisation_id, {column}) '
            f'REFERENCES "{target}" (organisation_id, id) DEFERRABLE INITIALLY DEFERRED'
            for column, target in self.links(model)
        ]

    def backwards(self, model: Any) -> list[str]:
        table = model._meta.db_table
        return [
            f'ALTER TABLE "{table}" DROP CONSTRAINT "{table}_{column}_org"' for column, _ in self.links(model)
        ]


class UniqueInOrganisation(TableOperation):
    """Make a one-to-one field's uniqueness one of (organisation, field): no answer about another's rows."""

    def __init__(self, model: str, field: str) -> None:
        super().__init__(model)
        self.field = field

    def forwards(self, model: Any) -> list[str]:
        table, column = model._meta.db_table, model._meta.get_field(self.field).column
        return [
            f'ALTER TABLE "{table}" DROP CONSTRAINT "{table}_{column}_key"',
            f'ALTER TABLE "{table}" ADD CONSTRAINT "{table}_{column}_key" UNIQUE (organisation_id, {column})',
        ]

    def backwards(self, model: Any) -> list[str]:
        table, column = model._meta.db_table, model._meta.get_field(self.field).column
        return [
            f'ALTER TABLE "{table}" DROP CONSTRAINT "{table}_{column}_key"',
            f'ALTER TABLE "{table}" ADD CONSTRAINT "{table}_{column}_key" UNIQUE ({column})',
        ]


class NeverRemoved(TableOperation):
    """Rows change and stay: the serving role may not delete one."""

    def forwards(self, model: Any) -> list[str]:
        return [f'REVOKE DELETE ON "{model._meta.db_table}" FROM {serving_role()}']

    def backwards(self, model: Any) -> list[str]:
        return [f'GRANT DELETE ON "{model._meta.db_table}" TO {serving_role()}']


class AppendOnly(TableOperation):
    """Rows are added and read; no role may change or remove one."""

    def forwards(self, model: Any) -> list[str]:
        table = model._meta.db_table
        return [
            f'REVOKE UPDATE, DELETE, TRUNCATE ON "{table}" FROM {serving_role()}',
            REFUSE_CHANGE,
            f'CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON "{table}" '
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        ]

    def backwards(self, model: Any) -> list[str]:
        table = model._meta.db_table
        return [
            f'DROP TRIGGER append_only ON "{table}"',
            f'GRANT UPDATE, DELETE ON "{table}" TO {serving_role()}',
        ]


class EraseAndDelete(Operation):
    """The two ways past append-only tables, each narrow: a person's names, and a whole organisation that is due."""

    reduces_to_sql = True
    reversible = True
    functions = {
        "erase_names(text, text[], text[], text)": ERASE_NAMES,
        "delete_organisation(bigint)": DELETE_ORGANISATION,
    }

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """The models stay as they are."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        schema_editor.execute(REFUSE_CHANGE, None)
        for name, sql in self.functions.items():
            schema_editor.execute(sql, None)
            schema_editor.execute(f"REVOKE ALL ON FUNCTION {name} FROM PUBLIC", None)
            schema_editor.execute(f"GRANT EXECUTE ON FUNCTION {name} TO {serving_role()}", None)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for name in self.functions:
            schema_editor.execute(f"DROP FUNCTION {name}", None)

    def describe(self) -> str:
        return "Let a person be erased and an organisation be deleted"


def guard(*models: str, append_only: tuple[str, ...] = ()) -> list[Operation]:
    """All operations that a migration needs after creating tenant models, in their order."""
    return [
        *(EnableRowLevelSecurity(model) for model in models),
        *(CompositeKeyTarget(model) for model in models),
        *(CompositeForeignKeys(model) for model in models),
        *(AppendOnly(model) for model in append_only),
    ]
