"""No test passes in CI by being left out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.skipping import leave_out

TESTS = Path(__file__).parent
LEAVES_OUT = re.compile(
    r"\b(skip(?:if|unless|test)?|importorskip|xfail)\b\s*\(|\bmark\.(?:skip|xfail)", re.IGNORECASE
)


def test_a_test_is_left_out_in_one_place_alone() -> None:
    found = {
        str(file.relative_to(TESTS))
        for file in TESTS.rglob("*.py")
        if LEAVES_OUT.search(file.read_text()) and file != Path(__file__)
    }
    assert found == {"skipping.py"}


@pytest.mark.parametrize(
    ("ci", "ends_as", "said"),
    [
        ("true", pytest.fail.Exception, "CI lets no test be left out. There is no Chromium."),
        ("", pytest.skip.Exception, "There is no Chromium."),
    ],
)
def test_what_a_machine_lacks_fails_in_ci_and_is_told_elsewhere(
    ci: str, ends_as: type[BaseException], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", ci)
    with pytest.raises(ends_as) as end:
        leave_out("There is no Chromium.")
    assert str(end.value) == said
