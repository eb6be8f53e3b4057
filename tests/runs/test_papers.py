"""A board paper that cannot be printed ends as a failed job with its reason; the worker prints the next one."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from accounts.tenancy import scope
from reports.models import Report
from reports.tasks import send
from tests.runs.company import ask, company, files, print_run, told, until_printed, until_state
from tests.runs.conftest import Process, pool_of
from tests.worker import wait_until


def printing(pool: int) -> int:
    """The child in which a worker's process prints, once there is one."""
    children = Path(f"/proc/{pool}/task/{pool}/children")
    found: list[int] = []

    def there() -> bool:
        found.extend(int(pid) for pid in children.read_text().split() if b"reports.render" in commanded(pid))
        return bool(found)

    wait_until(there, "a process that prints")
    return found[0]


def commanded(pid: str) -> bytes:
    """The command line of a process; empty once it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def test_after_a_paper_whose_printing_was_killed_the_worker_prints_the_next(worker: Process) -> None:
    office = company(use_cases=1)
    run = until_state(office, ask(office), "succeeded")
    pool = pool_of(worker)
    report = print_run(office, run, author="The board's secretary")
    os.kill(printing(pool), signal.SIGKILL)
    failed = until_printed(office, report)
    assert failed.state == "failed"
    assert failed.failure == (
        "The printing process ended without a paper (status -9): it was killed, or ran out of memory. Ask for the "
        "paper again; if it ends the same way, tell whoever runs this server."
    )
    assert files(office) == 0
    ready = until_printed(office, print_run(office, run, author="The office"))
    assert (ready.state, ready.failure) == ("ready", "")
    assert files(office) == 1
    assert pool_of(worker) == pool
    assert told(office, "report") == ["report.requested", "report.failed", "report.requested", "report.ready"]


def test_a_fault_of_the_program_fails_the_paper_and_says_so(worker: Process) -> None:
    office = company(use_cases=1)
    run = until_state(office, ask(office), "succeeded")
    report = print_run(office, run)
    until_printed(office, report)
    with scope(office):
        torn = Report.objects.create(
            run=run, header={**report.header, "created_at": "yesterday"}, requested_by="A test"
        )
        send(torn)
    failed = until_printed(office, torn)
    assert failed.state == "failed"
    assert failed.failure == (
        "The board paper could not be composed: ValueError: Invalid isoformat string: 'yesterday'. The result itself "
        "is safe. Print it again; if it fails again, send this text to the operator."
    )
    assert files(office) == 1
