"""What the open organisation uses of what it may, and how long its analyses wait for a worker."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from statistics import median
from typing import Final, Literal

from django.conf import settings
from django.utils import timezone

from accounts.calls import this_month
from accounts.quotas import MEGABYTE, WARNED_AT, Quota, limit_of, members_counted, stored_bytes
from accounts.tenancy import open_organisation
from strategy.models import Run, RunState
from strategy.services import runs_this_month

LOOKED_BACK: Final = timedelta(days=30)
TITLES: Final[dict[Quota, str]] = {
    "members": "Members and open invitations",
    "storage": "Evidence, board papers and logos, in MB",
    "runs": "Analyses asked for this month",
}


@dataclass(frozen=True, slots=True)
class Use:
    """One quota: how much is used, of how much. Storage in bytes."""

    quota: Quota
    used: int
    limit: int

    @property
    def title(self) -> str:
        return TITLES[self.quota]

    @property
    def share(self) -> float:
        return self.used / self.limit

    @property
    def state(self) -> Literal["ok", "warning", "full"]:
        if self.used >= self.limit:
            return "full"
        return "warning" if self.share >= WARNED_AT else "ok"

    @property
    def told(self) -> str:
        """`12 of 500`; files in megabytes."""
        if self.quota == "storage":
            return f"{self.used / MEGABYTE:,.1f} of {self.limit / MEGABYTE:,.0f}"
        return f"{self.used:,} of {self.limit:,}"


@dataclass(frozen=True, slots=True)
class Waits:
    """Seconds that runs of the last thirty days waited for a worker, and how many wait now."""

    usual: int | None
    longest: int | None
    waiting: int


@dataclass(frozen=True, slots=True)
class Usage:
    """The quotas, the waits, and the calls of the API in this month with the most that a minute may have."""

    quotas: tuple[Use, ...]
    waits: Waits
    calls: int
    calls_a_minute: int


def quotas() -> tuple[Use, ...]:
    """What the open organisation uses of each quota."""
    organisation = open_organisation()
    used: dict[Quota, int] = {
        "members": members_counted(organisation),
        "storage": stored_bytes(),
        "runs": runs_this_month(),
    }
    return tuple(Use(quota, amount, limit_of(organisation, quota)) for quota, amount in used.items())


def usage() -> Usage:
    """All that the page of usage shows."""
    calls = this_month(open_organisation().pk)
    return Usage(quotas(), waits(), calls, settings.API_CALLS_A_MINUTE)


def waits() -> Waits:
    """How long runs waited for a worker."""
    recent = Run.objects.filter(queued_at__gte=timezone.now() - LOOKED_BACK, started_at__isnull=False)
    seconds = [
        (started - queued).total_seconds()
        for queued, started in recent.values_list("queued_at", "started_at")
    ]
    waiting = Run.objects.filter(state=RunState.QUEUED).count()
    return Waits(
        round(median(seconds)) if seconds else None, round(max(seconds)) if seconds else None, waiting
    )
