"""The life of a run: request, claim, progress, publish, cancel, retry, sweep.

The row is the truth. A worker owns a run while its number of starts is the row's; a result is published
only then, in the transaction that marks the run succeeded. Each step that a worker reports renews its lease;
a run whose lease ends is given to another worker. Every function here expects an open scope.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone

from accounts.audit import SYSTEM, Actor, record_event
from accounts.quotas import month_start, require_room
from accounts.tenancy import open_organisation
from compliance.remediation import follow
from engine.analyse import ENGINE_VERSION
from engine.canonical import canonical, digest, to_plain, written
from engine.knowledge import Knowledge
from engine.result import Result as EngineResult
from strategy.assessment import gather
from strategy.duties import duties_in
from strategy.fairness import take_due
from strategy.models import Result, Run, RunPurpose, RunState, ScenarioRun, Snapshot, UseCaseResult
from strategy.posture import counted_posture

LEASE = timedelta(seconds=settings.LEASE_SECONDS)
QUEUED_TOO_LONG = timedelta(seconds=2 * settings.SWEEP_SECONDS)
NOT_SENT = timedelta(seconds=5)
MOST_STARTS = 3


class NothingToAnalyse(Exception):
    """The organisation has no use case; the text says what to do."""


class NotOpen(Exception):
    """The run has already ended."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A worker's hold on a run: good for publishing only while `start` is still the row's."""

    run_id: int
    public_id: str
    start: int
    document: str
    as_of: date
    knowledge_release: str
    knowledge_digest: str
    engine_version: str


def take_snapshot(*, actor: Actor) -> Snapshot:
    """The organisation's assessment as it stands; the same answers find the same snapshot."""
    return keep_snapshot(gather(), actor=actor)


def keep_snapshot(document: Mapping[str, Any], *, actor: Actor) -> Snapshot:
    """A document frozen; the same one finds the same snapshot."""
    snapshot, made = Snapshot.objects.get_or_create(
        digest=digest(document),
        defaults={"document": canonical(document).decode(), "created_by": actor.label},
    )
    if made:
        record_event(actor=actor, action="snapshot.taken", obj=snapshot)
    return snapshot


@transaction.atomic
def request_run(*, actor: Actor, knowledge: Knowledge, as_of: date) -> tuple[Run, bool]:
    """Queue an analysis of the assessment as it stands; True where it is new.

    The same answers, knowledge and day find the run that is queued, running or finished. The caller
    sends it to the worker after the commit. Raises NothingToAnalyse.
    """
    run, new = find_or_queue(take_snapshot(actor=actor), as_of, knowledge, actor)
    if new:
        record_event(actor=actor, action="run.requested", obj=run, after={"as_of": as_of.isoformat()})
    return run, new


def claim(run_id: int, *, message: str = "") -> Claim | None:
    """Take a waiting run, or one whose worker is gone. None where there is nothing to take.

    `message` is the queue's message that asks for it. A message is delivered again only when the worker
    that had it is gone, so it may take the run that it held before the lease ends.
    """
    now = timezone.now()
    free = Q(state=RunState.QUEUED) | Q(state=RunState.RUNNING, lease_until__lt=now)
    if message:
        free |= Q(state=RunState.RUNNING, held_by=message)
    taken = Run.objects.filter(free, pk=run_id, starts__lt=MOST_STARTS).update(
        state=RunState.RUNNING,
        starts=F("starts") + 1,
        started_at=now,
        held_by=message,
        lease_until=now + LEASE,
        step="Reading the snapshot",
    )
    if not taken:
        return None
    run = Run.objects.select_related("snapshot").get(pk=run_id)
    return Claim(
        run_id=run.pk,
        public_id=run.public_id,
        start=run.starts,
        document=run.snapshot.document,
        as_of=run.as_of,
        knowledge_release=run.knowledge_release,
        knowledge_digest=run.knowledge_digest,
        engine_version=run.engine_version,
    )


def _mine(claim: Claim) -> Any:
    return Run.objects.filter(pk=claim.run_id, state=RunState.RUNNING, starts=claim.start)


def report_step(claim: Claim, step: str) -> bool:
    """Note what the worker does now and renew its lease; False where the run is no longer this worker's."""
    return bool(_mine(claim).update(step=step[:100], lease_until=timezone.now() + LEASE))


@transaction.atomic
def publish(claim: Claim, result: EngineResult) -> bool:
    """Store the result and end the run; False, and nothing stored, where the run is no longer ours.

    Tasks hear what an analysis of the assessment itself found.
    """
    ended = _mine(claim).update(
        state=RunState.SUCCEEDED, finished_at=timezone.now(), lease_until=None, step=""
    )
    if not ended:
        return False
    plain: dict[str, Any] = to_plain(result)
    digest_of_result = hashlib.sha256(written(plain)).hexdigest()
    use_cases = plain.pop("use_cases")
    found = duties_in(use_cases)
    stored = Result.objects.create(run_id=claim.run_id, digest=digest_of_result, head=plain)
    for position, body in enumerate(use_cases):
        findings = body.pop("findings")
        UseCaseResult.objects.create(
            result=stored,
            position=position,
            key=body["key"],
            findings=findings,
            posture=counted_posture(body["options"], findings),
            body=body,
        )
    run = Run.objects.get(pk=claim.run_id)
    record_event(actor=SYSTEM, action="run.succeeded", obj=run, after={"result_digest": stored.digest})
    if run.purpose == RunPurpose.ASSESSMENT:
        follow(found, run=run.public_id, as_of=run.as_of)
    return True


