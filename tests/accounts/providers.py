"""A real OpenID provider as a process, a provider that cheats, and a name server: what single sign-on meets."""

from __future__ import annotations

import http.client
import json
import signal
import socket
import socketserver
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import dns.flags
import dns.message
import dns.rrset
import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from local.process import start, stop

ROOT = Path(__file__).parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Provider:
    """The real provider: asked as a browser would ask it."""

    port: int

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def knows(self, subject: str, **claims: Any) -> None:
        """Let the provider know a person."""
        assert self._ask("PUT", f"/users/{subject}", json.dumps(claims), "application/json").status == 204

    def sign_in(self, address: str, subject: str) -> str:
        """Sign in there as somebody; where the browser is sent back to."""
        place = urlsplit(address)
        form = urlencode({"sub": subject})
        answer = self._ask("POST", f"{place.path}?{place.query}", form, "application/x-www-form-urlencoded")
        assert answer.status == 302, answer.read()
        back = urlsplit(answer.headers["Location"])
        return f"{back.path}?{back.query}"

    def _ask(self, method: str, path: str, body: str, kind: str) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request(method, path, body, {"Content-Type": kind})
        return connection.getresponse()


@contextmanager
def real_provider(log: Path) -> Iterator[Provider]:
    """oidc-provider-mock in a process of its own; with its name it is a provider made for tests, not a stand-in."""
    port = free_port()
    child = start(
        [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port)],
        dies_by=signal.SIGTERM,
        log=log,
        cwd=ROOT,
    )
    try:
        until = time.monotonic() + 30
        while True:
            assert child.poll() is None, log.read_text()[-2000:]
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                assert time.monotonic() < until, "the provider did not start"
                time.sleep(0.1)
        yield Provider(port)
    finally:
        stop(child, signal.SIGTERM)


@dataclass
class Cheat:
    """A provider that answers with whatever token a test wants."""

    port: int
    key: rsa.RSAPrivateKey
    token: Any = None
    asked: list[dict[str, list[str]]] = field(default_factory=list)

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def claims(self, given_nonce: str, **changed: Any) -> dict[str, Any]:
        """The claims of a good token, but for what is changed; None takes a claim out."""
        now = int(time.time())
        good = {
            "iss": self.issuer,
            "aud": "sextant",
            "sub": "s-1",
            "iat": now,
            "exp": now + 300,
            "nonce": given_nonce,
            "email": "viewer.north@twin.example",
            "email_verified": True,
        }
        return {name: value for name, value in {**good, **changed}.items() if value is not None}

    def signed(self, claims: dict[str, Any], *, kid: str = "k1", key: Any = None, alg: str = "RS256") -> str:
        return jwt.encode(claims, key or self.key, algorithm=alg, headers={"kid": kid})


@contextmanager
def cheating_provider() -> Iterator[Cheat]:
    cheat = Cheat(free_port(), rsa.generate_private_key(public_exponent=65537, key_size=2048))

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path.startswith("/.well-known"):
                at = cheat.issuer
                self.say({"issuer": at, "authorization_endpoint": f"{at}/auth", "token_endpoint": f"{at}/token",
                          "jwks_uri": f"{at}/jwks"})  # fmt: skip
            else:
                public = jwt.algorithms.RSAAlgorithm.to_jwk(cheat.key.public_key(), as_dict=True)
                self.say({"keys": [{**public, "kid": "k1", "use": "sig", "alg": "RS256"}]})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            cheat.asked.append(parse_qs(body))
            self.say({"id_token": cheat.token, "token_type": "Bearer", "access_token": "x"})

        def say(self, body: dict[str, Any]) -> None:
            data = json.dumps(body).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", cheat.port), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield cheat
    finally:
        server.shutdown()
        server.server_close()


@dataclass
class NameServer:
    """A name server that knows the TXT entries that a test gives it."""

    address: str
    entries: dict[str, str] = field(default_factory=dict)


@contextmanager
def name_server() -> Iterator[NameServer]:
    known = NameServer("")

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            data, reply_to = self.request
            question = dns.message.from_wire(data)
            answer = dns.message.make_response(question)
            answer.flags |= dns.flags.AA
            name = question.question[0].name
            text = known.entries.get(name.to_text(omit_final_dot=True))
            if text is not None:
                answer.answer.append(dns.rrset.from_text(name, 60, "IN", "TXT", f'"{text}"'))
            reply_to.sendto(answer.to_wire(), self.client_address)

    server = socketserver.ThreadingUDPServer(("127.0.0.1", 0), Handler)
    known.address = f"127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield known
    finally:
        server.shutdown()
        server.server_close()
