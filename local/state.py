"""What a checkout keeps in `var/` between starts: locks, secrets, and where the running servers are."""

from __future__ import annotations

import fcntl
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from local.process import Failed
from local.servers import Addresses, external

ROOT = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("SEXTANT_VAR", ROOT / "var")).resolve()
ADDRESSES = VAR / "servers.env"
SECRETS = {"SECRET_KEY": 50, "AUDIT_KEY": 32}
EARLIER_SECONDS = 30


@contextmanager
def alone() -> Iterator[None]:
    """Be the only launcher of this checkout. Raises Failed where there is another."""
    with (VAR / "launch.lock").open("w") as lock:
        if not _locked(lock.fileno()):
            raise Failed("it runs already from this folder. Stop that one first (Ctrl-C).")
        yield


def running() -> bool:
    """Whether another launcher of this checkout is at work."""
    with (VAR / "launch.lock").open("w") as lock:
        return not _locked(lock.fileno())


@contextmanager
def no_earlier_children(folder: Path) -> Iterator[int]:
    """A lock in `folder` for every child to inherit: whoever has it knows that no child of an earlier start lives.

    Yields its descriptor. Raises Failed where one still lives after EARLIER_SECONDS.
    """
    with (folder / "children.lock").open("w") as lock:
        until = time.monotonic() + EARLIER_SECONDS
        while not _locked(lock.fileno()):
            if time.monotonic() > until:
                raise Failed("a process of an earlier start still lives. Wait a moment and start again.")
            time.sleep(0.1)
        yield lock.fileno()


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def environment_for(addresses: Addresses) -> dict[str, str]:
    """The environment of every child: addresses, and secrets that are made once and kept in a private folder."""
    folder = VAR / "secrets"
    folder.mkdir(mode=0o700, exist_ok=True)
    local = {"SEXTANT_LOCAL": "1", "SEXTANT_VAR": str(VAR), "DJANGO_SETTINGS_MODULE": "config.settings"}
    environment = {**os.environ, **addresses.environment(), **local}
    for name, size in SECRETS.items():
        file = folder / name.lower().replace("_", "-")
        if not file.exists() or not file.read_text().strip():
            _write_privately(file, secrets.token_urlsafe(size))
        environment.setdefault(name, file.read_text().strip())
    return environment


def write_addresses(addresses: Addresses) -> None:
    """Keep the addresses for a `make demo` beside a running `make run`."""
    lines = (f"{name}={address}\n" for name, address in addresses.environment().items())
    _write_privately(ADDRESSES, "".join(lines))


def read_addresses() -> Addresses:
    """The addresses of the launcher that is at work. Raises Failed where it has none yet."""
    lines = ADDRESSES.read_text().splitlines() if ADDRESSES.exists() else []
    found = external(dict(line.split("=", 1) for line in lines))
    if found is None:
        raise Failed("another start from this folder is not ready yet. Try again in a moment.")
    return found


def forget_addresses() -> None:
    ADDRESSES.unlink(missing_ok=True)


def _write_privately(file: Path, text: str) -> None:
    half = file.with_name(f"{file.name}.half")
    with open(os.open(half, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as out:
        out.write(text)
    half.rename(file)
