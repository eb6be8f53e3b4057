from django.db import migrations

from accounts.operations import NeverRemoved, UniqueInOrganisation


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_initial")]
    operations = [UniqueInOrganisation("ReportFile", "report"), NeverRemoved("Report")]
