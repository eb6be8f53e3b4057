"""The launcher as a person starts it, with a folder of its own for what it writes."""

from __future__ import annotations

import fcntl
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from local.places import places
from local.process import dies_with_parent
from local.servers import NAMES
from local.state import ROOT

SECONDS = 120


STARTED: list[Launch] = []


def end_all() -> None:
    """End the starts that a failed test left, so that the next test finds none."""
    for launch in STARTED:
        if launch.child.poll() is None:
            launch.end(signal.SIGTERM)
    STARTED.clear()


class Launch:
    """One start of `make run` or `make demo` (`words`) of a checkout, with what it prints."""

    def __init__(self, var: Path, *words: str, checkout: Path = ROOT, **more: str) -> None:
        self.var = var
        self.child = subprocess.Popen(
            [sys.executable, "-m", "local.launch", *words],
            cwd=checkout,
            env={**plain_environment(), "SEXTANT_VAR": str(var), **more},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=dies_with_parent(signal.SIGTERM),
            text=True,
        )
        self.printed: list[str] = []
        STARTED.append(self)

    def until(self, words: str) -> str:
        """Read on until a line has these words; that line."""
        assert self.child.stdout is not None
        for line in self.child.stdout:
            self.printed.append(line.rstrip("\n"))
            if words in line:
                return line.strip()
        raise AssertionError(
            f"it ended with {self.child.wait()} before “{words}”:\n" + "\n".join(self.printed)
        )

    def end(self, sign: int | None = None) -> int:
        """Its exit code, after a signal where one is given; what it printed is read to the end."""
        if sign is not None:
            self.child.send_signal(sign)
        rest, _ = self.child.communicate(timeout=SECONDS)
        self.printed += rest.splitlines()
        return self.child.returncode

    @property
    def text(self) -> str:
        return "\n".join(self.printed)


def plain_environment() -> Mapping[str, str]:
    """This process's environment without the servers and secrets of the tests."""
    ours = {
        *NAMES,
        "SECRET_KEY",
        "AUDIT_KEY",
        "SEXTANT_LOCAL",
        "SEXTANT_VAR",
        "PORT",
        "DJANGO_SETTINGS_MODULE",
    }
    return {name: value for name, value in os.environ.items() if name not in ours}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def signs_in(url: str, email: str, password: str) -> bool:
    """Whether the sign-in page lets a person in, as a browser would ask it."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    page = f"{url}/account/login/"
    (token,) = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', browser.open(page).read().decode())[:1]
    form = {"csrfmiddlewaretoken": token, "login": email, "password": password}
    answer = browser.open(page, urllib.parse.urlencode(form).encode())
    return bool(answer.geturl() != page)


def answers(url: str) -> bool:
    """Whether an address answers that all is well."""
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def living(var: Path) -> list[str]:
    """The command of every process that was started with this folder."""
    wanted = f"SEXTANT_VAR={var}".encode()
    found = []
    for process in Path("/proc").iterdir():
        if process.name.isdigit() and int(process.name) != os.getpid():
            try:
                if wanted in (process / "environ").read_bytes().split(b"\0"):
                    found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode())
            except OSError:
                continue
    return found


def lock_is_free(var: Path) -> bool:
    """Whether no child holds the lock that every child inherits."""
    with (places(var).data / "children.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


def nothing_lives(var: Path) -> bool:
    """Whether no process of a start is left."""
    return not living(var) and lock_is_free(var)


def until_nothing_lives(var: Path) -> None:
    """Wait for the end of what a killed launcher left: the system tells its children at once."""
    started = time.monotonic()
    while not nothing_lives(var):
        assert time.monotonic() - started < 30, living(var)
        time.sleep(0.05)


def kill_one(var: Path, words: str) -> None:
    """`kill -9` of the one process of a start whose command has these words, and that no other of them started."""
    pids = [p for p in Path("/proc").iterdir() if p.name.isdigit() and _is(p, var, words)]
    parents = {int((p / "stat").read_text().rpartition(")")[2].split()[1]) for p in pids}
    oldest = [int(p.name) for p in pids if int(p.name) in parents] or [int(p.name) for p in pids]
    assert len(oldest) == 1, oldest
    os.kill(oldest[0], signal.SIGKILL)


def _is(process: Path, var: Path, words: str) -> bool:
    try:
        mine = f"SEXTANT_VAR={var}".encode() in (process / "environ").read_bytes().split(b"\0")
        return mine and words in (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return False
