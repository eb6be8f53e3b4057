"""Board papers: a row freezes everything that the PDF depends on; the file is kept beside it."""

from __future__ import annotations

from django.db import models

from accounts.ids import public_id
from accounts.models import Logo
from accounts.tenancy import TenantModel, tenant_model
from strategy.models import Run


class ReportState(models.TextChoices):
    QUEUED = "queued", "Waiting for a worker"
    RENDERING = "rendering", "Being printed"
    READY = "ready", "Ready"
    FAILED = "failed", "Failed"


@tenant_model
class Report(TenantModel):
    """One board paper of one run. `header`, the logo, the run's result and its snapshot decide every byte of it.

    `starts` and `held_by` are a worker's claim, as on a run.
    """

    public_id = models.CharField(max_length=40, editable=False)
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="reports")
    header = models.JSONField()
    logo = models.ForeignKey(Logo, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=10, choices=ReportState, default=ReportState.QUEUED)
    starts = models.PositiveSmallIntegerField(default=0)
    held_by = models.CharField(max_length=64, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    failure = models.TextField(blank=True)
    requested_by = models.CharField(max_length=200)

    class Meta(TenantModel.Meta):
        ordering = ("-created_at", "-id")
        constraints = (
            models.UniqueConstraint(fields=["organisation", "public_id"], name="report_public_id_once"),
        )

    def save(self, *args: object, **kwargs: object) -> None:
        self.public_id = self.public_id or public_id("rep")
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    @property
    def is_open(self) -> bool:
        return self.state in (ReportState.QUEUED, ReportState.RENDERING)

    def __str__(self) -> str:
        return f"Board paper {self.created_at:%Y-%m-%d}"


@tenant_model
class ReportFile(TenantModel):
    """The printed PDF and its SHA-256. Kept in the database, so that the row's guards are the file's."""

    report = models.OneToOneField(Report, on_delete=models.PROTECT, related_name="file")
    pdf = models.BinaryField()
    sha256 = models.CharField(max_length=64)
