"""What an organisation has and wants: one row per thing of the assessment document.

A record's `answers` hold the fields of its engine type exactly as the document writes them, without key,
name and links; links are foreign keys, so that the database can refuse one that crosses organisations.
An absent answer is unknown.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from accounts.ids import public_id
from accounts.tenancy import TenantModel, tenant_model
from engine import inputs


class Record(TenantModel):
    """A thing that people list, create, edit and archive."""

    answer_type: ClassVar[type]
    id_prefix: ClassVar[str]
    document_list: ClassVar[str]

    public_id = models.CharField(max_length=40, editable=False)
    key = models.CharField(max_length=80)
    name = models.CharField(max_length=200, blank=True)
    answers = models.JSONField(default=dict, blank=True)
    position = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        abstract = True
        ordering = ("position", "id")
        constraints = (
            models.UniqueConstraint(fields=["organisation", "key"], name="%(class)s_key_once"),
            models.UniqueConstraint(fields=["organisation", "public_id"], name="%(class)s_public_id_once"),
        )

    @classmethod
    def with_links(cls) -> models.QuerySet[Any]:
        """The records of the kind, archived ones too, with what they refer to fetched along."""
        return cls.objects.all()  # type: ignore[no-any-return]

    def save(self, *args: object, **kwargs: object) -> None:
        if not self.public_id:
            self.public_id = public_id(self.id_prefix)
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def __str__(self) -> str:
        return self.name or self.key


@tenant_model
class OrganisationProfile(Record):
    """The organisation's own answers: one row, whose key is always `organisation`."""

    answer_type = inputs.Organisation
    id_prefix = "prof"
    document_list = "organisation"
    KEY: ClassVar[str] = "organisation"


@tenant_model
class DataAsset(Record):
    answer_type = inputs.DataAsset
    id_prefix = "da"
    document_list = "data_assets"


@tenant_model
class Vendor(Record):
    answer_type = inputs.Vendor
    id_prefix = "ven"
    document_list = "vendors"


@tenant_model
class BaseModel(Record):
    answer_type = inputs.BaseModel
    id_prefix = "bm"
    document_list = "models"


@tenant_model
class Budget(Record):
    """The money of one fiscal quarter; its key is the period."""

    answer_type = inputs.Budget
    id_prefix = "bud"
    document_list = "budgets"


@tenant_model
class OwnPrice(Record):
    """What the organisation pays, or expects, instead of a price of the release; its key is the fact's id."""

    answer_type = inputs.PriceOverride
    id_prefix = "op"
    document_list = "price_overrides"


@tenant_model
class UseCase(Record):
    answer_type = inputs.UseCase
    id_prefix = "uc"
    document_list = "use_cases"

    vendor = models.ForeignKey(
        Vendor, on_delete=models.PROTECT, null=True, blank=True, related_name="use_cases"
    )
    model = models.ForeignKey(
        BaseModel, on_delete=models.PROTECT, null=True, blank=True, related_name="use_cases"
    )
    data_assets = models.ManyToManyField(DataAsset, through="UseCaseDataAsset", related_name="use_cases")
    data_assets_answered = models.BooleanField(default=False)

    @classmethod
    def with_links(cls) -> models.QuerySet[Any]:
        links = UseCaseDataAsset.objects.select_related("data_asset").order_by("position")
        rows = cls.objects.select_related("vendor", "model")
        return rows.prefetch_related(models.Prefetch("asset_links", links))  # type: ignore[no-any-return]


@tenant_model
class UseCaseDataAsset(TenantModel):
    """A use case uses a data asset; `position` keeps the order of the document."""

    use_case = models.ForeignKey(UseCase, on_delete=models.CASCADE, related_name="asset_links")
    data_asset = models.ForeignKey(DataAsset, on_delete=models.PROTECT, related_name="use_case_links")
    position = models.PositiveIntegerField(default=0)

    class Meta(TenantModel.Meta):
        ordering = ("position", "id")
        constraints = (
            models.UniqueConstraint(
                fields=["organisation", "use_case", "data_asset"], name="use_case_data_asset_once"
            ),
        )
