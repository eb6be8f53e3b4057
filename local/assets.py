"""The few files of npm's packages that pages and board paper are served with: node_modules/ to static/vendor/."""

from __future__ import annotations

import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "static" / "vendor"


def copy_assets() -> None:
    """Copy them anew; run after `npm ci`."""
    shutil.rmtree(VENDOR, ignore_errors=True)
    copy(MODULES / "@tabler/core/dist/css", "tabler", ["tabler.min.css", "tabler.min.css.map"])
    copy(MODULES / "inter-ui/variable", "inter", ["InterVariable.woff2"])
    subsets = MODULES / "@fontsource-variable/inter/files"
    copy(subsets, "inter", sorted(path.name for path in subsets.glob("inter-*-wght-normal.woff2")))


def copy(source: Path, folder: str, names: list[str]) -> None:
    (VENDOR / folder).mkdir(parents=True, exist_ok=True)
    for name in names:
        shutil.copyfile(source / name, VENDOR / folder / name)


if __name__ == "__main__":
    copy_assets()
