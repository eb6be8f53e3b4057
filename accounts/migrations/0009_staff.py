from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0008_single_sign_on'),
    ]

    operations = [
        migrations.AddField(
            model_name='membership',
            name='staff_reason',
            field=models.CharField(blank=True, max_length=300),
        ),
    ]
