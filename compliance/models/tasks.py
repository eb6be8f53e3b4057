"""Work that closes a duty. A task belongs to a requirement, and stays with it from analysis to analysis."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import models

from accounts.ids import public_id
from accounts.models import User
from accounts.tenancy import Sight, TenantModel, tenant_model
from engine.labels import title
from inventory.models import UseCase


class TaskState(models.TextChoices):
    OPEN = "open", "Open"
    STARTED = "started", "In progress"
    DONE = "done", "Done"
    DROPPED = "dropped", "Dropped"


@tenant_model
class RemediationTask(TenantModel):
    """How one requirement is to be met, in one use case or (without one) in the whole organisation.

    `text`, `role`, `proof` and `estimate` (person-days) come from the rule; `days`, `cost`, `owner`, `due`, `note`
    and what it waits for are people's. From `finding` on stands what the last analysis found of the requirement.
    """

    public_id = models.CharField(max_length=40, editable=False)
    regime = models.CharField(max_length=40)
    requirement_id = models.CharField(max_length=80)
    use_case = models.ForeignKey(
        UseCase, on_delete=models.PROTECT, null=True, blank=True, related_name="remediation_tasks"
    )
    title = models.TextField()
    text = models.TextField()
    role = models.CharField(max_length=200, blank=True)
    proof = models.TextField(blank=True)
    estimate = models.JSONField(default=dict, blank=True)

    note = models.TextField(blank=True)
    owner = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="remediation_tasks"
    )
    due = models.DateField()
    days = models.DecimalField(max_digits=7, decimal_places=1)
    cost = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    waits_for = models.ManyToManyField(
        "self",
        through="TaskDependency",
        through_fields=("task", "before"),
        symmetrical=False,
        related_name="lets",
    )
    state = models.CharField(max_length=10, choices=TaskState, default=TaskState.OPEN)

    finding = models.CharField(max_length=20)
    former_finding = models.CharField(max_length=20, blank=True)
    blocker = models.BooleanField(default=False)
    legal = models.CharField(max_length=10)
    sensitivity = models.CharField(max_length=10)
    exposure = models.CharField(max_length=10)
    evidence = models.CharField(max_length=10, blank=True)
    timing = models.CharField(max_length=10)
    applies_from = models.DateField(null=True, blank=True)
    points = models.DecimalField(max_digits=4, decimal_places=1, default=Decimal(0))
    run = models.CharField(max_length=40)
    as_of = models.DateField()

    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    created_by = models.CharField(max_length=200)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=["organisation", "regime", "requirement_id", "use_case"],
                nulls_distinct=False,
                name="remediation_task_once",
            ),
            models.UniqueConstraint(
                fields=["organisation", "public_id"], name="remediation_task_public_id_once"
            ),
        )

    @classmethod
    def seen(cls, rows: models.QuerySet[Any], sight: Sight) -> models.QuerySet[Any]:
        if sight.regimes is not None:
            rows = rows.filter(regime__in=sight.regimes)
        return rows if sight.person is None else rows.filter(owner=sight.person)

    def save(self, *args: object, **kwargs: object) -> None:
        self.public_id = self.public_id or public_id("task")
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    @property
    def is_open(self) -> bool:
        return self.state in (TaskState.OPEN, TaskState.STARTED)

    @property
    def requirement(self) -> str:
        return f"{title(self.regime)} {self.requirement_id}"

    def __str__(self) -> str:
        return f"{self.requirement}, {self.use_case}" if self.use_case_id else self.requirement


@tenant_model
class TaskDependency(TenantModel):
    """A task waits for another one to be done."""

    task = models.ForeignKey(RemediationTask, on_delete=models.CASCADE, related_name="dependencies")
    before = models.ForeignKey(RemediationTask, on_delete=models.CASCADE, related_name="dependants")

    class Meta(TenantModel.Meta):
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=["organisation", "task", "before"], name="task_dependency_once"),
        )

    @classmethod
    def seen(cls, rows: models.QuerySet[Any], sight: Sight) -> models.QuerySet[Any]:
        tasks = RemediationTask.objects.values("pk")
        return rows.filter(task__in=tasks, before__in=tasks)
