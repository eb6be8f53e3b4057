"""How tests are spread over processes (`-n 2 --dist loadfile`): a file at a time, the longest ones first.

The files of a folder that shares something dear, like the served product or a worker, go to one process.
"""

from __future__ import annotations

import pytest
from xdist.scheduler import LoadFileScheduling

TOGETHER = ("tests/browser", "tests/runs")
LONGEST = (
    "tests/browser/",
    "tests/local/",
    "tests/isolation/test_access.py",
    "tests/runs/",
    "tests/reports/",
)


def scope_of(nodeid: str) -> str:
    """What goes to one process as a whole: a file, or a folder of `TOGETHER`."""
    file = nodeid.partition("::")[0]
    return next((folder for folder in TOGETHER if file.startswith(f"{folder}/")), file)


def turn_of(nodeid: str) -> int:
    """The turn of a test: what takes long goes first, so that no process ends long after the other."""
    return next((turn for turn, start in enumerate(LONGEST) if nodeid.startswith(start)), len(LONGEST))


class Spread(LoadFileScheduling):
    """Hands out the scopes in the order of their turns."""

    def _split_scope(self, nodeid: str) -> str:
        return scope_of(nodeid)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: turn_of(item.nodeid))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> Spread | None:
    if config.option.dist != "loadfile":
        return None
    config.option.loadscopereorder = False
    return Spread(config, log)  # type: ignore[arg-type]
