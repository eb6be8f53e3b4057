"""Pins: a plan with use cases in, out or in one option is a what-if of its own, and the quick answer comes first."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from html import unescape
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from accounts.audit import Actor
from accounts.models import AuditEvent
from accounts.tenancy import scope
from engine.canonical import from_plain, to_plain
from engine.inputs import Planned
from engine.result import QuickAnswer, Result
from inventory.models import UseCase
from inventory.records import part_of
from inventory.services import update_record
from strategy import pins, services
from strategy.knowledge import current
from strategy.models import Run, Scenario
from strategy.pins import Pin
from strategy.scenarios import Refused
from tests.strategy.stored import AS_OF, analysed, worked
from tests.world import World

SignIn = Callable[[World, str], Client]
RAG_ON_PREM = Planned(approach="rag", deployment="on_prem")


@pytest.fixture
def world(shared_world: World, db: None) -> World:
    return shared_world


@pytest.fixture
def actor(world: World) -> Actor:
    return Actor.person(world.person("north/editor"), "editor")


@pytest.fixture
def finished(world: World, actor: Actor) -> Run:
    """A finished analysis of North's two use cases, with stated values."""
    with scope(world.north):
        for key, amount in (("assistant", "400000.00"), ("triage", "900000.00")):
            record = UseCase.objects.get(key=key)
            value = {"likely": {"amount": amount, "currency": "EUR"}}
            update_record(
                record,
                actor=actor,
                version=record.version,
                part={**part_of(record), "value": value},
            )
        run, _ = services.request_run(actor=actor, knowledge=current(), as_of=AS_OF)
        return worked(run)


@pytest.fixture
def base(world: World, finished: Run) -> Iterator[Run]:
    """The finished analysis, in North's open scope."""
    with scope(world.north):
        yield finished


def pinned(run: Run, actor: Actor, **wanted: Pin) -> tuple[Scenario, Run, bool]:
    return pins.request_pinned_run(run, wanted, actor=actor, knowledge=current())


def portfolio(run: Run) -> dict[str, Any]:
    found: dict[str, Any] = services.whole_result(run)["portfolio"]
    return found


def test_what_is_stored_of_a_result_reads_as_it_was(base: Run) -> None:
    stored = services.whole_result(base)

    assert from_plain(Result, stored) == analysed(base.snapshot.document, AS_OF)
    assert to_plain(from_plain(Result, stored)) == stored


def test_a_pinned_plan_is_a_frozen_what_if_and_the_assessment_stays(base: Run, actor: Actor) -> None:
    scenario, run, new = pinned(base, actor, assistant=Pin("out"), triage=Pin("in", RAG_ON_PREM))

    assert (new, run.purpose, run.as_of, scenario.base_run) == (True, "scenario", base.as_of, base)
    assert scenario.name == (
        "Plan: Staff assistant out; Ticket triage in as Retrieval from own documents, own hardware"
    )
    frozen = pins.pins_of(json.loads(run.snapshot.document))
    assert frozen == {"assistant": Pin("out"), "triage": Pin("in", RAG_ON_PREM)}
    assert set(pins.pins_of(json.loads(base.snapshot.document)).values()) == {Pin()}
    assert UseCase.objects.get(key="assistant").answers.get("pinned") is None


def test_the_quick_answer_is_the_one_that_the_worker_finds_beside_the_best(base: Run, actor: Actor) -> None:
    _, run, _ = pinned(base, actor, assistant=Pin("in", Planned(deployment="private_cloud")))

    quick = pins.quick_plan(run, base, current())
    done = portfolio(worked(run))

    assert quick == from_plain(QuickAnswer, done["greedy"])
    assert {pick.use_case: pick.option.deployment for pick in quick.picks}["assistant"] == "private_cloud"
    assert int(done["value"]) >= int(quick.value)


def test_there_is_no_quick_answer_from_other_answers(base: Run, actor: Actor) -> None:
    record = UseCase.objects.get(key="assistant")
    update_record(record, actor=actor, version=record.version, part={**part_of(record), "users": 9})
    other, _ = services.request_run(actor=actor, knowledge=current(), as_of=AS_OF)
    _, run, _ = pinned(base, actor, assistant=Pin("in"))

    assert pins.quick_plan(other, base, current()) is None
    assert pins.quick_plan(base, run, current()) is None


def test_the_same_pins_find_the_same_plan(base: Run, actor: Actor) -> None:
    first, second = (pinned(base, actor, triage=Pin("out")) for _ in range(2))

    assert second == (first[0], first[1], False)
    assert Scenario.objects.count() == 1


def test_pins_on_a_pinned_plan_stand_on_the_first_base_and_keep_what_is_not_named(
    base: Run, actor: Actor
) -> None:
    _, once, _ = pinned(base, actor, triage=Pin("out"))
    scenario, twice, _ = pinned(worked(once), actor, assistant=Pin("in"))

    assert scenario.base_run == base
    assert pins.pins_of(json.loads(twice.snapshot.document)) == {"assistant": Pin("in"), "triage": Pin("out")}


