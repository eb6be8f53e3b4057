"""PostgreSQL and Valkey of one checkout: what an earlier start left half-done, and folders that are not ours."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from local.places import NotOurs, places, remove
from local.servers import Servers


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "var"
    remove(tmp_path / "var")


def answer(servers: Servers) -> str:
    """What PostgreSQL says of itself to the serving role, and Valkey to anybody in its folder."""
    with psycopg.connect(servers.addresses.serving) as connection:
        row = connection.execute(
            "SELECT current_user || ' ' || pg_encoding_to_char(encoding) FROM pg_database"
        ).fetchone()
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(str(servers.sockets / "valkey.sock"))
        line.sendall(b"PING\r\n")
        return f"{row[0]} {line.recv(16).decode().strip()}" if row else ""


def test_a_start_that_stopped_halfway_is_done_again(home: Path) -> None:
    servers = Servers(home, lasting=False)
    servers.prepare()
    for half in ("postgres.half", "postgres"):
        (servers.data / half / "base").mkdir(parents=True)
    servers.start()
    try:
        assert answer(servers) == "sextant_app UTF8 +PONG"
        assert not (servers.data / "postgres.half").exists()
    finally:
        servers.stop()


def test_after_a_kill_the_next_start_finds_everything(home: Path) -> None:
    servers = Servers(home, lasting=False)
    servers.start()
    with psycopg.connect(servers.addresses.owner, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS seven")
    for child in (servers.postgres, servers.valkey):
        assert child is not None
        child.kill()
        child.wait()
    (servers.data / "postgres" / "postmaster.pid").write_text(f"{os.getpid()}\n{servers.data}/postgres\n")
    again = Servers(home, lasting=False)
    again.start()
    try:
        with psycopg.connect(again.addresses.owner) as connection:
            assert connection.execute("SELECT seven FROM kept").fetchall() == [(7,)]
        assert answer(again) == "sextant_app UTF8 +PONG"
    finally:
        again.stop()


def test_sockets_and_data_are_private(home: Path) -> None:
    servers = Servers(home, lasting=False)
    servers.prepare()
    for folder in (servers.sockets, servers.data):
        assert folder.stat().st_mode & 0o777 == 0o700
    assert len(str(servers.sockets / ".s.PGSQL.5432.lock")) <= 107


def test_a_folder_of_somebody_else_is_not_used(home: Path) -> None:
    """Root gives a folder away; anybody else meets a link to a folder of root's."""
    sockets = places(home).sockets
    if os.geteuid() == 0:
        sockets.mkdir()
        os.chown(sockets, 12_345, -1)
    else:
        sockets.symlink_to("/usr")
    before = set(sockets.iterdir())
    with pytest.raises(NotOurs, match=f"{sockets} belongs to somebody else"):
        Servers(home).prepare()
    assert set(sockets.iterdir()) == before


def test_a_socket_path_stays_short_in_a_deep_folder(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep = tmp_path / ("x" * 90)
    deep.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(deep))
    assert places(home).sockets.parent == Path("/tmp")


def test_a_moved_checkout_keeps_its_data_and_a_copied_one_gets_its_own(home: Path, tmp_path: Path) -> None:
    first = Servers(home, lasting=False)
    first.prepare()
    copied, moved = tmp_path / "copy", tmp_path / "moved"
    shutil.copytree(home, copied)
    theirs = places(copied)
    assert theirs.sockets != first.sockets
    assert theirs.data != first.data
    home.rename(moved)
    try:
        assert places(moved).sockets == first.sockets
        assert places(moved).data == (first.data if os.geteuid() == 0 else moved)
    finally:
        remove(moved)
        remove(copied)
