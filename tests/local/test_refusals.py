"""A start that cannot go well ends with a sentence that says what to do, and leaves nothing behind."""

from __future__ import annotations

import resource
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.launch import listening
from local.places import remove
from tests.local.launching import Launch, living


@pytest.fixture
def var(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "var"
    assert living(tmp_path / "var") == []
    remove(tmp_path / "var")


@pytest.mark.parametrize("port", ["eighty", "-1", "0", "70000", "٨٠٠٠"])
def test_a_port_that_is_no_port(var: Path, port: str) -> None:
    launch = Launch(var, PORT=port)
    assert launch.end() == 1
    assert launch.text.strip() == (
        f"Sextant stopped: PORT is “{port}”. Right: a number from 1 to 65535, like PORT=8000 make run."
    )
    assert not (var / "log").exists()


def test_a_taken_port(var: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        launch = Launch(var, PORT=str(port))
        assert launch.end() == 1
    assert launch.text.strip() == (
        f"Sextant stopped: port {port} is taken. Choose another: PORT=9000 make run"
    )
    assert not (var / "log").exists()


def test_two_starts_at_once_without_a_port_get_one_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PORT", raising=False)
    with listening() as first, listening() as second:
        ports = {first.getsockname()[1], second.getsockname()[1]}
    assert len(ports) == 2


def test_half_of_the_servers_named(var: Path) -> None:
    launch = Launch(var, "demo", DATABASE_URL="postgresql://sextant_app@/sextant")
    assert launch.end() == 1
    assert launch.text.strip() == (
        "Sextant stopped: DATABASE_URL without DATABASE_OWNER_URL and REDIS_URL. Set all three, or none."
    )


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    launch = Launch(tmp_path / "file" / "var", "demo")
    assert launch.end() == 1
    assert "Sextant stopped: [Errno 20] Not a directory" in launch.text
    assert f"Is the disk full, or {tmp_path / 'file' / 'var'} read-only?" in launch.text


def test_a_disk_that_is_full(var: Path) -> None:
    """No file may grow over eight megabytes, which is less than the database's log needs."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8 * 1024 * 1024, before[1]))
    try:
        launch = Launch(var, "demo")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert launch.end() == 1
    sentence = launch.text.strip().splitlines()[-1]
    assert sentence.startswith("Sextant stopped: PostgreSQL could not be set up: ")
    assert sentence.endswith(f"See {var / 'log' / 'initdb.log'}. Is the disk full?")
