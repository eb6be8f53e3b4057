import hashlib
import hmac
import json

from django.conf import settings
from django.db import migrations, models


def seal_counters(apps, schema_editor):
    """Seal the end of every trail that there is, as `accounts.chain.seal_of` does."""
    key = settings.AUDIT_KEY.encode()
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT id, public_id FROM accounts_organisation")
        for pk, public_id in cursor.fetchall():
            cursor.execute("SELECT set_config('app.organisation', %s, true)", [str(pk)])
            cursor.execute("SELECT last, head FROM accounts_auditcounter")
            for last, head in cursor.fetchall():
                end = {"head": head, "last": last, "organisation": public_id}
                said = json.dumps(end, separators=(",", ":"), sort_keys=True).encode()
                seal = hmac.new(key, b"the end of the trail" + said, hashlib.sha256).hexdigest()
                cursor.execute("UPDATE accounts_auditcounter SET seal = %s", [seal])
        cursor.execute("SELECT set_config('app.organisation', '', true)")


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_archive'),
    ]

    operations = [
        migrations.AddField(
            model_name='auditcounter',
            name='seal',
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name='auditevent',
            name='key_id',
            field=models.CharField(blank=True, max_length=16),
        ),
        migrations.AddField(
            model_name='auditevent',
            name='names',
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name='auditevent',
            name='salt',
            field=models.CharField(blank=True, max_length=32),
        ),
        migrations.RunPython(seal_counters, migrations.RunPython.noop),
    ]
