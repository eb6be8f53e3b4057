"""What leaves the product: nothing to private addresses, no redirects, nothing without end."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.test import override_settings

from accounts import outgoing
from accounts.outgoing import OutgoingRefused, fetch, is_allowed, is_public

HOSTILE = (
    "https://127.0.0.1/", "https://127.1/", "https://0.0.0.0/", "https://[::1]/", "https://[::ffff:10.0.0.1]/",
    "https://169.254.169.254/latest/meta-data/", "https://100.64.0.1/", "https://[fd00::1]/", "https://[fe80::1]/",
    "https://2130706433/", "https://0177.0.0.1/", "https://0x7f000001/", "https://10.0.0.1/", "https://192.168.1.1/",
    "https://172.16.0.1/", "https://localhost/", "https://224.0.0.1/", "https://[64:ff9b::7f00:1]/",
    "https://[2002:7f00:1::]/",
)  # fmt: skip


@pytest.fixture
def no_connections(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The connections that were tried; each fails."""
    tried: list[Any] = []

    def refuse(address: Any, timeout: float) -> None:
        tried.append(address)
        raise OSError("no network in this test")

    monkeypatch.setattr(outgoing.socket, "create_connection", refuse)
    return tried


@pytest.mark.parametrize("url", HOSTILE)
def test_a_private_address_is_never_asked(no_connections: list[Any], url: str) -> None:
    with pytest.raises(OutgoingRefused):
        fetch(url)
    assert no_connections == []


@pytest.mark.parametrize(
    "url",
    ["http://example.org/", "ftp://example.org/", "file:///etc/passwd", "https://example.org:8443/", "https://",
     "https://u:p@example.org/", "https://example.org:x/", "gopher://127.0.0.1:6379/", "//example.org/", ""],
)  # fmt: skip
def test_another_scheme_port_or_form_is_never_asked(no_connections: list[Any], url: str) -> None:
    assert not is_allowed(url)
    with pytest.raises(OutgoingRefused):
        fetch(url)
    assert no_connections == []


def resolved(*addresses: str) -> Any:
    def answer(host: str, port: int, type: int) -> list[Any]:
        return [(socket.AF_INET, type, 6, "", (address, port)) for address in addresses]

    return answer


def test_the_connection_goes_to_the_address_that_was_looked_at(
    no_connections: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def rebinding(host: str, port: int, type: int) -> list[Any]:
        asked.append(host)
        return resolved("93.184.215.14" if len(asked) == 1 else "127.0.0.1")(host, port, type)  # type: ignore[no-any-return]

    monkeypatch.setattr(outgoing.socket, "getaddrinfo", rebinding)
    with pytest.raises(OutgoingRefused, match="could not be reached"):
        fetch("https://rebinding.example/")
    assert asked == ["rebinding.example"]
    assert no_connections == [("93.184.215.14", 443)]


def test_one_private_address_among_public_ones_is_enough(
    no_connections: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outgoing.socket, "getaddrinfo", resolved("93.184.215.14", "10.0.0.7"))
    with pytest.raises(OutgoingRefused, match="lies in a private network"):
        fetch("https://mixed.example/")
    assert no_connections == []


@contextmanager
def answering(status: int, body: bytes, pause: float = 0, **headers: str) -> Iterator[tuple[str, list[str]]]:
    """A server that answers each request so, and what it was asked."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            try:
                for start in range(0, len(body), 4096):
                    self.wfile.write(body[start : start + 4096])
                    self.wfile.flush()
                    time.sleep(pause)
            except OSError:
                return

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"127.0.0.1:{server.server_address[1]}", asked
    finally:
        server.shutdown()
        server.server_close()


def test_a_listed_address_is_asked() -> None:
    with answering(200, b"{}") as (place, asked), override_settings(OUTGOING_ALLOWED=[place]):
        assert fetch(f"http://{place}/a?b=c") == b"{}"
        assert asked == ["/a?b=c"]
        with pytest.raises(OutgoingRefused):
            fetch(f"http://localhost:{place.partition(':')[2]}/")
        assert len(asked) == 1


@pytest.mark.parametrize("status", [301, 302, 307, 404, 500])
def test_a_redirect_is_not_followed_and_an_error_is_no_answer(status: int) -> None:
    with answering(200, b"secret") as (inner, reached):
        with (
            answering(status, b"", Location=f"http://{inner}/") as (place, _),
            override_settings(OUTGOING_ALLOWED=[place, inner]),
            pytest.raises(OutgoingRefused, match=f"status {status}"),
        ):
            fetch(f"http://{place}/")
        assert reached == []


def test_an_answer_without_end_is_cut() -> None:
    with (
        answering(200, b"x" * (outgoing.LARGEST + 1)) as (place, _),
        override_settings(OUTGOING_ALLOWED=[place]),
        pytest.raises(OutgoingRefused, match="more than 262144 bytes"),
    ):
        fetch(f"http://{place}/")


def test_an_answer_that_takes_too_long_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outgoing, "SECONDS", 0.5)
    with (
        answering(200, b"x" * 40_000, pause=0.2) as (place, _),
        override_settings(OUTGOING_ALLOWED=[place]),
        pytest.raises(OutgoingRefused, match="took longer"),
    ):
        fetch(f"http://{place}/")


@pytest.mark.parametrize(
    ("address", "public"),
    [("93.184.215.14", True), ("2606:4700::1", True), ("::ffff:93.184.215.14", True), ("10.1.2.3", False),
     ("fe80::1%eth0", False), ("198.18.0.1", False), ("255.255.255.255", False), ("ff02::1", False)],
)  # fmt: skip
def test_which_address_is_public(address: str, public: bool) -> None:
    assert is_public(address) is public
