"""The demo organisations of `examples/`: made once, analysed and printed by the real worker."""

from __future__ import annotations

import base64
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

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
SIGN_INS = FOLDER / "sign-ins.txt"
PAPER = FOLDER / "board-paper.pdf"
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

    def __str__(self) -> str:
        return f"{self.email:<38} {self.password:<18} {self.role}, {self.organisation}"


def documents() -> Iterator[tuple[str, Inputs]]:
    """The example documents by file name."""
    for path in sorted(EXAMPLES.glob("*.json")):
        yield (
            path.stem,
            read_document(
                path.read_bytes(), requirement_ids=current().law.requirement_ids(), facts=current().facts
            ),
        )


def sign_ins_of(name: str, title: str) -> list[SignIn]:
    """The people of a demo organisation; each password follows from this installation's secret key."""
    emails = [f"{person}@{name}.example" for person, _ in PEOPLE]
    roles = [role for _, role in PEOPLE]
    return [SignIn(title, role, email, _password(email)) for email, role in zip(emails, roles, strict=True)]


def _password(email: str) -> str:
    code = salted_hmac("sextant.demo", email, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(code[:12]).decode()


@transaction.atomic
def make_organisation(name: str, inputs: Inputs) -> tuple[Organisation, list[SignIn]] | None:
    """One demo organisation with its people and records; None where its owner is there already.

    Nobody reads mail at the people's addresses, so these count as confirmed.
    """
    if User.objects.filter(email=f"{PEOPLE[0][0]}@{name}.example").exists():
        return None
    title = inputs.organisation.name or name
    sign_ins = sign_ins_of(name, title)
    people = [User.objects.create_user(s.email, s.password, name=f"{title}, {s.role}") for s in sign_ins]
    EmailAddress.objects.bulk_create(
        EmailAddress(user=person, email=person.email, verified=True, primary=True) for person in people
    )
    organisation = create_organisation(name=title, owner=people[0])
    with scope(organisation):
        for sign_in in sign_ins[1:]:
            add_member(email=sign_in.email, role=sign_in.role, actor=SYSTEM)
        import_document(inputs, actor=Actor.person(people[0]))
    return organisation, sign_ins


def made_once(name: str, inputs: Inputs) -> tuple[Organisation | None, list[SignIn]]:
    """The demo organisation of an example, and its sign-ins where this call made it.

    They are kept before it is made, so that an end in between loses none. None where its owner is there and
    owns nothing any more.
    """
    keep(sign_ins_of(name, inputs.organisation.name or name))
    made = make_organisation(name, inputs)
    return made or (demo_organisation(name), [])


def keep(sign_ins: list[SignIn]) -> None:
    """Add sign-ins that are not there to a file that only its owner can read, while demo organisations are made."""
    if User.objects.filter(email=sign_ins[0].email).exists():
        return
    FOLDER.mkdir(parents=True, exist_ok=True)
    known = SIGN_INS.read_text() if SIGN_INS.exists() else ""
    with open(os.open(SIGN_INS, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600), "a") as out:
        out.writelines(f"{sign_in}\n" for sign_in in sign_ins if sign_in.email not in known)


def demo_organisation(name: str) -> Organisation | None:
    """The demo organisation of an example, where it was made."""
    owners = Membership.objects.filter(user__email=f"{PEOPLE[0][0]}@{name}.example", role="owner")
    membership = owners.select_related("organisation").first()
    return membership.organisation if membership else None


def first_run(organisation: Organisation) -> Run | None:
    """The oldest analysis of a demo organisation."""
    with scope(organisation):
        found: Run | None = Run.objects.order_by("queued_at", "pk").first()
    return found


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


def start_paper(organisation: Organisation, pk: int) -> Report:
    """Ask the worker for a board paper of a finished run."""
    with scope(organisation), transaction.atomic():
        report, new = reports.request_report(Run.objects.get(pk=pk), actor=SYSTEM)
        if new:
            send_report(report)
    return report


def fetched(organisation: Organisation, report: Report, target: Path) -> Path:
    """Wait for a board paper and write it. Raises NotFinished."""
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
