"""The parts of a result over the API: each whole, from the run that has it; and pins with the quick answer."""

from __future__ import annotations

import json
from typing import Any

import pytest

from accounts.audit import Actor
from accounts.tenancy import scope
from strategy import services
from strategy.models import Run, Scenario
from strategy.pins import pins_of
from tests.api.conftest import Caller, faults, refused, trail
from tests.strategy.stored import finished_run
from tests.world import World


@pytest.fixture
def finished(world: World) -> Run:
    with scope(world.north):
        return finished_run(Actor.person(world.person("north/editor")), "Staff assistant", "Ticket triage")


def test_each_part_is_that_of_the_whole_result(world: World, key: Caller, finished: Run) -> None:
    at = f"runs/{finished.public_id}/"
    whole: dict[str, Any] = key.get(f"{at}result/")

    assert key.get(f"{at}use-cases/assistant/") == whole["use_cases"][0]
    assert key.get(f"{at}portfolio/") == whole["portfolio"]
    assert key.get(f"{at}roadmap/") == whole["roadmap"]
    assert key.get(f"{at}readiness/") == whole["organisation"]
    assert key.get(f"{at}risks/") == {"risks": whole["risks"], "watch": whole["watch"]}
    assert key.get(f"{at}regimes/") == {"regimes": whole["regimes"]}
    assert key.get(f"{at}trace/") == whole["trace"]


def test_the_answers_are_listed_in_short_page_by_page(key: Caller, finished: Run) -> None:
    first = key.get(f"runs/{finished.public_id}/use-cases/?limit=1")
    second = key.get(first["next"].removeprefix("http://testserver"))

    assert first["items"] == [
        {
            "key": "assistant",
            "name": "Staff assistant",
            "outcome": "recommend",
            "summary": "Use retrieval in a private cloud for Staff assistant.",
            "option": {"approach": "rag", "deployment": "private_cloud", "method": None},
            "confidence": 74,
        }
    ]
    assert ([item["key"] for item in second["items"]], second["next"]) == (["more-1"], None)


def test_a_part_of_what_has_no_result_is_refused(key: Caller, finished: Run) -> None:
    queued = key("POST", "runs/", {"as_of": "2026-11-24"}).json()["id"]

    problem = refused(key("GET", f"runs/{queued}/roadmap/"), 409)
    assert problem["detail"] == "The run has no result: waiting for a worker."
    refused(key("POST", f"runs/{queued}/portfolio/", {"pins": {"triage": {"pinned": "out"}}}), 409)
    refused(key("GET", f"runs/{finished.public_id}/use-cases/nobody/"), 404)


def test_pins_queue_a_plan_of_their_own(world: World, key: Caller, finished: Run) -> None:
    start = len(trail(world.north))
    body = {"pins": {"triage": {"pinned": "in", "pinned_to": {"approach": "rag"}}}}
    answer = key("POST", f"runs/{finished.public_id}/portfolio/", body)

    plan = answer.json()
    assert (answer.status_code, answer["Location"]) == (202, key.whole("runs", plan["run"]["id"]))
    assert (plan["run"]["state"], plan["run"]["purpose"]) == ("queued", "scenario")
    assert key.get(f"scenarios/{plan['scenario']}/")["answers"] == {
        "/use_cases/triage/pinned": "in",
        "/use_cases/triage/pinned_to": {"approach": "rag"},
    }
    assert trail(world.north)[start:] == ["scenario.created", "snapshot.taken", "run.requested"]
    with scope(world.north):
        run = Run.objects.select_related("snapshot").get(public_id=plan["run"]["id"])
        assert services.claim(run.pk) is not None
        frozen = pins_of(json.loads(run.snapshot.document))["triage"]
    assert (frozen.pinned, frozen.to and frozen.to.approach) == ("in", "rag")


def test_pins_that_cannot_be_are_refused_with_their_place_and_nothing_is_stored(
    world: World, key: Caller, finished: Run
) -> None:
    start, at = len(trail(world.north)), f"runs/{finished.public_id}/portfolio/"

    assert faults(key("POST", at, {"pins": {"nobody": {"pinned": "in"}}})) == {
        "/pins/nobody": "no such use case in this analysis"
    }
    assert faults(key("POST", at, {"pins": {"triage": {"pinned": "perhaps"}}})) == {
        "/pins/triage/pinned": "“perhaps” is not allowed"
    }
    assert faults(key("POST", at, {"pins": {}})) == {"/pins": "they are those of the base"}
    assert trail(world.north)[start:] == []
    with scope(world.north):
        assert not Scenario.objects.exists()
