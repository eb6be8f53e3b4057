"""Real PostgreSQL and Valkey for the tests: started once per session, in a folder of their own.

Loaded by pytest before Django's settings are read. Servers that the environment names are used instead.
"""

from __future__ import annotations

import atexit
import os
import secrets
import tempfile
from pathlib import Path

from local.places import remove
from local.servers import Servers, external


def begin() -> Servers | None:
    """Start the servers and tell the settings where they are; take them down when Python ends.

    None where the environment names servers of its own.
    """
    home = Path(tempfile.mkdtemp(prefix="sextant-tests-"))
    os.environ.setdefault("SECRET_KEY", secrets.token_urlsafe(50))
    os.environ.setdefault("SEXTANT_LOCAL", "1")
    os.environ["SEXTANT_VAR"] = str(home / "var")
    if external(os.environ) is not None:
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
