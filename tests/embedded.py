"""Real PostgreSQL and Valkey for the tests: started once per process of tests, in a folder of their own.

Loaded by pytest before Django's settings are read. Servers that the environment names are used instead. Where
tests are spread over processes (`-n 2`) each has servers of its own, since some tests kill them.
"""

from __future__ import annotations

import atexit
import os
import secrets
import sys
import tempfile
from pathlib import Path

from local.places import remove
from local.servers import Servers, external


def spreads_tests() -> bool:
    """Whether this process only hands tests to others."""
    spread = any(word.startswith(("-n", "--numprocesses")) for word in sys.argv[1:])
    return spread and "PYTEST_XDIST_WORKER" not in os.environ


def begin() -> Servers | None:
    """Start the servers and tell the settings where they are; take them down when Python ends.

    None where the environment names servers of its own, or this process runs no test.
    """
    home = Path(tempfile.mkdtemp(prefix="sextant-tests-"))
    os.environ.setdefault("SECRET_KEY", secrets.token_urlsafe(50))
    os.environ.setdefault("SEXTANT_LOCAL", "1")
    os.environ.setdefault("API_CALLS_A_MINUTE", "1000000")
    os.environ["SEXTANT_VAR"] = str(home / "var")
    if spreads_tests() or external(os.environ) is not None:
        atexit.register(remove, home)
        return None
    servers = Servers(home, lasting=False)

    def end() -> None:
        servers.stop()
        remove(home)

    atexit.register(end)
    servers.start()
    os.environ.update(servers.addresses.environment())
    return servers


SERVERS = begin()
