"""Written scenarios of compliance: what must apply, be a gap or wait, and what must stay away."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine.law.scenarios import faults, files, read


@pytest.mark.parametrize("path", files(), ids=lambda path: path.stem)
def test_the_law_is_found_as_it_reads(path: Path) -> None:
    scenario = read(path)

    found = tuple(faults(scenario))

    assert not found, f"{scenario.title} ({scenario.law})\n" + "\n".join(found)
