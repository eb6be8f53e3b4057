from django.db import migrations, models

from accounts.operations import EraseAndDelete


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_sessions'),
    ]

    operations = [
        migrations.AddField(
            model_name='organisation',
            name='deletion_due_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        EraseAndDelete(),
    ]
