"""`make run` and `make demo`: servers, roles, tables, web, worker, beat; and their end.

Every child gets a signal when the launcher dies, and inherits a lock by which the next start knows that none
is left.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from types import FrameType

from local.parts import Parts
from local.process import Failed, refuse_full_disk, start, stop
from local.servers import Addresses, Servers, external
from local.state import (
    ROOT,
    VAR,
    alone,
    environment_for,
    forget_addresses,
    no_earlier_children,
    read_addresses,
    running,
    write_addresses,
)

LOGS = VAR / "log"
FIRST_PORT, LAST_PORT = 8000, 8049
FIRST_PAGE_SECONDS = 60
WORKERS = str(max(2, min(4, os.cpu_count() or 2)))
SIGNS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
Child = subprocess.Popen[bytes]


class Interrupted(Exception):
    """Somebody asked the launcher to end."""


def main() -> int:
    demo = "demo" in sys.argv[1:]
    for sign in SIGNS:
        signal.signal(sign, interrupt)
    try:
        if sys.platform != "linux":
            raise Failed("this launcher needs Linux. On macOS, use docker/compose.yaml.")
        VAR.mkdir(parents=True, exist_ok=True)
        if demo and running():
            return demo_beside_a_run()
        with alone():
            return serve(demo)
    except Interrupted:
        return 0
    except Failed as error:
        print(f"\nSextant stopped: {error}", file=sys.stderr)
    except OSError as error:
        print(f"\nSextant stopped: {error}. Is the disk full, or {VAR} read-only?", file=sys.stderr)
    return 1


def serve(demo: bool) -> int:
    """Bring everything up in order, stay until asked to end, and take everything down in reverse."""
    door = None if demo else listening()
    forget_addresses()
    given = external(os.environ)
    servers = None if given else Servers(VAR)
    if servers is not None:
        servers.prepare()
    with no_earlier_children(servers.data if servers else VAR) as lock:
        parts = Parts(servers, say)
        product = Product(given or servers.addresses, lock)  # type: ignore[union-attr]
        try:
            if servers is not None:
                say("Starting PostgreSQL and Valkey")
                servers.keep = (lock,)
                servers.start()
            if door is None:
                product.show_demo(parts)
            else:
                product.serve(parts, door)
        except Interrupted:
            say("Stopping")
            return 0
        finally:
            for sign in SIGNS:
                signal.signal(sign, signal.SIG_IGN)
            parts.stop()
            forget_addresses()
    return 0


class Product:
    """The product's own processes: all with the same environment, the same lock, and words in `var/log`."""

    def __init__(self, addresses: Addresses, lock: int) -> None:
        self.addresses = addresses
        self.environment = environment_for(addresses)
        self.lock = lock
        LOGS.mkdir(parents=True, exist_ok=True)

    def serve(self, parts: Parts, door: socket.socket) -> None:
        """Prepare tables and assets, start web, worker and beat, load the demo, and stay."""
        say("Preparing the tables and the pages' assets")
        assets = self.command("collectstatic", "--noinput", "-v", "0")
        self.migrate(parts)
        self.finish(parts, assets, "collectstatic")
        url = f"http://127.0.0.1:{door.getsockname()[1]}"
        parts.add("web server", LOGS / "web.log", lambda: self.web(door))
        parts.until(Answer(f"{url}/readyz", FIRST_PAGE_SECONDS).came)
        say(f"The pages are there: {url}")
        parts.add("worker", LOGS / "worker.log", self.worker)
        parts.add("schedule", LOGS / "beat.log", self.beat)
        write_addresses(self.addresses)
        self.finish(parts, self.command("load_demo", "--skip-checks"), "load_demo")
        say(f"Sextant runs: {url}")
        say("Ctrl-C stops everything.")
        parts.until(lambda: False)

    def show_demo(self, parts: Parts) -> None:
        """Through the worker alone, to a board paper. Raises Failed where there is none."""
        say("Preparing the tables")
        self.migrate(parts)
        parts.add("worker", LOGS / "worker.log", self.worker)
        say("Analysing an example")
        self.finish(parts, self.command("demo", "--skip-checks"), "demo")

    def migrate(self, parts: Parts) -> None:
        migrate = self.command("migrate", "--database", "owner", "-v", "0", "--skip-checks")
        self.finish(parts, migrate, "migrate")

    def worker(self) -> Child:
        # A killed worker's pool processes get their signal from the worker (config/celery.py).
        return self.python("worker", signal.SIGKILL, "celery", "-A", "config", "worker", "--concurrency", WORKERS,
                           "--loglevel", "INFO", "--without-gossip", "--without-mingle")  # fmt: skip

    def beat(self) -> Child:
        return self.python("beat", signal.SIGTERM, "celery", "-A", "config", "beat", "--schedule", str(VAR / "beat"),
                           "--pidfile=")  # fmt: skip

    def web(self, door: socket.socket) -> Child:
        command = [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"fd://{door.fileno()}",
                   "--workers", "2", "--threads", "4", "--preload", "--no-control-socket", "--access-logfile", "-",
                   "--access-logformat", "%(t)s %(m)s %(U)s %(s)s %(M)sms %({x-request-id}o)s"]  # fmt: skip
        return self.start(command, signal.SIGTERM, LOGS / "web.log", door.fileno())

    def python(self, log: str, dies_by: int, *module: str) -> Child:
        command = [sys.executable, "-m", *module]
        return self.start(command, dies_by, LOGS / f"{log}.log")

    def command(self, *words: str) -> Child:
        """A management command whose words are shown."""
        return self.start([sys.executable, "manage.py", *words], signal.SIGTERM, None)

    def start(self, command: list[str], dies_by: int, log: Path | None, *keep: int) -> Child:
        keep = (self.lock, *keep)
        return start(command, dies_by=dies_by, log=log, keep=keep, cwd=ROOT, env=self.environment)

    def wait(self, parts: Parts, child: Child) -> int:
        """A child's exit code; it ends with the launcher."""
        try:
            parts.until(lambda: child.poll() is not None)
        finally:
            stop(child, signal.SIGTERM)
        return child.returncode

    def finish(self, parts: Parts, child: Child, name: str) -> None:
        if self.wait(parts, child) != 0:
            refuse_full_disk(VAR if parts.servers is None else parts.servers.data)
            raise Failed(f"`manage.py {name}` failed; its words stand above.")


