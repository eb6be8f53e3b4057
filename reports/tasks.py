"""Celery's side of board papers: the paper is printed in a child process, outside any scope."""

from __future__ import annotations

from celery import Task, shared_task
from django.db import transaction

from accounts.models import Organisation
from accounts.queries import every_organisation, organisation_by_id
from accounts.tenancy import scope
from reports import services
from reports.models import Report
from reports.paper import print_paper
from reports.render import RenderError
from strategy.tasks import DATABASE_AWAY, WAITS_FOR_THE_DATABASE


@shared_task(name="reports.render", **WAITS_FOR_THE_DATABASE)
def render(self: Task, organisation_id: int, report_id: int) -> None:
    """Print one board paper, then hand out what waits. Safe to deliver twice."""
    organisation = organisation_by_id(organisation_id)
    try:
        press(organisation, report_id, message=self.request.id or "")
    finally:
        with scope(organisation):
            hand_out(organisation.pk)


def press(organisation: Organisation, report_id: int, *, message: str) -> None:
    """Claim a report and print it outside the scope; a paper that cannot be printed fails with its reason."""
    with scope(organisation):
        claim = services.claim(report_id, message=message)
    if claim is None:
        return
    try:
        pdf = print_paper(claim.header, claim.result, claim.document, claim.logo)
    except DATABASE_AWAY:
        raise
    except RenderError as error:
        with scope(organisation):
            services.fail(claim, str(error))
        return
    except Exception as error:
        with scope(organisation):
            services.fail(claim, failure_text(error))
        raise
    with scope(organisation):
        services.publish(claim, pdf)


def failure_text(error: Exception) -> str:
    """What to tell the person who waits for a paper that failed on a fault of the program."""
    return (
        f"The board paper could not be composed: {type(error).__name__}: {error}. The result itself is safe. "
        "Print it again; if it fails again, send this text to the operator."
    )


def send(queued: Report) -> None:
    """Hand a board paper to a worker once the open transaction is stored; a sweep sends what the broker lost."""
    hand_out(queued.organisation_id)


def hand_out(organisation_id: int) -> None:
    """Send the open organisation's waiting papers that have a place, once the open transaction is stored."""
    for report_id in services.take_due_reports():
        transaction.on_commit(lambda pk=report_id: render.delay(organisation_id, pk), robust=True)


@shared_task(name="reports.sweep", ignore_result=True)
def sweep() -> None:
    """Send again what no worker holds: every organisation in its own scope."""
    for organisation in every_organisation():
        with scope(organisation):
            waiting = services.sweep()
        for report_id in waiting:
            render.delay(organisation.pk, report_id)
