from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('compliance', '0007_determinations'),
    ]

    operations = [
        migrations.AddField(
            model_name='remediationtask',
            name='evidence',
            field=models.CharField(blank=True, max_length=10),
        ),
    ]
