"""The page that holds analyses against each other: only what differs, and for each difference what made it."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from html import unescape
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from accounts.audit import Actor
from accounts.models import AuditEvent
from accounts.tenancy import scope
from reports.comparing import change_in_words, value_in_words
from strategy.knowledge import current
from strategy.models import Run
from strategy.scenarios import create_scenario, request_scenario_run
from tests.strategy.stored import AS_OF, HOSTILE, finished, finished_run
from tests.world import World

LATER = date(2026, 12, 1)


@pytest.fixture
def world(shared_world: World, db: None) -> World:
    return shared_world


def actor(world: World) -> Actor:
    return Actor.person(world.person("north/editor"), "editor")


def base(world: World, *names: str) -> Run:
    with scope(world.north):
        return finished_run(actor(world), *(names or ("Staff assistant",)))


def what_if(world: World, answers: dict[str, Any], *names: str, day: date = AS_OF, name: str = "Busy") -> Run:
    """A finished analysis of a new scenario."""
    with scope(world.north):
        scenario = create_scenario(
            actor=actor(world), name=name, answers=answers, base_run=None, knowledge=current()
        )
        run, _ = request_scenario_run(scenario, actor=actor(world), knowledge=current(), as_of=day)
        return finished(run, *(names or ("Staff assistant",)))


class Reader:
    def __init__(self, world: World, client: Client) -> None:
        self.client, self.base = client, f"/o/{world.north.slug}/compare/"

    def get(self, query: str = "", page: str = "") -> HttpResponse:
        found: HttpResponse = self.client.get(f"{self.base}{page}?{query}")
        return found

    def text(self, *runs: Run, more: str = "") -> str:
        answer = self.get(asked(*runs) + more)
        assert answer.status_code == 200
        return words(answer)


def asked(*runs: Run) -> str:
    return "&".join(f"{name}={run.public_id}" for name, run in zip("abc", runs, strict=False))


def words(answer: HttpResponse) -> str:
    main = answer.content.decode().split("<main", 1)[1].split("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split()).replace("\u00a0", " ")


def signed_in(world: World, name: str) -> Reader:
    client = Client()
    client.force_login(world.person(name))
    return Reader(world, client)


@pytest.fixture
def reader(world: World) -> Reader:
    return signed_in(world, "north/viewer")


@pytest.fixture
def editor(world: World) -> Reader:
    return signed_in(world, "north/editor")


def test_one_changed_answer_is_told_and_is_why(world: World, reader: Reader) -> None:
    first = base(world)
    other = what_if(world, {"/use_cases/1/users": 9}, "Staff assistant", "Ticket triage")
    text = reader.text(first, other)
    assert "A Assessment 20 Nov 2026 2026.11" in text
    assert "B Busy 20 Nov 2026 2026.11" in text
    assert "Your answer: How many people use it? (Ticket triage) Not answered → 9 people" in text
    assert "19 figures differ, 50 are equal. Show what is equal too" in text
    assert "Answers Question A B How many people use it? Ticket triage Not answered 9 people" in text
    assert (
        "Ticket triage Figure A B Why Outcome – Recommended Your answer: How many people use it? Option –"
        in text
    )
    assert "Cost over the programme – €0.42m (0.25–0.61) Your answer: How many people use it?" in text
    assert "Staff assistant Figure" not in text
    assert "Work out which change did what" not in text
    whole = reader.text(first, other, more="&all=1")
    assert "Staff assistant Figure A B Why Outcome Recommended Recommended Equal" in whole
    assert "Show only what differs" in whole


def test_the_day_moves_dates_and_says_so(world: World, reader: Reader) -> None:
    first = base(world)
    with scope(world.north):
        later = finished_run(actor(world), "Staff assistant", day=LATER)
    text = reader.text(first, later)
    day = "The day: 20 Nov 2026 → 1 Dec 2026"
    assert f"What was changed {day} What differs" in text
    assert f"Gate: Contract gate 4 Dec 2026 15 Dec 2026 11 days later {day}." in text
    assert f"Starts: Build 4 Dec 2026 15 Dec 2026 11 days later {day}." in text


def test_several_causes_are_told_apart_when_somebody_asks(
    world: World, reader: Reader, editor: Reader
) -> None:
    first = base(world)
    other = what_if(world, {"/use_cases/1/users": 9, "/use_cases/0/users": 3}, day=LATER)
    text = editor.text(first, other)
    assert "Your answers and the day not told apart" in text
    assert (
        "Gate: Contract gate 4 Dec 2026 15 Dec 2026 11 days later Several causes: your answers and the day."
        in text
    )
    assert "can have it worked out which change did what" in reader.text(first, other)
    form = {"a": first.public_id, "b": other.public_id}
    assert reader.client.post(f"{editor.base}tell-apart/", form).status_code == 403
    answer = editor.client.post(f"{editor.base}tell-apart/", form)
    assert answer["Location"] == f"{editor.base}?{asked(first, other)}"
    assert "The analyses that tell the causes apart are on their way. Look again" in editor.text(first, other)
    with scope(world.north):
        between = list(Run.objects.filter(purpose="comparison").order_by("pk"))
        finished(between[0], "Staff assistant", "Ticket triage")
        finished(between[1], "Staff assistant")
    text = editor.text(first, other)
    assert "not told apart" not in text
    assert (
        "Your answer: How many people use it? (Staff assistant) 800 people → 3 people "
        "Your answer: How many people use it? (Ticket triage) Not answered → 9 people "
        "The day: 20 Nov 2026 → 1 Dec 2026 Taken one after the other" in text
    )
    assert "11 days later The day: 20 Nov 2026 → 1 Dec 2026." in text
    assert "Ticket triage Figure" not in text
    runs = editor.client.get(f"/o/{world.north.slug}/runs/").content.decode()
    assert between[0].public_id not in runs
    assert other.public_id in runs


def test_three_analyses_stand_side_by_side(world: World, reader: Reader) -> None:
    first = base(world)
    more = what_if(world, {"/use_cases/1/users": 9}, "Staff assistant", "Ticket triage", name="More")
    with scope(world.north):
        later = finished_run(actor(world), "Staff assistant", day=LATER)
    text = reader.text(first, more, later)
    assert "From A to B Your answer: How many people use it? (Ticket triage)" in text
    assert "From A to C The day: 20 Nov 2026 → 1 Dec 2026" in text
    assert "Outcome – Recommended – B: Your answer: How many people use it?" in text
    assert (
        "Gate: Contract gate 4 Dec 2026 4 Dec 2026 15 Dec 2026 11 days later C: The day: 20 Nov 2026 → 1 Dec 2026."
        in text
    )


def test_analyses_are_chosen_from_the_list_or_ticked(world: World, reader: Reader) -> None:
    assert "It takes two finished analyses." in words(reader.get())
    first, other = base(world), what_if(world, {"/use_cases/1/users": 9})
    page = reader.get(f"a={other.public_id}")
    assert page.status_code == 200
    assert f'<option value="{other.public_id}" selected>' in page.content.decode()
    ticked = reader.get(f"run={other.public_id}&run={first.public_id}")
    assert ticked["Location"] == f"{reader.base}?{asked(first, other)}"
    runs = reader.client.get(f"/o/{world.north.slug}/runs/").content.decode()
    assert f'<input type="checkbox" name="run" value="{first.public_id}">' in runs


def test_a_choice_that_cannot_be_compared_is_refused_without_a_hint_of_others(
    world: World, reader: Reader
) -> None:
    first, other = base(world), what_if(world, {"/use_cases/1/users": 9})
    with scope(world.south):
        theirs = finished_run(Actor.person(world.person("south/editor")), "Staff assistant")
    a = first.public_id
    not_there = "One of these analyses is not there or has no result. Right: finished ones of the list."
    for query, said in (
        (f"run={a}", "One analysis was chosen. Right: two or three."),
        (f"a={a}&b={a}", "An analysis was chosen twice. Right: each one once."),
        (
            "&".join(f"run={n}" for n in range(4)),
            "At most three analyses can be compared. Right: two or three.",
        ),
        (f"a={a}&b=run_never", not_there),
        (f"a={a}&b={theirs.public_id}", not_there),
    ):
        answer = reader.get(query)
        assert (answer.status_code, said in words(answer)) == (400, True), query
    assert reader.get(f"a={a}&b={theirs.public_id}", "table/")["Location"] == reader.base
    with scope(world.north):
        before = AuditEvent.objects.count()
    reader.client.force_login(world.person("north/editor"))
    reader.client.post(f"{reader.base}tell-apart/", {"a": a, "b": theirs.public_id})
    reader.client.post(f"{reader.base}tell-apart/", {"a": a, "b": other.public_id})
    with scope(world.north):
        assert AuditEvent.objects.count() == before


def test_the_table_holds_exact_values_and_no_formula(world: World, reader: Reader) -> None:
    first = base(world)
    other = what_if(
        world, {"/use_cases/1/purpose": "=1+1", "/use_cases/1/users": 9}, "Staff assistant", "=HYPERLINK()"
    )
    answer = reader.get(asked(first, other), "table/")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="comparison.csv"'
    rows = list(csv.reader(io.StringIO(answer.content.decode())))
    heads = ["A: Assessment, as of 20 Nov 2026", "B: Busy, as of 20 Nov 2026"]
    assert rows[0] == ["Part", "About", "What", *heads, "Why"]
    assert rows[1] == ["inputs", "Ticket triage", "What is its purpose?", "Not answered", "'=1+1", ""]
    assert rows[2] == ["inputs", "Ticket triage", "How many people use it?", "Not answered", "9 people", ""]
    why = "Your two answers together."
    named = {row[2]: row for row in rows[3:]}
    assert named["Cost over the programme, p50"] == [
        "money",
        "'=HYPERLINK()",
        "Cost over the programme, p50",
        "",
        "420000",
        why,
    ]
    assert named["Confidence"] == ["answer", "'=HYPERLINK()", "Confidence", "", "74", why]
    assert named["Option"][4] == "Retrieval from own documents, own cloud account"


def test_what_people_wrote_is_escaped(world: World, reader: Reader) -> None:
    first = base(world)
    other = what_if(world, {"/use_cases/1/purpose": HOSTILE}, "Staff assistant", HOSTILE, name=HOSTILE)
    html = reader.get(asked(first, other)).content.decode()
    assert HOSTILE not in html
    assert html.count("&lt;script&gt;") > 3


@pytest.mark.parametrize(
    ("shape", "first", "value", "said"),
    [
        ("percent", 74, 40, "34 points less"),
        ("number", 2, 1, "1 less"),
        ("number", 21_000_000, 42_000_000, "100 % more"),
        ("percentiles", {"p50": "100"}, {"p50": "143"}, "43 % more"),
        ("percentiles", {"p50": "-100"}, {"p50": "143"}, ""),
        ("percentiles", {"p10": "1", "p50": "100"}, {"p10": "2", "p50": "100"}, ""),
        ("day", "2026-12-04", "2026-12-03", "1 day sooner"),
        ("option", {"approach": "rag"}, {"approach": "peft"}, ""),
        ("money", None, "5", ""),
    ],
)
def test_how_far_a_number_lies_from_the_first(shape: str, first: Any, value: Any, said: str) -> None:
    assert change_in_words(shape, first, value).replace("\u00a0", " ") == said


@pytest.mark.parametrize(
    ("shape", "value", "said"),
    [
        ("word", "not_yet", "Not yet"),
        ("months", {"p50": "17", "within": 96}, "17 (96 % of cases within the programme)"),
        ("months", {"p50": None, "within": 12}, "not within the programme (12 % of cases do)"),
        ("levels", ["high", "low"], "likelihood high, impact low"),
        ("yes_no", False, "No"),
        ("finding", {"state": "gap", "applies": "unknown", "blocker": True, "timing": "upcoming",
                     "applies_from": "2026-12-02"}, "Gap, may apply, blocks the launch, from 2 Dec 2026"),
        ("people", {"low": "1", "likely": "2", "high": "2.5"}, "2.0 (1.0–2.5)"),
        ("quarter", "2027-Q3", "Q3 FY2027"),
        ("money", None, "–"),
    ],
)  # fmt: skip
def test_values_read_as_on_the_pages_of_a_result(shape: str, value: Any, said: str) -> None:
    assert value_in_words(shape, value, "EUR").replace("\u00a0", " ") == said


@pytest.mark.parametrize("amount", [2, 20])
def test_the_page_asks_the_same_few_questions_however_long_the_results(
    world: World, reader: Reader, django_assert_num_queries: Any, amount: int
) -> None:
    names = [f"Case {n}" for n in range(amount)]
    first, other = base(world, *names), what_if(world, {"/use_cases/1/users": 9}, *names)
    third = what_if(world, {"/use_cases/1/users": 8, "/use_cases/0/users": 1}, *names, name="Third")
    frame = 3 + 1 + 3 + 4  # as in the tests of scenario pages
    with django_assert_num_queries(
        frame + 4
    ):  # the runs, their results, the use cases' parts, the scenarios' names
        assert reader.get(asked(first, other)).status_code == 200
    with django_assert_num_queries(frame + 5):  # and the analyses in between
        assert reader.get(asked(first, other, third)).status_code == 200
