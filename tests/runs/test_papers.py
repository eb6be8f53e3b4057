"""A board paper that cannot be printed ends as a failed job with its reason; the worker prints the next one."""

from __future__ import annotations

import re

from accounts.tenancy import scope
from reports.models import Report
from reports.tasks import send
from tests.runs.company import ask, company, files, print_run, told, until_printed, until_state
from tests.runs.conftest import Process, pool_of


def test_after_a_paper_that_cannot_be_printed_the_worker_prints_the_next(worker: Process) -> None:
    office = company(use_cases=1)
    run = until_state(office, ask(office), "succeeded")
    pool = pool_of(worker)
    failed = until_printed(office, print_run(office, run, author="x" * 50_000))
    assert failed.state == "failed"
    assert re.fullmatch(
        r"The paper is too large to print: 50,\d{3} characters in one text, where 40,000 are allowed\. Archive use "
        r"cases that the board need not see, or shorten very long texts, and ask for the paper again\.",
        failed.failure,
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
