"""Set-up of a checkout: done once, done again where it stopped halfway, and plain words where it cannot go on."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from local.state import ROOT
from tests.local.launching import plain_environment

LOCK = '{"name": "none", "lockfileVersion": 3, "requires": true, "packages": {"": {"name": "none"}}}'
VENV_PACKAGE = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
FILES = {
    "@tabler/core/dist/css": ["tabler.min.css", "tabler.min.css.map"],
    "inter-ui/variable": ["InterVariable.woff2"],
    "@fontsource-variable/inter/files": ["inter-latin-wght-normal.woff2"],
}


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout whose locks name no package, in a folder whose path has spaces, after its first set-up."""
    folder = tmp_path_factory.mktemp("a checkout with spaces")
    shutil.copytree(ROOT / "local", folder / "local", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("requirements-local.lock", "requirements-dev.lock", "requirements-node.lock"):
        (folder / name).write_text("# nothing\n")
    (folder / "package.json").write_text('{"name": "none"}')
    (folder / "package-lock.json").write_text(LOCK)
    npm(folder)
    first = set_up(folder)
    assert first.returncode == 0, first.stdout + first.stderr
    return folder


def npm(folder: Path) -> None:
    """An npm that brings the files which are served, so that no network is needed."""
    tools = folder / "tools"
    tools.mkdir()
    lines = ["#!/bin/sh", "set -eu", "rm -rf node_modules"]
    for where, names in FILES.items():
        lines.append(f"mkdir -p 'node_modules/{where}'")
        lines += [f"echo x > 'node_modules/{where}/{name}'" for name in names]
    for name, text in (("npm", "\n".join(lines)), ("node", "#!/bin/sh\necho v24.1.0")):
        (tools / name).write_text(f"{text}\n")
        (tools / name).chmod(0o755)


def set_up(folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    path = f"{folder / 'tools'}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        [sys.executable, "-m", "local.setup"],
        cwd=folder,
        env={**plain_environment(), "PATH": path, **more},
        capture_output=True,
        text=True,
    )


def steps(done: subprocess.CompletedProcess[str]) -> set[str]:
    """The steps that a set-up says it took."""
    assert done.returncode == 0, done.stdout + done.stderr
    return {line.partition(":")[0].strip() for line in done.stdout.splitlines() if line.endswith(" s")}


def test_a_second_set_up_has_nothing_to_do(checkout: Path) -> None:
    assert steps(set_up(checkout)) == set()


def test_an_environment_that_stopped_halfway_is_made_anew(checkout: Path) -> None:
    (checkout / ".venv" / ".requirements-local.lock").unlink()
    shutil.rmtree(next((checkout / ".venv" / "lib").glob("python*")) / "site-packages" / "pip")
    assert steps(set_up(checkout)) == {"Python packages"}
    pip = subprocess.run(
        [checkout / ".venv/bin/python", "-m", "pip", "--version"], capture_output=True, text=True
    )
    assert pip.returncode == 0
    assert steps(set_up(checkout)) == set()


def test_half_of_the_assets_are_fetched_again(checkout: Path) -> None:
    (checkout / "static/vendor/.lock").unlink()
    (checkout / "static/vendor/tabler/tabler.min.css").unlink()
    shutil.rmtree(checkout / "node_modules/inter-ui")
    assert steps(set_up(checkout)) == {"Pages' assets and fonts"}
    assert (checkout / "static/vendor/tabler/tabler.min.css").exists()
    assert (checkout / "static/vendor/inter/InterVariable.woff2").exists()


def test_a_changed_lock_is_installed_and_one_that_cannot_be_stops_with_the_command(checkout: Path) -> None:
    lock = checkout / "requirements-local.lock"
    lock.write_text("surely-no-such-package==1.0 --hash=sha256:" + "0" * 64 + "\n")
    stopped = set_up(checkout, PIP_NO_INDEX="1", PIP_FIND_LINKS="", UV_OFFLINE="1")
    assert stopped.returncode == 1
    assert "Set-up stopped: this command failed:" in stopped.stderr
    assert f"--require-hashes -r {lock}. Its words stand above." in stopped.stderr
    lock.write_text("# nothing\n")
    assert steps(set_up(checkout)) == {"Python packages"}


AS_NOBODY = """
import os, sys
from pathlib import Path
from local import setup
setup.PANGO = ("no-such-library",)
setup.VENV = Path("/no/such/environment")
setup.PYTHON = setup.VENV / "bin" / "python"
sys.modules["ensurepip"] = None
if os.geteuid() == 0:
    os.setuid(65534)
setup.set_up(dev=sys.argv[1] == "dev")
"""


@pytest.mark.parametrize(
    ("kind", "ci", "why", "names"),
    [
        (
            "dev",
            "true",
            "the board paper needs the Pango libraries; Python's venv module is missing; "
            "the browser tests need Chromium",
            f"libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 {VENV_PACKAGE} chromium",
        ),
        (
            "dev",
            "",
            "the board paper needs the Pango libraries; Python's venv module is missing",
            f"libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 {VENV_PACKAGE}",
        ),
        (
            "user",
            "true",
            "the board paper needs the Pango libraries; Python's venv module is missing",
            f"libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 {VENV_PACKAGE}",
        ),
    ],
)
def test_an_ordinary_user_stops_once_with_one_command_for_all_that_is_missing(
    tmp_path: Path, kind: str, ci: str, why: str, names: str
) -> None:
    """On a machine with apt, and with neither uv nor Chromium, nor what the board paper and a fresh Python need."""
    (tmp_path / "apt-get").write_text("#!/bin/sh\ntouch asked\n")
    (tmp_path / "apt-get").chmod(0o755)
    asked = subprocess.run(
        [sys.executable, "-c", AS_NOBODY, kind],
        cwd=tmp_path,
        env={"PATH": str(tmp_path), "CI": ci, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert asked.returncode == 1
    assert asked.stderr.strip() == (
        f"Set-up stopped: {why}. Run once: sudo apt-get update && sudo apt-get install -y "
        f"--no-install-recommends {names}"
    )
    assert [file.name for file in tmp_path.iterdir()] == ["apt-get"]
    notice = (
        "No Chromium: browser tests will be skipped. To run them: sudo apt-get update && sudo apt-get install"
    )
    assert (notice in asked.stdout) is (kind == "dev" and not ci)
