"""The price book as people use it: read, searched, and an own price stated, changed, withdrawn and brought back."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from html import unescape
from typing import Any

import pytest
from django.test import Client

from accounts.audit import SYSTEM
from accounts.models import AuditEvent, Membership
from accounts.tenancy import scope
from engine.facts import Source
from engine.prices import open_to_own
from inventory.models import OwnPrice
from inventory.records import part_of
from inventory.services import archive_record, create_record
from strategy.assessment import gather
from strategy.knowledge import current
from strategy.ownprices import create_own_price
from strategy.pricebook import GROUPS, MONEY, is_old, last_day, price_book
from tests.world import World

SignIn = Callable[[World, str], Client]
FACT = "price.claude-haiku-5-5.in"
OWN = {"fact": FACT, "value": "0.08", "since": "2026-09-01", "note": "Contract of September"}
TODAY = date(2026, 11, 24)


class Book:
    """The pages of North's price book, in somebody's hands."""

    def __init__(self, world: World, client: Client) -> None:
        self.world, self.client = world, client
        self.base = f"/o/{world.north.slug}/prices/"

    def page(self, path: str = "") -> str:
        answer = self.client.get(self.base + path)
        assert answer.status_code == 200, path
        return answer.content.decode()

    def row(self, fact: str, path: str = "?show=all") -> str:
        """The words of a fact's row."""
        row = re.search(rf'<tr id="{re.escape(fact)}">(.*?)</tr>', self.page(path), re.S)
        assert row is not None, fact
        return words(row[1])

    def rows(self, path: str) -> list[str]:
        return re.findall(r'<tr id="([^"]+)">', self.page(path))

    def send(self, path: str, **typed: str) -> Any:
        return self.client.post(self.base + path, typed)

    def trail(self) -> list[tuple[str, str]]:
        with scope(self.world.north):
            events = AuditEvent.objects.filter(object_type="ownprice").order_by("number")
            return list(events.values_list("action", "object_label"))


def words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


@pytest.fixture
def editor(world: World, sign_in: SignIn) -> Book:
    return Book(world, sign_in(world, "north/editor"))


def test_every_price_stands_there_with_value_unit_day_source_and_estimates_marked(editor: Book) -> None:
    known = [name for name, fact in current().facts.items() if open_to_own(fact)]
    assert sorted(editor.rows("?show=all")) == sorted(known)
    assert editor.row("price.gpu.server") == (
        "An H100's share of a server of eight, bought price.gpu.server 33,750 / 38,750 / 43,750 USD Estimate "
        "1 Jan 2023 Epoch training-cost-trends; ThinkMate quote; PSEO TCO as of 2023-2026 "
        "An eighth of a server's price of 270,000 to 350,000 (E078). "
        "Add your price: An H100's share of a server of eight, bought"
    )
    source = current().sources[current().facts[FACT].values[0].source]
    assert f'<a href="{source.url}" rel="noreferrer noopener">{source.title}</a>' in editor.page()


def test_a_price_that_will_change_says_to_what_and_when(editor: Book) -> None:
    assert "from 1 Jan 2027: 1.5 " in editor.row("price.gemini-3-8-flash.in") + " "


def test_what_money_is_stands_first_and_all_is_found_by_search(editor: Book) -> None:
    first = editor.rows("")
    assert "price.gpu.hour" in first
    assert "fx.EUR" in first
    assert "weeks.rag" not in first
    assert editor.rows("?show=estimates&q=weeks first retrieval") == ["weeks.rag", "weeks.hybrid_rag_ft"]
    assert editor.rows("?q=haiku 5.5 output") == [
        "price.claude-haiku-5-5.out",
        "price.claude-haiku-5-5.long.out",
    ]
    assert "Nothing matches “zebra”." in words(editor.page("?q=zebra"))
    assert "No price of your own is stated yet." in words(editor.page("?show=own"))


