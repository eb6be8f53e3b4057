"""What-if scenarios over the API: answers by pointer, an analysis that is asked for and found again, refusals."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.audit import Actor
from accounts.tenancy import scope
from inventory.models import UseCase
from inventory.records import part_of
from inventory.services import archive_record, update_record
from strategy.models import Run, Scenario, ScenarioRun
from tests.api.conftest import Call, Caller, faults, refused, trail
from tests.strategy.stored import finished_run
from tests.world import World

BUSY = {"/use_cases/1/requests_per_day": 90_000}
NEW = {"name": "Busy", "answers": BUSY}


def made(caller: Caller, **parts: Any) -> dict[str, Any]:
    answer = caller("POST", "scenarios/", NEW | parts)
    assert answer.status_code == 201, answer.content
    found: dict[str, Any] = answer.json()
    assert answer["Location"] == caller.whole("scenarios", found["id"])
    assert answer["ETag"] == '"v1"'
    return found


def finished_in(world: World, side: str = "north") -> Run:
    with scope(getattr(world, side)):
        return finished_run(Actor.person(world.person(f"{side}/editor")), "Staff assistant")


def count(world: World) -> tuple[int, int, int]:
    with scope(world.north):
        return Scenario.objects.count(), ScenarioRun.objects.count(), Run.objects.count()


def test_a_scenario_is_made_read_changed_archived_and_restored(world: World, key: Caller) -> None:
    before = key("GET", "assessment/").content
    made_now = made(key, answers=BUSY | {"/use_cases/assistant/users": "unknown"})
    address = f"scenarios/{made_now['id']}/"
    assert made_now["answers"] == {
        "/use_cases/assistant/users": None,
        "/use_cases/triage/requests_per_day": 90_000,
    }
    assert (made_now["base_run"], made_now["created_by"]) == (None, "API key Integration")
    assert key.get(address) == made_now
    assert key.get("scenarios/")["items"] == [made_now]
    changed = key("PUT", address, {"name": "Busier", "answers": made_now["answers"]}, If_Match='"v1"')
    assert (changed.json()["name"], changed.json()["answers"], changed["ETag"]) == (
        "Busier",
        made_now["answers"],
        '"v2"',
    )
    archived = key("DELETE", address, If_Match='"v2"').json()
    assert (archived["archived"], archived["version"]) == (True, 3)
    assert key.get("scenarios/")["items"] == []
    assert len(key.get("scenarios/?archived=true")["items"]) == 1
    assert key("POST", f"{address}restore/", If_Match='"v3"').json()["archived"] is False
    assert key("GET", "assessment/").content == before
    assert [action for action in trail(world.north) if action.startswith("scenario.")] == [
        "scenario.created",
        "scenario.changed",
        "scenario.archived",
        "scenario.restored",
    ]


def test_an_analysis_of_a_scenario_is_asked_for_once(world: World, key: Caller) -> None:
    base = finished_in(world)
    scenario = made(key, base_run=base.public_id)
    address = f"scenarios/{scenario['id']}/runs/"
    first = key("POST", address, {})
    run = first.json()
    assert (first.status_code, first["Location"]) == (202, key.whole("runs", run["id"]))
    assert (run["as_of"], run["purpose"], run["state"]) == ("2026-11-20", "scenario", "queued")
    assert key("POST", address, {"as_of": "2026-11-20"}).json() == run
    assert key.get(address)["items"] == [run]
    document = key.get(f"snapshots/{run['snapshot']}/document/")
    assert document["use_cases"][1]["requests_per_day"] == 90_000
    other = key("POST", address, {"as_of": "2026-12-01"}).json()
    assert [row["id"] for row in key.get(address)["items"]] == [run["id"], other["id"]]


def test_a_refused_scenario_names_each_fault_in_the_body_and_leaves_nothing(
    world: World, key: Caller
) -> None:
    before, told = count(world), trail(world.north)
    answers = {"/use_cases/1/error_cost": "hgh", "/organisation/annual_ai_budget": {"amount": "5"}}
    assert faults(key("POST", "scenarios/", {"name": "Busy", "answers": answers})) == {
        "/answers/~1use_cases~11~1error_cost": "“hgh” is not allowed",
        "/answers/~1organisation~1annual_ai_budget/currency": "“currency” is missing",
    }
    answers = {"/use_cases/5/users": 1, "nothing": 1}
    assert faults(key("POST", "scenarios/", {"name": "", "answers": answers})) == {
        "/name": "there is none",
        "/answers/~1use_cases~15~1users": "use_cases has no record “5”",
        "/answers/nothing": "this is no JSON pointer",
    }
    assert faults(key("POST", "scenarios/", NEW | {"base_run": "run_never"})) == {"/base_run": "no such run"}
    assert faults(key("POST", "scenarios/", {"name": "Busy"})) == {"/answers": "“answers” is missing"}
    assert (count(world), trail(world.north)) == (before, told)


def test_a_stale_or_missing_version_changes_nothing(world: World, key: Caller) -> None:
    address = f"scenarios/{made(key)['id']}/"
    other = {"name": "Other", "answers": {}}
    assert refused(key("PUT", address, other), 428)
    assert refused(key("PUT", address, other, If_Match='"v7"'), 412)
    assert refused(key("DELETE", address, If_Match='"v7"'), 412)
    assert key.get(address)["name"] == "Busy"


def test_a_base_that_moved_is_told_and_a_record_that_is_gone_stops_the_analysis(
    world: World, key: Caller
) -> None:
    address = f"scenarios/{made(key)['id']}/"
    assert key.get(f"{address}drift/") == {"changes": []}
    with scope(world.north):
        actor = Actor.person(world.person("north/editor"))
        assistant = UseCase.objects.get(key="assistant")
        update_record(assistant, part_of(assistant) | {"users": 5}, actor=actor)
    assert key.get(f"{address}drift/") == {
        "changes": [
            {
                "place": {"records": "use_cases", "key": "assistant", "path": ["users"]},
                "thing": "Staff assistant",
                "was": 800,
                "now": 5,
            }
        ]
    }
    with scope(world.north):
        archive_record(UseCase.objects.get(key="triage"), actor=actor)
    before = count(world)
    problem = refused(key("POST", f"{address}runs/", {}), 422)
    assert problem["detail"] == "The scenario no longer fits its base; nothing was queued."
    assert [(f["pointer"], f["detail"]) for f in problem["errors"]] == [
        ("/answers", "“triage” is no longer there")
    ]
    assert count(world) == before


def test_twins_do_not_see_each_others_scenarios(world: World, key: Caller, person: Call) -> None:
    scenario = made(key)
    south = person("south/owner", "south")
    address = f"scenarios/{scenario['id']}/"
    for method, path, body in (
        ("GET", address, None), ("PUT", address, {"name": "x", "answers": {}}), ("DELETE", address, None),
        ("POST", f"{address}restore/", None), ("GET", f"{address}drift/", None), ("GET", f"{address}runs/", None),
        ("POST", f"{address}runs/", {}),
    ):  # fmt: skip
        answer = south(method, path, body, If_Match='"v1"')
        never = south(method, path.replace(scenario["id"], "scn_never"), body, If_Match='"v1"')
        assert refused(answer, 404) | {"instance": ""} == refused(never, 404) | {"instance": ""}, path
    assert south.get("scenarios/")["items"] == []
    theirs = finished_in(world)
    assert faults(south("POST", "scenarios/", NEW | {"base_run": theirs.public_id})) == {
        "/base_run": "no such run"
    }
    assert key.get(address) == scenario


@pytest.mark.parametrize("name", ["viewer", "approver"])
def test_who_may_not_analyse_may_look_only(world: World, key: Caller, person: Call, name: str) -> None:
    scenario = made(key)
    address = f"scenarios/{scenario['id']}/"
    caller, before = person(f"north/{name}"), count(world)
    assert caller.get(address) == scenario
    for method, path, body in (
        ("POST", "scenarios/", NEW), ("PUT", address, NEW), ("DELETE", address, None),
        ("POST", f"{address}restore/", None), ("POST", f"{address}runs/", {}),
    ):  # fmt: skip
        assert refused(caller(method, path, body, If_Match='"v1"'), 403)
    assert count(world) == before
