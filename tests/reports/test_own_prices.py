"""Which own prices moved the money of a stored analysis, on its pages and on paper; the origin is one click away."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from html import unescape
from typing import Any

import pytest
from django.test import Client

from accounts.audit import Actor
from accounts.tenancy import scope
from inventory.models import OrganisationProfile, OwnPrice
from inventory.records import part_of
from inventory.services import update_record
from reports.origins import Sources
from reports.ownprices import own_prices
from reports.paper import html_of
from strategy import services
from strategy.knowledge import current
from strategy.models import Run
from strategy.ownprices import create_own_price
from tests.reports.paperwork import analysed, example
from tests.strategy.stored import worked
from tests.world import World

SignIn = Callable[[World, str], Client]
DAY = date(2026, 11, 24)
STATED: tuple[dict[str, Any], ...] = (
    {"fact": "people.day_rate", "value": "640", "currency": "EUR", "since": "2026-03-01", "note": "Plan of 2026"},
    {"fact": "price.gpu.hour", "value": "2", "since": "2027-06-01"},
    {"fact": "price.storage", "since": "2026-01-01"},
    {"fact": "money.discount", "value": "0.1", "since": "2026-01-01"},
    {"fact": "price.gpt-5.in", "value": "1", "since": "2026-01-01"},
)  # fmt: skip


def stored(world: World) -> Run:
    """North's own prices, and its assessment analysed with them as a worker does."""
    actor = Actor.person(world.person("north/editor"), "editor")
    with scope(world.north):
        for part in STATED:
            create_own_price(OwnPrice, part, actor=actor)
        run, _ = services.request_run(actor=actor, knowledge=current(), as_of=DAY)
        return worked(run)


@pytest.fixture
def opened(world: World, sign_in: SignIn) -> Callable[[str], str]:
    run, client = stored(world), sign_in(world, "north/viewer")

    def read(page: str = "") -> str:
        answer = client.get(f"/o/{world.north.slug}/runs/{run.public_id}/{page}")
        assert answer.status_code == 200, page
        return answer.content.decode()

    return read


