"""An admin gives board papers the firm's own look, and sees it before anything is printed."""

from __future__ import annotations

import io

from django.urls import reverse
from PIL import Image
from playwright.sync_api import expect

from tests.browser.conftest import Windows, enter
from tests.browser.looks import faults
from tests.browser.site import Site


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (300, 90), "#7a2e1d").save(out, "PNG")
    return out.getvalue()


def test_a_logo_and_colours_are_seen_on_the_sketch_of_the_cover(windows: Windows, site: Site) -> None:
    page = windows.open(known=False)
    enter(page, site)
    page.goto(site.url + reverse("settings", args=[site.organisation.slug]))
    page.get_by_role("link", name="Branding").click()
    page.get_by_label("Colour of headings").fill("#ffcc00")
    page.get_by_label("Label of confidentiality").fill("Board only")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".field-error")).to_have_text(
        "#ffcc00 on white paper has a contrast of 1.51:1. Right: 4.5:1 or more, for example #8e7200."
    )
    expect(page.get_by_label("Label of confidentiality")).to_have_value("Board only")
    page.get_by_label("Colour of headings").fill("#7a2e1d")
    page.get_by_label("Colour of the band on the cover").fill("#123456")
    page.get_by_role("button", name="Save").click()
    sketch = page.get_by_role("img", name="A sketch of the cover")
    expect(sketch.get_by_text("Board only")).to_have_attribute("fill", "#ffffff")
    expect(sketch.get_by_text("Board paper · for decision")).to_have_attribute("fill", "#7a2e1d")
    page.get_by_label("Logo").set_input_files(
        {"name": "logo.png", "mimeType": "image/png", "buffer": picture()}
    )
    page.get_by_role("button", name="Store the logo").click()
    expect(sketch.locator("image")).to_have_count(1)
    loaded = (
        "fetch(document.querySelector('svg image').href.baseVal).then(r => r.headers.get('content-type'))"
    )
    assert page.evaluate(loaded) == "image/png"
    assert faults(page) == {}
