"""Tasks and spans of time over the API."""

from __future__ import annotations

import pytest

from accounts.audit import Actor
from accounts.tenancy import scope
from strategy.duties import tasks_from
from strategy.models import Run
from tests.api.conftest import Caller, faults, refused, trail
from tests.strategy.stored import finished_run
from tests.world import World


@pytest.fixture
def run(world: World) -> Run:
    with scope(world.north):
        return finished_run(Actor.person(world.person("north/owner"), "owner"), "Staff assistant")


@pytest.fixture
def task(world: World, run: Run) -> str:
    """The id of the task that blocks a launch."""
    with scope(world.north):
        return tasks_from(run, actor=Actor.person(world.person("north/owner"), "owner"))[0].public_id


SETTINGS = {"text": "Sign it", "due": "2027-01-04", "days": "2.5", "state": "started"}


def test_a_key_makes_tasks_of_an_analysis_and_reads_them(world: World, key: Caller, run: Run) -> None:
    made = key("POST", "tasks/", {"run": run.public_id}).json()["tasks"]
    listed = key.get("tasks/")["items"]
    assert [row["id"] for row in listed] == made
    first = listed[0]
    assert (first["regime"], first["requirement_id"], first["finding"], first["blocker"]) == (
        "GDPR",
        "Art. 28(3)",
        "gap",
        True,
    )
    assert first["severity"] == {
        "legal": "duty",
        "sensitivity": "medium",
        "exposure": "unknown",
        "evidence": "absent",
        "points": "8",
    }
    assert first["days"] == "5"
    assert [row["id"] for row in key.get("tasks/?regime=ISO27001")["items"]] == made[1:]
    assert key.get("tasks/?state=done")["items"] == []
    assert key("POST", "tasks/", {"run": run.public_id}).json() == {"tasks": []}


def test_a_change_needs_the_version_and_says_every_fault(world: World, key: Caller, task: str) -> None:
    refused(key("PUT", f"tasks/{task}/", SETTINGS), 428)
    refused(key("PUT", f"tasks/{task}/", SETTINGS, If_Match='"v9"'), 412)
    before = trail(world.north)
    wrong = SETTINGS | {"days": "0", "waits_for": [task], "owner": world.person("south/owner").public_id}
    assert faults(key("PUT", f"tasks/{task}/", wrong, If_Match='"v1"')) == {
        "/days": "0 days",
        "/owner": "is not a member",
        "/waits_for": "runs in a circle",
    }
    assert key.get(f"tasks/{task}/")["version"] == 1
    assert trail(world.north) == before
    owner = world.person("north/editor").public_id
    body = SETTINGS | {"owner": owner, "cost": {"amount": "900", "currency": "EUR"}}
    changed = key("PUT", f"tasks/{task}/", body, If_Match='"v1"')
    assert changed["ETag"] == '"v2"'
    assert changed.json() == key.get(f"tasks/{task}/")
    assert (changed.json()["cost"], changed.json()["owner"]) == (
        {"amount": "900.00", "currency": "EUR"},
        owner,
    )


def test_a_run_that_is_not_there_makes_nothing(world: World, key: Caller) -> None:
    assert faults(key("POST", "tasks/", {"run": "run_none"})) == {"/run": "no such finished run"}
    assert key.get("tasks/")["items"] == []


def test_spans_are_set_with_the_version_that_was_read(world: World, key: Caller) -> None:
    read = key("GET", "spans/")
    assert read["ETag"] == '"v0"'
    body = {"sla": {"duty": 30}, "freshness": {"policy": 6}, "holidays": ["2026-12-25"]}
    answer = key("PUT", "spans/", body, If_Match='"v0"')
    assert answer["ETag"] == '"v1"'
    assert answer.json() == key.get("spans/")
    assert (answer.json()["sla"]["duty"], answer.json()["holidays"]) == (30, ["2026-12-25"])
    refused(key("PUT", "spans/", body, If_Match='"v0"'), 412)
    wrong = {"sla": {"duty": 0}, "freshness": {"selfie": 6}}
    assert faults(key("PUT", "spans/", wrong, If_Match='"v1"')) == {
        "/sla/duty": "0 business days",
        "/freshness/selfie": "unknown name “selfie”",
    }