class Answer:
    """An address that should answer within some seconds."""

    def __init__(self, url: str, seconds: float) -> None:
        self.url = url
        self.until = time.monotonic() + seconds

    def came(self) -> bool:
        """Whether it answers now. Raises Failed when its time is over."""
        try:
            with urllib.request.urlopen(self.url, timeout=2):  # noqa: S310 (a loopback address made here)
                return True
        except OSError as error:
            if time.monotonic() > self.until:
                raise Failed(f"the pages do not answer ({error}); see {LOGS / 'web.log'}.") from error
            return False


def demo_beside_a_run() -> int:
    """The demo on the servers and the worker of the `make run` that is at work, which goes on."""
    command = [sys.executable, "manage.py", "demo", "--skip-checks"]
    child = start(command, dies_by=signal.SIGTERM, cwd=ROOT, env=environment_for(read_addresses()))
    try:
        return child.wait()
    finally:
        stop(child, signal.SIGTERM)


def listening() -> socket.socket:
    """A socket that listens on PORT, or on the first free port from 8000. Raises Failed for a taken PORT, or no port.

    The web server gets this very socket, so nobody can take the port in between.
    """
    asked = os.environ.get("PORT", "")
    if asked and not (asked.isascii() and asked.isdigit() and 0 < int(asked) < 65536):
        raise Failed(f"PORT is “{asked}”. Right: a number from 1 to 65535, like PORT={FIRST_PORT} make run.")
    for port in [int(asked)] if asked else range(FIRST_PORT, LAST_PORT + 1):
        found = socket.socket()
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            found.bind(("127.0.0.1", port))
            found.listen()
            return found
        except PermissionError:
            raise Failed(f"port {port} is for root alone. Choose another: PORT=9000 make run") from None
        except OSError:
            found.close()
    raise Failed(
        f"port {asked or f'{FIRST_PORT} to {LAST_PORT}'} is taken. Choose another: PORT=9000 make run"
    )


def say(words: str) -> None:
    print(f"  {words}", flush=True)


def interrupt(sign: int, frame: FrameType | None) -> None:
    raise Interrupted


if __name__ == "__main__":
    raise SystemExit(main())
