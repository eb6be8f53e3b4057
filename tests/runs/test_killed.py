"""`kill -9` in the middle: of the worker, of its pool process, of the broker, of the database. No run is lost."""

from __future__ import annotations

import shutil

from django.db import connections

from accounts.models import Organisation
from accounts.tenancy import scope
from engine.canonical import digest
from local.servers import Servers
from reports.models import Report
from strategy.models import Result, Run
from strategy.services import whole_result
from tests.runs.company import (
    ask,
    company,
    files,
    print_run,
    seen,
    stored,
    told,
    until_printed,
    until_state,
    until_step,
)
from tests.runs.conftest import Crew, Process, kill, kill_pool_of
from tests.worker import wait_until

ONCE = {"runs": 1, "results": 1, "answers": 3}


def test_a_killed_workers_run_is_taken_up_by_another(crew: Crew) -> None:
    first = crew.wanted()
    office = company(use_cases=3)
    run = ask(office)
    until_step(office, run, "Weighing options: Forecast 2")
    kill(first)
    assert crew.wanted() != first
    assert until_state(office, run, "succeeded").starts == 2
    assert stored(office) == ONCE
    assert whole(office, run)
    assert told(office) == ["run.requested", "run.succeeded"]


def test_a_killed_pool_process_costs_its_run_no_lease(worker: Process) -> None:
    office = company(use_cases=3)
    run = ask(office)
    until_step(office, run, "Weighing options: Forecast 2")
    message = seen(office, run).held_by
    kill_pool_of(worker)
    done = until_state(office, run, "succeeded")
    assert (done.starts, done.held_by) == (2, message)
    assert worker.poll() is None
    assert stored(office) == ONCE
    assert whole(office, run)


def test_a_run_that_kills_its_worker_three_times_fails_with_a_reason(worker: Process) -> None:
    office = company(use_cases=60)
    run = ask(office)
    for start in (1, 2, 3):
        until_start(office, run, start)
        until_step(office, run, "Weighing options: Forecast 1")
        kill_pool_of(worker)
    assert until_state(office, run, "failed").failure == (
        "The worker stopped 3 times while computing this. It may need more memory than the worker has. "
        "Start it again, or tell the operator."
    )
    assert stored(office) == {"runs": 1, "results": 0, "answers": 0}
    assert told(office) == ["run.requested", "run.failed"]


def test_a_broker_killed_in_the_middle_is_not_missed(worker: Process, servers: Servers) -> None:
    office = company(use_cases=3)
    run = ask(office)
    until_step(office, run, "Weighing options: Forecast 2")
    kill(servers.valkey)
    assert servers.revive() == ["Valkey"]
    assert until_state(office, run, "succeeded").starts == 1
    other = company(use_cases=1)
    until_state(other, ask(other), "succeeded")
    assert stored(office) == ONCE
    assert whole(office, run)


def test_a_broker_that_forgets_everything_loses_no_run(crew: Crew, servers: Servers) -> None:
    crew.away()
    office, other = company(use_cases=3), company(use_cases=3)
    forgotten = ask(office)
    kill(servers.valkey)
    shutil.rmtree(servers.data / "valkey")
    asked_while_it_was_away = ask(other)
    servers.revive()
    crew.wanted()
    assert until_state(office, forgotten, "succeeded").starts == 1
    assert until_state(other, asked_while_it_was_away, "succeeded").starts == 1
    assert stored(office) == stored(other) == ONCE


def test_a_database_killed_in_the_middle_delays_the_run(worker: Process, servers: Servers) -> None:
    office = company(use_cases=3)
    run = ask(office)
    until_step(office, run, "Weighing options: Forecast 2")
    kill(servers.postgres)
    connections.close_all()
    assert servers.revive() == ["PostgreSQL"]
    done = until_state(office, run, "succeeded")
    assert (done.starts, done.failure) == (2, "")
    assert stored(office) == ONCE
    assert whole(office, run)
    assert told(office) == ["run.requested", "run.succeeded"]


def test_a_pool_process_killed_while_it_prints_costs_no_paper(worker: Process) -> None:
    office = company(use_cases=1)
    run = until_state(office, ask(office), "succeeded")
    report = print_run(office, run)
    until_printing(office, report)
    kill_pool_of(worker)
    ready = until_printed(office, report)
    assert (ready.state, ready.starts, ready.failure) == ("ready", 2, "")
    assert files(office) == 1
    assert told(office, "report") == ["report.requested", "report.ready"]


def whole(office: Organisation, run: Run) -> bool:
    """Whether the stored result is the one that its digest was taken of."""
    with scope(office):
        return bool(digest(whole_result(run)) == Result.objects.get(run=run).digest)


def until_start(office: Organisation, run: Run, number: int) -> None:
    wait_until(lambda: seen(office, run).starts == number, f"start {number}")


def until_printing(office: Organisation, report: Report) -> None:
    def printing() -> bool:
        with scope(office):
            return bool(Report.objects.get(pk=report.pk).state == "rendering")

    wait_until(printing, "the paper is being printed")
