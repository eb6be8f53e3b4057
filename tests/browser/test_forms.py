"""Forms lose nothing: not by a wrong value, not by two people at once, not by a session that ended."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from accounts.audit import SYSTEM
from accounts.tenancy import scope
from inventory.models import DataAsset
from inventory.services import archive_record, create_record
from tests.browser.conftest import Windows, enter
from tests.browser.site import Site


@pytest.fixture
def letters(site: Site) -> Iterator[DataAsset]:
    """A data asset for one test."""
    with scope(site.organisation):
        record = create_record(DataAsset, {"key": "letters", "name": "Letters", "tokens": 5000}, actor=SYSTEM)
    yield record
    with scope(site.organisation):
        archive_record(record, actor=SYSTEM)
        DataAsset.objects.filter(pk=record.pk).update(key=f"letters-{record.public_id}")


def address(site: Site, record: DataAsset) -> str:
    return f"{site.url}/o/{site.organisation.slug}/data-assets/{record.public_id}/"


def stored(site: Site, record: DataAsset) -> dict[str, object]:
    with scope(site.organisation):
        return dict(DataAsset.objects.get(pk=record.pk).answers)


def edit(page: Page, site: Site, record: DataAsset) -> Page:
    page.goto(f"{address(site, record)}edit/")
    page.locator("#section-size summary").click()
    return page


def test_a_wrong_value_is_named_and_the_way_to_it_is_one_step(
    windows: Windows, site: Site, letters: DataAsset
) -> None:
    page = edit(windows.open(), site, letters)
    page.get_by_label("How much text is it?").fill("a lot")
    page.get_by_label("What is it called?").fill("All letters")
    page.get_by_role("button", name="Save").click()
    summary = page.locator("#error-summary")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text("How much text is it? “a lot” does not fit. Right: a whole number.")
    expect(page.get_by_label("What is it called?")).to_have_value("All letters")
    summary.get_by_role("link", name="How much text is it?").click()
    field = page.get_by_label("How much text is it?")
    expect(field).to_be_focused()
    expect(field).to_have_value("a lot")
    assert stored(site, letters) == {"tokens": 5000}


def test_two_people_see_both_versions_and_lose_neither(
    windows: Windows, site: Site, letters: DataAsset
) -> None:
    mine, theirs = edit(windows.open(), site, letters), edit(windows.open(), site, letters)
    theirs.get_by_label("How much text is it?").fill("7,000")
    theirs.get_by_role("button", name="Save").click()
    expect(theirs.locator(".messages")).to_have_text("Data asset saved.")
    mine.get_by_label("How much text is it?").fill("9,000")
    mine.get_by_role("button", name="Save").click()
    expect(mine.locator("#error-summary h2")).to_have_text("Somebody else saved this meanwhile")
    row = mine.locator("#error-summary tbody tr")
    expect(row).to_have_text(re.compile(r"How much text is it\?\s*9,000 tokens\s*7,000 tokens"))
    assert stored(site, letters) == {"tokens": 7000}
    mine.get_by_role("button", name="Save").click()
    expect(mine.locator(".messages")).to_have_text("Data asset saved.")
    assert stored(site, letters) == {"tokens": 9000}


@pytest.mark.parametrize("javascript", [True, False])
def test_a_session_that_ends_while_typing_costs_nothing(
    windows: Windows, site: Site, letters: DataAsset, javascript: bool
) -> None:
    page = windows.open(known=False, javascript=javascript)
    enter(page, site)
    edit(page, site, letters)
    page.get_by_label("How much text is it?").fill("8,500")
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("You were signed out.")).to_be_visible()
    assert stored(site, letters) == {"tokens": 5000}
    enter(page, site)
    expect(page).to_have_url(f"{address(site, letters)}edit/")
    expect(page.get_by_text("You were signed out while you typed.")).to_be_visible()
    page.locator("#section-size summary").click()
    expect(page.get_by_label("How much text is it?")).to_have_value("8,500")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".messages")).to_contain_text("Data asset saved.")
    assert stored(site, letters) == {"tokens": 8500}
