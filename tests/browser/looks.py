"""How a page is looked at: by axe in light and dark, wide and narrow, and for what hangs over its edge."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from django.conf import settings
from playwright.sync_api import Page

AXE = settings.BASE_DIR / "node_modules" / "axe-core" / "axe.min.js"
RUN = "options => axe.run({resultTypes: ['violations'], ...options}).then(r => r.violations)"
EVERY_RULE = {"rules": {"target-size": {"enabled": True}}}
COLOUR_RULES = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
BEYOND = """() => [...document.querySelectorAll('body *')]
  .filter(one => one.getBoundingClientRect().right > innerWidth + 1 && !one.closest('.table-wrap, .chart'))
  .map(one => one.tagName + '.' + one.className + ': ' + one.textContent.trim().slice(0, 40)).slice(0, 4)"""
WIDE, NARROW, NARROWEST = 1440, 390, 320


@cache
def axe() -> str:
    """The text of axe-core, which set-up fetches from npm."""
    assert AXE.exists(), "axe-core is not there. `make setup-dev` fetches it."
    return AXE.read_text()


def faults(page: Page) -> dict[str, Any]:
    """What is in somebody's way on an open page, by width and scheme; empty where nothing is.

    The dark scheme changes colours and nothing else, so there the rules on colours are asked.
    """
    found: dict[str, Any] = {}
    page.evaluate(axe())
    for width in (WIDE, NARROW):
        page.set_viewport_size({"width": width, "height": 900})
        for scheme, rules in (("light", EVERY_RULE), ("dark", COLOUR_RULES)):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            if violations := page.evaluate(RUN, rules):
                found[f"{width} {scheme}"] = [said(violation) for violation in violations]
    for width in (NARROW, NARROWEST):
        page.set_viewport_size({"width": width, "height": 900})
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            found[f"wider than {width}"] = page.evaluate(BEYOND)
    page.set_viewport_size({"width": WIDE, "height": 900})
    page.emulate_media(color_scheme="light")
    return found


def said(violation: dict[str, Any]) -> str:
    """The rule that a page breaks, what it wants, and where."""
    places = json.dumps([node["target"] for node in violation["nodes"]][:4])
    return f"{violation['id']}: {violation['help']}: {places}"
