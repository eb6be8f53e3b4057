"""From a price of the book to one's own and into the money of an answer, in a browser with a real worker."""

from __future__ import annotations

from playwright.sync_api import expect

from accounts.tenancy import scope
from engine.prices import open_to_own
from inventory.knowledge import current
from inventory.models import OwnPrice
from tests.browser.conftest import Windows
from tests.browser.site import Site

BOOK = sum(open_to_own(fact) for fact in current().facts.values())
LABEL = "A million output tokens of Claude Haiku 5.5"


def test_an_own_price_is_found_stated_seen_and_withdrawn(windows: Windows, site: Site) -> None:
    page = windows.open()
    page.goto(f"{site.url}/o/{site.organisation.slug}/")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Price book").click()
    page.get_by_label("Search").fill("haiku output")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("status")).to_have_text(f"2 of {BOOK}.")
    page.get_by_role("link", name=f"Add your price: {LABEL}", exact=True).click()

    expect(page.locator("#beside")).to_have_text(LABEL)
    expect(page.get_by_label("Which fact of the price book?")).to_have_value("price.claude-haiku-5-5.out")
    page.get_by_label("What is it for you?").fill("0.4")
    page.get_by_label("Where is it from?").fill("Offer of November")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("“since” is missing. Right: a date like 2026-11-24.")
    expect(page.get_by_label("What is it for you?")).to_have_value("0.4")
    page.get_by_label("From which day does it hold?").fill("2026-11-01")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#q-since dd")).to_have_text("1 Nov 2026")

    page.get_by_role("navigation", name="Main").get_by_role("link", name="Price book").click()
    row = page.locator("tr", has=page.get_by_role("rowheader", name=LABEL).first).first
    expect(row).to_contain_text("0.4 USD")
    expect(row).to_contain_text("from 1 Nov 2026: Offer of November")
    page.get_by_role("button", name=f"Withdraw your price: {LABEL}", exact=True).click()
    expect(page.locator(".messages")).to_contain_text("is withdrawn: the price book's counts again.")
    with scope(site.organisation):
        record = OwnPrice.objects.get(key="price.claude-haiku-5-5.out")
        assert (record.answers["value"], record.archived_at is None) == ("0.4", False)


def test_from_an_amount_to_the_own_price_behind_it(windows: Windows, site: Site) -> None:
    page = windows.open()
    page.goto(f"{site.url}/o/{site.organisation.slug}/runs/{site.run.public_id}/")
    page.get_by_role("link", name="2 of your own").click()
    row = page.get_by_role("row", name="One person-day of a developer, all costs in")
    expect(row).to_contain_text("640 EUR")
    row.get_by_role("link", name="origin of your own price").click()
    expect(page.get_by_role("main")).to_contain_text("instead of 454 / 847 / 1,634 USD since 1 May 2024")
    page.get_by_role("link", name="Own price", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("people.day_rate")
    expect(page.locator("#q-value dd")).to_have_text("640")
