"""A person's way from a result to “what if”, to its analysis by the worker, and to what made the difference."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Windows
from tests.browser.site import Site

TURNS = 90


def until(page: Page, there: str) -> None:
    """Look again until a page says something, as a person without scripts would."""
    for _ in range(TURNS):
        if page.get_by_text(there).count():
            return
        page.wait_for_timeout(1000)
        page.reload()
    expect(page.get_by_text(there).first).to_be_visible()


def change(page: Page, record: str, section: str, question: str) -> None:
    page.get_by_role("link", name="Change an answer").first.click()
    page.get_by_role("link", name=record).first.click()
    page.locator("summary", has_text=section).click()
    page.get_by_role("link", name=question).click()


def test_from_a_result_to_what_if_and_to_the_cause_without_scripts(windows: Windows, site: Site) -> None:
    page, service = windows.open(javascript=False), "Answers for service technicians"
    page.goto(f"{site.url}/o/{site.organisation.slug}/runs/{site.run.public_id}/")
    page.get_by_role("link", name="What if …").click()
    page.get_by_label("What is it called?").fill("Nothing leaves, many ask")
    page.get_by_role("button", name="Save and choose an answer").click()
    page.get_by_role("link", name=service).first.click()
    page.locator("summary", has_text="Volume and speed").click()
    page.get_by_role("link", name="How many requests a day?").click()
    page.get_by_label("How many requests a day?").fill("many")
    page.get_by_role("button", name="Save in this scenario").click()
    expect(page.get_by_role("alert")).to_contain_text("“many” does not fit. Right: a whole number.")
    page.get_by_label("How many requests a day?").fill("90,000")
    page.get_by_role("button", name="Save in this scenario").click()
    change(page, service, "The task", "What must never happen?")
    page.get_by_label("Data leaves the organisation").check()
    page.get_by_role("button", name="Save in this scenario").click()
    page.get_by_role("button", name="Analyse this scenario").click()
    until(page, "These are not the answers of the assessment")
    until(page, "At a glance")
    page.get_by_role("link", name="Nothing leaves, many ask").click()
    page.get_by_role("link", name=re.compile("^Compare the analysis")).click()
    expect(page.get_by_role("heading", name="Comparison")).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("^Option"))).to_contain_text("Your two answers together.")
    page.get_by_role("button", name="Work out which change did what").click()
    until(page, "Taken one after the other")
    why = page.get_by_role("row", name=re.compile("^Option"))
    expect(why).to_contain_text("Your answer: What must never happen?")
    expect(why).not_to_contain_text("requests a day")
    with page.expect_download() as loading:
        page.get_by_role("link", name="Download as CSV").click()
    assert loading.value.suggested_filename == "comparison.csv"
