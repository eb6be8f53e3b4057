"""Pages in the states that no address names: empty, waiting, failed, refused, in conflict, not there, not allowed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Page

from accounts.audit import SYSTEM
from accounts.services import add_member, create_organisation
from accounts.tenancy import scope
from inventory.models import Vendor
from inventory.services import create_record, update_record
from reports import services as papers
from strategy import services as runs
from strategy.knowledge import current
from strategy.models import Run
from tests.browser.conftest import Windows, enter
from tests.browser.looks import faults
from tests.browser.site import Site

Open = Callable[[Page, Site], None]


def base(site: Site) -> str:
    return f"{site.url}/o/{site.organisation.slug}/"


def queued(site: Site, day: int) -> Run:
    """A run that nobody sends to the worker."""
    with scope(site.organisation):
        run, _ = runs.request_run(actor=SYSTEM, knowledge=current(), as_of=date(2027, 1, day))
    return run


def a_run_that_waits(page: Page, site: Site) -> None:
    page.goto(f"{base(site)}runs/{queued(site, 1).public_id}/")


def a_run_that_failed(page: Page, site: Site) -> None:
    run = queued(site, 2)
    with scope(site.organisation):
        claim = runs.claim(run.pk)
        assert claim is not None
        runs.fail(claim, "There is no price for this model.")
    page.goto(f"{base(site)}runs/{run.public_id}/")


def a_run_that_was_cancelled(page: Page, site: Site) -> None:
    run = queued(site, 3)
    with scope(site.organisation):
        runs.cancel(run, actor=SYSTEM)
    page.goto(f"{base(site)}runs/{run.public_id}/")


def a_paper_that_waits(page: Page, site: Site) -> None:
    with scope(site.organisation):
        paper, _ = papers.request_report(site.run, actor=SYSTEM, author="Waiting")
    page.goto(f"{base(site)}reports/{paper.public_id}/")


def a_paper_that_failed(page: Page, site: Site) -> None:
    with scope(site.organisation):
        paper, _ = papers.request_report(site.run, actor=SYSTEM, author="Failed")
        claim = papers.claim(paper.pk)
        assert claim is not None
        papers.fail(claim, "The printer ran out of memory.")
    page.goto(f"{base(site)}reports/{paper.public_id}/")


def a_form_that_was_refused(page: Page, site: Site) -> None:
    page.goto(f"{base(site)}vendors/new/")
    page.locator("#section-assurance summary").click()
    page.get_by_label("What is its short name?").fill("not a short name")
    page.get_by_role("button", name="Save").click()
    page.locator("#error-summary").wait_for()


def a_form_in_conflict(page: Page, site: Site) -> None:
    with scope(site.organisation):
        record = create_record(Vendor, {"key": "contested", "name": "Contested"}, actor=SYSTEM)
    page.goto(f"{base(site)}vendors/{record.public_id}/edit/")
    with scope(site.organisation):
        update_record(record, {"key": "contested", "name": "Theirs"}, actor=SYSTEM)
    page.get_by_label("What is it called?").fill("Mine")
    page.get_by_role("button", name="Save").click()
    page.locator("#error-summary").wait_for()


def a_day_that_is_none(page: Page, site: Site) -> None:
    page.goto(f"{base(site)}runs/")
    page.get_by_label("As of (today when empty)").fill("tomorrow")
    page.get_by_role("button", name="Analyse now").click()
    page.locator("#error-summary").wait_for()


def an_invitation_without_an_address(page: Page, site: Site) -> None:
    page.goto(f"{base(site)}members/")
    page.get_by_role("button", name="Invite", exact=True).click()
    page.locator("#error-summary").wait_for()


def a_key_that_is_shown_once(page: Page, site: Site) -> None:
    page.goto(f"{base(site)}api-keys/")
    page.get_by_label("What is it for?").fill("Nightly import")
    page.get_by_label("Read records, runs and reports").check()
    page.get_by_role("button", name="Create").click()
    page.locator(".secret").wait_for()


def a_page_that_is_not_there(page: Page, site: Site) -> None:
    page.goto(f"{base(site)}runs/none/")


def a_wrong_password(page: Page, site: Site) -> None:
    page.context.clear_cookies()
    page.goto(f"{site.url}/account/login/")
    page.get_by_label("Email").fill(site.owner.email)
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.locator("#error-summary").wait_for()


def folds_that_are_open(page: Page, site: Site) -> None:
    page.goto(f"{base(site)}runs/{site.run.public_id}/use-cases/service-desk/")
    page.evaluate("document.querySelectorAll('.option.chosen details').forEach(d => d.open = true)")


def a_form_with_every_section_open(page: Page, site: Site) -> None:
    page.goto(f"{base(site)}use-cases/new/")
    page.evaluate("document.querySelectorAll('main details').forEach(d => d.open = true)")


STATES: tuple[Open, ...] = (
    a_run_that_waits,
    a_run_that_failed,
    a_run_that_was_cancelled,
    a_paper_that_waits,
    a_paper_that_failed,
    a_form_that_was_refused,
    a_form_in_conflict,
    a_day_that_is_none,
    an_invitation_without_an_address,
    a_key_that_is_shown_once,
    a_page_that_is_not_there,
    a_wrong_password,
    folds_that_are_open,
    a_form_with_every_section_open,
)


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_nothing_is_in_the_way_in_any_state(windows: Windows, site: Site, state: Open) -> None:
    page = windows.open()
    state(page, site)
    assert faults(page) == {}


@pytest.fixture
def empty(site: Site) -> Site:
    """A new organisation of the owner, in which nothing is recorded."""
    return site.with_organisation(create_organisation(name="Empty Company", owner=site.owner))


@pytest.mark.parametrize("place", ["", "use-cases/", "controls/", "runs/", "reports/", "api-keys/"])
def test_an_empty_page_says_what_it_is_for_with_an_example_and_a_button(
    windows: Windows, empty: Site, place: str
) -> None:
    page = windows.open()
    page.goto(base(empty) + place)
    main = page.get_by_role("main")
    assert "or example: " in main.inner_text()
    assert main.locator(".btn").count() >= 1
    assert faults(page) == {}


def test_what_a_role_may_not_do_is_said(windows: Windows, site: Site) -> None:
    with scope(site.organisation):
        member = add_member(email="reader@manufacturer.example", role="viewer", actor=SYSTEM)
    member.user.set_password(site.password)
    member.user.save()
    page = windows.open(known=False)
    enter(page, site.of(member.user))
    page.goto(f"{base(site)}use-cases/new/")
    assert "It does not include" in page.get_by_role("main").inner_text()
    assert faults(page) == {}
