"""A run with a real worker: waited for, followed step by step, cancelled, failed, repeated."""

from __future__ import annotations

from datetime import timedelta

from accounts.audit import SYSTEM
from accounts.models import Organisation
from accounts.tenancy import scope
from engine.analyse import ENGINE_VERSION
from strategy import services, tasks
from strategy.knowledge import current
from strategy.models import Run, Snapshot
from tests.runs.company import AS_OF, ask, company, seen, stored, told, until_state, until_step
from tests.runs.conftest import Crew, Process


def test_a_run_waits_runs_in_named_steps_and_succeeds(worker: Process) -> None:
    office = company(use_cases=3)
    run = ask(office)
    assert (run.state, run.starts, run.step) == ("queued", 0, "")
    until_step(office, run, "Weighing options: Forecast 1")
    until_step(office, run, "Weighing options: Forecast 3")
    done = until_state(office, run, "succeeded")
    assert (done.starts, done.step, done.lease_until, done.failure) == (1, "", None, "")
    assert done.queued_at < done.started_at < done.finished_at
    assert stored(office) == {"runs": 1, "results": 1, "answers": 3}
    assert told(office) == ["run.requested", "run.succeeded"]


def test_a_run_cancelled_while_it_waits_never_starts(crew: Crew) -> None:
    crew.away()
    office = company(use_cases=1)
    cancelled, next_day = ask(office), ask(office, day=AS_OF + timedelta(days=1))
    with scope(office):
        services.cancel(cancelled, actor=SYSTEM)
    crew.wanted()
    until_state(office, next_day, "succeeded")
    assert (seen(office, cancelled).state, seen(office, cancelled).starts) == ("cancelled", 0)
    assert stored(office) == {"runs": 2, "results": 1, "answers": 1}


def test_a_run_cancelled_while_it_runs_has_no_result_and_frees_the_worker(worker: Process) -> None:
    office = company(use_cases=60)
    run = ask(office)
    until_step(office, run, "Weighing options: Forecast 2")
    with scope(office):
        services.cancel(seen(office, run), actor=SYSTEM)
    other = company(use_cases=1)
    until_state(other, ask(other), "succeeded")
    now = seen(office, run)
    assert (now.state, now.step, now.starts) == ("cancelled", "", 1)
    assert stored(office) == {"runs": 1, "results": 0, "answers": 0}
    assert told(office) == ["run.requested", "run.cancelled"]


def test_a_snapshot_that_cannot_be_read_fails_with_the_reason_and_the_worker_lives_on(
    worker: Process,
) -> None:
    office = company(use_cases=1)
    with scope(office):
        torn = Snapshot.objects.create(
            digest="0" * 64, document='{"version":1,"use_cases":', created_by="A test"
        )
    first = queued(office, torn)
    failed = until_state(office, first, "failed")
    assert failed.failure == (
        "The snapshot cannot be read: /: not JSON: Expecting value at line 1, column 26. Right: a JSON object. "
        "Start a new analysis of the answers as they stand."
    )
    until_state(office, ask(office), "succeeded")
    assert stored(office) == {"runs": 2, "results": 1, "answers": 1}
    assert told(office) == ["run.failed", "run.requested", "run.succeeded"]


def test_a_failed_run_is_repeated_as_a_new_run_of_the_same_snapshot(worker: Process) -> None:
    office = company(use_cases=1)
    with scope(office):
        snapshot = services.take_snapshot(actor=SYSTEM)
    failed = until_state(office, queued(office, snapshot, knowledge_digest="f" * 64), "failed")
    assert failed.failure == (
        "Sextant was updated while this waited. It was asked for with knowledge 2025.1 (ffffffffffff) and engine "
        f"{ENGINE_VERSION}; the worker has {current().release} ({current().digest[:12]}) and {ENGINE_VERSION}. "
        "Start the run again."
    )
    with scope(office):
        again, new = services.retry(failed, actor=SYSTEM, knowledge=current())
        tasks.send(again)
    done = until_state(office, again, "succeeded")
    assert new
    assert (done.snapshot_id, done.as_of, done.knowledge_digest) == (snapshot.pk, AS_OF, current().digest)
    assert seen(office, failed).state == "failed"
    with scope(office):
        assert services.retry(done, actor=SYSTEM, knowledge=current()) == (done, False)
    assert stored(office) == {"runs": 2, "results": 1, "answers": 1}
    assert told(office) == ["run.failed", "run.retried", "run.succeeded"]


def test_a_run_that_takes_too_long_is_stopped_with_a_reason(worker: Process) -> None:
    office = company(use_cases=60)
    with scope(office):
        run, _ = services.request_run(actor=SYSTEM, knowledge=current(), as_of=AS_OF)
        services.note_sent([run.pk])
    tasks.run.apply_async((office.pk, run.pk), soft_time_limit=2)
    assert until_state(office, run, "failed").failure == (
        "The analysis took longer than 900 seconds and was stopped. Archive use cases that need no answer now, "
        "and start an analysis of the rest."
    )
    assert stored(office) == {"runs": 1, "results": 0, "answers": 0}


def queued(office: Organisation, snapshot: Snapshot, knowledge_digest: str = "") -> Run:
    """A run of this snapshot with that knowledge, handed to the worker."""
    with scope(office):
        run: Run = Run.objects.create(
            snapshot=snapshot,
            as_of=AS_OF,
            knowledge_release="2025.1",
            knowledge_digest=knowledge_digest or current().digest,
            engine_version=ENGINE_VERSION,
            requested_by="A test",
        )
        tasks.send(run)
    return run
