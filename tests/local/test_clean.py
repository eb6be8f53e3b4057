"""`make clean` removes what set-up and runs made, and nothing that git tracks or a person put there."""

from __future__ import annotations

import fcntl
import shutil
import subprocess
from pathlib import Path

import pytest

from local.places import places
from local.state import ROOT
from tests.local.launching import plain_environment

MADE = (
    ".venv/bin/python",
    "node_modules/one/index.js",
    "static/vendor/tabler/tabler.min.css",
    "var/log/web.log",
    ".hypothesis/one",
    ".import_linter_cache/one",
    ".mypy_cache/one",
    ".pytest_cache/one",
    ".ruff_cache/one",
    "local/__pycache__/one.pyc",
    "engine/options/__pycache__/one.pyc",
)
KEPT = ("docker/secrets/secret_key", ".env", "notes.txt", "engine/notes.txt")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout of what cleaning needs, after set-up, runs and tests, with a person's own files in it."""
    folder = tmp_path / "a checkout"
    shutil.copytree(ROOT / "local", folder / "local", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("Makefile", ".gitignore", "static/css/sextant.css"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, folder / name)
    git(folder, "init", "-q")
    git(folder, "add", ".")
    for name in (*MADE, *KEPT):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("x")
    return folder


def git(folder: Path, *words: str) -> list[str]:
    done = subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.splitlines()


def clean(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["make", "clean"], cwd=folder, env=plain_environment(), capture_output=True, text=True
    )


def files(folder: Path) -> set[str]:
    """Every file and link below a folder but git's own."""
    found = {str(place.relative_to(folder)) for place in folder.rglob("*") if not place.is_dir()}
    return {name for name in found if not name.startswith(".git/")}


def test_only_what_git_tracks_and_a_person_put_there_is_left(checkout: Path) -> None:
    data = places(checkout / "var").data
    (data / "postgres").mkdir(parents=True)

    assert clean(checkout).returncode == 0
    assert files(checkout) == {*git(checkout, "ls-files"), *KEPT}
    assert not data.exists()


def test_what_git_ignores_is_removed_but_for_a_persons_secrets(checkout: Path) -> None:
    ignored = {line.strip("/") for line in (ROOT / ".gitignore").read_text().split()}
    removed = {part for name in MADE for part in (name.partition("/")[0], name.rpartition("/")[0])}

    assert ignored - removed - {"static/vendor", "__pycache__"} == {"*.pyc", ".env", "docker/secrets"}


def test_a_link_is_removed_and_what_it_leads_to_is_left(checkout: Path, tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    (shared / "bin").mkdir(parents=True)
    (shared / "bin" / "python").write_text("x")
    shutil.rmtree(checkout / ".venv")
    (checkout / ".venv").symlink_to(shared)

    assert clean(checkout).returncode == 0
    assert not (checkout / ".venv").is_symlink()
    assert (shared / "bin" / "python").exists()


def test_nothing_is_removed_while_it_runs(checkout: Path) -> None:
    before = files(checkout) | {"var/launch.lock"}
    with (checkout / "var" / "launch.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        refused = clean(checkout)

    assert refused.returncode != 0
    assert "Sextant runs from this folder. Stop it first (Ctrl-C)." in refused.stderr
    assert files(checkout) == before
