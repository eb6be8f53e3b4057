"""What the serving role may do with tables that the owner makes from here on. Runs before all others."""

from typing import Any

from django.apps.registry import Apps
from django.db import migrations

from accounts.operations import serving_role


def grant(apps: Apps, schema_editor: Any) -> None:
    role = serving_role()
    for sql in (
        f"GRANT USAGE ON SCHEMA public TO {role}",
        f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role}",
        f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {role}",
        f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}",
    ):
        schema_editor.execute(sql, None)


class Migration(migrations.Migration):
    initial = True
    dependencies: list[tuple[str, str]] = []
    run_before = [("contenttypes", "0001_initial"), ("sessions", "0001_initial")]
    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
