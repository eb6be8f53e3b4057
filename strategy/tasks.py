"""Celery's side of runs: open the scope, call the services, leave the scope while the engine computes."""

from __future__ import annotations

from celery import shared_task
from django.db import transaction

from accounts.queries import every_organisation, organisation_by_id
from accounts.tenancy import scope
from engine.analyse import Stopped, analyse
from engine.reading import read_document
from strategy import services
from strategy.knowledge import current
from strategy.models import Run


@shared_task(name="strategy.run", ignore_result=True)
def run(organisation_id: int, run_id: int) -> None:
    """Compute one run. Safe to deliver twice: only the claim that the row remembers may publish."""
    organisation = organisation_by_id(organisation_id)
    with scope(organisation):
        claim = services.claim(run_id)
    if claim is None:
        return

    def progress(step: str) -> bool:
        with scope(organisation):
            return services.report_step(claim, step)

    try:
        result = analyse(read_document(claim.document), current(), claim.as_of, progress=progress)
    except Stopped:
        return
    except Exception as error:
        with scope(organisation):
            services.fail(claim, failure_text(error))
        raise
    with scope(organisation):
        services.publish(claim, result)


def send(queued: Run) -> None:
    """Hand a run to a worker once the open transaction is stored.

    Where the broker is away the run still stands in its row, and a sweep sends it again.
    """
    services.note_sent([queued.pk])
    transaction.on_commit(lambda: run.delay(queued.organisation_id, queued.pk), robust=True)


def failure_text(error: Exception) -> str:
    """What to tell the person who waits: the fault, and what to do about it."""
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
            services.note_sent(waiting)
        for run_id in waiting:
            run.delay(organisation.pk, run_id)
