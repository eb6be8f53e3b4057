"""A real Celery worker on the test database: for tests that commit, and wait for what a worker does.

Its words go to a file under SEXTANT_VAR. Tests end it as they please; it also ends with the test session.
"""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

from config.celery import app
from local.process import start, stop

SECONDS = 60


def environment() -> dict[str, str]:
    """The environment in which a process of the product works on the test databases."""
    names = {"DATABASE_URL": "default", "DATABASE_OWNER_URL": "owner"}
    addresses = {
        name: urlsplit(os.environ[name])._replace(path=f"/{settings.DATABASES[alias]['NAME']}").geturl()
        for name, alias in names.items()
    }
    return {**os.environ, **addresses, "DJANGO_SETTINGS_MODULE": "config.settings"}


def log_of(name: str) -> Path:
    """Where a process of that name writes its words."""
    folder = Path(settings.VAR_DIR) / "log"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{name}.log"


def start_worker(*, concurrency: int = 1) -> subprocess.Popen[bytes]:
    """A worker that has said that it is ready. Whoever starts it ends it: `stop(worker, SIGTERM)`."""
    name = f"test-{secrets.token_hex(4)}@localhost"
    log = log_of("worker")
    child = start(
        [sys.executable, "-m", "celery", "-A", "config", "worker", "-n", name, "-l", "INFO",
         "--concurrency", str(concurrency), "--without-gossip", "--without-mingle"],
        log=log,
        dies_by=signal.SIGKILL,
        cwd=settings.BASE_DIR,
        env=environment(),
    )  # fmt: skip

    def ready() -> bool:
        assert child.poll() is None, f"the worker ended at once: {log.read_text()[-2000:]}"
        return bool(app.control.ping(destination=[name], timeout=0.3))

    wait_until(ready, "the worker is ready")
    return child


@contextmanager
def worker() -> Iterator[subprocess.Popen[bytes]]:
    """A worker for the length of a block."""
    child = start_worker()
    try:
        yield child
    finally:
        stop(child, signal.SIGTERM)


def wait_until(true: Callable[[], bool], what: str, seconds: float = SECONDS) -> None:
    """Wait for something that another process does; fails with `what` where it does not come."""
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, f"not within {seconds:.0f} s: {what}"
        time.sleep(0.05)
