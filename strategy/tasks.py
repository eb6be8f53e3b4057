"""Celery's side of runs: open the scope, call the services, leave the scope while the engine computes."""

from __future__ import annotations

from typing import Any, Final

from celery import Task, shared_task
from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction

from accounts.models import Organisation
from accounts.queries import every_organisation, organisation_by_id
from accounts.tenancy import scope
from engine.analyse import ENGINE_VERSION, Stopped, analyse
from engine.knowledge import Knowledge
from engine.reading import DocumentError, read_document
from strategy import services
from strategy.knowledge import current
from strategy.models import Run
from strategy.releases import keep_release

DATABASE_AWAY: Final = (OperationalError, InterfaceError)
WAITS_FOR_THE_DATABASE: Final[dict[str, Any]] = {
    "bind": True,
    "ignore_result": True,
    "autoretry_for": DATABASE_AWAY,
    "max_retries": 10,
    "retry_backoff": True,
    "retry_backoff_max": 60,
}


class OtherRelease(Exception):
    """The run was asked for with other knowledge, or another engine, than this worker has."""


@shared_task(name="strategy.run", **WAITS_FOR_THE_DATABASE)
def run(self: Task, organisation_id: int, run_id: int) -> None:
    """Compute one run, then hand out what waits. Safe to deliver twice: only the claim that the row remembers may publish.

    Where the database goes away, the same message comes back later and takes the run up again.
    """
    organisation = organisation_by_id(organisation_id)
    try:
        compute(organisation, run_id, message=self.request.id or "")
    finally:
        with scope(organisation):
            hand_out(organisation.pk)


def compute(organisation: Organisation, run_id: int, *, message: str) -> None:
    """Claim a run, compute it outside the scope, publish it or say why not."""
    with scope(organisation):
        claim = services.claim(run_id, message=message)
    if claim is None:
        return

    def progress(step: str) -> bool:
        with scope(organisation):
            return services.report_step(claim, step)

    try:
        refuse_other_release(claim, current())
        result = analyse(read_document(claim.document), current(), claim.as_of, progress=progress)
    except Stopped:
        return
    except DATABASE_AWAY:
        raise
    except Exception as error:
        with scope(organisation):
            services.fail(claim, failure_text(error))
        raise
    keep_release(current())
    with scope(organisation):
        services.publish(claim, result)


def refuse_other_release(claim: services.Claim, knowledge: Knowledge) -> None:
    """Raise OtherRelease where the result would not be of the release that the run names."""
    if (claim.knowledge_digest, claim.engine_version) != (knowledge.digest, ENGINE_VERSION):
        raise OtherRelease(
            f"It was asked for with knowledge {claim.knowledge_release} ({claim.knowledge_digest[:12]}) and engine "
            f"{claim.engine_version}; the worker has {knowledge.release} ({knowledge.digest[:12]}) and "
            f"{ENGINE_VERSION}."
        )


def send(queued: Run) -> None:
    """Hand a run to a worker once the open transaction is stored, or let it wait for a place.

    Where the broker is away the run still stands in its row, and a sweep sends it again.
    """
    hand_out(queued.organisation_id)


def hand_out(organisation_id: int) -> None:
    """Send the open organisation's waiting runs that have a place, once the open transaction is stored."""
    for run_id in services.take_due_runs():
        transaction.on_commit(lambda pk=run_id: run.delay(organisation_id, pk), robust=True)


def failure_text(error: Exception) -> str:
    """What to tell the person who waits: the fault, and what to do about it."""
    match error:
        case SoftTimeLimitExceeded():
            return (
                f"The analysis took longer than {settings.TASK_SECONDS} seconds and was stopped. Archive use cases "
                "that need no answer now, and start an analysis of the rest."
            )
        case OtherRelease():
            return f"Sextant was updated while this waited. {error} Start the run again."
        case DocumentError():
            return f"The snapshot cannot be read: {error} Start a new analysis of the answers as they stand."
        case MemoryError():
            return (
                "The analysis needs more memory than the worker has. Archive use cases that need no answer now, "
                "or ask the operator for a larger worker."
            )
    return (
        f"The analysis stopped on an error: {type(error).__name__}: {error}. "
        "Your answers are safe. Start the run again; if it fails again, send this text to the operator."
    )


@shared_task(name="strategy.sweep", ignore_result=True)
def sweep() -> None:
    """Send again what no worker holds: every organisation in its own scope."""
    for organisation in every_organisation():
        with scope(organisation):
            waiting = services.sweep()
        for run_id in waiting:
            run.delay(organisation.pk, run_id)
