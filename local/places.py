"""Where one checkout keeps the data and the sockets of its servers. Uses Python's own library alone.

`home` is the folder of what the product writes. A socket's path ends at 107 bytes, so sockets lie in a short
private folder. As root the servers run as `nobody`, who cannot reach a private checkout, so their data lies
in a system folder. Both folders are named by the random mark that `home` keeps.
"""

from __future__ import annotations

import os
import secrets
import shutil
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

DATA_OF_ROOT = Path("/var/lib/sextant")
LONGEST_SOCKET = 107
LONGEST_NAME = len("/.s.PGSQL.5432.lock")


class NotOurs(OSError):
    """A folder that we would use belongs to somebody else."""


@dataclass(frozen=True)
class Places:
    data: Path
    sockets: Path


def places(home: Path) -> Places:
    """The folders of this checkout's servers. A copied checkout gets folders of its own, a moved one keeps them."""
    name = f"sextant-{_mark(home)}"
    data = DATA_OF_ROOT / name if os.geteuid() == 0 else home
    if _is_a_copy(home, data):
        (home / "mark").unlink()
        return places(home)
    return Places(data, _short_folder() / name)


def _mark(home: Path) -> str:
    file = home / "mark"
    if not file.exists() or not file.read_text().strip():
        home.mkdir(parents=True, exist_ok=True)
        half = home / "mark.half"
        half.write_text(secrets.token_hex(6))
        half.rename(file)
    return file.read_text().strip()


def _is_a_copy(home: Path, data: Path) -> bool:
    """Whether another checkout, which still is there, has the same mark and made the data."""
    try:
        maker = Path((data / "home").read_text())
        return maker != home.resolve() and (maker / "mark").read_text() == (home / "mark").read_text()
    except OSError:
        return False


def _short_folder() -> Path:
    folder = Path(tempfile.gettempdir())
    name = len("/sextant-") + 2 * 6 + LONGEST_NAME
    return folder if len(os.fsencode(folder)) + name <= LONGEST_SOCKET else Path("/tmp")


def make_private(folder: Path, owner: int) -> None:
    """Make a folder that its owner alone may enter. Raises NotOurs for somebody else's."""
    folder.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (os.geteuid(), owner):
        raise NotOurs(f"{folder} belongs to somebody else. Remove it")
    os.chown(folder, owner, -1)
    folder.chmod(0o700)


def remove(home: Path) -> None:
    """Remove the servers' data and sockets, with `home` itself."""
    if (home / "mark").exists():
        found = places(home)
        for folder in (found.data, found.sockets):
            shutil.rmtree(folder, ignore_errors=True)
    shutil.rmtree(home, ignore_errors=True)
