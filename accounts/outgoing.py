"""The one client for requests that leave the product: whoever names an address decides nothing beyond it.

Only https, on port 443, to a host all of whose addresses are public. The name is resolved once and the
connection goes to that very address, so a second answer of the name server changes nothing. Redirects are
not followed; an answer has at most LARGEST bytes and SECONDS to arrive. What OUTGOING_ALLOWED lists as
host:port may be private and plain http: an identity provider in one's own network, or one of the tests.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import time
from collections.abc import Mapping
from typing import Final
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

LARGEST: Final = 256 * 1024
SECONDS: Final = 10.0


class OutgoingRefused(Exception):
    """A request that must not leave, or an answer that must not be read; the text says why."""


def is_allowed(url: str) -> bool:
    """Whether an address may be asked, or a browser sent to it: https, or listed in OUTGOING_ALLOWED."""
    try:
        _target(url)
    except OutgoingRefused:
        return False
    return True


def fetch(url: str, *, data: bytes | None = None, headers: Mapping[str, str] | None = None) -> bytes:
    """The body of a 200 answer to a GET, or to a POST of `data`. Raises OutgoingRefused."""
    parts, port, trusted = _target(url)
    host, deadline = str(parts.hostname), time.monotonic() + SECONDS
    connection = _connected(host, port, parts.scheme, trusted)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request(
            "GET" if data is None else "POST", path, data, {"Accept": "application/json", **(headers or {})}
        )
        answer = connection.getresponse()
        if answer.status != 200:
            raise OutgoingRefused(
                f"{host} answered with status {answer.status}. Right: 200, and no redirect."
            )
        return _read(answer, host, deadline)
    except (OSError, http.client.HTTPException) as error:
        raise OutgoingRefused(f"{host} could not be asked: {error}") from error
    finally:
        connection.close()


def _target(url: str) -> tuple[SplitResult, int, bool]:
    """An address in parts, its port, and whether it is listed. Raises OutgoingRefused."""
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError as error:
        raise OutgoingRefused("This is no address.") from error
    trusted = f"{parts.hostname}:{port}" in settings.OUTGOING_ALLOWED
    if not parts.hostname or parts.username is not None or parts.password is not None:
        raise OutgoingRefused("An address names a host, and no person or password.")
    if parts.scheme != "https" and not (trusted and parts.scheme == "http"):
        raise OutgoingRefused("Only https addresses are asked.")
    if port != 443 and not trusted:
        raise OutgoingRefused("Only port 443 is asked.")
    return parts, port, trusted


def _connected(host: str, port: int, scheme: str, trusted: bool) -> http.client.HTTPConnection:
    """A connection to the one address that the name was resolved to."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise OutgoingRefused(f"The name {host} has no address.") from error
    addresses = [str(entry[4][0]) for entry in found]
    if not trusted and not all(map(is_public, addresses)):
        raise OutgoingRefused(f"{host} lies in a private network.")
    connection = http.client.HTTPConnection(host, port, timeout=SECONDS)
    try:
        connection.sock = socket.create_connection((addresses[0], port), timeout=SECONDS)
        if scheme == "https":
            connection.sock = ssl.create_default_context().wrap_socket(connection.sock, server_hostname=host)
    except OSError as error:
        connection.close()
        raise OutgoingRefused(f"{host} could not be reached: {error}") from error
    return connection


def is_public(address: str) -> bool:
    """Whether an address belongs to the public internet, also where one of IPv4 is wrapped in one of IPv6."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        wrapped = found.ipv4_mapped or found.sixtofour or (found.teredo and found.teredo[1])
        if wrapped:
            return is_public(str(wrapped))
        if found in ipaddress.ip_network("64:ff9b::/96"):
            return is_public(str(ipaddress.IPv4Address(found.packed[-4:])))
    return found.is_global and not found.is_multicast


def _read(answer: http.client.HTTPResponse, host: str, deadline: float) -> bytes:
    body = b""
    while chunk := answer.read1(64 * 1024):
        body += chunk
        if len(body) > LARGEST:
            raise OutgoingRefused(f"{host} answered with more than {LARGEST} bytes.")
        if time.monotonic() > deadline:
            raise OutgoingRefused(f"{host} took longer than {SECONDS:.0f} seconds.")
    return body
