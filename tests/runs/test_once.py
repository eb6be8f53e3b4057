"""The same answers are analysed once, however often and from wherever they are sent."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from accounts.audit import SYSTEM
from accounts.services import create_api_key
from accounts.tenancy import scope
from strategy.models import Run, Snapshot
from tests.runs.company import company, told
from tests.runs.conftest import Crew

AT_ONCE = 10


@pytest.fixture(autouse=True)
def nobody_at_work(crew: Crew) -> None:
    """The worker that an earlier file left is sent away, or it would take up what is asked here."""
    crew.away()


def at_once(send: Callable[[], str]) -> set[str]:
    """What ten threads got that did the same at the same moment."""
    start = Barrier(AT_ONCE)

    def one(_: int) -> str:
        start.wait()
        try:
            return send()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return set(pool.map(one, range(AT_ONCE)))


def test_ten_clicks_at_once_on_analyse_start_one_run(stored_for_good: None) -> None:
    office = company(use_cases=1)
    with scope(office):
        owner = office.memberships.get(role="owner").user

    def click() -> str:
        client = Client()
        client.force_login(owner)
        answer = client.post(f"/o/{office.slug}/runs/start/", {"as_of": "2026-11-24"})
        assert answer.status_code == 302
        return answer["Location"]

    addresses = at_once(click)
    with scope(office):
        run = Run.objects.get()
        assert Snapshot.objects.count() == 1
    assert addresses == {f"/o/{office.slug}/runs/{run.public_id}/"}
    assert told(office) == ["run.requested"]


def test_ten_posts_at_once_to_the_api_queue_one_run(stored_for_good: None) -> None:
    office = company(use_cases=1)
    with scope(office):
        _, key = create_api_key(
            name="Integration",
            expires_at=timezone.now() + timedelta(days=7),
            scopes=["analyse"],
            actor=SYSTEM,
        )

    def post() -> str:
        answer = Client().post(
            f"/api/v1/organisations/{office.public_id}/runs/",
            {"as_of": "2026-11-24"},
            content_type="application/json",
            headers={"Authorization": f"Bearer {key}"},
        )
        assert answer.status_code == 202
        return str(answer.json()["id"])

    ids = at_once(post)
    with scope(office):
        assert ids == {Run.objects.get().public_id}
    assert told(office) == ["run.requested"]
