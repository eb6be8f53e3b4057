"""Comparisons of analyses over the API: what differs, and why."""

from __future__ import annotations

from datetime import date
from typing import Any

from accounts.audit import Actor
from accounts.tenancy import scope
from strategy.knowledge import current
from strategy.models import Run
from strategy.scenarios import create_scenario, request_scenario_run
from tests.api.conftest import Call, Caller, faults, refused, trail
from tests.strategy.stored import AS_OF, finished, finished_run
from tests.world import World


def analysed(world: World, answers: dict[str, Any], day: date, *names: str) -> Run:
    """A finished analysis of a scenario of North, with a result of known numbers."""
    actor = Actor.person(world.person("north/editor"))
    with scope(world.north):
        scenario = create_scenario(
            actor=actor, name="Busy", answers=answers, base_run=None, knowledge=current()
        )
        run, _ = request_scenario_run(scenario, actor=actor, knowledge=current(), as_of=day)
        return finished(run, *names)


def base(world: World) -> Run:
    with scope(world.north):
        return finished_run(Actor.person(world.person("north/editor")), "Staff assistant")


def test_one_changed_answer_is_the_cause_of_all(world: World, key: Caller) -> None:
    first = base(world)
    busy = analysed(world, {"/use_cases/1/users": 9}, AS_OF, "Staff assistant", "Ticket triage")
    found = key.get(f"comparisons/?a={first.public_id}&b={busy.public_id}")
    assert [run["id"] for run in found["runs"]] == [first.public_id, busy.public_id]
    assert (found["finer"], found["open"]) == ([False], False)
    place = {"records": "use_cases", "key": "triage", "path": ["users"]}
    assert found["inputs"] == [{"place": place, "thing": "Ticket triage", "values": [None, 9]}]
    ((leg,),) = found["ways"]
    assert (leg["causes"], leg["day"], leg["facts"]) == (["answers"], None, [])
    assert leg["answers"] == [{"place": place, "thing": "Ticket triage", "was": None, "now": 9}]
    assert {(figure["about"], tuple(map(len, figure["because"]))) for figure in found["figures"]} == {
        ("more-1", (1,))
    }
    outcome = next(figure for figure in found["figures"] if figure["name"] == "outcome")
    assert (outcome["values"], outcome["because"]) == (
        [None, "recommend"],
        [[{"leg": 0, "facts": [], "applies_from": None}]],
    )
    whole = key.get(f"comparisons/?a={first.public_id}&b={busy.public_id}&all=true")
    differing = [figure for figure in whole["figures"] if figure["values"][0] != figure["values"][1]]
    assert (differing, len(differing), len(whole["figures"])) == (found["figures"], 19, 69)


def test_several_causes_are_told_apart_once_the_analyses_in_between_are_there(
    world: World, key: Caller
) -> None:
    first = base(world)
    later = analysed(
        world, {"/use_cases/1/users": 9, "/use_cases/0/users": 2}, date(2026, 12, 1), "Staff assistant"
    )
    asked = f"comparisons/?a={first.public_id}&b={later.public_id}"
    found = key.get(asked)
    assert [[leg["causes"] for leg in way] for way in found["ways"]] == [[["answers", "day"]]]
    assert (found["finer"], found["open"]) == ([True], False)
    body = {"a": first.public_id, "b": later.public_id}
    answer = key("POST", "comparisons/", body)
    assert (answer.status_code, answer["Location"]) == (
        202,
        f"http://testserver/api/v1/organisations/{world.north.public_id}/{asked}",
    )
    steps = answer.json()["runs"]
    assert [(run["purpose"], run["as_of"]) for run in steps] == [("comparison", "2026-11-20")] * 2
    assert key("POST", "comparisons/", body).json() == {"runs": []}
    assert key.get(asked)["open"] is True
    with scope(world.north):
        for run in Run.objects.filter(purpose="comparison").order_by("pk"):
            finished(run, "Staff assistant", "Ticket triage")
    found = key.get(asked)
    assert [[leg["causes"] for leg in way] for way in found["ways"]] == [[["answers"], ["answers"], ["day"]]]
    assert [[change["place"]["key"] for change in leg["answers"]] for leg in found["ways"][0]] == [
        ["assistant"],
        ["triage"],
        [],
    ]
    assert (found["finer"], found["open"]) == ([False], False)
    (gate,) = (figure for figure in found["figures"] if figure["name"] == "g1")
    assert gate["values"] == ["2026-12-04", "2026-12-15"]
    assert [because["leg"] for because in gate["because"][0]] == [2]
    assert trail(world.north)[-5:] == ["snapshot.taken", *["run.requested"] * 2, *["run.succeeded"] * 2]


def test_what_cannot_be_compared_is_refused(world: World, key: Caller, person: Call) -> None:
    first = base(world)
    a = first.public_id
    for query in ("", f"a={a}", f"b={a}", f"a={a}&b={a}", f"a={a}&b=run_x&all=yes"):
        assert list(faults(key("GET", f"comparisons/?{query}"))) == [""], query
    assert refused(key("GET", f"comparisons/?a={a}&b=run_never"), 404)
    assert refused(key("POST", "comparisons/", {"a": a, "b": "run_never"}), 404)
    queued = key("POST", "runs/", {"as_of": "2026-12-24"}).json()["id"]
    problem = refused(key("GET", f"comparisons/?a={a}&b={queued}"), 409)
    assert problem["detail"] == f"{queued} has no result: waiting for a worker."
    viewer = person("north/viewer")
    later = analysed(world, {"/use_cases/0/users": 2}, AS_OF, "Staff assistant")
    asked = {"a": a, "b": later.public_id}
    assert viewer.get(f"comparisons/?a={a}&b={later.public_id}")["finer"] == [False]
    before = trail(world.north)
    assert refused(viewer("POST", "comparisons/", asked), 403)
    south = person("south/owner", "south")
    assert refused(south("GET", f"comparisons/?a={a}&b={later.public_id}"), 404)
    assert refused(south("POST", "comparisons/", asked), 404)
    assert trail(world.north) == before
