"""The overview, and the pages that start, follow, cancel and repeat an analysis."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.audit import Actor
from accounts.services import create_organisation
from accounts.tenancy import scope
from engine.analyse import analyse
from inventory.models import UseCase
from strategy import services
from strategy.assessment import gather_inputs
from strategy.knowledge import current
from strategy.models import Run
from strategy.queries import STAGES
from tests.strategy.stored import AS_OF, finished_run
from tests.world import World

SignIn = Callable[[World, str], Client]


def actor(world: World) -> Actor:
    return Actor.person(world.person("north/editor"))


def at(world: World, path: str = "", side: str = "north") -> str:
    return f"/o/{getattr(world, side).slug}/{path}"


def only_run(world: World) -> Run:
    with scope(world.north):
        run: Run = Run.objects.get()
    return run


def test_a_new_organisation_is_led_to_its_first_use_case(world: World, sign_in: SignIn) -> None:
    new = create_organisation(name="New", owner=world.person("stranger"))
    page = sign_in(world, "stranger").get(f"/o/{new.slug}/").content.decode()
    assert f'<a class="btn btn-primary" href="/o/{new.slug}/use-cases/new/">New use case</a>' in page
    assert "Nothing has been analysed yet." in page


def test_the_overview_counts_records_and_offers_the_first_analysis(world: World, sign_in: SignIn) -> None:
    page = sign_in(world, "north/viewer").get(at(world)).content.decode()
    for many, count in {
        "Use cases": 2,
        "Data assets": 2,
        "Vendors": 1,
        "Regimes": 2,
        "Control answers": 1,
    }.items():
        assert f'<span class="count">{count}</span> <span class="said">{many}</span>' in page
    assert "Let Sextant analyse what is recorded." in page
    assert "Your role does not include starting an analysis." in page


def test_the_next_step_follows_the_last_run(world: World, sign_in: SignIn) -> None:
    client = sign_in(world, "north/editor")
    with scope(world.north):
        run = finished_run(actor(world), "Staff assistant")
    assert "The result is up to date with your answers." in client.get(at(world)).content.decode()
    with scope(world.north):
        use_case = UseCase.objects.get(key="triage")
        use_case.answers["requests_per_day"] = 7_000
        use_case.save()
    page = client.get(at(world)).content.decode()
    assert "Answers have changed since the last finished analysis." in page
    assert f'href="{at(world, f"runs/{run.public_id}/")}"' in page


def test_starting_twice_finds_the_same_run(world: World, sign_in: SignIn) -> None:
    client = sign_in(world, "north/editor")
    first = client.post(at(world, "runs/start/"))
    second = client.post(at(world, "runs/start/"))
    run = only_run(world)
    assert first.status_code == second.status_code == 302
    assert first["Location"] == second["Location"] == at(world, f"runs/{run.public_id}/")
    assert run.state == "queued"


def test_a_wrong_day_starts_nothing_and_keeps_what_was_typed(world: World, sign_in: SignIn) -> None:
    answer = sign_in(world, "north/editor").post(at(world, "runs/start/"), {"as_of": "24.11.2026"})
    assert answer.status_code == 400
    page = answer.content.decode()
    assert "“24.11.2026” is no date. Right: a date like 2026-11-24." in page
    assert 'value="24.11.2026"' in page
    with scope(world.north):
        assert not Run.objects.exists()


def test_without_a_use_case_nothing_is_started(world: World, sign_in: SignIn) -> None:
    new = create_organisation(name="New", owner=world.person("stranger"))
    answer = sign_in(world, "stranger").post(f"/o/{new.slug}/runs/start/")
    assert answer.status_code == 400
    assert "There is no use case to analyse. Record one first." in answer.content.decode()
    with scope(new):
        assert not Run.objects.exists()


@pytest.mark.parametrize("person", ["north/viewer", "north/contributor", "north/auditor"])
def test_roles_without_the_action_start_nothing(world: World, sign_in: SignIn, person: str) -> None:
    assert sign_in(world, person).post(at(world, "runs/start/")).status_code == 403
    with scope(world.north):
        assert not Run.objects.exists()


def test_an_open_run_shows_its_named_steps_and_says_where_it_is(world: World, sign_in: SignIn) -> None:
    client = sign_in(world, "north/editor")
    client.post(at(world, "runs/start/"))
    run = only_run(world)
    address = at(world, f"runs/{run.public_id}/")
    assert client.get(f"{address}status/").json() == {
        "open": True,
        "text": "Waiting for a worker",
        "steps": {
            "Snapshot taken": "done",
            "Waiting for a worker": "now",
            "Reading the snapshot": "open",
            "Weighing options": "open",
            "Holding the answers against the law": "open",
            "Planning money and time": "open",
        },
    }
    with scope(world.north):
        claim = services.claim(run.pk)
        assert claim is not None
        assert services.report_step(claim, "Weighing options: Staff assistant")
    status = client.get(f"{address}status/").json()
    assert status["text"] == "Weighing options: Staff assistant"
    assert list(status["steps"].values()) == ["done", "done", "done", "now", "open", "open"]
    page = client.get(address).content.decode()
    assert '<li class="now" data-name="Weighing options" aria-current="step">Weighing options</li>' in page
    assert '<noscript><meta http-equiv="refresh" content="4"></noscript>' in page
    assert f'data-status="{address}status/"' in page


def test_the_steps_that_the_engine_reports_are_the_stages_of_the_page(in_north: World) -> None:
    told: list[str] = []

    def progress(step: str) -> bool:
        told.append(step)
        return True

    analyse(gather_inputs(), current(), AS_OF, progress=progress)
    assert [step.partition(":")[0] for step in told] == ["Weighing options", *STAGES[3:]]


def test_a_run_is_cancelled_once_and_can_be_repeated(world: World, sign_in: SignIn) -> None:
    client = sign_in(world, "north/editor")
    client.post(at(world, "runs/start/"))
    run = only_run(world)
    address = at(world, f"runs/{run.public_id}/")
    assert "There is no result" in client.post(f"{address}cancel/", follow=True).content.decode()
    again = client.post(f"{address}cancel/", follow=True).content.decode()
    assert "The run has already ended: cancelled." in again
    first, second = client.post(f"{address}retry/"), client.post(f"{address}retry/")
    assert first["Location"] == second["Location"] != address
    with scope(world.north):
        assert sorted(Run.objects.values_list("state", flat=True)) == ["cancelled", "queued"]


def test_a_failed_run_says_why(world: World, sign_in: SignIn) -> None:
    client = sign_in(world, "north/editor")
    client.post(at(world, "runs/start/"))
    run = only_run(world)
    with scope(world.north):
        claim = services.claim(run.pk)
        assert claim is not None
        assert services.fail(claim, "There is no price for <this> model.")
    page = client.get(at(world, f"runs/{run.public_id}/")).content.decode()
    assert "There is no price for &lt;this&gt; model." in page
    assert "Start it again" in page
    assert client.get(at(world, f"runs/{run.public_id}/findings/")).status_code == 404


@pytest.mark.parametrize("person", ["south/owner", "stranger"])
def test_another_organisations_run_is_not_there(world: World, sign_in: SignIn, person: str) -> None:
    with scope(world.north):
        run = finished_run(actor(world), "Staff assistant")
    client = sign_in(world, person)
    side = "south" if person.startswith("south") else "north"
    pages = ["", "status/", "findings/", "roadmap/", "regimes/", "risks/", "origins/", "use-cases/assistant/",
             "answer/?at=/use_cases/0/name"]  # fmt: skip
    for page in pages:
        assert client.get(at(world, f"runs/{run.public_id}/{page}", side)).status_code == 404, page
    for deed in ("cancel/", "retry/"):
        assert client.post(at(world, f"runs/{run.public_id}/{deed}", side)).status_code == 404, deed
    with scope(world.north):
        assert Run.objects.get().state == "succeeded"
