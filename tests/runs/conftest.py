"""A real worker and a real schedule on the test database, with short leases, so that lost work is soon found.

What these tests store is committed, each in an organisation of its own, and gone after the last of them.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from pytest_django.plugin import DjangoDbBlocker

from config.celery import app
from local.process import start, stop
from local.servers import Servers
from tests.embedded import SERVERS
from tests.skipping import leave_out
from tests.worker import environment, log_of, start_worker

LEASE, SWEEP = "5", "1"
Process = subprocess.Popen[bytes]


class Crew:
    """The one worker of these tests: started when it is wanted, also after a test has killed it."""

    def __init__(self) -> None:
        self.worker: Process | None = None

    def wanted(self) -> Process:
        """The worker, started unless it lives."""
        if self.worker is None or self.worker.poll() is not None:
            self.worker = start_worker()
        return self.worker

    def away(self) -> None:
        """End the worker."""
        if self.worker is not None:
            stop(self.worker, signal.SIGTERM)


@pytest.fixture(scope="package")
def stored_for_good(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Tests commit, as people do, and processes see it; leases and sweeps are short."""
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock():
        patch.setenv("LEASE_SECONDS", LEASE)
        patch.setenv("SWEEP_SECONDS", SWEEP)
        app.control.purge()
        yield
        app.control.purge()
        call_command("flush", database="owner", interactive=False, verbosity=0)
        connections.close_all()


@pytest.fixture(scope="package")
def schedule(stored_for_good: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """The process that has lost work looked for every second."""
    kept = tmp_path_factory.mktemp("beat") / "schedule"
    beat = start(
        [sys.executable, "-m", "celery", "-A", "config", "beat", "-s", kept, "--pidfile="],
        log=log_of("beat"),
        dies_by=signal.SIGKILL,
        cwd=settings.BASE_DIR,
        env=environment(),
    )
    yield beat
    stop(beat, signal.SIGTERM)


@pytest.fixture(scope="package")
def crew(stored_for_good: None, schedule: Process) -> Iterator[Crew]:
    crew = Crew()
    yield crew
    crew.away()


@pytest.fixture
def worker(crew: Crew) -> Process:
    return crew.wanted()


@pytest.fixture
def servers(stored_for_good: None) -> Iterator[Servers]:
    """The servers of this test session, to be killed; whatever is down afterwards is started again."""
    if SERVERS is None:
        leave_out("The environment names servers that are not ours to kill")
    yield SERVERS
    SERVERS.revive()
    connections.close_all()


def kill(process: Process | None) -> None:
    """`kill -9`, and wait for the end."""
    assert process is not None
    process.kill()
    process.wait()


def pool_of(worker: Process) -> int:
    """The process that computes for a worker."""
    (pid,) = Path(f"/proc/{worker.pid}/task/{worker.pid}/children").read_text().split()
    return int(pid)


def kill_pool_of(worker: Process) -> None:
    os.kill(pool_of(worker), signal.SIGKILL)
