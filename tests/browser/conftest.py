"""Chromium, and the product that it opens. Every page that a test opens is watched: see `Watch`."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connections
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django.plugin import DjangoDbBlocker

from local.setup import BROWSERS
from tests.browser.site import Site, served_example
from tests.browser.watch import Watch
from tests.skipping import leave_out

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)
SECONDS = 15


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """The machine's Chromium. Without one these tests are skipped; where CI is true they fail."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        without = (
            "No Chromium, so pages were not opened in a browser. To do so: sudo apt-get install -y chromium"
        )
        leave_out(without)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def site(
    chromium: Browser,
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Site]:
    """The served product with its worker; what it stored is gone after the last of these tests.

    Playwright keeps a loop running in this thread, which Django takes for asynchronous code with connections
    of its own.
    """
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock():
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        try:
            with served_example(tmp_path_factory.mktemp("site")) as served:
                yield served
        finally:
            call_command("flush", database="owner", interactive=False, verbosity=0)
            connections.close_all()


@pytest.fixture(scope="package")
def signed_in(chromium: Browser, site: Site, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The cookies of the owner, who signed in on the sign-in page."""
    kept = tmp_path_factory.mktemp("browser") / "owner.json"
    context = chromium.new_context()
    page = context.new_page()
    enter(page, site)
    context.storage_state(path=kept)
    context.close()
    return kept


def enter(page: Page, site: Site) -> None:
    """Sign the owner in on the sign-in page, and wait for what follows."""
    if not page.url.startswith(f"{site.url}/account/login/"):
        page.goto(f"{site.url}/account/login/")
    page.get_by_label("Email").fill(site.owner.email)
    page.get_by_label("Password").fill(site.password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda url: "/account/login/" not in url)


class Windows:
    """Browser windows in which every page is watched."""

    def __init__(self, browser: Browser, home: str, owner: Path | None) -> None:
        self.browser, self.home, self.owner = browser, home, owner
        self.watches: list[Watch] = []

    def open(
        self, *, width: int = 1440, scheme: str = "light", javascript: bool = True, known: bool = True
    ) -> Page:
        """A page of a fresh window: its width, light or dark, with or without JavaScript or the owner's cookies."""
        context = self.browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=scheme,  # type: ignore[arg-type]
            reduced_motion="reduce",
            java_script_enabled=javascript,
            storage_state=self.owner if known else None,
        )
        context.set_default_timeout(SECONDS * 1000)
        self.watches.append(Watch(context, self.home))
        return context.new_page()

    def check(self) -> None:
        """Fails where a page did what none may do."""
        for watch in self.watches:
            watch.check()

    def close(self) -> None:
        for watch in self.watches:
            watch.context.close()


@pytest.fixture
def windows(chromium: Browser, site: Site, signed_in: Path) -> Iterator[Windows]:
    """Windows for one test."""
    opened = Windows(chromium, site.url, signed_in)
    yield opened
    opened.close()
    opened.check()
