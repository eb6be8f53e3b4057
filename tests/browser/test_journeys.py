"""What people do from beginning to end, in a browser, with a real worker."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Organisation
from accounts.tenancy import scope
from inventory.models import UseCase
from tests.browser.conftest import Windows, enter
from tests.browser.site import Site

WORKER = 60_000


def test_from_the_sign_in_to_the_board_paper(windows: Windows, site: Site, tmp_path: Path) -> None:
    page = windows.open(known=False)
    enter(page, site)
    page.goto(f"{site.url}/start/")
    page.get_by_label("Name of the organisation").fill("Harbour Clinic")
    page.get_by_role("button", name="Create").click()
    page.get_by_role("link", name="New use case").click()
    page.get_by_label("What is it called?").fill("Staff assistant")
    page.locator("#section-task summary").click()
    page.get_by_label("What kind of task is it?").select_option("Answer questions from knowledge")
    page.get_by_role("group", name="Must it cite its sources?").get_by_label("Yes").check()
    page.locator("#section-volume summary").click()
    page.get_by_label("How many requests a day?").fill("2,000")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Staff assistant")
    expect(page.locator("#q-requests_per_day dd")).to_have_text("2,000 requests a day")

    page.get_by_role("navigation", name="Main").get_by_role("link", name="Overview").click()
    page.get_by_role("button", name="Analyse now").click()
    expect(page.locator(".verdict")).to_have_text("1 of 1 use case can start.", timeout=WORKER)
    expect(page.get_by_role("heading", level=1)).to_have_text("The answers")

    confidence = page.get_by_role("link", name="origin of the confidence").first
    shown = re.search(r"(?:under |over )?\d+\s%", page.locator("dd", has=confidence).inner_text())
    assert shown is not None
    confidence.click()
    expect(page.locator("#number")).to_have_text(f"Confidence: {shown[0]}")
    page.get_by_role("link", name="Must it cite its sources?").click()
    expect(page.locator("#q-citations_required dd")).to_have_text("Yes")

    page.get_by_role("navigation", name="Main").get_by_role("link", name="Analyses").click()
    page.locator("tbody th a").click()
    page.get_by_role("button", name="Make the board paper").click()
    link = page.get_by_role("link", name="Download the PDF")
    expect(link).to_be_visible(timeout=WORKER)
    with page.expect_download() as download:
        link.click()
    download.value.save_as(tmp_path / "paper.pdf")
    assert (tmp_path / "paper.pdf").read_bytes().startswith(b"%PDF-")


def test_the_keyboard_alone_is_enough(windows: Windows, site: Site) -> None:
    page = windows.open(known=False)
    page.goto(f"{site.url}/account/login/")
    tab_to(page, "Email")
    page.keyboard.type(site.owner.email)
    tab_to(page, "Password")
    page.keyboard.type(site.password)
    go(page)
    page.goto(f"{site.url}/start/")
    tab_to(page, "Name of the organisation")
    page.keyboard.type("Quay Clinic")
    tab_to(page, "Create")
    go(page)
    tab_to(page, "New use case")
    go(page)
    tab_to(page, "What is it called?")
    page.keyboard.type("Letters")
    tab_to(page, "Law")
    page.keyboard.press("Enter")
    tab_to(page, "Save")
    go(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Letters")
    tab_to(page, "Overview")
    go(page)
    tab_to(page, "Analyse now")
    go(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("The answers", timeout=WORKER)
    with scope(Organisation.objects.get(name="Quay Clinic")):
        assert UseCase.objects.get().key == "letters"


def go(page: Page) -> None:
    """Press Enter on what has the focus, and wait for the page that follows."""
    with page.expect_navigation():
        page.keyboard.press("Enter")


FOCUSED = """() => {
  const on = document.activeElement, box = on.getBoundingClientRect();
  const at = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  const label = on.labels && on.labels.length ? on.labels[0] : on.querySelector('h2') || on;
  const frame = on.closest('.choice') || on;
  return {
    name: label.textContent.replace('required', '').trim(),
    hidden: !at || !(at === on || on.contains(at) || at.contains(on) || frame.contains(at)),
    ring: getComputedStyle(on).outlineStyle !== 'none' || getComputedStyle(frame).outlineStyle !== 'none'
      || getComputedStyle(on).boxShadow !== 'none',
  };
}"""


def tab_to(page: Page, name: str, most: int = 120) -> None:
    """Go on with Tab until a control of that name has the focus; it must be seen all the way."""
    for _ in range(most):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        assert not focused["hidden"], f"{focused['name']} is covered where it has the focus"
        assert focused["ring"], f"{focused['name']} does not show that it has the focus"
        if focused["name"] == name:
            return
    pytest.fail(f"Tab never came to “{name}”")


def test_without_scripts_records_are_kept_and_answers_are_read(windows: Windows, site: Site) -> None:
    page = windows.open(javascript=False)
    page.goto(f"{site.url}/o/{site.organisation.slug}/use-cases/new/")
    page.get_by_label("What is it called?").fill("Without scripts")
    page.locator("#section-volume summary").click()
    page.get_by_label("How many people use it?").fill("many")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#error-summary")).to_contain_text("How many people use it?")
    expect(page.get_by_label("How many people use it?")).to_have_value("many")
    page.get_by_label("How many people use it?").fill("40")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Without scripts")

    page.goto(f"{site.url}/o/{site.organisation.slug}/runs/")
    page.get_by_label("As of (today when empty)").fill("2026-12-01")
    page.get_by_role("button", name="Analyse now").click()
    expect(page.locator(".verdict")).to_be_visible(timeout=WORKER)
    page.get_by_role("link", name="Reasons, all options and what was refused").first.click()
    page.locator(".option.chosen .why summary").first.click()
    expect(page.locator(".option.chosen .source-list").first).to_be_visible()
    page.goto(f"{site.url}/o/{site.organisation.slug}/use-cases/")
    page.get_by_role("link", name="Without scripts").click()
    page.get_by_role("button", name="Archive").click()
    expect(page.locator(".messages")).to_have_text(
        "Without scripts was archived. Nothing is lost: it can be restored."
    )
