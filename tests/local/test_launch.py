"""`make run` and `make demo` from the first start to the end of everything, in a folder whose path has spaces."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.places import places, remove
from local.state import ROOT
from tests.embedded import SERVERS
from tests.local.launching import (
    Launch,
    answers,
    end_all,
    free_port,
    kill_one,
    living,
    nothing_lives,
    signs_in,
    until_nothing_lives,
)
from tests.skipping import leave_out
from tests.worker import wait_until

NOT_COPIED = (".git", ".venv", "node_modules", "var", "__pycache__", ".*_cache", ".hypothesis")
SMALLEST = "Brenner Pumps"
NAMES = {"Lakeshore Hospital Group", SMALLEST, "Nordhafen Bank"}


@pytest.fixture(scope="module")
def var(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """What two starts after each other share; after the first, the demo organisations are there."""
    folder = tmp_path_factory.mktemp("a folder with spaces") / "var"
    yield folder
    end_all()
    assert living(folder) == []
    remove(folder)


@pytest.fixture(scope="module")
def demo(var: Path) -> Launch:
    """A first `make demo`, to its end."""
    launch = Launch(var, "demo")
    launch.end()
    return launch


@pytest.fixture(scope="module")
def another(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Another checkout, which has the smallest of the examples alone."""
    copy = tmp_path_factory.mktemp("checkouts") / "another checkout"
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*NOT_COPIED), symlinks=True)
    for example in (copy / "examples").glob("*.json"):
        if example.stem != "manufacturer":
            example.unlink()
    return copy


def made(var: Path) -> tuple[int, ...]:
    """When the database, the first board paper and the sign-ins were made."""
    files = (
        places(var).data / "postgres" / "PG_VERSION",
        var / "demo" / "board-paper.pdf",
        var / "demo" / "sign-ins.txt",
    )
    return tuple(file.stat().st_mtime_ns for file in files)


def sign_ins(text: str) -> list[tuple[str, ...]]:
    return re.findall(r"^ +(\S+@\S+\.example) +(\S{16}) +(\w+), (.+)$", text, re.MULTILINE)


def test_a_demo_writes_paper_and_result_prints_the_answers_and_leaves_nothing_running(
    demo: Launch, var: Path
) -> None:
    assert demo.child.returncode == 0, demo.text
    assert (var / "demo" / "board-paper.pdf").read_bytes().startswith(b"%PDF-")
    result = json.loads((var / "demo" / "result.json").read_text())
    for answer in result["use_cases"]:
        assert f"  {answer['name']}\n    {answer['summary']}" in demo.text
    assert living(var) == []


def test_a_run_serves_pages_says_who_may_sign_in_and_ends_whole(demo: Launch, var: Path) -> None:
    port = free_port()
    run = Launch(var, PORT=str(port))
    run.until("Ctrl-C stops everything.")
    assert answers(f"http://127.0.0.1:{port}/readyz")
    assert {where for *_, where in sign_ins(run.text)} == NAMES - {"Lakeshore Hospital Group"}
    kept = (var / "demo" / "sign-ins.txt").read_text()
    assert {where for *_, where in sign_ins("\n".join(f"  {line}" for line in kept.splitlines()))} == NAMES
    assert (var / "demo" / "sign-ins.txt").stat().st_mode & 0o777 == 0o600
    *_, (email, password, _, _) = sign_ins(run.text)
    assert signs_in(f"http://127.0.0.1:{port}", email, password)
    assert not signs_in(f"http://127.0.0.1:{port}", email, password[::-1])
    assert "  Analysing Brenner Pumps, Nordhafen Bank" in run.printed
    assert run.printed[-4:] == [
        f"  Demo sign-ins are kept in {var / 'demo' / 'sign-ins.txt'}; remove it once you have noted them.",
        f"  First board paper: {var / 'demo' / 'board-paper.pdf'}",
        f"  Sextant runs: http://127.0.0.1:{port}",
        "  Ctrl-C stops everything.",
    ]
    second = Launch(var)
    assert second.end() == 1
    assert (
        second.text.strip()
        == "Sextant stopped: it runs already from this folder. Stop that one first (Ctrl-C)."
    )
    beside = Launch(var, "demo")
    assert beside.end() == 0, beside.text
    assert "Lakeshore Hospital Group" in beside.text
    assert answers(f"http://127.0.0.1:{port}/healthz")
    assert run.end(signal.SIGINT) == 0
    assert nothing_lives(var)


def test_parts_that_are_killed_come_back_and_after_kill_9_of_the_launcher_everything_is_gone(
    demo: Launch, var: Path
) -> None:
    port = free_port()
    run = Launch(var, PORT=str(port))
    run.until("Ctrl-C stops everything.")
    kill_one(var, "celery -A config worker")
    assert run.until("again") == "The worker ended by itself (signal 9) and was started again."
    kill_one(var, "gunicorn")
    assert run.until("again") == "The web server ended by itself (signal 9) and was started again."
    os.kill(int((places(var).data / "postgres" / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
    assert run.until("again") == "PostgreSQL ended by itself and was started again."
    wait_until(lambda: answers(f"http://127.0.0.1:{port}/readyz"), "the pages answer again")
    run.end(signal.SIGKILL)
    until_nothing_lives(var)


def test_the_next_start_makes_nothing_anew_while_another_checkout_starts_for_the_first_time(
    demo: Launch, var: Path, another: Path
) -> None:
    """Both serve their own people, and each ends alone."""
    theirs, before = another / "var", made(var)
    first, second = Launch(var), Launch(theirs, checkout=another)
    for launch in (first, second):
        launch.until("Ctrl-C stops everything.")
    assert made(var) == before
    assert sign_ins(first.text) == []
    assert f"Demo sign-ins are kept in {var / 'demo' / 'sign-ins.txt'}" in first.text
    assert "Analysing" not in first.text
    assert "Loading" not in first.text
    (one,), (other,) = (re.findall(r"Sextant runs: (\S+)", launch.text) for launch in (first, second))
    assert one != other
    assert answers(f"{one}/readyz")
    assert answers(f"{other}/readyz")
    assert {where for *_, where in sign_ins(second.text)} == {SMALLEST}
    email, password, *_ = sign_ins(second.text)[0]
    assert signs_in(other, email, password)
    assert not signs_in(one, email, password)
    assert first.end(signal.SIGHUP) == 0
    assert nothing_lives(var)
    assert answers(f"{other}/readyz")
    assert second.end(signal.SIGTERM) == 0
    assert nothing_lives(theirs)
    remove(theirs)


def test_servers_that_the_environment_names_are_used_and_left_alone(another: Path, tmp_path: Path) -> None:
    if SERVERS is None:
        leave_out("These tests themselves run on servers that the environment names")
    demo = Launch(tmp_path / "var", "demo", checkout=another, **SERVERS.addresses.environment())
    assert demo.end() == 0, demo.text
    assert "Starting PostgreSQL" not in demo.text
    assert (tmp_path / "var" / "demo" / "board-paper.pdf").exists()
    assert SERVERS.postgres is not None
    assert SERVERS.valkey is not None
    assert (SERVERS.postgres.poll(), SERVERS.valkey.poll()) == (None, None)
    assert living(tmp_path / "var") == []
