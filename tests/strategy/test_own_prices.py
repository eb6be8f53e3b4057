"""Own prices in what-if scenarios, comparisons and `manage.py analyse`: a difference that they make is said to be theirs."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from accounts.audit import Actor
from accounts.models import AuditEvent
from inventory.models import OwnPrice
from inventory.records import part_of
from reports.comparing import legs_told
from strategy import asked, services
from strategy.assessment import gather
from strategy.journeys import told
from strategy.knowledge import current
from strategy.models import Run, Scenario
from strategy.ownprices import create_own_price, update_own_price
from strategy.places import Place
from strategy.scenarios import Refused, change_answer, create_scenario, request_scenario_run
from tests.engine.clinic import DOCUMENT
from tests.strategy.stored import worked
from tests.strategy.test_analyse_command import refused, run
from tests.world import World

DAY = date(2026, 11, 24)
RATE = {"fact": "people.day_rate", "value": "700", "since": "2026-03-01"}
AT = "/price_overrides/people.day_rate/value"


@pytest.fixture
def world(shared_world: World, db: None) -> World:
    return shared_world


@pytest.fixture
def actor(in_north: World) -> Actor:
    return Actor.person(in_north.person("north/editor"), "editor")


def finished(actor: Actor) -> Run:
    return worked(services.request_run(actor=actor, knowledge=current(), as_of=DAY)[0])


def cost(run: Run) -> Decimal:
    """The middle cost of the first use case's recommended option."""
    body = run.result.use_cases.order_by("position").first().body
    return Decimal(body["options"][0]["cost"]["p50"])


def test_a_new_own_price_is_the_cause_of_every_difference(actor: Actor) -> None:
    before = finished(actor)
    record = create_own_price(OwnPrice, RATE, actor=actor)
    after = finished(actor)
    assert cost(after) < cost(before)

    found = told((before, after), current())
    (legs,) = found.comparison.moved
    assert [leg.causes for leg in legs] == [("own_prices",)]
    assert [(fact.id, fact.was, fact.now) for fact in legs[0].facts] == [
        ("people.day_rate", "454 / 847 / 1634", "700")
    ]
    moved = [row for row in found.comparison.differences if any(row.because)]
    assert moved
    assert {reason.leg for row in moved for each in row.because for reason in each} == {0}
    (said,) = legs_told(legs, found.documents[1])
    assert said.title == ("Your own price: The whole record (One person-day of a developer, all costs in)")

    update_own_price(record, RATE | {"value": "900"}, actor=actor)
    dearer = finished(actor)
    (legs,) = told((after, dearer), current()).comparison.moved
    (said,) = legs_told(legs, gather())
    assert (legs[0].causes, said.title) == (
        ("own_prices",),
        "Your own price: What is it for you? (One person-day of a developer, all costs in)",
    )


def test_an_own_price_and_an_answer_are_told_apart(actor: Actor) -> None:
    create_own_price(OwnPrice, RATE, actor=actor)
    base = finished(actor)
    scenario = create_scenario(
        actor=actor,
        name="Dearer and busier",
        answers={AT: "1400", "/use_cases/1/requests_per_day": 90_000},
        base_run=base,
        knowledge=current(),
    )
    changed = worked(request_scenario_run(scenario, actor=actor, knowledge=current(), as_of=DAY)[0])
    (legs,) = told((base, changed), current()).comparison.moved
    assert [leg.causes for leg in legs] == [("own_prices", "answers")]
    assert told((base, changed), current()).finer == (True,)


def test_a_scenario_changes_an_own_price_and_leaves_the_record(actor: Actor) -> None:
    record = create_own_price(OwnPrice, RATE, actor=actor)
    scenario = create_scenario(
        actor=actor, name="Dearer people", answers={AT: 1400}, base_run=None, knowledge=current()
    )
    run, _ = request_scenario_run(scenario, actor=actor, knowledge=current(), as_of=DAY)
    assert json.loads(run.snapshot.document)["price_overrides"] == [RATE | {"value": "1400"}]
    record.refresh_from_db()
    assert (part_of(record), gather()["price_overrides"]) == (RATE, [RATE])
    assert scenario.overrides == [
        {"records": "price_overrides", "key": "people.day_rate", "path": ["value"], "value": "1400"}
    ]
    place = Place("price_overrides", "people.day_rate", ("value",))
    assert asked.said(gather(), place, "1400") == ("What is it for you?", "1,400")
    assert asked.thing_of(place, None) == "One person-day of a developer, all costs in"


@pytest.mark.parametrize(
    ("answers", "where", "what"),
    [
        ({AT: "-1"}, AT, "-1 is negative"),
        ({"/price_overrides/people.day_rate/low": "1"}, "/price_overrides/0", "a value and a range"),
        (
            {"/price_overrides/people.day_rate/currency": "XAF"},
            "/price_overrides/people.day_rate/currency",
            "no exchange rate of XAF is known",
        ),
        ({"/price_overrides/people.day_rate/fact": "fx.EUR"}, "/price_overrides/people.day_rate/fact",
         "“fact” is how the record is known"),
    ],
)  # fmt: skip
def test_a_scenario_takes_no_price_that_cannot_be(
    actor: Actor, answers: dict[str, Any], where: str, what: str
) -> None:
    create_own_price(OwnPrice, RATE, actor=actor)
    before = AuditEvent.objects.count()
    with pytest.raises(Refused) as refusal:
        create_scenario(actor=actor, name="Wrong", answers=answers, base_run=None, knowledge=current())
    assert [(problem.where, problem.what) for problem in refusal.value.problems] == [(where, what)]
    assert not Scenario.objects.exists()
    assert AuditEvent.objects.count() == before


def test_an_own_price_can_be_changed_question_by_question(actor: Actor) -> None:
    create_own_price(OwnPrice, RATE, actor=actor)
    scenario = create_scenario(
        actor=actor, name="Dearer", answers={AT: 1400}, base_run=None, knowledge=current()
    )
    assert ("Own prices", ["One person-day of a developer, all costs in"]) in [
        (many, [thing.name for thing in found]) for many, found in asked.things(gather())
    ]
    changed = change_answer(scenario, actor=actor, version=1, at=AT, value="700", knowledge=current())
    assert changed.overrides == []


def test_the_command_counts_with_own_prices_and_refuses_what_has_no_place(tmp_path: Path) -> None:
    path = tmp_path / "clinic.json"
    path.write_text(json.dumps(DOCUMENT | {"as_of": "2026-11-24", "price_overrides": [RATE]}))
    done = run(path)
    assert done.returncode == 0, done.stderr
    fact = next(f for f in json.loads(done.stdout)["trace"]["facts"] if f["id"] == "people.day_rate")
    assert (fact["value"], fact["since"], fact["answer"]) == ("700", "2026-03-01", "/price_overrides/0")
    assert (fact["shipped_value"], fact["shipped_since"]) == ("454 / 847 / 1634", "2024-05-01")

    wrong = DOCUMENT | {"price_overrides": [RATE | {"fact": "people.day_rates"}, RATE | {"currency": "XAF"}]}
    path.write_text(json.dumps(wrong))
    lines = refused(path)
    assert any("/price_overrides/0/fact: there is no fact “people.day_rates”." in line for line in lines)
    assert any("/price_overrides/1/currency: no exchange rate of XAF is known." in line for line in lines)
