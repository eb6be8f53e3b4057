"""Child processes that do not outlive their parent, whatever ends it."""

from __future__ import annotations

import ctypes
import os
import pwd
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

PR_SET_PDEATHSIG = 1
LONGEST_WORDS = 300
LEAST_ROOM = 4 * 1024 * 1024
FAULT = re.compile("error|fatal|panic|could not|no space", re.IGNORECASE)


class Failed(RuntimeError):
    """Something did not start; the text says why and what to do."""


def start(
    command: Sequence[str | Path],
    *,
    dies_by: int,
    log: Path | None = None,
    user: str | None = None,
    keep: Sequence[int] = (),
    **options: Any,
) -> subprocess.Popen[bytes]:
    """Start a child in its own session. `dies_by` is the signal that it gets when its parent dies.

    Its words go to the end of `log`, or where the parent's go. `keep` are descriptors that it inherits.
    """
    account: dict[str, Any] = {}
    if user is not None:
        entry = pwd.getpwnam(user)
        account = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    words = log.open("ab") if log is not None else None
    try:
        return subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=words,
            stderr=words,
            start_new_session=True,
            preexec_fn=dies_with_parent(dies_by),
            pass_fds=keep,
            **account,
            **options,
        )
    finally:
        if words is not None:
            words.close()


def dies_with_parent(sign: int) -> Callable[[], None]:
    """For `preexec_fn`: the child gets a signal when its parent dies, and handles no signal as its parent does."""
    libc = ctypes.CDLL(None)
    parent = os.getpid()

    def prepare() -> None:
        for inherited in (signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(inherited, signal.SIG_DFL)
        libc.prctl(PR_SET_PDEATHSIG, sign)
        if os.getppid() != parent:
            os._exit(1)

    return prepare


def stop(child: subprocess.Popen[bytes], sign: int, seconds: float = 20) -> None:
    """Ask a child to end, wait, then kill its whole session."""
    stop_all([(child, sign)], seconds)


def stop_all(children: Iterable[tuple[subprocess.Popen[bytes], int]], seconds: float = 20) -> None:
    """Ask children to end, all at once; kill the sessions of those that have not ended after `seconds`."""
    living = [(child, sign) for child, sign in children if child.poll() is None]
    for child, sign in living:
        child.send_signal(sign)
    until = time.monotonic() + seconds
    for child, _ in living:
        try:
            child.wait(max(0.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def last_words(log: Path) -> str:
    """What a child wrote last about a fault, or else last of all, for a message about its end."""
    try:
        lines = log.read_text(errors="replace").strip().splitlines()
    except OSError:
        return ""
    faults = [line for line in lines if FAULT.search(line)]
    return (faults or lines or [""])[-1][:LONGEST_WORDS]


def refuse_full_disk(folder: Path) -> None:
    """Raise Failed where the disk of a folder has no room left, since then that is what is wrong."""
    if shutil.disk_usage(folder).free < LEAST_ROOM:
        raise Failed(f"the disk of {folder} is full. Make room and start again.")
