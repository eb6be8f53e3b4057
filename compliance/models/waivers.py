"""Risks that somebody accepted until a day, exceptions, and what people say about tasks and evidence."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models

from accounts.ids import public_id
from accounts.tenancy import Sight, TenantModel, tenant_model
from compliance.models.evidence import Evidence
from compliance.models.tasks import RemediationTask
from engine.labels import title
from inventory.models import UseCase


class WaiverKind(models.TextChoices):
    RISK = "risk", "Accepted risk"
    EXCEPTION = "exception", "Exception"


@tenant_model
class Waiver(TenantModel):
    """A requirement is left open for a while, knowingly: its risk is accepted, or something else stands in for it.

    It never makes a requirement met. It says who answers for it, at which level, why, and until when. It changes
    once: when somebody ends it.
    """

    public_id = models.CharField(max_length=40, editable=False)
    kind = models.CharField(max_length=10, choices=WaiverKind)
    regime = models.CharField(max_length=40)
    requirement_id = models.CharField(max_length=80)
    use_case = models.ForeignKey(
        UseCase, on_delete=models.PROTECT, null=True, blank=True, related_name="waivers"
    )
    level = models.CharField(max_length=10)
    reason = models.TextField()
    instead = models.TextField(blank=True)
    expires_on = models.DateField()
    accepted_by = models.CharField(max_length=200)
    accepted_as = models.CharField(max_length=20)
    accepted_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=200, blank=True)
    end_reason = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta(TenantModel.Meta):
        ordering = ("-accepted_at", "-id")
        constraints = (
            models.UniqueConstraint(fields=["organisation", "public_id"], name="waiver_public_id_once"),
        )

    @classmethod
    def seen(cls, rows: models.QuerySet[Any], sight: Sight) -> models.QuerySet[Any]:
        if sight.person is not None:
            return rows.none()
        return rows if sight.regimes is None else rows.filter(regime__in=sight.regimes)

    def save(self, *args: object, **kwargs: object) -> None:
        self.public_id = self.public_id or public_id("wvr")
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def holds(self, day: date) -> bool:
        """Whether it stands on a day: not ended, and not past its last day."""
        return self.ended_at is None and self.expires_on >= day

    @property
    def path(self) -> str:
        """`GDPR/Art. 28(3)/assistant`: what it is about."""
        use_case = self.use_case.key if self.use_case else ""
        return "/".join(filter(None, (self.regime, self.requirement_id, use_case)))

    def __str__(self) -> str:
        whole = f"{title(self.regime)} {self.requirement_id}"
        return f"{whole}, {self.use_case}" if self.use_case else whole


@tenant_model
class Comment(TenantModel):
    """What somebody said about a task or a piece of evidence; never changed."""

    public_id = models.CharField(max_length=40, editable=False)
    task = models.ForeignKey(
        RemediationTask, on_delete=models.PROTECT, null=True, blank=True, related_name="comments"
    )
    evidence = models.ForeignKey(
        Evidence, on_delete=models.PROTECT, null=True, blank=True, related_name="comments"
    )
    text = models.TextField()
    author = models.CharField(max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(TenantModel.Meta):
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=["organisation", "public_id"], name="comment_public_id_once"),
        )

    @classmethod
    def seen(cls, rows: models.QuerySet[Any], sight: Sight) -> models.QuerySet[Any]:
        about = models.Q(task__in=RemediationTask.objects.values("pk"))
        return rows.filter(about | models.Q(evidence__in=Evidence.objects.values("pk")))

    def save(self, *args: object, **kwargs: object) -> None:
        self.public_id = self.public_id or public_id("com")
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def __str__(self) -> str:
        return self.text[:60]
