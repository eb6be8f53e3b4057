"""The organisation's own spans of time: how soon duties are closed, how long evidence is believed."""

from __future__ import annotations

from django.db import models

from accounts.ids import public_id
from accounts.tenancy import TenantModel, tenant_model


@tenant_model
class CompliancePolicy(TenantModel):
    """One row, made when somebody sets a span. What it leaves out stands as the knowledge release has it.

    `sla` holds business days by weight, `freshness` months by kind of evidence, `holidays` days off as ISO dates.
    """

    public_id = models.CharField(max_length=40, editable=False)
    sla = models.JSONField(default=dict, blank=True)
    freshness = models.JSONField(default=dict, blank=True)
    holidays = models.JSONField(default=list, blank=True)
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta(TenantModel.Meta):
        constraints = (
            models.UniqueConstraint(fields=["organisation"], name="compliance_policy_once"),
            models.UniqueConstraint(
                fields=["organisation", "public_id"], name="compliance_policy_public_id_once"
            ),
        )

    def save(self, *args: object, **kwargs: object) -> None:
        self.public_id = self.public_id or public_id("pol")
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def __str__(self) -> str:
        return "Spans of time"
