"""The pages of what-if scenarios: from a name to a changed answer, and what a refusal leaves as it was."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any
from urllib.parse import quote

import pytest
from django.http import HttpResponse
from django.test import Client

from accounts.audit import Actor
from accounts.models import AuditEvent
from accounts.tenancy import scope
from inventory.models import UseCase
from inventory.records import part_of
from inventory.services import archive_record, update_record
from strategy.knowledge import current
from strategy.models import Run, Scenario
from strategy.overrides import restored
from strategy.scenarios import create_scenario, request_scenario_run
from tests.strategy.stored import AS_OF, finished, finished_run
from tests.world import World

SignIn = Callable[[World, str], Client]
USERS = "/use_cases/assistant/users"


@pytest.fixture
def world(shared_world: World, db: None) -> World:
    return shared_world


class Pages:
    """A person at North's scenarios."""

    def __init__(self, world: World, client: Client) -> None:
        self.world, self.client = world, client
        self.base = f"/o/{world.north.slug}/"

    def get(self, path: str) -> HttpResponse:
        found: HttpResponse = self.client.get(self.base + path)
        return found

    def post(self, path: str, **form: Any) -> HttpResponse:
        found: HttpResponse = self.client.post(self.base + path, form)
        return found

    def text(self, path: str) -> str:
        answer = self.get(path)
        assert answer.status_code == 200, path
        return words(answer)


