"""`make clean`: remove what set-up and runs made, the servers' data too. Uses Python's own library alone.

Kept: what git tracks, the secrets of docker/, and anything that Sextant did not make.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from local.places import remove

ROOT = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("SEXTANT_VAR", ROOT / "var"))
MADE = (
    ".venv",
    "node_modules",
    "static/vendor",
    ".hypothesis",
    ".import_linter_cache",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
)
COMPILED = "__pycache__"


def main() -> None:
    if VAR.exists():
        with (VAR / "launch.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise SystemExit("Sextant runs from this folder. Stop it first (Ctrl-C).") from None
            remove(VAR)
    for folder in (*(ROOT / name for name in MADE), *compiled()):
        if folder.is_symlink():
            folder.unlink()
        else:
            shutil.rmtree(folder, ignore_errors=True)


def compiled() -> Iterator[Path]:
    """The folders of compiled Python below this checkout; no link is followed, and git's own folder is left alone."""
    for folder, inside, _ in os.walk(ROOT):
        if COMPILED in inside:
            yield Path(folder, COMPILED)
        inside[:] = [name for name in inside if name not in (COMPILED, ".git", *MADE)]


if __name__ == "__main__":
    main()