def test_an_own_price_is_stated_changed_withdrawn_and_brought_back(editor: Book) -> None:
    form = editor.page(f"new/?fact={FACT}")
    assert f'<option value="{FACT}" selected>' in form
    assert "The price book says 0.1 USD since 7 Oct 2026." in words(form)

    made = editor.send("new/", **OWN)
    with scope(editor.world.north):
        record = OwnPrice.objects.get()
    assert made["Location"] == f"{editor.base}{record.public_id}/"
    assert part_of(record) == OWN
    assert editor.row(FACT).endswith(
        "0.08 USD Older than the book from 1 Sep 2026: Contract of September "
        "Change your price: A million input tokens of Claude Haiku 5.5 "
        "Withdraw your price: A million input tokens of Claude Haiku 5.5"
    )
    assert editor.rows("?show=own") == [FACT]

    low = {"low": "0.05", "likely": "0.07", "high": "0.09", "currency": "EUR", "since": "2026-10-08"}
    editor.send(f"{record.public_id}/edit/", fact=FACT, version="1", **low)
    assert "0.05 / 0.07 / 0.09 EUR from 8 Oct 2026 Change" in editor.row(FACT)
    shown = words(editor.page(f"{record.public_id}/"))
    assert "The price book says 0.1 USD since 7 Oct 2026." in shown
    assert "From which day does it hold? 8 Oct 2026" in shown

    editor.send(f"{record.public_id}/archive/")
    assert "EUR Withdrawn from 8 Oct 2026" in editor.row(FACT)
    assert "Withdrawn on" in words(editor.page(f"{record.public_id}/"))
    again = words(editor.send("new/", **OWN).content.decode())
    assert (
        f"“{FACT}” is already taken. Right: the archived record that has it, restored; or another key."
        in again
    )
    editor.send(f"{record.public_id}/archive/")
    assert "0.09 EUR from 8 Oct 2026" in editor.row(FACT)
    assert editor.trail() == [
        (f"ownprice.{deed}", FACT) for deed in ("created", "changed", "archived", "restored")
    ]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"fact": "price.gone", "value": "1"}, "There is no fact “price.gone”."),
        ({"fact": "days.exit", "value": "5", "currency": "EUR"}, "“days.exit” is no amount of money. Right: no currency."),
        ({"fact": FACT, "value": "1", "currency": "XAF"}, "No exchange rate of XAF is known."),
        ({"fact": FACT, "value": "1", "low": "1"}, "A value and a range. Right: a value, or low, likely and high."),
        ({"fact": FACT, "low": "3", "likely": "2"}, "The range is out of order. Right: low ≤ likely ≤ high."),
        ({"fact": "fx.EUR", "value": "0"}, "An exchange rate of 0."),
        ({"fact": "law.weights_personal", "value": "1"}, "“law.weights_personal” is law."),
    ],
)  # fmt: skip
def test_a_price_that_cannot_be_is_refused_in_words_and_kept_in_the_form(
    editor: Book, typed: dict[str, str], said: str
) -> None:
    answer = editor.send("new/", since="2026-10-01", note="Offer of May", **typed)
    page = answer.content.decode()
    assert (answer.status_code, "Offer of May" in page) == (400, True)
    assert said in words(page)
    with scope(editor.world.north):
        assert not OwnPrice.objects.exists()
    assert editor.trail() == []


def test_an_own_price_says_whether_it_counts(editor: Book) -> None:
    with scope(editor.world.north):
        create_own_price(OwnPrice, {"fact": "fx.EUR", "value": "1.2", "since": "2099-01-01"}, actor=SYSTEM)
        create_own_price(OwnPrice, {"fact": "days.exit", "since": "2026-01-01"}, actor=SYSTEM)
        create_record(OwnPrice, {"fact": "price.gone", "value": "1", "since": "2026-01-01"}, actor=SYSTEM)
    assert "1.2 USD Not yet from 1 Jan 2099" in editor.row("fx.EUR")
    assert "No number yet No number from 1 Jan 2026" in editor.row("days.exit")
    page = words(editor.page())
    assert (
        "Not used: the book has no place for this own price price.gone : there is no fact “price.gone”."
        in page
    )


def test_who_may_only_read_sees_the_prices_and_no_form(world: World, sign_in: SignIn, editor: Book) -> None:
    editor.send("new/", **OWN)
    viewer = Book(world, sign_in(world, "north/viewer"))
    page = viewer.page("?show=all")
    assert "0.08 USD" in viewer.row(FACT)
    assert viewer.row("fx.GBP").endswith("None")
    assert '<form method="post" action="/o/' not in page.partition("<main")[2]
    assert viewer.send("new/", **OWN | {"fact": "fx.EUR"}).status_code == 403
    assert editor.trail() == [("ownprice.created", FACT)]


