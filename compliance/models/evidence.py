"""What shows that a requirement is met: files with their versions, what they are about, and who looked at them."""

from __future__ import annotations

from typing import Any

from django.db import models

from accounts.ids import public_id
from accounts.tenancy import Sight, TenantModel, tenant_model
from engine.labels import title
from inventory.models import UseCase


@tenant_model
class Evidence(TenantModel):
    """A piece of evidence; what it is worth depends on its newest accepted version."""

    public_id = models.CharField(max_length=40, editable=False)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=40)
    note = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    created_by = models.CharField(max_length=200)
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ("name", "id")
        constraints = (
            models.UniqueConstraint(fields=["organisation", "public_id"], name="evidence_public_id_once"),
        )

    @classmethod
    def seen(cls, rows: models.QuerySet[Any], sight: Sight) -> models.QuerySet[Any]:
        if sight.person is not None:
            return rows.none()
        return rows.filter(pk__in=EvidenceLink.objects.values("evidence"))

    def save(self, *args: object, **kwargs: object) -> None:
        self.public_id = self.public_id or public_id("ev")
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def __str__(self) -> str:
        return self.name


@tenant_model
class EvidenceLink(TenantModel):
    """Evidence is about a requirement, in one use case or (without one) everywhere; or about a common control,
    whose regime then reads COMMON."""

    evidence = models.ForeignKey(Evidence, on_delete=models.CASCADE, related_name="links")
    regime = models.CharField(max_length=40)
    requirement_id = models.CharField(max_length=80)
    use_case = models.ForeignKey(
        UseCase, on_delete=models.PROTECT, null=True, blank=True, related_name="evidence_links"
    )

    class Meta(TenantModel.Meta):
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=["organisation", "evidence", "regime", "requirement_id", "use_case"],
                nulls_distinct=False,
                name="evidence_link_once",
            ),
        )

    @classmethod
    def seen(cls, rows: models.QuerySet[Any], sight: Sight) -> models.QuerySet[Any]:
        if sight.person is not None:
            return rows.none()
        return rows if sight.regimes is None else rows.filter(regime__in=sight.regimes)

    @property
    def path(self) -> str:
        """`GDPR/Art. 28(3)/assistant`: how people name what evidence is about."""
        use_case = self.use_case.key if self.use_case else ""
        return "/".join(filter(None, (self.regime, self.requirement_id, use_case)))

    def __str__(self) -> str:
        lead = "Common control" if self.regime == "COMMON" else title(self.regime)
        whole = f"{lead} {self.requirement_id}"
        return f"{whole}, {self.use_case}" if self.use_case else whole


class ReviewState(models.TextChoices):
    PENDING = "pending", "To be reviewed"
    ACCEPTED = "accepted", "Accepted"
    REJECTED = "rejected", "Rejected"


@tenant_model
class EvidenceVersion(TenantModel):
    """One file of a piece of evidence: what it is, from when until when it holds, and what its reviewer said.

    `sha256` and `size` (bytes) are of the file as it is kept. `uploader` and `reviewer` are ids of persons or keys.
    """

    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    filename = models.CharField(max_length=120)
    media_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)
    uploader = models.CharField(max_length=40)
    uploaded_by = models.CharField(max_length=200)
    uploaded_at = models.DateTimeField(auto_now_add=True)
    review = models.CharField(max_length=10, choices=ReviewState, default=ReviewState.PENDING)
    review_reason = models.TextField(blank=True)
    reviewer = models.CharField(max_length=40, blank=True)
    reviewed_by = models.CharField(max_length=200, blank=True)
    reviewed_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ("-number",)
        constraints = (
            models.UniqueConstraint(
                fields=["organisation", "evidence", "number"], name="evidence_version_once"
            ),
        )

    @classmethod
    def seen(cls, rows: models.QuerySet[Any], sight: Sight) -> models.QuerySet[Any]:
        return rows.filter(evidence__in=Evidence.objects.values("pk"))

    def __str__(self) -> str:
        return f"{self.evidence}, version {self.number}"


@tenant_model
class EvidenceFile(TenantModel):
    """A version's bytes. Kept in the database, so that the row's guards are the file's; no address serves a folder."""

    version = models.OneToOneField(EvidenceVersion, on_delete=models.PROTECT, related_name="file")
    content = models.BinaryField()

    @classmethod
    def seen(cls, rows: models.QuerySet[Any], sight: Sight) -> models.QuerySet[Any]:
        return rows.filter(version__in=EvidenceVersion.objects.values("pk"))
