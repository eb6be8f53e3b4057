"""The pictures of the README, made anew from a running demo.

make run                                                     # in one terminal; it shows the sign-ins
.venv/bin/python docs/pictures.py ADDRESS EMAIL PASSWORD      # in another
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

IMAGES = Path(__file__).parent / "images"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
SIZE = {"width": 1360, "height": 850}


def main(address: str, email: str, password: str) -> None:
    browser_path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser_path is None:
        raise SystemExit("No Chromium. Install one: sudo apt-get install -y chromium")
    IMAGES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
        page = browser.new_page(viewport=SIZE, reduced_motion="reduce")  # type: ignore[arg-type]
        sign_in(page, address, email, password)
        open_last_answers(page)
        page.screenshot(path=IMAGES / "run-page.png")
        browser.close()


def sign_in(page: Page, address: str, email: str, password: str) -> None:
    page.goto(f"{address}/account/login/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"{address}/o/**")


def open_last_answers(page: Page) -> None:
    """The answers of the newest finished analysis, without the greeting of the sign-in."""
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Analyses").click()
    page.get_by_role("row").filter(has_text="Finished").first.get_by_role("link").click()
    page.get_by_role("heading", name="The answers").wait_for()
    page.evaluate("document.fonts.ready")


if __name__ == "__main__":
    if len(sys.argv) != 4:
        raise SystemExit(__doc__)
    main(*sys.argv[1:])
