"""Start PostgreSQL and Valkey in a folder of their own, let the settings lead there, then measure pages.

The measuring is in `benchmarks.visits`, which imports models, and so is loaded once the settings are there.
"""

from __future__ import annotations

import os
import runpy
import secrets
import tempfile
from pathlib import Path

import django

from local.places import remove
from local.servers import Servers


def main() -> None:
    home = Path(tempfile.mkdtemp(prefix="sextant-bench-"))
    started = Servers(home, lasting=False)
    try:
        started.start()
        os.environ.update(
            started.addresses.environment(),
            DJANGO_SETTINGS_MODULE="config.settings",
            SECRET_KEY=secrets.token_urlsafe(50),
            SEXTANT_LOCAL="1",
            SEXTANT_VAR=str(home / "var"),
        )
        django.setup()
        runpy.run_module("benchmarks.visits", run_name="__main__")
    finally:
        started.stop()
        remove(home)


if __name__ == "__main__":
    main()