def words(answer: HttpResponse) -> str:
    """The words of the page's main part, without tags."""
    main = answer.content.decode().split("<main", 1)[1].split("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split()).replace("\u00a0", " ")


@pytest.fixture
def editor(world: World, sign_in: SignIn) -> Pages:
    return Pages(world, sign_in(world, "north/editor"))


def actor(world: World) -> Actor:
    return Actor.person(world.person("north/editor"), "editor")


def made(world: World, answers: dict[str, Any], run: Run | None = None, name: str = "Busy") -> Scenario:
    with scope(world.north):
        return create_scenario(
            actor=actor(world), name=name, answers=answers, base_run=run, knowledge=current()
        )


def kept(world: World) -> list[tuple[str, list[tuple[str, str, Any]]]]:
    """Every scenario's name and changed answers."""
    with scope(world.north):
        return [
            (s.name, [(o.place.key, "/".join(o.place.path), o.value) for o in restored(s.overrides)])
            for s in Scenario.objects.order_by("pk")
        ]


def entries(world: World) -> int:
    with scope(world.north):
        return int(AuditEvent.objects.count())


def test_a_person_makes_a_scenario_and_changes_an_answer(world: World, editor: Pages) -> None:
    with scope(world.north):
        run = finished_run(actor(world), "Staff assistant")
        document = run.snapshot.document
    assert "No scenario yet" in editor.text("scenarios/")
    assert (
        f'<option value="{run.public_id}" selected>'
        in editor.get(f"scenarios/new/?run={run.public_id}").content.decode()
    )
    first = editor.post("scenarios/new/", name="More users", run=run.public_id)
    with scope(world.north):
        scenario = Scenario.objects.get()
    at = f"scenarios/{scenario.public_id}/"
    assert first["Location"] == f"{editor.base}{at}choose/"
    assert "Use cases Staff assistant Ticket triage" in editor.text(f"{at}choose/")
    questions = editor.get(f"{at}choose/?of=/use_cases/assistant").content.decode()
    assert (
        f'href="{editor.base}{at}change/?at={quote(USERS, safe="/")}">How many people use it?</a>'
        in questions
    )
    form = editor.get(f"{at}change/?at={USERS}")
    assert 'name="users" value="800"' in form.content.decode()
    assert "In the base: 800 people" in words(form)
    saved = editor.post(f"{at}change/?at={USERS}", users="9,000", version="1")
    assert saved["Location"] == f"{editor.base}{at}"
    text = editor.text(at)
    assert "What-if on the analysis as of 20 Nov 2026" in text
    assert (
        "Staff assistant How many people use it? 800 people 9,000 people Change : How many people use it?"
        in text
    )
    assert kept(world) == [("More users", [("assistant", "users", 9_000)])]
    with scope(world.north):
        assert UseCase.objects.get(key="assistant").answers["users"] == 800
        assert Run.objects.get().snapshot.document == document
    assert "More users Analysis as of 20 Nov 2026 1" in editor.text("scenarios/")


def test_a_link_from_a_result_leads_straight_to_the_question(world: World, editor: Pages) -> None:
    with scope(world.north):
        run = finished_run(actor(world), "Staff assistant")
    page = editor.get(f"runs/{run.public_id}/use-cases/assistant/").content.decode()
    link = f"scenarios/new/?run={run.public_id}&amp;at=/use_cases/0/requests_per_day"
    assert f'href="{editor.base}{link}"' in page
    answer = editor.post("scenarios/new/", name="Busy", run=run.public_id, at="/use_cases/0/requests_per_day")
    assert answer["Location"].endswith("/change/?at=%2Fuse_cases%2F0%2Frequests_per_day")
    assert "How many requests a day?" in words(editor.client.get(answer["Location"]))


def test_an_answer_is_blanked_ticked_and_given_in_parts(world: World, editor: Pages) -> None:
    scenario = made(world, {})
    at = f"scenarios/{scenario.public_id}/"
    for version, (question, form) in enumerate(
        [
            ("/use_cases/triage/modality", {"modality": ["text", "image"]}),
            (
                "/use_cases/assistant/value",
                {"value.low": "1,000", "value.high": "5000", "value.currency": "eur"},
            ),
            ("/use_cases/assistant/error_cost", {}),
            ("/use_cases/assistant/data_assets", {"data_assets": ["__none__"]}),
            ("/vendors/model-vendor/facts/exit_plan", {"facts.exit_plan": "true"}),
            ("/controls/GDPR~1Art. 30(1)/status", {"status": "partial"}),
            ("/organisation/ml_engineers", {"ml_engineers": "9"}),
        ],
        start=1,
    ):
        answer = editor.post(f"{at}change/?at={quote(question)}", version=str(version), **form)
        assert answer.status_code == 302, (question, words(answer))
    assert kept(world) == [
        (
            "Busy",
            [
                ("", "ml_engineers", 9),
                ("GDPR/Art. 30(1)", "status", "partial"),
                ("model-vendor", "facts/exit_plan", True),
                ("assistant", "data_assets", []),
                ("assistant", "error_cost", None),
                ("assistant", "value", {
                    "low": {"amount": "1000.00", "currency": "EUR"}, "high": {"amount": "5000.00", "currency": "EUR"},
                }),
                ("triage", "modality", ["text", "image"]),
            ],
        )
    ]  # fmt: skip
    text = editor.text(at)
    assert "What does a wrong answer cost? Medium Not answered" in text
    assert "What is it worth in a year? Not answered low 1,000 EUR, high 5,000 EUR" in text
    assert "GDPR Art. 30(1) What is its state? Implemented Partial" in text


def test_what_the_base_says_is_no_change_and_a_change_can_be_taken_out(world: World, editor: Pages) -> None:
    scenario = made(world, {USERS: 5, "/use_cases/assistant/error_cost": "high"})
    at = f"scenarios/{scenario.public_id}/"
    answer = editor.client.post(
        f"{editor.base}{at}change/?at={USERS}", {"users": "800", "version": "1"}, follow=True
    )
    assert "That is what the base says too, so nothing is changed there." in words(answer)
    assert kept(world) == [("Busy", [("assistant", "error_cost", "high")])]
    editor.post(f"{at}take-out/0/", version="2")
    assert kept(world) == [("Busy", [])]
    assert "No answer is changed yet." in editor.text(at)
    assert editor.post(f"{at}take-out/0/", version="3").status_code == 404


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"name": " "}, "Name : There is none. Right: 1 to 200 characters."),
        ({"name": "Busy", "run": "run_never"}, "Base : This analysis is not there. Right: one of the list."),
    ],
)
def test_a_refused_scenario_is_not_stored_and_keeps_what_was_typed(
    world: World, editor: Pages, form: dict[str, str], said: str
) -> None:
    before = entries(world)
    answer = editor.post("scenarios/new/", **form)
    assert answer.status_code == 400
    assert said in words(answer)
    assert f'value="{form["name"]}"' in answer.content.decode()
    assert (kept(world), entries(world)) == ([], before)


