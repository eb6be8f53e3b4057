"""Frozen snapshots, their runs and their results. Rows here are made by services and only ever read elsewhere."""

from __future__ import annotations

from django.db import models

from accounts.ids import public_id
from accounts.tenancy import TenantModel, global_model, tenant_model


@tenant_model
class Snapshot(TenantModel):
    """The assessment document as it stood: canonical text and its SHA-256, never changed."""

    public_id = models.CharField(max_length=40, editable=False)
    digest = models.CharField(max_length=64)
    document = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.CharField(max_length=200)

    class Meta(TenantModel.Meta):
        ordering = ("-created_at", "-id")
        constraints = (
            models.UniqueConstraint(fields=["organisation", "digest"], name="snapshot_once"),
            models.UniqueConstraint(fields=["organisation", "public_id"], name="snapshot_public_id_once"),
        )

    def save(self, *args: object, **kwargs: object) -> None:
        self.public_id = self.public_id or public_id("snap")
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def __str__(self) -> str:
        return f"Snapshot {self.digest[:12]}"


class RunState(models.TextChoices):
    QUEUED = "queued", "Waiting for a worker"
    RUNNING = "running", "Running"
    SUCCEEDED = "succeeded", "Finished"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"


class RunPurpose(models.TextChoices):
    """What an analysis was asked for: it may serve several, and says the first of these."""

    ASSESSMENT = "assessment", "Assessment"
    SCENARIO = "scenario", "What-if scenario"
    COMPARISON = "comparison", "Step of a comparison"


@tenant_model
class Run(TenantModel):
    """One analysis of one snapshot with one knowledge release as of one day.

    `starts` counts how often a worker claimed it; only the claim with the latest number may publish.
    `held_by` is the queue's message by which the last worker claimed it.
    """

    public_id = models.CharField(max_length=40, editable=False)
    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="runs")
    as_of = models.DateField()
    knowledge_release = models.CharField(max_length=40)
    knowledge_digest = models.CharField(max_length=64)
    engine_version = models.CharField(max_length=20)
    purpose = models.CharField(max_length=10, choices=RunPurpose, default=RunPurpose.ASSESSMENT)
    state = models.CharField(max_length=10, choices=RunState, default=RunState.QUEUED)
    step = models.CharField(max_length=100, blank=True)
    starts = models.PositiveSmallIntegerField(default=0)
    held_by = models.CharField(max_length=64, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    queued_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    failure = models.TextField(blank=True)
    requested_by = models.CharField(max_length=200)

    class Meta(TenantModel.Meta):
        ordering = ("-queued_at", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=["organisation", "snapshot", "knowledge_digest", "engine_version", "as_of"],
                condition=~models.Q(state__in=["failed", "cancelled"]),
                name="run_once",
            ),
            models.UniqueConstraint(fields=["organisation", "public_id"], name="run_public_id_once"),
        )

    def save(self, *args: object, **kwargs: object) -> None:
        self.public_id = self.public_id or public_id("run")
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    @property
    def is_open(self) -> bool:
        return self.state in (RunState.QUEUED, RunState.RUNNING)

    def __str__(self) -> str:
        return f"Analysis as of {self.as_of}"


@tenant_model
class Result(TenantModel):
    """A run's result without its use cases, and the digest over the whole canonical result."""

    run = models.OneToOneField(Run, on_delete=models.PROTECT, related_name="result")
    digest = models.CharField(max_length=64)
    head = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)


@tenant_model
class UseCaseResult(TenantModel):
    """One use case's part of a result; findings apart, since they are most of its size.

    `posture` counts the findings of the option that counts, by regime and state: pages read it, not the findings.
    """

    result = models.ForeignKey(Result, on_delete=models.PROTECT, related_name="use_cases")
    position = models.PositiveIntegerField()
    key = models.CharField(max_length=80)
    body = models.JSONField()
    findings = models.JSONField()
    posture = models.JSONField(default=dict)

    class Meta(TenantModel.Meta):
        ordering = ("position",)
        constraints = (
            models.UniqueConstraint(fields=["organisation", "result", "key"], name="use_case_result_once"),
        )


@tenant_model
class Scenario(TenantModel):
    """A named what-if: some answers changed on a base. The assessment itself stays as it is.

    `base` is the document on which the changes were last saved: that of `base_run`, or, without one, the
    assessment as it stood then. `overrides` name their records by key (see `strategy.overrides`).
    """

    public_id = models.CharField(max_length=40, editable=False)
    name = models.CharField(max_length=200)
    base = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="scenarios")
    base_run = models.ForeignKey(
        Run, on_delete=models.PROTECT, null=True, blank=True, related_name="scenarios_on_it"
    )
    overrides = models.JSONField(default=list, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    created_by = models.CharField(max_length=200)
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ("-created_at", "-id")
        constraints = (
            models.UniqueConstraint(fields=["organisation", "public_id"], name="scenario_public_id_once"),
        )

    def save(self, *args: object, **kwargs: object) -> None:
        self.public_id = self.public_id or public_id("scn")
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def __str__(self) -> str:
        return self.name


@tenant_model
class ScenarioRun(TenantModel):
    """An analysis of a scenario, with the base and the changed answers that it had then; never changed."""

    scenario = models.ForeignKey(Scenario, on_delete=models.PROTECT, related_name="analyses")
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="scenario_analyses")
    base = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="scenario_analyses")
    overrides = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(TenantModel.Meta):
        ordering = ("-created_at", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=["organisation", "scenario", "run", "base"], name="scenario_run_once"
            ),
        )


@global_model
class KnowledgeRelease(models.Model):
    """A knowledge release that analyses here were made with: its items as they stood, never changed."""

    digest = models.CharField(max_length=64, unique=True)
    version = models.CharField(max_length=40)
    law_read_on = models.DateField()
    contents = models.JSONField()
    kept_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.version} ({self.digest[:8]})"
