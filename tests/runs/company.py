"""An organisation whose analysis takes about half a second a use case, and what a person sees of its runs."""

from __future__ import annotations

import secrets
from datetime import date

from django.db import transaction

from accounts.audit import SYSTEM
from accounts.models import AuditEvent, Organisation
from accounts.services import create_organisation
from accounts.tenancy import scope
from engine.reading import read_document
from reports import services as reports
from reports.models import Report, ReportFile
from reports.tasks import send as send_report
from strategy import services
from strategy.assessment import import_document
from strategy.knowledge import current
from strategy.models import Result, Run, UseCaseResult
from strategy.tasks import send
from tests.worker import wait_until
from tests.world import member

AS_OF = date(2026, 11, 24)


def company(use_cases: int) -> Organisation:
    """A new organisation with forecasts to analyse."""
    name = f"Pump maker {secrets.token_hex(4)}"
    owner = member(f"owner@{name.lower().replace(' ', '-')}.example", "Owner")
    organisation = create_organisation(name=name, owner=owner)
    document = {
        "version": 1,
        "organisation": {"name": name, "sector": "manufacturing", "countries": ["DE"], "currency": "EUR"},
        "use_cases": [
            {"key": f"forecast-{n}", "name": f"Forecast {n}", "task_type": "prediction_nontext"}
            for n in range(1, use_cases + 1)
        ],
    }
    with scope(organisation):
        import_document(read_document(document), actor=SYSTEM)
    return organisation


def ask(organisation: Organisation, *, day: date = AS_OF) -> Run:
    """Ask for an analysis, as a page does: stored, and after the commit handed to a worker."""
    with scope(organisation), transaction.atomic():
        run, new = services.request_run(actor=SYSTEM, knowledge=current(), as_of=day)
        assert new
        send(run)
    return run


def print_run(organisation: Organisation, run: Run, **wishes: str) -> Report:
    """Ask for a board paper of a finished run, as a page does."""
    with scope(organisation), transaction.atomic():
        report, new = reports.request_report(Run.objects.get(pk=run.pk), actor=SYSTEM, **wishes)
        assert new
        send_report(report)
    return report


def seen(organisation: Organisation, run: Run) -> Run:
    """The run as it stands now."""
    with scope(organisation):
        found: Run = Run.objects.get(pk=run.pk)
    return found


def until_state(organisation: Organisation, run: Run, state: str) -> Run:
    """Wait for a run to be in a state, and for none that it cannot leave."""

    def reached() -> bool:
        now = seen(organisation, run)
        assert now.is_open or now.state == state, f"{now.state}: {now.failure}"
        return bool(now.state == state)

    wait_until(reached, f"the run is {state}")
    return seen(organisation, run)


def until_step(organisation: Organisation, run: Run, step: str) -> None:
    """Wait until a worker says that it does this."""
    wait_until(lambda: seen(organisation, run).step == step, f"the worker is at “{step}”")


def until_printed(organisation: Organisation, report: Report) -> Report:
    def ended() -> bool:
        with scope(organisation):
            return not Report.objects.get(pk=report.pk).is_open

    wait_until(ended, "the board paper is ready or failed")
    with scope(organisation):
        found: Report = Report.objects.get(pk=report.pk)
    return found


def stored(organisation: Organisation) -> dict[str, int]:
    """How many rows of each kind an organisation's analyses have made."""
    with scope(organisation):
        return {
            "runs": Run.objects.count(),
            "results": Result.objects.count(),
            "answers": UseCaseResult.objects.count(),
        }


def files(organisation: Organisation) -> int:
    with scope(organisation):
        return int(ReportFile.objects.count())


def told(organisation: Organisation, kind: str = "run") -> list[str]:
    """The actions on runs (or reports) in the audit trail, oldest first."""
    with scope(organisation):
        events = AuditEvent.objects.filter(action__startswith=f"{kind}.").order_by("number")
        return list(events.values_list("action", flat=True))
