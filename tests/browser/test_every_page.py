"""Every page of the product, in light and dark, wide and narrow: axe finds nothing, and nothing scrolls sideways."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page

from tests.browser.addresses import ANONYMOUS, Route, address, routes
from tests.browser.conftest import Windows
from tests.browser.site import Site

AXE = settings.BASE_DIR / "node_modules" / "axe-core" / "axe.min.js"
RUN = (
    "axe.run({resultTypes: ['violations'], rules: {'target-size': {enabled: true}}}).then(r => r.violations)"
)
WIDE, NARROW, NARROWEST = 1440, 390, 320


@pytest.fixture(scope="package")
def axe() -> str:
    assert AXE.exists(), "axe-core is not there. `make setup-dev` fetches it."
    return AXE.read_text()


def violations(page: Page, axe: str) -> list[str]:
    """What axe finds on a page: rule, what it wants, and where."""
    page.evaluate(axe)
    found: list[dict[str, Any]] = page.evaluate(
        "axe.run({resultTypes: ['violations']}).then(r => r.violations)"
    )
    return [f"{v['id']}: {v['help']}: {json.dumps([n['target'] for n in v['nodes']][:4])}" for v in found]


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))


@pytest.fixture(scope="module")
def reader(chromium: Browser, site: Site, signed_in: Path) -> Iterator[Callable[[Route], Page]]:
    """Two windows for all pages: the owner's, and one for pages before the sign-in."""
    windows = Windows(chromium, site.url, signed_in)
    owners, anonymous = windows.open(), windows.open(known=False)

    def read(route: Route) -> Page:
        page = anonymous if route.name in ANONYMOUS else owners
        page.set_viewport_size({"width": WIDE, "height": 900})
        answer = page.goto(site.url + address(route, site))
        assert answer is not None
        assert answer.status == 200
        windows.check()
        return page

    yield read
    windows.close()


@pytest.mark.parametrize("route", routes(), ids=lambda route: route.name)
def test_nothing_is_in_the_way_of_anybody(route: Route, reader: Callable[[Route], Page], axe: str) -> None:
    page = reader(route)
    faults: dict[str, Any] = {}
    for width in (WIDE, NARROW):
        page.set_viewport_size({"width": width, "height": 900})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            if found := violations(page, axe):
                faults[f"{width} {scheme}"] = found
    for width in (NARROW, NARROWEST):
        page.set_viewport_size({"width": width, "height": 900})
        if beyond := overflow(page):
            faults[f"wider than {width}"] = beyond
    assert faults == {}
