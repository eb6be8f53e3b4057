"""The product's processes and the servers below them: what ends by itself is started again, a few times."""

from __future__ import annotations

import signal
import subprocess
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from local.process import Failed, last_words, refuse_full_disk, stop_all
from local.servers import Servers

MOST_ENDS, WITHIN_SECONDS = 3, 60.0


@dataclass
class Ends:
    """When a part ended by itself lately."""

    times: deque[float] = field(default_factory=lambda: deque(maxlen=MOST_ENDS))

    def too_many(self) -> bool:
        """Note an end; true where it is one too many within the time."""
        self.times.append(time.monotonic())
        return len(self.times) == MOST_ENDS and self.times[-1] - self.times[0] < WITHIN_SECONDS


@dataclass
class Part:
    name: str
    log: Path
    begin: Callable[[], subprocess.Popen[bytes]]
    child: subprocess.Popen[bytes]
    ends: Ends = field(default_factory=Ends)


class Parts:
    """Everything that runs. `servers` is None where the environment names servers of its own."""

    def __init__(self, servers: Servers | None, say: Callable[[str], None]) -> None:
        self.servers = servers
        self.say = say
        self.parts: list[Part] = []
        self.server_ends = Ends()

    def add(self, name: str, log: Path, begin: Callable[[], subprocess.Popen[bytes]]) -> None:
        """Start a part and keep it going. It must end by SIGTERM."""
        self.parts.append(Part(name, log, begin, begin()))

    def look(self) -> None:
        """Start again what ended by itself. Raises Failed for what ended too often."""
        if self.servers is not None:
            for name in self.servers.revive():
                self.say(f"{name} ended by itself and was started again.")
                if self.server_ends.too_many():
                    refuse_full_disk(self.servers.data)
                    raise Failed(f"{name} ends again and again; see {self.servers.logs}. Is the disk full?")
        for part in self.parts:
            code = part.child.poll()
            if code is None:
                continue
            if part.ends.too_many():
                refuse_full_disk(part.log.parent)
                raise Failed(f"the {part.name} ends again and again: {last_words(part.log)} See {part.log}.")
            part.child = part.begin()
            self.say(f"The {part.name} ended by itself ({_worded(code)}) and was started again.")

    def until(self, done: Callable[[], bool]) -> None:
        """Look after everything until something is done."""
        while not done():
            self.look()
            time.sleep(0.1)

    def stop(self) -> None:
        """End every part, then the servers."""
        stop_all([(part.child, signal.SIGTERM) for part in self.parts])
        if self.servers is not None:
            self.servers.stop()


def _worded(code: int) -> str:
    return f"code {code}" if code >= 0 else f"signal {-code}"
