from django.db import migrations

from accounts.operations import NeverRemoved, UniqueInOrganisation


class Migration(migrations.Migration):
    dependencies = [("strategy", "0001_initial")]
    operations = [UniqueInOrganisation("Result", "run"), NeverRemoved("Run")]
