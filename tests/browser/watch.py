"""What must hold on every page that a browser test opens, whatever the test is about."""

from __future__ import annotations

from playwright.sync_api import BrowserContext, ConsoleMessage, Request

REFUSED_FORM = "Failed to load resource: the server responded with a status of 4"


class Watch:
    """No page writes an error to the console, breaks the content policy, or asks another machine.

    Requests are listened to and not routed, which would turn the browser's cache off; that no other machine is
    reached is seen to where Chromium is started.
    A form that is refused answers 400, 404 or 409, which Chromium notes in the console; that is no fault.
    """

    def __init__(self, context: BrowserContext, home: str) -> None:
        self.context, self.home = context, home
        self.faults: list[str] = []
        context.on("console", self._said)
        context.on("weberror", lambda error: self.faults.append(f"script: {error.error}"))
        context.on("request", self._asked)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(REFUSED_FORM):
            self.faults.append(f"console on {message.page.url if message.page else '?'}: {message.text}")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self.home, "data:", "blob:")):
            self.faults.append(f"a page asked another machine: {request.url}")

    def check(self) -> None:
        """Fails where anything was noted since the last check."""
        noted, self.faults = self.faults, []
        assert noted == []
