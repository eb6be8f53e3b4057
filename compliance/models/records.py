"""Which regimes are in scope, how each requirement stands, and which common controls are in place."""

from __future__ import annotations

from typing import Any

from django.db import models

from accounts.tenancy import Sight, tenant_model
from engine import inputs
from engine.labels import title
from inventory.models import Record, UseCase


@tenant_model
class RegimeScope(Record):
    """Whether a regime is in scope; its key is the regime's id."""

    answer_type = inputs.RegimeScope
    id_prefix = "rs"
    document_list = "regimes"

    @classmethod
    def seen(cls, rows: models.QuerySet[Any], sight: Sight) -> models.QuerySet[Any]:
        return rows if sight.regimes is None else rows.filter(key__in=sight.regimes)

    def __str__(self) -> str:
        return title(self.key)


@tenant_model
class ControlAnswer(Record):
    """How one requirement stands, in the whole organisation or for one use case.

    The key is `regime/requirement_id` or `regime/requirement_id/use case's key`.
    """

    answer_type = inputs.ControlAnswer
    id_prefix = "ca"
    document_list = "controls"

    regime = models.CharField(max_length=40)
    requirement_id = models.CharField(max_length=80)
    use_case = models.ForeignKey(
        UseCase, on_delete=models.CASCADE, null=True, blank=True, related_name="control_answers"
    )

    @classmethod
    def with_links(cls) -> models.QuerySet[Any]:
        return cls.objects.select_related("use_case")  # type: ignore[no-any-return]

    @classmethod
    def seen(cls, rows: models.QuerySet[Any], sight: Sight) -> models.QuerySet[Any]:
        return rows if sight.regimes is None else rows.filter(regime__in=sight.regimes)

    def set_key(self) -> None:
        """Name the answer by what it is about."""
        use_case = self.use_case.key if self.use_case is not None else ""
        self.key = "/".join(filter(None, (self.regime, self.requirement_id, use_case)))

    class Meta(Record.Meta):
        abstract = False
        constraints = (
            *Record.Meta.constraints,
            models.UniqueConstraint(
                fields=["organisation", "regime", "requirement_id", "use_case"],
                nulls_distinct=False,
                name="control_answer_once",
            ),
        )

    def __str__(self) -> str:
        whole = f"{title(self.regime)} {self.requirement_id}"
        return f"{whole}, {self.key.rpartition('/')[2]}" if self.use_case_id else whole


@tenant_model
class CommonControlAnswer(Record):
    """How a common control stands in the whole organisation; its key is the control's id."""

    answer_type = inputs.CommonControlAnswer
    id_prefix = "cca"
    document_list = "common_controls"
