from django.db import migrations

from accounts.operations import NeverRemoved


class Migration(migrations.Migration):
    dependencies = [("inventory", "0001_initial")]
    operations = [
        NeverRemoved(model)
        for model in ("OrganisationProfile", "DataAsset", "Vendor", "BaseModel", "Budget", "UseCase")
    ]
