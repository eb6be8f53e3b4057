"""What the pages of a finished run say, and that each number's origin is one click away."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from accounts.audit import Actor
from accounts.tenancy import scope
from inventory.models import UseCase
from strategy.models import Run
from tests.strategy.stored import HOSTILE, finished_run
from tests.world import World

SignIn = Callable[[World, str], Client]
PAGES = ("", "use-cases/assistant/", "findings/", "portfolio/", "roadmap/", "regimes/", "risks/", "origins/",
         "origins/?number=/use_cases/0/options/0/cost")  # fmt: skip


class Reader:
    """A viewer of North who opens the pages of one finished run."""

    def __init__(self, world: World, client: Client, run: Run) -> None:
        self.client, self.run = client, run
        self.base = f"/o/{world.north.slug}/runs/{run.public_id}/"

    def html(self, page: str = "") -> str:
        answer = self.client.get(self.base + page)
        assert answer.status_code == 200, page
        return answer.content.decode()

    def text(self, page: str = "") -> str:
        """The words of the page's main part, without tags."""
        main = self.html(page).split("<main", 1)[1].split("</main>")[0]
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


@pytest.fixture
def reader(world: World, sign_in: SignIn) -> Reader:
    with scope(world.north):
        run = finished_run(
            Actor.person(world.person("north/editor")), "Staff assistant", f"Letters {HOSTILE}"
        )
    return Reader(world, sign_in(world, "north/viewer"), run)


def test_the_answers_stand_first(reader: Reader) -> None:
    text = reader.text()
    assert "2 of 2 use cases can start." in text
    assert "14 (9–22) weeks Soonest in use: Staff assistant" in text
    assert (
        "Staff assistant Recommended Retrieval from own documents, own cloud account: "
        "about €0.42m over the programme, in use after about 14 weeks." in text
    )
    assert (
        "Confidence Medium, 74 % origin of the confidence It comes first more often than not, "
        "but open points could still change it." in text
    )
    assert "Cost over the programme €0.42m (0.25–0.61) origin of the cost" in text
    assert "Weeks to launch 14 (9–22)" in text
    assert "24 apply, 5 gaps; 9 not known origin of the duties 1 blocks the launch" in text
    assert (
        "Next best Prompted general model (few-shot prompts), vendor's shared endpoint "
        "55 % sure, €0.11m cheaper. It cannot show its sources." in text
    )


def test_all_answers_stand_in_one_table(reader: Reader) -> None:
    assert (
        "Staff assistant Retrieval from own documents, own cloud account Confidence 74 % medium, 74 % "
        "Cost €0.42m (0.25–0.61) €0.42m (0.25–0.61) 14 (9–22) 1" in reader.text()
    )
    pictures = re.findall(r'<svg [^>]*role="img"><title>([^<]*)</title>', reader.html())
    assert pictures == ["Confidence 74\u00a0%", "Cost €0.42m (0.25–0.61)"] * 2


def test_a_use_case_shows_ranked_and_refused_options_with_reasons(reader: Reader) -> None:
    text = reader.text("use-cases/assistant/")
    assert (
        "2. Prompted general model (few-shot prompts), vendor's shared endpoint Why it lost: It cannot show its sources."
        in text
    )
    assert (
        "For Citations are required. Why Criterion: Grounding in sources "
        "Answer: Staff assistant, “Must it cite its sources?” : yes "
        "Fact: Price of a million tokens, 3 EUR (price, since 1 Oct 2026). Source: Price list ." in text
    )
    assert (
        "Data may not leave the organisation. Why Gate: No data may leave Answer: Staff assistant, "
        "“What must never happen?” : not answered Fully tuned model, vendor's shared endpoint" in text
    )
    assert (
        "How many requests a day? 2,000 140,000 "
        "Prompted general model (few-shot prompts), vendor's shared endpoint" in text
    )


def test_no_page_speaks_in_ids(reader: Reader) -> None:
    for page in PAGES:
        found = re.findall(
            r"\b(?:gate|criterion|price|doubt|anchor)\.[a-z_]+|/use_cases/\d|AIR\d+", reader.text(page)
        )
        assert found == [], page


def test_the_cost_ranges_are_pictures_named_in_words(reader: Reader) -> None:
    page = reader.html("use-cases/assistant/")
    pictures = re.findall(r'<svg [^>]*role="img"><title>([^<]*)</title>', page)
    assert pictures == ["Cost €0.42m (0.25–0.61)", "Cost €0.31m (0.25–0.61)"]


@pytest.mark.parametrize(
    ("query", "requirements", "count"),
    [
        (
            "",
            ["Art. 28(3)", "Art. 28(3)", "A.5.19", "A.5.19", "Art. 30(1)", "Art. 30(1)"],
            "6 of 6 findings.",
        ),
        ("?regime=ISO27001", ["A.5.19", "A.5.19"], "2 of 6 findings."),
        ("?state=met&use_case=assistant", ["Art. 30(1)"], "1 of 6 findings."),
        ("?state=gap&options=all&use_case=more-1", ["Art. 28(3)", "Art. 44"], "2 of 8 findings."),
        ("?state=partial", [], "0 of 6 findings."),
    ],
)
def test_findings_are_filtered(reader: Reader, query: str, requirements: list[str], count: str) -> None:
    page = reader.html(f"findings/{query}")
    assert re.findall(r'class="requirement">\S+(?: 27001)? ([^<]*)</span>', page) == requirements
    assert f'<p role="status">{count}</p>' in page


