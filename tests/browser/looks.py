"""How a page is looked at: by axe in light and dark, wide and narrow, and for what hangs over its edge."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from django.conf import settings
from playwright.sync_api import Page

AXE = settings.BASE_DIR / "node_modules" / "axe-core" / "axe.min.js"
RUN = (
    "axe.run({resultTypes: ['violations'], rules: {'target-size': {enabled: true}}}).then(r => r.violations)"
)
WIDE, NARROW, NARROWEST = 1440, 390, 320


@cache
def axe() -> str:
    """The text of axe-core, which set-up fetches from npm."""
    assert AXE.exists(), "axe-core is not there. `make setup-dev` fetches it."
    return AXE.read_text()


def faults(page: Page) -> dict[str, Any]:
    """What is in somebody's way on an open page, by width and scheme; empty where nothing is."""
    found: dict[str, Any] = {}
    for width in (WIDE, NARROW):
        page.set_viewport_size({"width": width, "height": 900})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            if violations := _violations(page):
                found[f"{width} {scheme}"] = violations
    for width in (NARROW, NARROWEST):
        page.set_viewport_size({"width": width, "height": 900})
        if beyond := page.evaluate("document.documentElement.scrollWidth - window.innerWidth"):
            found[f"wider than {width}"] = beyond
    page.set_viewport_size({"width": WIDE, "height": 900})
    return found


def _violations(page: Page) -> list[str]:
    page.evaluate(axe())
    found: list[dict[str, Any]] = page.evaluate(RUN)
    return [f"{v['id']}: {v['help']}: {json.dumps([n['target'] for n in v['nodes']][:4])}" for v in found]
