"""`make clean`: remove what set-up and runs made, the servers' data too. Uses Python's own library alone."""

from __future__ import annotations

import fcntl
import os
import shutil
from pathlib import Path

from local.places import remove

ROOT = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("SEXTANT_VAR", ROOT / "var"))
MADE = (".venv", "node_modules", "static/vendor")


def main() -> None:
    if VAR.exists():
        with (VAR / "launch.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise SystemExit("Sextant runs from this folder. Stop it first (Ctrl-C).") from None
            remove(VAR)
    for name in MADE:
        shutil.rmtree(ROOT / name, ignore_errors=True)


if __name__ == "__main__":
    main()
