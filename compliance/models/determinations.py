"""Questions of law that a person decided, with the reason and with what the answers spoke for then."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import models

from accounts.ids import public_id
from accounts.tenancy import Sight, TenantModel, tenant_model
from inventory.knowledge import current
from inventory.models import UseCase


def questions_of(regimes: Collection[str]) -> list[str]:
    """The questions that the law of some regimes asks."""
    return [name for name, one in current().law.assistants.items() if one.row.regime in regimes]


class Verdict(models.TextChoices):
    NEEDED = "needed", "Needed"
    NOT_NEEDED = "not_needed", "Not needed"


@tenant_model
class Determination(TenantModel):
    """A decision on one question for one use case; never changed. The newest one stands, the others are its history.

    `proposed` and `criteria` are what the answers spoke for when it was decided, in `option`, under `release`.
    """

    public_id = models.CharField(max_length=40, editable=False)
    question = models.CharField(max_length=40)
    use_case = models.ForeignKey(UseCase, on_delete=models.PROTECT, related_name="determinations")
    verdict = models.CharField(max_length=10, choices=Verdict)
    reason = models.TextField()
    proposed = models.CharField(max_length=10)
    criteria = models.JSONField(default=list)
    option = models.JSONField(default=dict)
    run = models.CharField(max_length=40)
    release = models.CharField(max_length=40)
    decided_by = models.CharField(max_length=200)
    decided_at = models.DateTimeField(auto_now_add=True)

    class Meta(TenantModel.Meta):
        ordering = ("-decided_at", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=["organisation", "public_id"], name="determination_public_id_once"
            ),
        )

    @classmethod
    def seen(cls, rows: models.QuerySet[Any], sight: Sight) -> models.QuerySet[Any]:
        if sight.person is not None:
            return rows.none()
        return rows.filter(question__in=questions_of(sight.regimes or ()))

    def save(self, *args: object, **kwargs: object) -> None:
        self.public_id = self.public_id or public_id("det")
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def __str__(self) -> str:
        return f"{self.get_verdict_display()}: {self.question}, {self.use_case}"
