"""The supervisor of `make run` and `make demo`: servers, roles, tables, web, worker, beat; and their end.

Two locks in `var/`: `launch.lock` is held by the launcher, `children.lock` by it and every child. Whoever
holds both knows that nothing old lives.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from local.servers import Addresses, Failed, Servers, external, start, stop

ROOT = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("SEXTANT_VAR", ROOT / "var"))
SECRETS = {"SECRET_KEY": 50, "AUDIT_KEY": 32}
FIRST_PAGE_SECONDS = 60


class Interrupted(Exception):
    """Somebody asked the launcher to end."""


def main() -> int:
    demo = "demo" in sys.argv[1:]
    for sign in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(sign, _interrupt)
    try:
        VAR.mkdir(parents=True, exist_ok=True)
        if demo and running():
            return manage("demo", environment=read_environment())
        with alone():
            return serve(demo)
    except Interrupted:
        return 0
    except Failed as error:
        print(f"\nSextant did not start: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"\nSextant did not start: {error}. Is the disk full, or {VAR} read-only?", file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as error:
        print(
            f"\nSextant did not start: `manage.py {error.cmd[2]}` failed; its words stand above.",
            file=sys.stderr,
        )
        return 1


def serve(demo: bool) -> int:
    """Bring everything up in order, stay until asked to end, and take everything down in reverse."""
    port = None if demo else free_port()
    children: list[tuple[subprocess.Popen[bytes], int]] = []
    addresses = external(os.environ)
    servers = None if addresses else Servers(VAR)
    logs = VAR / "log"
    logs.mkdir(exist_ok=True)
    try:
        if servers is not None:
            say("Starting PostgreSQL and Valkey")
            servers.start()
        environment = settings_for(addresses or servers.addresses)  # type: ignore[union-attr]
        write_environment(environment)
        say("Preparing the tables")
        check(
            manage("migrate", "--database", "owner", "-v", "0", "--skip-checks", environment=environment),
            "migrate",
        )
        children.append((worker(environment, logs), signal.SIGTERM))
        if demo:
            return manage("demo", environment=environment)
        check(manage("collectstatic", "--noinput", "-v", "0", environment=environment), "collectstatic")
        children.append((beat(environment, logs), signal.SIGTERM))
        children.append((web(environment, logs, port or 0), signal.SIGTERM))
        wait_for(f"http://127.0.0.1:{port}/readyz", children)
        say("Loading the demo organisations")
        check(manage("load_demo", "--url", f"http://127.0.0.1:{port}", environment=environment), "load_demo")
        say("Running. Ctrl-C stops everything.")
        watch(children, servers)
        return 1
    finally:
        for sign in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            signal.signal(sign, signal.SIG_IGN)
        for child, sign_off in reversed(children):
            stop(child, sign_off)
        if servers is not None:
            servers.stop()


def worker(environment: dict[str, str], logs: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "celery", "-A", "config", "worker", "--concurrency", "2", "-l", "INFO"]
    return start(
        command, log=logs / "worker.log", dies_by=signal.SIGKILL, cwd=ROOT, env=environment, close_fds=False
    )


def beat(environment: dict[str, str], logs: Path) -> subprocess.Popen[bytes]:
    schedule = VAR / "beat"
    command = [sys.executable, "-m", "celery", "-A", "config", "beat", "-s", schedule, "--pidfile="]
    return start(
        command, log=logs / "beat.log", dies_by=signal.SIGTERM, cwd=ROOT, env=environment, close_fds=False
    )


def web(environment: dict[str, str], logs: Path, port: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", "2",
               "--threads", "4", "--no-control-socket", "--access-logfile", "-"]  # fmt: skip
    return start(
        command, log=logs / "web.log", dies_by=signal.SIGTERM, cwd=ROOT, env=environment, close_fds=False
    )


def manage(*words: str, environment: dict[str, str]) -> int:
    """Run a management command and give its exit code; it ends with the launcher."""
    child = subprocess.Popen([sys.executable, "manage.py", *words], cwd=ROOT, env=environment)
    try:
        return child.wait()
    except Interrupted:
        stop(child, signal.SIGTERM)
        raise


def check(code: int, name: str) -> None:
    if code != 0:
        raise subprocess.CalledProcessError(code, ["python", "manage.py", name])


def settings_for(addresses: Addresses) -> dict[str, str]:
    """The environment of every child: addresses, and secrets made once and kept in a private folder."""
    folder = VAR / "secrets"
    folder.mkdir(mode=0o700, exist_ok=True)
    environment = {**os.environ, **addresses.environment(), "SEXTANT_LOCAL": "1", "SEXTANT_VAR": str(VAR)}
    for name, size in SECRETS.items():
        file = folder / name.lower().replace("_", "-")
        if not file.exists() or not file.read_text().strip():
            half = file.with_suffix(".half")
            with open(os.open(half, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as out:
                out.write(secrets.token_urlsafe(size))
            half.rename(file)
        environment.setdefault(name, file.read_text().strip())
    return environment


def write_environment(environment: dict[str, str]) -> None:
    """Keep the addresses for a `make demo` beside a running `make run`."""
    names = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL")
    (VAR / "servers.env").write_text("".join(f"{name}={environment[name]}\n" for name in names))


def read_environment() -> dict[str, str]:
    lines = (VAR / "servers.env").read_text().splitlines()
    known = dict(line.split("=", 1) for line in lines)
    return settings_for(Addresses(known["DATABASE_URL"], known["DATABASE_OWNER_URL"], known["REDIS_URL"]))


@contextmanager
def alone() -> Iterator[None]:
    """Hold both locks. Raises Failed where another launcher of this checkout runs."""
    with (VAR / "launch.lock").open("w") as mine, (VAR / "children.lock").open("w") as ours:
        try:
            fcntl.flock(mine, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Failed("it runs already from this folder. Stop that one first (Ctrl-C).") from None
        os.set_inheritable(ours.fileno(), True)
        until = time.monotonic() + 15
        while True:
            try:
                fcntl.flock(ours, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > until:
                    raise Failed(
                        "a process of an earlier start still lives. Wait a moment and start again."
                    ) from None
                time.sleep(0.2)
        yield


def running() -> bool:
    """Whether another launcher holds this checkout's lock."""
    with (VAR / "launch.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def free_port() -> int:
    """PORT, or 8000 and then the next free one. Raises Failed for a taken PORT."""
    asked = os.environ.get("PORT")
    if asked is not None and not asked.isdigit():
        raise Failed(f"PORT is “{asked}”. Right: a number like 8000.")
    for port in [int(asked)] if asked else range(8000, 8050):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue
    raise Failed(f"port {asked or '8000 to 8049'} is taken. Choose another: PORT=9000 make run")


def wait_for(url: str, children: list[tuple[subprocess.Popen[bytes], int]]) -> None:
    until = time.monotonic() + FIRST_PAGE_SECONDS
    while time.monotonic() < until:
        for child, _ in children:
            if child.poll() is not None:
                raise Failed(f"a part ended at once (code {child.returncode}); see {VAR / 'log'}.")
        try:
            with urllib.request.urlopen(url, timeout=2):  # noqa: S310 – a loopback address made above
                return
        except OSError:
            time.sleep(0.15)
    raise Failed(f"the pages did not answer within {FIRST_PAGE_SECONDS} s; see {VAR / 'log' / 'web.log'}.")


def watch(children: list[tuple[subprocess.Popen[bytes], int]], servers: Servers | None) -> None:
    """Stay until a child ends by itself."""
    while True:
        for child, _ in children:
            if child.poll() is not None:
                print(f"\nA part ended (code {child.returncode}); see {VAR / 'log'}. Stopping the rest.")
                return
        for server in (servers.postgres, servers.valkey) if servers else ():
            if server is not None and server.poll() is not None:
                print(f"\nA server ended (code {server.returncode}); see {VAR / 'log'}. Stopping the rest.")
                return
        time.sleep(0.5)


def say(words: str) -> None:
    print(f"  {words}", flush=True)


def _interrupt(sign: int, frame: FrameType | None) -> None:
    raise Interrupted


if __name__ == "__main__":
    raise SystemExit(main())