def test_another_organisations_prices_are_not_there(world: World, sign_in: SignIn) -> None:
    with scope(world.south):
        create_own_price(OwnPrice, OWN, actor=SYSTEM)
    book = Book(world, sign_in(world, "north/editor"))
    assert "Contract of September" not in book.page("?show=all")
    assert book.rows("?show=own") == []


def test_old_prices_are_marked_and_can_be_asked_for(editor: Book) -> None:
    assert "Mercatus cloud GPU pricing as of 2026-05 Old" in editor.row("price.gpu.hour")
    assert " Old " not in editor.row("price.gpt-6-luna.in")
    assert "price.gpu.hour" in editor.rows("?show=old")
    assert "price.gpt-6-luna.in" not in editor.rows("?show=old")


@pytest.mark.parametrize(
    ("as_of", "day"),
    [
        ("2026", date(2026, 12, 31)),
        ("2026-02", date(2026, 2, 28)),
        ("2026-Q2", date(2026, 6, 30)),
        ("2026-05-07", date(2026, 5, 7)),
        ("2023-2026", date(2026, 12, 31)),
    ],
)
def test_a_source_was_true_until_the_last_day_it_names(as_of: str, day: date) -> None:
    assert last_day(as_of) == day


def test_a_price_is_old_on_the_day_after_its_time() -> None:
    source = Source(id="s", title="", url="", as_of="2026-01-01", note="")
    assert current().old_after_days == {"price": 92, "estimate": 366}
    assert [is_old(source, date(2026, 4, day), 92) for day in (3, 4)] == [False, True]


def test_every_source_says_a_day_and_the_book_changes_with_the_day() -> None:
    knowledge = current()
    assert all(last_day(source.as_of) for source in knowledge.sources.values())
    later = {row.fact.id: row for row in price_book(knowledge, date(2027, 1, 1), ()).prices}
    now = {row.fact.id: row for row in price_book(knowledge, TODAY, ()).prices}
    flash = "price.gemini-3-8-flash.in"
    assert (now[flash].coming and now[flash].coming.likely) == later[flash].fact.likely
    assert later[flash].coming is None
    assert now["price.gpt-6-luna.in"].old is False
    assert later["price.gpt-6-luna.in"].old is True


def test_each_group_of_the_book_has_prices_and_money_has_a_unit_of_money_or_a_share_of_it() -> None:
    rows = price_book(current(), TODAY, ()).prices
    assert {row.group for row in rows} == {*GROUPS, "Other estimates"}
    assert [row.fact.id for row in rows if "USD" in row.fact.unit and row.group not in MONEY] == []


def test_a_withdrawn_price_is_left_out_of_the_document(in_north: World) -> None:
    record = create_own_price(OwnPrice, OWN, actor=SYSTEM)
    assert gather()["price_overrides"] == [OWN]
    archive_record(record, actor=SYSTEM)
    assert "price_overrides" not in gather()
    row = next(row for row in price_book(current(), TODAY, OwnPrice.objects.all()).prices if row.own)
    assert (row.fact.id, row.own and row.own.state) == (FACT, "withdrawn")


def test_a_contributor_to_whom_prices_were_given_sees_the_book_and_states_prices(
    world: World, sign_in: SignIn
) -> None:
    person = world.person("north/contributor")
    Membership.objects.filter(organisation=world.north, user=person).update(sections=["own_prices"])
    book = Book(world, sign_in(world, "north/contributor"))
    home = book.client.get(f"/o/{world.north.slug}/").content.decode()
    assert f'<a href="{book.base}">Price book</a>' in home
    assert f'<a href="{book.base}"><strong>Own prices</strong>' in home
    assert book.send("new/", **OWN).status_code == 302
    assert book.rows("?show=own") == [FACT]


def test_a_contributor_with_other_sections_does_not(world: World, sign_in: SignIn) -> None:
    client = sign_in(world, "north/contributor")
    assert client.get(f"/o/{world.north.slug}/prices/").status_code == 403
    assert "Price book" not in client.get(f"/o/{world.north.slug}/").content.decode()