def test_a_refused_answer_stands_beside_its_question_and_changes_nothing(world: World, editor: Pages) -> None:
    scenario = made(world, {})
    at, before = f"scenarios/{scenario.public_id}/", entries(world)
    answer = editor.post(f"{at}change/?at={USERS}", users="many", version="1")
    assert answer.status_code == 400
    assert "How many people use it? “many” does not fit. Right: a whole number." in words(answer)
    assert 'name="users" value="many"' in answer.content.decode()
    answer = editor.post(f"{at}change/?at=/use_cases/0/value", version="1", **{"value.low": "9", "value.high": "5", "value.currency": "EUR"})  # fmt: skip
    assert "The range is out of order. Right: low ≤ likely ≤ high." in words(answer)
    assert (kept(world), entries(world)) == ([("Busy", [])], before)


def test_somebody_elses_save_is_told_and_nothing_is_lost(world: World, editor: Pages) -> None:
    scenario = made(world, {})
    at = f"scenarios/{scenario.public_id}/"
    editor.post(f"{at}change/?at=/use_cases/triage/users", users="5", version="1")
    before = entries(world)
    answer = editor.post(f"{at}change/?at={USERS}", users="7", version="1")
    assert answer.status_code == 409
    assert "Somebody else saved this scenario meanwhile" in words(answer)
    html = answer.content.decode()
    assert 'name="users" value="7"' in html
    assert 'name="version" value="2"' in html
    assert editor.post(f"{at}rename/", name="Other", version="1").status_code == 409
    editor.post(f"{at}take-out/0/", version="1")
    assert (kept(world), entries(world)) == ([("Busy", [("triage", "users", 5)])], before)
    editor.post(f"{at}change/?at={USERS}", users="7", version="2")
    assert kept(world) == [("Busy", [("assistant", "users", 7), ("triage", "users", 5)])]


def test_a_scenario_is_renamed_archived_and_restored(world: World, editor: Pages) -> None:
    scenario = made(world, {USERS: 5})
    at = f"scenarios/{scenario.public_id}/"
    assert editor.post(f"{at}rename/", name="", version="1").status_code == 400
    editor.post(f"{at}rename/", name="Quiet", version="1")
    assert kept(world)[0][0] == "Quiet"
    editor.post(f"{at}archive/")
    assert "No scenario yet" in editor.text("scenarios/")
    assert "Quiet" in editor.text("scenarios/?archived=1")
    assert "Analyse this scenario" not in editor.text(at)
    editor.post(f"{at}archive/")
    assert "Quiet" in editor.text("scenarios/")


def test_an_analysis_is_asked_for_once_and_marked_as_what_if(world: World, editor: Pages) -> None:
    with scope(world.north):
        base = finished_run(actor(world), "Staff assistant")
    scenario = made(world, {USERS: 5}, base)
    at = f"scenarios/{scenario.public_id}/"
    first, second = editor.post(f"{at}analyse/"), editor.post(f"{at}analyse/", as_of="2026-11-20")
    with scope(world.north):
        run = Run.objects.get(purpose="scenario")
        assert first["Location"] == second["Location"] == f"{editor.base}runs/{run.public_id}/"
    said = "What-if: Busy . These are not the answers of the assessment: “How many people use it?” of Staff assistant is 5 people."
    assert said in editor.text(f"runs/{run.public_id}/")
    assert "Once it is finished" in editor.text(at)
    with scope(world.north):
        finished(run, "Staff assistant")
    assert said in editor.text(f"runs/{run.public_id}/use-cases/assistant/")
    assert said not in editor.text(f"runs/{base.public_id}/")
    page = editor.get(at).content.decode()
    assert f'href="{editor.base}compare/?a={base.public_id}&amp;b={run.public_id}"' in page
    assert "The result is up to date with your answers." in editor.text("")
    assert "What-if: Busy" in editor.text("runs/")
    assert editor.post(f"{at}analyse/", as_of="tomorrow").status_code == 400


