"""The product as it runs: gunicorn and a worker on the test database, with one organisation that is analysed."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from accounts.audit import SYSTEM, Actor
from accounts.invitations import Asked, invite
from accounts.models import ApiKey, Organisation, User
from accounts.services import create_api_key
from accounts.tenancy import scope
from compliance.evidence import EvidencePart, NewFile, create_evidence
from compliance.models import CommonControlAnswer
from compliance.waivers import WaiverPart, accept
from engine.inputs import PriceOverride
from inventory.models import BaseModel, Record
from inventory.services import create_record
from local.process import start, stop
from reports.demonstration import documents, fetched, finished_run, make_organisation, start_paper, start_run
from reports.models import Report
from strategy.duties import tasks_from
from strategy.knowledge import current
from strategy.models import Run, Scenario
from strategy.scenarios import create_scenario, request_scenario_run
from strategy.tasks import send
from tests.worker import environment, log_of, wait_until, worker

EXAMPLE = "manufacturer"
BUSY = "Ten times the requests"
CHANGED = {"/use_cases/service-desk/requests_per_day": 6_000}
OWN_PRICES = (
    PriceOverride(
        fact="people.day_rate",
        value=Decimal(640),
        currency="EUR",
        since=date(2026, 3, 1),
        note="Plan of 2026",
    ),
    PriceOverride(fact="price.claude-haiku-5-5.in", value=Decimal("0.08"), since=date(2026, 9, 1)),
    PriceOverride(
        fact="price.gpu.hour", low=Decimal(2), likely=Decimal(3), high=Decimal(4), since=date(2027, 6, 1)
    ),
)
RECORDS_BESIDE: dict[type[Record], dict[str, str]] = {
    CommonControlAnswer: {"control": "logging", "status": "partial"},
    BaseModel: {"key": "open-8b", "name": "Open model"},
}


@dataclass(frozen=True)
class Site:
    """Where the product answers, and what is stored in it."""

    url: str
    organisation: Organisation
    owner: User
    password: str
    run: Run
    report: Report
    key: ApiKey
    scenario: Scenario
    other_run: Run
    invitation: str

    def of(self, person: User) -> Site:
        """The same site with another person at the keyboard, who has the same password."""
        return replace(self, owner=person)

    def with_organisation(self, organisation: Organisation) -> Site:
        """The same site, in another organisation."""
        return replace(self, organisation=organisation)


@contextmanager
def served() -> Iterator[str]:
    """The address of gunicorn, which serves the test database as `make run` would."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    child = start(
        [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}", "--threads", "4",
         "--no-control-socket"],
        log=log_of("web"),
        dies_by=signal.SIGTERM,
        cwd=settings.BASE_DIR,
        env=environment(),
    )  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    try:
        wait_until(lambda: answers(url, child), "the pages answer")
        yield url
    finally:
        stop(child, signal.SIGTERM)


def answers(url: str, child: subprocess.Popen[bytes]) -> bool:
    assert child.poll() is None, f"gunicorn ended at once: {log_of('web').read_text()[-2000:]}"
    try:
        with urllib.request.urlopen(f"{url}/readyz", timeout=2):
            return True
    except OSError:
        return False


@contextmanager
def served_example(folder: Path) -> Iterator[Site]:
    """The manufacturer of the examples, analysed and printed by the worker, and a what-if of it."""
    inputs = replace(dict(documents())[EXAMPLE], price_overrides=OWN_PRICES)
    made = make_organisation(EXAMPLE, inputs)
    assert made is not None
    organisation, sign_ins = made
    with served() as url, worker():
        pk = start_run(organisation, inputs)
        run = finished_run(organisation, pk)
        fetched(organisation, start_paper(organisation, pk), folder / "paper.pdf")
        with scope(organisation):
            for model, part in RECORDS_BESIDE.items():
                create_record(model, part, actor=SYSTEM)
            owner = User.objects.get(email=sign_ins[0].email)
            in_a_week = timezone.now() + timedelta(days=7)
            key, _ = create_api_key(
                name="Warehouse", expires_at=in_a_week, scopes=["read"], actor=Actor.person(owner)
            )
            guest = invite([Asked("guest@manufacturer.example", "viewer")], actor=Actor.person(owner))[0]
            report = Report.objects.get(run=run)
            tasks_from(run, actor=Actor.person(owner))
            part = EvidencePart(name="Agreement", kind="contract", note="", links=("GDPR/Art. 28(3)",))
            file = NewFile(filename="a.txt", content=b"signed", valid_from=run.as_of, valid_until=None)
            create_evidence(part, file, actor=SYSTEM)
            soon = {"expires_on": run.as_of + timedelta(days=90), "instead": "", "reason": "A pilot"}
            accept(WaiverPart(kind="risk", about="ISO27001/A.5.1", level="low", **soon), actor=SYSTEM)
            scenario = create_scenario(
                actor=Actor.person(owner), name=BUSY, answers=CHANGED, base_run=run, knowledge=current()
            )
            asked, _ = request_scenario_run(
                scenario, actor=Actor.person(owner), knowledge=current(), as_of=run.as_of
            )
            send(asked)
        other_run = finished_run(organisation, asked.pk)
        password = sign_ins[0].password
        yield Site(url, organisation, owner, password, run, report, key, scenario, other_run, guest.secret)
