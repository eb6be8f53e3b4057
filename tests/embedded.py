"""Real PostgreSQL and Valkey for the tests: started once per session, in a folder of their own.

Loaded by pytest before Django's settings are read. Servers that the environment names are used instead.
"""

from __future__ import annotations

import atexit
import os
import secrets
import shutil
import tempfile
from pathlib import Path

from local.servers import Servers, external


def begin() -> None:
    """Start the servers and tell the settings where they are; take them down when Python ends."""
    home = Path(tempfile.mkdtemp(prefix="sextant-tests-"))
    os.environ.setdefault("SECRET_KEY", secrets.token_urlsafe(50))
    os.environ.setdefault("SEXTANT_LOCAL", "1")
    os.environ["SEXTANT_VAR"] = str(home / "var")
    if external(os.environ) is not None:
        atexit.register(shutil.rmtree, home, True)
        return
    servers = Servers(home)

    def end() -> None:
        servers.stop()
        for folder in {home, servers.data, servers.sockets}:
            shutil.rmtree(folder, ignore_errors=True)

    atexit.register(end)
    servers.start()
    os.environ.update(servers.addresses.environment())


begin()