def test_a_base_that_moved_is_shown_and_a_lost_record_stops_the_analysis(world: World, editor: Pages) -> None:
    scenario = made(world, {"/use_cases/triage/users": 5})
    at = f"scenarios/{scenario.public_id}/"
    with scope(world.north):
        assistant = UseCase.objects.get(key="assistant")
        update_record(assistant, part_of(assistant) | {"users": 9}, actor=actor(world))
    text = editor.text(at)
    assert "The assessment has changed since this scenario was saved" in text
    assert "Staff assistant How many people use it? 800 people 9 people" in text
    with scope(world.north):
        archive_record(UseCase.objects.get(key="triage"), actor=actor(world))
    before = entries(world)
    assert "Ticket triage No longer there How many people use it? Not answered 5 people" in editor.text(at)
    answer = editor.post(f"{at}analyse/")
    assert answer.status_code == 400
    assert "“triage” is no longer there. Right: restore it, or take its changed answer out." in words(answer)
    with scope(world.north):
        assert not Run.objects.exists()
    assert entries(world) == before
    editor.post(f"{at}take-out/0/", version="1")
    assert editor.post(f"{at}analyse/").status_code == 302


@pytest.mark.parametrize(
    "path",
    ["choose/?of=/use_cases/9", "choose/?of=nothing", "change/", "change/?at=/use_cases/0/nothing",
     "change/?at=/use_cases/0/key", "change/?at=/use_cases/never/users", "change/?at=/as_of"],
)  # fmt: skip
def test_an_address_that_names_no_question_is_not_found(world: World, editor: Pages, path: str) -> None:
    scenario = made(world, {})
    assert editor.get(f"scenarios/{scenario.public_id}/{path}").status_code == 404


def test_what_people_wrote_is_escaped(world: World, editor: Pages) -> None:
    hostile = "<script>alert(1)</script>"
    scenario = made(world, {"/use_cases/assistant/purpose": hostile}, name=hostile)
    at = f"scenarios/{scenario.public_id}/"
    for path in ("scenarios/", at, f"{at}choose/", f"{at}change/?at=/use_cases/assistant/purpose"):
        html = editor.get(path).content.decode()
        assert hostile not in html, path
        assert "&lt;script&gt;" in html, path


# What a page of an organisation asks: the session, the person and their memberships (three), the membership of the
# address, the organisation's scope and the two savepoints around it.
FRAME = 3 + 1 + 3 + 4


@pytest.mark.parametrize("amount", [2, 12])
def test_pages_ask_the_same_few_questions_however_many_scenarios_and_changes(
    world: World, sign_in: SignIn, django_assert_num_queries: Any, amount: int
) -> None:
    with scope(world.north):
        base = finished_run(actor(world), "Staff assistant")
        changes = {f"/use_cases/{n % 2}/{field}": 5 for n in range(2) for field in ("users", "latency_ms", "input_tokens", "output_tokens", "corpus_tokens", "labelled_examples")}  # fmt: skip
        answers = dict(list(changes.items())[:amount])
        for n in range(amount):
            scenario = create_scenario(
                actor=actor(world), name=f"Busy {n}", answers=answers, base_run=base, knowledge=current()
            )
            _, new = request_scenario_run(scenario, actor=actor(world), knowledge=current(), as_of=AS_OF)
        assert not new
    viewer = Pages(world, sign_in(world, "north/viewer"))
    with django_assert_num_queries(FRAME + 2):  # the count, the page
        assert viewer.get("scenarios/").status_code == 200
    with django_assert_num_queries(
        FRAME + 5
    ):  # it, the base's document, twice, its analyses, those of the base
        assert viewer.get(f"scenarios/{scenario.public_id}/").status_code == 200