@pytest.mark.parametrize(
    ("wanted", "problem"),
    [
        ({"nobody": Pin("in")}, ("/pins/nobody", "no such use case in this analysis")),
        ({"triage": Pin()}, ("/pins", "they are those of the base")),
        ({"triage": Pin("perhaps")}, ("/use_cases/triage/pinned", "“perhaps” is not allowed")),
    ],
)
def test_pins_that_cannot_be_are_refused_and_nothing_is_stored(
    base: Run, actor: Actor, wanted: dict[str, Pin], problem: tuple[str, str]
) -> None:
    before = (Run.objects.count(), AuditEvent.objects.count())

    with pytest.raises(Refused) as refusal:
        pinned(base, actor, **wanted)

    assert [(fault.where, fault.what) for fault in refusal.value.problems] == [problem]
    assert (Run.objects.count(), AuditEvent.objects.count(), Scenario.objects.count()) == (*before, 0)


class Pages:
    """A person at the pages of a run."""

    def __init__(self, world: World, client: Client) -> None:
        self.base, self.client = f"/o/{world.north.slug}/runs/", client

    def text(self, answer: HttpResponse) -> str:
        main = answer.content.decode().split("<main", 1)[1].split("</main>")[0]
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split()).replace("\u00a0", " ")

    def portfolio(self, run: Run, query: str = "") -> str:
        answer = self.client.get(f"{self.base}{run.public_id}/portfolio/{query}")
        assert answer.status_code == 200
        return self.text(answer)

    def pin(self, run: Run, **form: str) -> HttpResponse:
        found: HttpResponse = self.client.post(f"{self.base}{run.public_id}/portfolio/pin/", form)
        return found


@pytest.fixture
def editor(world: World, sign_in: SignIn) -> Pages:
    return Pages(world, sign_in(world, "north/editor"))


def test_the_page_shows_what_is_taken_left_spent_and_lost(world: World, finished: Run, editor: Pages) -> None:
    text = editor.portfolio(finished)

    assert "of 2 use cases are in the plan. They bring €" in text
    for part in (
        "Value lost to the budget's cap",
        "10 % more budget would buy",
        "More than the quick rule's",
    ):
        assert part in text
    for heading in ("In the plan", "Deferred", "Budget and people by fiscal quarter", "Platforms paid once"):
        assert heading in text
    plan = analysed(finished.snapshot.document, AS_OF).portfolio
    assert plan is not None
    assert plan.greedy is not None
    best = {pick.use_case: (pick.option, pick.start) for pick in plan.picks}
    same = [pick for pick in plan.greedy.picks if best.get(pick.use_case) == (pick.option, pick.start)]
    assert text.count(" the same ") == len(same)
    assert "Plan with these pins" in text


def test_a_person_pins_sees_the_quick_answer_at_once_and_then_the_best_plan(
    world: World, finished: Run, editor: Pages
) -> None:
    answer = editor.pin(finished, **{"pin-assistant": "out", "pin-triage": "in", "to-triage": "rag/on_prem/"})
    with scope(world.north):
        run = Run.objects.select_related("snapshot").latest("pk")
    assert (answer.status_code, answer["Location"]) == (
        302,
        f"{editor.base}{run.public_id}/portfolio/?from={finished.public_id}",
    )
    waiting = editor.text(editor.client.get(answer["Location"]))
    assert "The best plan is being worked out" in waiting
    assert "Taking what brings most for its cost first" in waiting or "no use case fits" in waiting
    assert "Staff assistant" not in waiting.split("The quick answer")[1]
    assert "The quick answer" in editor.portfolio(run)

    with scope(world.north):
        worked(run)
    text = editor.portfolio(run)
    assert "What-if: Plan: Staff assistant out; Ticket triage in as" in text
    assert "It was decided to leave it out." in text.split("Deferred")[1]
    assert "The base brings €" in text
    assert "Compare all figures" in text


def test_pins_that_cannot_be_kept_say_why(world: World, finished: Run, editor: Pages) -> None:
    editor.pin(finished, **{"pin-triage": "in", "to-triage": "from_scratch/on_prem/"})
    with scope(world.north):
        run = Run.objects.latest("pk")
        worked(run)

    deferred = editor.portfolio(run).split("Deferred")[1]
    assert (
        "It was decided to take it, and that cannot be kept. The option that was decided for it is not possible."
        in deferred
    )


def test_a_form_without_a_change_is_refused_on_its_page_and_nothing_is_stored(
    world: World, finished: Run, editor: Pages
) -> None:
    for form, said in (
        ({}, "They are those of the base. Right: at least one that differs."),
        ({"pin-triage": "perhaps"}, "“perhaps” is not allowed."),
    ):
        answer = editor.pin(finished, **form)
        assert answer.status_code == 400
        assert said in editor.text(answer)
    with scope(world.north):
        assert (Run.objects.count(), Scenario.objects.count()) == (1, 0)
