"""What an organisation may use of the server: members, stored files, analyses a month.

The operator sets it for all (settings) and for one (`manage.py quota`); nobody inside an organisation can.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final, Literal, get_args
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Sum
from django.db.models.functions import Length
from django.utils import timezone

from accounts.audit import SYSTEM, record_event
from accounts.models import Organisation
from accounts.queries import members_of, pending_invitations_of
from accounts.tenancy import TENANT_MODELS, open_organisation
from accounts.versions import lock

Quota = Literal["members", "storage", "runs"]
QUOTAS: Final[tuple[Quota, ...]] = get_args(Quota)
WARNED_AT: Final = 0.8
MEGABYTE: Final = 2**20
MORE: Final = "or ask whoever runs this server for more"


class QuotaReached(PermissionDenied):
    """A write that would go beyond a quota; the text says what is used, of how much, and what would be right."""


def limit_of(organisation: Organisation, quota: Quota) -> int:
    """How much an organisation may use; storage in bytes."""
    own: Mapping[str, int] = organisation.quotas
    return own.get(quota) or settings.QUOTAS[quota]


def members_counted(organisation: Organisation) -> int:
    """Members and open invitations; staff of the server takes no place."""
    now = timezone.now()
    return (
        members_of(organisation).filter(staff_reason="").count()
        + pending_invitations_of(organisation).filter(expires_at__gt=now).count()
    )


def stored_bytes() -> int:
    """Bytes of all files of the open organisation: evidence, printed papers, logos."""
    total = 0
    for model in TENANT_MODELS:
        for field in model._meta.local_concrete_fields:
            if isinstance(field, models.BinaryField):
                total += model._base_manager.aggregate(held=Sum(Length(field.name)))["held"] or 0
    return total


def month_start(organisation: Organisation) -> datetime:
    """When the present month began where the organisation is."""
    now = timezone.now().astimezone(ZoneInfo(organisation.time_zone))
    return now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def refusal(quota: Quota, used: int, more: int = 1) -> str | None:
    """Why the open organisation may not use so much more; None where it may."""
    limit = limit_of(open_organisation(), quota)
    if used + more <= limit:
        return None
    if quota == "members":
        return (
            f"{used} of {limit} places are taken, open invitations included, and {more} more would be needed. "
            f"Right: remove a member or revoke an invitation, {MORE}."
        )
    if quota == "runs":
        return (
            f"{used} of {limit} analyses of this month were made; what is finished stays. "
            f"Right: wait for the next month, {MORE}."
        )
    return (
        f"The files hold {used / MEGABYTE:.1f} of {limit / MEGABYTE:.1f} MB, and this needs "
        f"{more / MEGABYTE:.1f} MB more. Right: a smaller file, {MORE}."
    )


def require_room(quota: Quota, used: int, more: int = 1) -> None:
    """Raise QuotaReached where the open organisation may not use so much more."""
    text = refusal(quota, used, more)
    if text is not None:
        raise QuotaReached(text)


@transaction.atomic
def set_quotas(quotas: Mapping[Quota, int]) -> Organisation:
    """Give the open organisation quotas of its own instead of the server's; an entry of its trail."""
    current = lock(Organisation.objects.all(), open_organisation(), None)
    before, current.quotas = current.quotas, dict(quotas)
    if before != current.quotas:
        current.save(update_fields=["quotas"])
        record_event(
            actor=SYSTEM, action="organisation.quotas_set", obj=current, before=before, after=current.quotas
        )
    return current
