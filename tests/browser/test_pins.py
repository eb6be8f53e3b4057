"""A person pins a use case in the browser: the quick answer stands there at once, then the best plan."""

from __future__ import annotations

from django.urls import reverse
from playwright.sync_api import expect

from tests.browser.conftest import Windows
from tests.browser.site import Site


def test_a_pinned_plan_comes_twice_first_quick_then_best(windows: Windows, site: Site) -> None:
    page = windows.open()
    page.goto(site.url + reverse("run_portfolio", args=[site.organisation.slug, site.run.public_id]))
    chosen = page.get_by_role("region", name="In the plan").get_by_role("rowheader")
    name = chosen.first.inner_text()
    page.get_by_label(f"{name}: in the plan?").select_option("out")
    page.get_by_role("button", name="Plan with these pins").click()

    expect(page.get_by_role("heading", name="The quick answer")).to_be_visible()
    expect(page.get_by_role("heading", name="In the plan")).to_be_visible(timeout=60_000)
    deferred = page.get_by_role("region", name="Deferred").get_by_role("row", name=name)
    expect(deferred).to_contain_text("It was decided to leave it out.")
    expect(page.get_by_label(f"{name}: in the plan?")).to_have_value("out")
    page.get_by_role("link", name="base", exact=True).click()
    expect(page.get_by_role("region", name="In the plan").get_by_role("rowheader", name=name)).to_be_visible()