@transaction.atomic
def fail(claim: Claim, reason: str) -> bool:
    """End the run as failed, with a reason that a person can act on."""
    ended = _mine(claim).update(
        state=RunState.FAILED, finished_at=timezone.now(), lease_until=None, step="", failure=reason
    )
    if ended:
        run = Run.objects.get(pk=claim.run_id)
        record_event(actor=SYSTEM, action="run.failed", obj=run, after={"reason": reason})
    return bool(ended)


@transaction.atomic
def cancel(run: Run, *, actor: Actor) -> Run:
    """Stop a run that has not ended. Raises NotOpen."""
    ended = Run.objects.filter(pk=run.pk, state__in=[RunState.QUEUED, RunState.RUNNING]).update(
        state=RunState.CANCELLED, finished_at=timezone.now(), lease_until=None, step=""
    )
    run.refresh_from_db()
    if not ended:
        raise NotOpen(f"The run has already ended: {run.get_state_display().lower()}.")
    record_event(actor=actor, action="run.cancelled", obj=run)
    return run


@transaction.atomic
def retry(run: Run, *, actor: Actor, knowledge: Knowledge) -> tuple[Run, bool]:
    """A run of the same snapshot and day after a failure or a cancel, with today's knowledge; True where it is new.

    A run that has not ended, or has a result, is its own answer.
    """
    if run.state not in (RunState.FAILED, RunState.CANCELLED):
        return run, False
    again, new = find_or_queue(run.snapshot, run.as_of, knowledge, actor, RunPurpose(run.purpose))
    if new:
        record_event(actor=actor, action="run.retried", obj=again, before={"run": run.public_id})
    for analysis in run.scenario_analyses.all():
        ScenarioRun.objects.get_or_create(
            scenario=analysis.scenario,
            run=again,
            base=analysis.base,
            defaults={"overrides": analysis.overrides},
        )
    return again, new


def find_or_queue(
    snapshot: Snapshot,
    as_of: date,
    knowledge: Knowledge,
    actor: Actor,
    purpose: RunPurpose = RunPurpose.ASSESSMENT,
) -> tuple[Run, bool]:
    """The one run that is open or done for these inputs; True where it is new.

    Raises NothingToAnalyse, or QuotaReached where the month has no further run.
    """
    if '"use_cases"' not in snapshot.document:
        raise NothingToAnalyse("There is no use case to analyse. Record one first.")
    wanted = {
        "snapshot": snapshot,
        "knowledge_digest": knowledge.digest,
        "engine_version": ENGINE_VERSION,
        "as_of": as_of,
    }
    open_or_done = Run.objects.exclude(state__in=[RunState.FAILED, RunState.CANCELLED])
    found = open_or_done.filter(**wanted).first()
    if found is not None:
        return _serving(found, purpose), False
    require_room("runs", runs_this_month())
    made = {"knowledge_release": knowledge.release, "requested_by": actor.label, "purpose": purpose}
    try:
        with transaction.atomic():
            run = Run.objects.create(**wanted, **made)
    except IntegrityError:
        return _serving(open_or_done.get(**wanted), purpose), False
    return run, True


def runs_this_month() -> int:
    """How many runs the open organisation has asked for in this month, whatever became of them."""
    return Run.objects.filter(queued_at__gte=month_start(open_organisation())).count()


def _serving(run: Run, purpose: RunPurpose) -> Run:
    """The run, noted to serve a purpose that stands before the one it had."""
    first = list(RunPurpose)
    if first.index(purpose) < first.index(RunPurpose(run.purpose)):
        Run.objects.filter(pk=run.pk).update(purpose=purpose)
        run.purpose = purpose
    return run


@transaction.atomic
def sweep() -> list[int]:
    """Ids of runs to send to a worker, marked as sent: expired leases, runs sent long ago, and those with a place.

    A run that was started MOST_STARTS times and never ended is failed with its reason.
    """
    now = timezone.now()
    lost = Q(state=RunState.RUNNING, lease_until__lt=now)
    spent = list(Run.objects.filter(lost, starts__gte=MOST_STARTS).values_list("pk", flat=True))
    for run in Run.objects.select_for_update().filter(lost, pk__in=spent):
        run.state = RunState.FAILED
        run.finished_at, run.lease_until, run.step = now, None, ""
        run.failure = (
            f"The worker stopped {MOST_STARTS} times while computing this. "
            "It may need more memory than the worker has. Start it again, or tell the operator."
        )
        run.save()
        record_event(actor=SYSTEM, action="run.failed", obj=run, after={"reason": run.failure})
    forgotten = Q(state=RunState.QUEUED, sent_at__lt=now - QUEUED_TOO_LONG)
    again = list(Run.objects.filter(forgotten | lost).values_list("pk", flat=True))
    note_sent(again)
    return again + take_due_runs(now - NOT_SENT)


def take_due_runs(before: datetime | None = None) -> list[int]:
    """Ids of waiting runs that have a place at the workers now, marked as sent; those queued `before` a moment."""
    unsent = Run.objects.filter(state=RunState.QUEUED, sent_at=None)
    if before is not None:
        unsent = unsent.filter(queued_at__lt=before)
    sent = Q(state=RunState.QUEUED, sent_at__isnull=False)
    return take_due(unsent, Run.objects.filter(sent | Q(state=RunState.RUNNING)))


def note_sent(run_ids: list[int]) -> None:
    """Remember when runs were last sent to a worker, so that a sweep does not send them twice at once."""
    Run.objects.filter(pk__in=run_ids).update(sent_at=timezone.now())


def whole_result(run: Run) -> dict[str, Any]:
    """The result in document form, whole, as its digest was taken. Two queries."""
    stored = Result.objects.get(run=run)
    use_cases = [
        {**part.body, "findings": part.findings} for part in UseCaseResult.objects.filter(result=stored)
    ]
    return {**stored.head, "use_cases": use_cases}
