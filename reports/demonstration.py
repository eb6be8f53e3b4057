"""The demo organisations of `examples/`: made once, analysed and printed by the real worker."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.audit import SYSTEM, Actor
from accounts.models import Membership, Organisation, User
from accounts.services import add_member, create_organisation
from accounts.tenancy import scope
from engine.inputs import Inputs
from engine.reading import read_document
from reports import services as reports
from reports.models import Report, ReportState
from reports.tasks import send as send_report
from strategy import services as runs
from strategy.assessment import import_document
from strategy.knowledge import current
from strategy.models import Run, RunState
from strategy.tasks import send as send_run

EXAMPLES = settings.BASE_DIR / "examples"
FOLDER = settings.VAR_DIR / "demo"
PEOPLE = (("owner", "owner"), ("cio", "editor"), ("compliance", "compliance_officer"), ("viewer", "viewer"))
WAIT_SECONDS = 240


class NotFinished(Exception):
    """The worker gave no answer, or failed; the text says why."""


@dataclass(frozen=True, slots=True)
class SignIn:
    organisation: str
    role: str
    email: str
    password: str


def documents() -> Iterator[tuple[str, Inputs]]:
    """The example documents by file name."""
    for path in sorted(EXAMPLES.glob("*.json")):
        yield path.stem, read_document(path.read_bytes(), requirement_ids=current().law.requirement_ids())


@transaction.atomic
def make_organisation(name: str, inputs: Inputs) -> tuple[Organisation, list[SignIn]] | None:
    """One demo organisation with its people and records; None where its owner is there already."""
    domain = f"{name}.example"
    if User.objects.filter(email=f"owner@{domain}").exists():
        return None
    title = inputs.organisation.name or name
    sign_ins = []
    organisation: Organisation | None = None
    for person, role in PEOPLE:
        password = secrets.token_urlsafe(12)
        user = User.objects.create_user(f"{person}@{domain}", password, name=f"{title}, {role}")
        if organisation is None:
            organisation = create_organisation(name=title, owner=user)
        else:
            with scope(organisation):
                add_member(email=user.email, role=role, actor=SYSTEM)
        sign_ins.append(SignIn(title, role, user.email, password))
    assert organisation is not None
    with scope(organisation):
        owner = Membership.objects.get(organisation=organisation, role="owner").user
        import_document(inputs, actor=Actor.person(owner))
    return organisation, sign_ins


def start_run(organisation: Organisation, inputs: Inputs) -> int:
    """Ask the worker for an analysis of a demo organisation; the run's primary key."""
    with scope(organisation), transaction.atomic():
        day = inputs.as_of or timezone.localdate()
        run, _ = runs.request_run(actor=SYSTEM, knowledge=current(), as_of=day)
        if run.state != RunState.SUCCEEDED:
            send_run(run)
        return run.pk


def finished_run(organisation: Organisation, pk: int) -> Run:
    """The run, once it has a result. Raises NotFinished."""
    until = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < until:
        with scope(organisation):
            run = Run.objects.get(pk=pk)
        if run.state == RunState.SUCCEEDED:
            return run
        if run.state in (RunState.FAILED, RunState.CANCELLED):
            raise NotFinished(run.failure or "The analysis was cancelled.")
        time.sleep(0.2)
    raise NotFinished(f"The worker gave no answer within {WAIT_SECONDS} s; see var/log/worker.log.")


def printed(organisation: Organisation, pk: int, target: Path) -> Path:
    """Have the worker print a board paper of a finished run, and write it. Raises NotFinished."""
    with scope(organisation), transaction.atomic():
        report, new = reports.request_report(Run.objects.get(pk=pk), actor=SYSTEM)
        if new:
            send_report(report)
    until = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < until:
        with scope(organisation):
            report = Report.objects.get(pk=report.pk)
            if report.state == ReportState.READY:
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(bytes(report.file.pdf))
                return target
        if report.state == ReportState.FAILED:
            raise NotFinished(report.failure)
        time.sleep(0.2)
    raise NotFinished(f"No board paper within {WAIT_SECONDS} s; see var/log/worker.log.")