def words(page: str) -> str:
    """The words of the page's main part, without tags."""
    main = page.split("<main", 1)[1].split("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def test_the_run_page_says_which_own_prices_moved_the_money(opened: Callable[[str], str]) -> None:
    text = words(opened(""))
    assert "at prices of 24 Nov 2026 and 2 of your own" in text
    table = text.partition("Your own prices in this")[2].partition("One by one")[0]
    assert table == (
        " Price You state Counted as The book says What it moves "
        "One person-day of a developer, all costs in 640 EUR from 1 Mar 2026: Plan of 2026 704 USD "
        "origin of your own price 454 / 847 / 1,634 USD since 1 May 2024 "
        "Cost of Staff assistant and Ticket triage "
        "An H100 for an hour, on demand 2 USD from 1 Jun 2027 From its day on "
        "origin of your own price 1.99 / 3 / 5 USD since 1 Jan 2024 Cost of Ticket triage "
        "Yearly discount of later money 0.1 of 1 from 1 Jan 2026 0.1 of 1 origin of your own price "
        "0.06 / 0.08 / 0.12 of 1 since 1 Jan 2023 Net value of Staff assistant and Ticket triage "
        "price.storage not answered from 1 Jan 2026 Not counted Its price stands "
        "Not used: it has no likely number yet. "
        "price.gpt-5.in 1 from 1 Jan 2026 Not counted Its price stands "
        "Not used: nothing in this analysis asks for it. "
    )


def test_the_origin_of_an_own_price_is_one_click_away(opened: Callable[[str], str]) -> None:
    page = opened("")
    place = re.search(r'href="[^"]*origins/\?number=(%2Ftrace%2Ffacts%2F\d+%2Fvalue)"', page)
    assert place is not None
    origin = words(opened(f"origins/?number={place[1]}"))
    assert "Answer The organisation's own price." in origin
    assert "Own price One person-day of a developer, all costs in 640 EUR from 1 Mar 2026" in origin
    assert "Your own price Plan of 2026 instead of 454 / 847 / 1,634 USD since 1 May 2024" in origin


def test_an_answer_that_a_result_cites_leads_to_the_own_price(world: World, sign_in: SignIn) -> None:
    run, client = stored(world), sign_in(world, "north/viewer")
    with scope(world.north):
        record = OwnPrice.objects.get(key="people.day_rate")
    at = f"/o/{world.north.slug}/runs/{run.public_id}/answer/?at=/price_overrides/0"
    assert client.get(at)["Location"] == f"/o/{world.north.slug}/prices/{record.public_id}/"
    assert client.get(f"{at}/since")["Location"].endswith(f"/prices/{record.public_id}/#q-since")


def test_a_later_change_of_an_own_price_leaves_the_stored_result(world: World, sign_in: SignIn) -> None:
    run, client = stored(world), sign_in(world, "north/viewer")
    with scope(world.north):
        record = OwnPrice.objects.get(key="people.day_rate")
        update_record(record, part_of(record) | {"value": "9999"}, actor=Actor.person(world.person("both")))
    text = words(client.get(f"/o/{world.north.slug}/runs/{run.public_id}/").content.decode())
    assert "640 EUR from 1 Mar 2026" in text
    assert "9,999" not in text


def test_each_own_price_says_what_it_moves_or_why_it_was_not_counted() -> None:
    document = example("manufacturer").document
    document["price_overrides"] = [
        *STATED,
        {"fact": "fx.EUR", "value": "1.15", "since": "2026-01-01"},
        {"fact": "price.claude-haiku-5-5.in", "value": "0.08", "since": "2026-09-01"},
    ]
    result = analysed(document)
    picks = [(body["name"], body["options"][0]) for body in result["use_cases"] if body["options"]]
    found = own_prices(Sources(result["trace"], document), result["currency"], result["use_cases"], picks)
    assert {price.label: (price.counted, price.moves) for price in found} == {
        "One person-day of a developer, all costs in": (
            "736 USD",
            "Cost of Answers for service technicians and First drafts of offers",
        ),
        "Yearly discount of later money": (
            "0.1 of 1",
            "Net value of Answers for service technicians and First drafts of offers",
        ),
        "US dollars for one EUR": ("1.15 USD", "Every amount of the result"),
        "A million input tokens of Claude Haiku 5.5": (
            "0.08 USD",
            "Cost of Answers for service technicians and First drafts of offers",
        ),
        "An H100 for an hour, on demand": (
            "From its day on",
            "Net value of Answers for service technicians",
        ),
        "price.storage": ("", "Not used: it has no likely number yet."),
        "price.gpt-5.in": ("", "Not used: nothing in this analysis asks for it."),
    }


def paper_words(document: dict[str, Any]) -> str:
    """The words of the manufacturer's board paper with another document."""
    papers = example("manufacturer")
    page = html_of(papers.header, analysed(document), document)
    return " ".join(unescape(re.sub(r"<style.*?</style>|<[^>]+>", " ", page, flags=re.S)).split())


def test_the_board_paper_says_which_own_prices_it_counts_with() -> None:
    document = example("manufacturer").document
    assert "Own prices" not in paper_words(document)
    document["price_overrides"] = [STATED[0], STATED[1]]
    text = paper_words(document)
    assert "prices of 24 Nov 2026 and 1 own price" in text
    assert (
        "One person-day of a developer, all costs in 640 EUR, from 1 Mar 2026: Plan of 2026 704 USD "
        "454 / 847 / 1,634 USD Cost of Answers for service technicians and First drafts of offers. "
        "An H100 for an hour, on demand 2 USD, from 1 Jun 2027 From its day on 1.99 / 3 / 5 USD "
        "Net value of Answers for service technicians"
    ) in text
    assert "Own price, Plan of 2026; the book says 454 / 847 / 1,634 since 1 May 2024" in text


def test_an_amount_that_no_rate_is_known_for_is_told_on_page_and_paper(world: World, sign_in: SignIn) -> None:
    said = "What may AI cost in a year? No exchange rate of XAF is known; the amount counts as not answered."
    document = example("manufacturer").document
    document["organisation"]["annual_ai_budget"] = {"amount": "5.00", "currency": "XAF"}
    assert said in paper_words(document)
    with scope(world.north):
        profile = OrganisationProfile.objects.get()
        budget = {"annual_ai_budget": {"amount": "5.00", "currency": "XAF"}}
        update_record(profile, part_of(profile) | budget, actor=Actor.person(world.person("both")))
    run, client = stored(world), sign_in(world, "north/viewer")
    text = words(client.get(f"/o/{world.north.slug}/runs/{run.public_id}/").content.decode())
    assert f"Amounts that could not be counted {said}" in text
