"""The one way to leave a test out."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest


def leave_out(why: str) -> NoReturn:
    """Skip the test that runs, for what this machine lacks; where CI is true it fails, since there nothing is left out."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"CI lets no test be left out. {why}")
    pytest.skip(why)
