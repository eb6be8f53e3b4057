import json

from django.db import migrations, models

from strategy.posture import counted_posture


def count_stored_results(apps, schema_editor):
    """Count the findings of the results that there are; their rows are closed to any other change."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE strategy_usecaseresult DISABLE TRIGGER append_only")
        cursor.execute("SELECT id FROM accounts_organisation")
        for (organisation,) in cursor.fetchall():
            cursor.execute("SELECT set_config('app.organisation', %s, true)", [str(organisation)])
            cursor.execute("SELECT id FROM strategy_usecaseresult")
            for (row,) in cursor.fetchall():
                cursor.execute(
                    "SELECT (body->'options')::text, findings::text FROM strategy_usecaseresult WHERE id = %s", [row]
                )
                options, findings = map(json.loads, cursor.fetchone())
                counts = json.dumps(counted_posture(options, findings))
                cursor.execute("UPDATE strategy_usecaseresult SET posture = %s WHERE id = %s", [counts, row])
        cursor.execute("SELECT set_config('app.organisation', '', true)")
        cursor.execute("ALTER TABLE strategy_usecaseresult ENABLE TRIGGER append_only")


class Migration(migrations.Migration):

    dependencies = [
        ('strategy', '0005_knowledge_releases'),
    ]

    operations = [
        migrations.AddField(
            model_name='usecaseresult',
            name='posture',
            field=models.JSONField(default=dict),
        ),
        migrations.RunPython(count_stored_results, migrations.RunPython.noop),
    ]
