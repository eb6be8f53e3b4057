"""The life of a board paper: request, claim, publish, fail, sweep. As with runs, the row is the truth."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from accounts import audit
from accounts.audit import SYSTEM, Actor, record_event
from accounts.branding import branding, frozen
from accounts.clock import today
from accounts.ids import public_id
from accounts.quotas import require_room, stored_bytes
from accounts.tenancy import open_organisation
from compliance.waivers import LEVELS, waived
from reports.models import Report, ReportFile, ReportState
from strategy.fairness import take_due
from strategy.models import Run, RunState
from strategy.queries import scenario_names
from strategy.services import LEASE, MOST_STARTS, NOT_SENT, QUEUED_TOO_LONG, whole_result

CLASSIFICATION = "Confidential"
USUAL_PAPER = 300_000
"""Bytes that a paper is expected to have before it is printed."""
EDITION = "1"
"""The template's number: raised whenever the same result would print to other bytes."""


class NoResult(Exception):
    """The run has no result to print yet."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A worker's hold on a report, with all that the paper is made of."""

    report_id: int
    start: int
    header: dict[str, Any]
    result: dict[str, Any]
    document: dict[str, Any]
    logo: bytes | None = None


def accepted_risks() -> list[dict[str, str]]:
    """The accepted risks and exceptions that stand today, the highest level first, as a paper prints them. One query."""
    standing = sorted(waived(today()).values(), key=lambda one: (-LEVELS.index(one.level), one.expires_on))  # type: ignore[arg-type]
    return [
        {
            "kind": one.kind,
            "regime": one.regime,
            "requirement_id": one.requirement_id,
            "use_case": str(one.use_case) if one.use_case else "",
            "level": one.level,
            "reason": one.reason,
            "instead": one.instead,
            "expires_on": one.expires_on.isoformat(),
            "accepted_as": one.accepted_as,
        }
        for one in standing
    ]


@transaction.atomic
def request_report(
    run: Run, *, actor: Actor, author: str = "", classification: str = "", page_size: str = "A4"
) -> tuple[Report, bool]:
    """Queue a board paper of a finished run; True where it is new.

    It keeps the branding of this moment. One that is still being made with the same wishes and branding is found
    again. Raises NoResult or QuotaReached.
    """
    if run.state != RunState.SUCCEEDED:
        raise NoResult("The run has no result yet. A board paper can be printed once it has finished.")
    look = branding()
    wishes = {
        "author": author,
        "classification": classification or look.confidentiality or CLASSIFICATION,
        "page_size": page_size,
        "branding": frozen(look),
        "accepted_risks": accepted_risks(),
    }
    open_states = [ReportState.QUEUED, ReportState.RENDERING]
    for report in Report.objects.filter(run=run, state__in=open_states):
        if {key: report.header.get(key) for key in wishes} == wishes:
            return report, False
    organisation = open_organisation()
    require_room("storage", stored_bytes(), USUAL_PAPER)
    report = Report(run=run, requested_by=actor.label, public_id=public_id("rep"), logo=look.logo)
    report.header = {
        **wishes,
        "report_id": report.public_id,
        "organisation": organisation.name,
        "created_at": timezone.now().replace(microsecond=0).isoformat(),
        "status": "DRAFT",
        "run_id": run.public_id,
        "snapshot_id": run.snapshot.public_id,
        "scenario": scenario_names([run]).get(run.pk, ""),
        "edition": EDITION,
        "result_digest": run.result.digest,
        "input_digest": run.snapshot.digest,
        "audit_head": audit.head(),
    }
    report.save()
    record_event(actor=actor, action="report.requested", obj=report, after={"run": run.public_id})
    return report, True


def claim(report_id: int, *, message: str = "") -> Claim | None:
    """Take a waiting report, or one whose worker is gone. None where there is nothing to take.

    `message` is the queue's message that asks for it; delivered again, it may take what it held.
    """
    now = timezone.now()
    free = Q(state=ReportState.QUEUED) | Q(state=ReportState.RENDERING, lease_until__lt=now)
    if message:
        free |= Q(state=ReportState.RENDERING, held_by=message)
    taken = Report.objects.filter(free, pk=report_id, starts__lt=MOST_STARTS).update(
        state=ReportState.RENDERING, starts=F("starts") + 1, held_by=message, lease_until=now + LEASE
    )
    if not taken:
        return None
    report = Report.objects.select_related("run__snapshot", "logo").get(pk=report_id)
    document = json.loads(report.run.snapshot.document)
    logo = bytes(report.logo.content) if report.logo else None
    return Claim(report.pk, report.starts, report.header, whole_result(report.run), document, logo)


@transaction.atomic
def publish(claim: Claim, pdf: bytes) -> bool:
    """Store the file and end the job; False, and nothing stored, where it is no longer ours."""
    if not _end(claim, state=ReportState.READY):
        return False
    report = Report.objects.get(pk=claim.report_id)
    file = ReportFile.objects.create(report=report, pdf=pdf, sha256=hashlib.sha256(pdf).hexdigest())
    record_event(actor=SYSTEM, action="report.ready", obj=report, after={"sha256": file.sha256})
    return True


@transaction.atomic
def fail(claim: Claim, reason: str) -> bool:
    """End the job as failed, with a reason that a person can act on."""
    ended = _end(claim, state=ReportState.FAILED, failure=reason)
    if ended:
        report = Report.objects.get(pk=claim.report_id)
        record_event(actor=SYSTEM, action="report.failed", obj=report, after={"reason": reason})
    return ended


def _end(claim: Claim, **fields: Any) -> bool:
    mine = Report.objects.filter(pk=claim.report_id, state=ReportState.RENDERING, starts=claim.start)
    return bool(mine.update(finished_at=timezone.now(), lease_until=None, **fields))


@transaction.atomic
def sweep() -> list[int]:
    """Ids of reports to send to a worker, marked as sent; those started too often are failed."""
    now = timezone.now()
    lost = Q(state=ReportState.RENDERING, lease_until__lt=now)
    for report in Report.objects.select_for_update().filter(lost, starts__gte=MOST_STARTS):
        report.state, report.finished_at, report.lease_until = ReportState.FAILED, now, None
        report.failure = (
            f"The worker stopped {MOST_STARTS} times while printing this. Ask for a new board paper."
        )
        report.save()
        record_event(actor=SYSTEM, action="report.failed", obj=report, after={"reason": report.failure})
    forgotten = Q(state=ReportState.QUEUED, sent_at__lt=now - QUEUED_TOO_LONG)
    again = list(Report.objects.filter(forgotten | lost).values_list("pk", flat=True))
    Report.objects.filter(pk__in=again).update(sent_at=now)
    return again + take_due_reports(now - NOT_SENT)


def take_due_reports(before: datetime | None = None) -> list[int]:
    """Ids of waiting reports that have a place at the workers now, marked as sent; those asked for `before` a moment."""
    unsent = Report.objects.filter(state=ReportState.QUEUED, sent_at=None)
    if before is not None:
        unsent = unsent.filter(created_at__lt=before)
    sent = Q(state=ReportState.QUEUED, sent_at__isnull=False)
    return take_due(unsent, Report.objects.filter(sent | Q(state=ReportState.RENDERING)))