def test_a_finding_shows_why_what_is_missing_and_how_to_close_it(reader: Reader) -> None:
    text = reader.text("findings/?state=gap&use_case=assistant")
    assert f"Personal data goes to a vendor {HOSTILE}." in text
    assert "Not answered: Is a data processing agreement signed?" in text
    assert "Do Sign it. Who Legal Days (estimate) 5 (3–12) Shown by The signed agreement." in text


def test_the_roadmap_is_a_picture_with_the_same_rows_as_tables(reader: Reader) -> None:
    page, text = reader.html("roadmap/"), reader.text("roadmap/")
    assert page.count("<title>Roadmap from 20 Nov 2026</title>") == 1
    assert "Build critical path Staff assistant 4 Dec 2026 6 (4–9)" in text
    assert "Contract gate Staff assistant 4 Dec 2026 Build" in text
    assert "Left out of the plan Use case Because triage It is not ready." in text


def test_regimes_risks_and_readiness_are_told(reader: Reader) -> None:
    assert "GDPR Yes It is established in the EU. – 0 in force 0 upcoming 0 to watch 3 of 24" in reader.text(
        "regimes/"
    )
    text = reader.text("risks/")
    assert "The model is retired." in text
    assert "New duties apply. 2 Aug 2026 AI Act" in text
    assert "Data Medium One of two assets has an owner." in text


def test_a_number_leads_to_its_origin(reader: Reader) -> None:
    page = reader.html()
    assert f'href="{reader.base}origins/?number={quote("/use_cases/1/options/0/cost", safe="")}"' in page
    text = reader.text("origins/?number=/use_cases/1/options/0/cost")
    assert (
        "Cost over the programme: €0.42m (0.25–0.61) "
        f"Retrieval from own documents, own cloud account · Letters {HOSTILE} "
        "Estimate 10,000 draws over the cost lines." in text
    )
    assert "How many requests a day? Staff assistant 2,000" in text
    assert "Price of a million tokens 3 EUR Price 1 Oct 2026 Price list" in text
    assert "Cost: tokens Tokens times price." in text


def test_an_answer_leads_to_the_record_that_holds_it(world: World, reader: Reader) -> None:
    with scope(world.north):
        record = UseCase.objects.get(key="assistant")
    answer = reader.client.get(f"{reader.base}answer/?at=/use_cases/0/requests_per_day")
    place = f"/o/{world.north.slug}/use-cases/{record.public_id}/"
    assert answer["Location"] == f"{place}#q-requests_per_day"
    assert 'id="q-requests_per_day"' in reader.client.get(place).content.decode()


def test_a_whole_list_of_answers_leads_to_its_page(world: World, reader: Reader) -> None:
    answer = reader.client.get(f"{reader.base}answer/?at=/controls")
    assert answer["Location"] == f"/o/{world.north.slug}/controls/"


@pytest.mark.parametrize("pointer", ["", "/", "/nothing/0/x", "/use_cases/99/x", "use_cases"])
def test_a_pointer_to_nothing_is_not_found(reader: Reader, pointer: str) -> None:
    assert reader.client.get(f"{reader.base}answer/?at={pointer}").status_code == 404


@pytest.mark.parametrize("page", PAGES)
def test_pages_carry_no_inline_code_and_escape_what_people_wrote(reader: Reader, page: str) -> None:
    html = reader.html(page)
    assert HOSTILE not in html
    assert re.findall(r"<script(?![^>]* src=)", html) == []
    assert re.findall(r'\s(?:style|on[a-z]+)="', html) == []


@pytest.mark.parametrize("amount", [2, 40])
@pytest.mark.parametrize(
    ("page", "reads"),
    [
        ("", ["use cases"]),
        ("use-cases/assistant/", ["use case"]),
        ("findings/", ["use cases with findings"]),
        ("portfolio/", ["use cases"]),
        ("roadmap/", ["use cases"]),
        ("regimes/", ["names of the use cases"]),
        ("risks/", ["use cases"]),
        ("origins/", []),
        ("origins/?number=/use_cases/0/options/0/cost", ["use cases"]),
    ],
)
def test_pages_read_the_same_number_of_times_however_long_the_result(
    world: World,
    sign_in: SignIn,
    django_assert_num_queries: Callable[..., Any],
    page: str,
    reads: list[str],
    amount: int,
) -> None:
    with scope(world.north):
        run = finished_run(Actor.person(world.person("north/editor")), *(f"Case {n}" for n in range(amount)))
    viewer = Reader(world, sign_in(world, "north/viewer"), run)
    frame = ["request opened", "session", "person", "membership", "my organisations", "request closed"]
    scoped = ["opened", "former organisation", "organisation set", "organisation put back", "closed"]
    always = ["run and snapshot", "result", "board paper"]
    with django_assert_num_queries(len(frame) + len(scoped) + len(always) + len(reads)):
        viewer.html(page)
