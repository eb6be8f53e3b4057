"""What-if scenarios: the assessment stays as it is, each change is one entry, and an analysis is found again."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from accounts.audit import Actor
from accounts.models import AuditEvent
from accounts.tenancy import scope
from accounts.versions import Conflict
from engine.canonical import canonical
from inventory.models import UseCase
from inventory.records import part_of
from inventory.services import archive_record, update_record
from strategy import services
from strategy.assessment import gather
from strategy.knowledge import current
from strategy.models import Run, Scenario, ScenarioRun, Snapshot
from strategy.overrides import restored
from strategy.places import Place
from strategy.queries import standing
from strategy.scenarios import (
    Refused,
    archive_scenario,
    as_in_base,
    base_document,
    change_answer,
    create_scenario,
    drift,
    rename_scenario,
    request_scenario_run,
    restore_scenario,
    update_scenario,
)
from tests.strategy.stored import AS_OF, finished_run
from tests.world import World

BUSY = {"/use_cases/1/requests_per_day": 90_000}


@pytest.fixture
def world(shared_world: World, db: None) -> World:
    return shared_world


@pytest.fixture
def actor(in_north: World) -> Actor:
    return Actor.person(in_north.person("north/editor"), "editor")


def make(actor: Actor, answers: dict[str, Any] | None = None, run: Run | None = None) -> Scenario:
    return create_scenario(
        actor=actor,
        name="Busy",
        answers=BUSY if answers is None else answers,
        base_run=run,
        knowledge=current(),
    )


def kept(scenario: Scenario) -> list[tuple[str, str, str, Any]]:
    found = restored(scenario.overrides)
    return [(o.place.records, o.place.key, "/".join(o.place.path), o.value) for o in found]


def trail() -> list[str]:
    return list(AuditEvent.objects.order_by("number").values_list("action", flat=True))


def rows() -> tuple[int, int, int, int, int]:
    models = (Scenario, ScenarioRun, Run, Snapshot, AuditEvent)
    return tuple(model.objects.count() for model in models)  # type: ignore[return-value]


def analyse(scenario: Scenario, actor: Actor, day: date = AS_OF) -> tuple[Run, bool]:
    return request_scenario_run(scenario, actor=actor, knowledge=current(), as_of=day)


def test_a_scenario_keeps_the_change_and_leaves_the_assessment_as_it_is(actor: Actor) -> None:
    before = canonical(gather())
    scenario = make(actor)
    assert kept(scenario) == [("use_cases", "triage", "requests_per_day", 90_000)]
    assert scenario.base.document.encode() == canonical(gather()) == before
    assert drift(scenario, gather()) == ()
    event = AuditEvent.objects.get(action="scenario.created")
    assert event.object_id == scenario.public_id
    assert event.after["answers"] == [
        {"records": "use_cases", "key": "triage", "path": ["requests_per_day"], "value": 90_000}
    ]


def test_an_analysis_of_a_scenario_is_of_the_changed_document_and_found_again(actor: Actor) -> None:
    scenario = make(actor)
    run, new = analyse(scenario, actor)
    assert (new, run.purpose, run.state) == (True, "scenario", "queued")
    expected = gather()
    expected["use_cases"][1]["requests_per_day"] = 90_000
    assert run.snapshot.document.encode() == canonical(expected)
    before = rows()
    again, new = analyse(scenario, actor)
    assert (again, new, rows()) == (run, False, before)
    twin, new = analyse(make(actor), actor)
    assert (twin, new) == (run, False)
    other, new = analyse(scenario, actor, date(2026, 12, 1))
    assert new
    assert set(ScenarioRun.objects.filter(scenario=scenario).values_list("run", flat=True)) == {
        run.pk,
        other.pk,
    }
    requested = AuditEvent.objects.filter(action="run.requested").order_by("number").first()
    assert requested.after == {"as_of": "2026-11-20", "scenario": scenario.public_id}


def test_what_only_a_scenario_asked_for_is_not_the_assessments_last_analysis(actor: Actor) -> None:
    live = finished_run(actor, "Staff assistant")
    scenario = make(actor)
    run, _ = analyse(scenario, actor)
    assert (standing().last, standing().finished, standing().next) == (live, live, "read")
    use_case = UseCase.objects.get(key="triage")
    update_record(use_case, part_of(use_case) | {"requests_per_day": 90_000}, actor=actor)
    adopted, new = services.request_run(actor=actor, knowledge=current(), as_of=AS_OF)
    assert (adopted, new, adopted.purpose) == (run, False, "assessment")
    assert analyse(scenario, actor)[0].purpose == "assessment"


def test_answers_that_go_back_to_an_earlier_state_find_the_analysis_of_that_state(actor: Actor) -> None:
    first = finished_run(actor, "Staff assistant")
    use_case = UseCase.objects.get(key="triage")
    before = part_of(use_case)
    changed = update_record(use_case, before | {"requests_per_day": 90_000}, actor=actor)
    assert (standing().finished, standing().next) == (first, "again")
    second = finished_run(actor, "Staff assistant")
    assert (standing().last, standing().finished, standing().next) == (second, second, "read")
    update_record(changed, before, actor=actor)
    assert (standing().last, standing().finished, standing().next) == (second, first, "read")


def test_a_scenario_on_a_finished_analysis_never_drifts(actor: Actor) -> None:
    run = finished_run(actor, "Staff assistant")
    scenario = make(actor, run=run)
    archive_record(UseCase.objects.get(key="triage"), actor=actor)
    assert base_document(run)["use_cases"][1]["key"] == "triage"
    assert drift(scenario, base_document(run)) == ()
    asked, new = analyse(scenario, actor)
    assert new
    assert [u["key"] for u in json.loads(asked.snapshot.document)["use_cases"]] == ["assistant", "triage"]


def test_a_moved_base_is_told_and_the_change_stays_with_its_record(actor: Actor) -> None:
    scenario = make(actor)
    use_case = UseCase.objects.get(key="assistant")
    update_record(use_case, part_of(use_case) | {"users": 5}, actor=actor)
    assert [(c.thing, c.place.path, c.was, c.now) for c in drift(scenario, gather())] == [
        ("Staff assistant", ("users",), 800, 5)
    ]
    archive_record(UseCase.objects.get(key="assistant"), actor=actor)
    run, _ = analyse(scenario, actor)
    (left,) = json.loads(run.snapshot.document)["use_cases"]
    assert (left["key"], left["requests_per_day"]) == ("triage", 90_000)
    assert ScenarioRun.objects.get(run=run).base.document.encode() == canonical(gather())


def test_a_record_that_is_gone_stops_the_analysis_until_its_change_is_taken_out(actor: Actor) -> None:
    scenario = make(actor)
    archive_record(UseCase.objects.get(key="triage"), actor=actor)
    before = rows()
    with pytest.raises(Refused, match="“triage” is no longer there"):
        analyse(scenario, actor)
    assert rows() == before
    both = change_answer(
        scenario, actor=actor, version=1, at="/use_cases/assistant/users", value=3, knowledge=current()
    )
    assert [key for _, key, _, _ in kept(both)] == ["assistant", "triage"]
    left = as_in_base(both, actor=actor, version=2, place=restored(both.overrides)[1].place)
    assert kept(left) == [("use_cases", "assistant", "users", 3)]
    assert analyse(left, actor)[1]


def test_one_answer_is_changed_again_and_taken_out(actor: Actor) -> None:
    scenario = make(actor, BUSY | {"/use_cases/0/value/low": {"amount": "5", "currency": "EUR"}})
    whole = {"low": {"amount": "7", "currency": "EUR"}, "likely": {"amount": "9", "currency": "EUR"}}
    changed = change_answer(
        scenario, actor=actor, version=1, at="/use_cases/0/value", value=whole, knowledge=current()
    )
    assert [(key, path) for _, key, path, _ in kept(changed)] == [
        ("assistant", "value"),
        ("triage", "requests_per_day"),
    ]
    again = change_answer(
        changed,
        actor=actor,
        version=2,
        at="/use_cases/1/requests_per_day",
        value="unknown",
        knowledge=current(),
    )
    assert kept(again)[1] == ("use_cases", "triage", "requests_per_day", None)
    out = as_in_base(again, actor=actor, version=3, place=Place("use_cases", "assistant", ("value",)))
    assert (kept(out), out.version) == ([("use_cases", "triage", "requests_per_day", None)], 4)
    assert trail()[-4:] == ["scenario.created", *["scenario.changed"] * 3]


def test_equal_content_changes_nothing(actor: Actor) -> None:
    scenario, before = make(actor), rows()
    same = update_scenario(
        scenario, actor=actor, version=1, name="Busy", answers={"/use_cases/triage/requests_per_day": "90000"},
        knowledge=current(),
    )  # fmt: skip
    assert (same.version, rows()) == (1, (before))


@pytest.mark.parametrize(
    ("name", "answers", "where"),
    [
        ("", BUSY, "/name"),
        (" ", BUSY, "/name"),
        ("n" * 201, BUSY, "/name"),
        ("Busy", {"/use_cases/1/requests_per_day": "many"}, "/use_cases/1/requests_per_day"),
        ("Busy", {"/use_cases/5/users": 1}, "/use_cases/5/users"),
        ("Busy", {"/controls/0/requirement_id": "Art. 31"}, "/controls/0/requirement_id"),
    ],
)
def test_a_refused_scenario_leaves_nothing(
    actor: Actor, name: str, answers: dict[str, Any], where: str
) -> None:
    scenario, before = make(actor), rows()
    with pytest.raises(Refused) as refusal:
        create_scenario(actor=actor, name=name, answers=answers, base_run=None, knowledge=current())
    with pytest.raises(Refused):
        update_scenario(scenario, actor=actor, version=1, name=name, answers=answers, knowledge=current())
    assert [problem.where for problem in refusal.value.problems] == [where]
    assert rows() == before
    scenario.refresh_from_db()
    assert (scenario.version, scenario.name) == (1, "Busy")


def test_a_scenario_stands_only_on_a_finished_analysis(actor: Actor) -> None:
    open_run, _ = services.request_run(actor=actor, knowledge=current(), as_of=AS_OF)
    before = rows()
    with pytest.raises(Refused, match="the analysis has no result: waiting for a worker"):
        make(actor, run=open_run)
    assert rows() == before


def test_a_stale_version_changes_nothing(actor: Actor) -> None:
    scenario = make(actor)
    change_answer(scenario, actor=actor, version=1, at="/use_cases/0/users", value=3, knowledge=current())
    before = rows()
    for deed in (
        lambda: update_scenario(
            scenario, actor=actor, version=1, name="Other", answers={}, knowledge=current()
        ),
        lambda: change_answer(
            scenario, actor=actor, version=1, at="/use_cases/0/users", value=4, knowledge=current()
        ),
        lambda: as_in_base(scenario, actor=actor, version=1, place=restored(scenario.overrides)[0].place),
        lambda: rename_scenario(scenario, actor=actor, version=1, name="Other"),
        lambda: archive_scenario(scenario, actor=actor, version=1),
        lambda: restore_scenario(scenario, actor=actor, version=1),
    ):
        with pytest.raises(Conflict):
            deed()
    assert rows() == before


def test_a_scenario_is_archived_and_restored_with_one_entry_each(actor: Actor) -> None:
    scenario = make(actor)
    archived = archive_scenario(scenario, actor=actor, version=1)
    assert archive_scenario(archived, actor=actor).version == 2
    back = restore_scenario(archived, actor=actor, version=2)
    assert (restore_scenario(back, actor=actor).version, back.archived_at) == (3, None)
    assert trail()[-3:] == ["scenario.created", "scenario.archived", "scenario.restored"]


def test_a_repeated_analysis_stays_the_scenarios(actor: Actor) -> None:
    scenario = make(actor)
    run, _ = analyse(scenario, actor)
    services.cancel(run, actor=actor)
    again, new = services.retry(run, actor=actor, knowledge=current())
    assert (new, again.purpose) == (True, "scenario")
    assert services.retry(run, actor=actor, knowledge=current()) == (again, False)
    linked = ScenarioRun.objects.filter(scenario=scenario).order_by("pk").values_list("run", "overrides")
    assert list(linked) == [(run.pk, scenario.overrides), (again.pk, scenario.overrides)]


def test_twins_have_scenarios_of_their_own(world: World) -> None:
    made = {}
    for side in ("north", "south"):
        with scope(getattr(world, side)):
            actor = Actor.person(world.person(f"{side}/editor"))
            made[side] = make(actor)
            run, new = analyse(made[side], actor)
            assert (new, run.organisation) == (True, getattr(world, side))
    assert made["north"].base.digest == made["south"].base.digest
    with scope(world.south):
        assert list(Scenario.objects.all()) == [made["south"]]
        with pytest.raises(Scenario.DoesNotExist):
            archive_scenario(made["north"], actor=Actor.person(world.person("south/editor")))
