"""One organisation's hundreds of runs do not stand in another's way: its places at the workers are few."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import transaction

from accounts.audit import SYSTEM
from accounts.models import Organisation
from accounts.tenancy import scope
from strategy import services
from strategy.knowledge import current
from strategy.models import Run
from strategy.tasks import run as run_task
from strategy.tasks import send
from tests.runs.company import AS_OF, ask, company, until_state
from tests.runs.conftest import Crew
from tests.worker import wait_until


@pytest.fixture
def busy(crew: Crew) -> Iterator[Organisation]:
    """An organisation that has asked for 500 analyses at once, while no worker is there."""
    crew.away()
    office = company(use_cases=1)
    with scope(office), transaction.atomic():
        snapshot = services.take_snapshot(actor=SYSTEM)
        for number in range(500):
            send(services.find_or_queue(snapshot, AS_OF + timedelta(days=number), current(), SYSTEM)[0])
    yield office
    crew.away()
    with scope(office):
        Run.objects.filter(state__in=["queued", "running"]).update(state="cancelled")


def sent(office: Organisation) -> int:
    with scope(office):
        return int(Run.objects.filter(state="queued", sent_at__isnull=False).count())


def test_anothers_run_starts_before_the_third_further_run_of_500(busy: Organisation, crew: Crew) -> None:
    assert sent(busy) == 2
    other = company(use_cases=1)
    mine = ask(other)
    crew.wanted()
    done = until_state(other, mine, "succeeded")
    with scope(busy):
        before = Run.objects.filter(started_at__lt=done.started_at).count()
        wait_until(lambda: Run.objects.filter(state="succeeded").count() >= 5, "the others go on")
        order = list(Run.objects.filter(starts__gt=0).order_by("started_at").values_list("pk", flat=True))
    assert before <= 2
    assert order == sorted(order)
    assert sent(busy) <= 2


def test_a_place_is_given_to_the_oldest_that_waits_and_never_twice(stored_for_good: None) -> None:
    office = company(use_cases=1)
    with scope(office):
        runs = [
            services.request_run(actor=SYSTEM, knowledge=current(), as_of=AS_OF + timedelta(days=number))[0]
            for number in range(4)
        ]
        assert services.take_due_runs() == [runs[0].pk, runs[1].pk]
        assert services.take_due_runs() == []
        services.cancel(runs[0], actor=SYSTEM)
        assert services.take_due_runs() == [runs[2].pk]
        assert services.claim(runs[1].pk) is not None
        assert services.take_due_runs() == []
        services.cancel(runs[1], actor=SYSTEM)
        assert services.take_due_runs() == [runs[3].pk]
    run_task(office.pk, runs[0].pk)
    assert sent(office) == 2
