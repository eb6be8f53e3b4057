from django.db import migrations

from accounts.operations import NeverRemoved


class Migration(migrations.Migration):
    dependencies = [("compliance", "0001_initial")]
    operations = [NeverRemoved("RegimeScope"), NeverRemoved("ControlAnswer")]
