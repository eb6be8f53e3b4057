"""docs/security: every point and every requirement is there, and what is called met names tests that exist."""

from __future__ import annotations

import ast
import csv
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
POINTS = ROOT / "docs" / "security" / "points.csv"
REQUIREMENTS = ROOT / "docs" / "security" / "asvs.csv"
IDS = ROOT / "tests" / "data" / "asvs5_level2_ids.csv"


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


@cache
def functions(path: Path) -> frozenset[str]:
    """The tests of a file."""
    if not path.is_file():
        return frozenset()
    found = ast.walk(ast.parse(path.read_text()))
    return frozenset(node.name for node in found if isinstance(node, ast.FunctionDef))


def wrong(row: dict[str, str], states: set[str]) -> list[str]:
    """What is wrong with a row: a state that is none, a test that is not there, a reason that is missing."""
    faults = []
    if row["state"] not in states:
        faults.append(f"the state {row['state']}")
    if row["state"] == "met" and (not row["tests"] or row["reason"]):
        faults.append("met, without a test or with a reason")
    if row["state"] != "met" and not row["reason"]:
        faults.append("no reason")
    for named in row["tests"].split():
        path, _, name = named.partition("::")
        if not name.startswith("test_") or name not in functions(ROOT / path):
            faults.append(f"no test {named}")
    return faults


def test_every_one_of_the_78_points_is_met_by_tests_that_exist_or_open_with_its_reason() -> None:
    found = rows(POINTS)
    assert [row["point"] for row in found] == [str(number) for number in range(1, 79)]
    faults = {row["point"]: wrong(row, {"met", "open"}) for row in found}
    assert {point: fault for point, fault in faults.items() if fault} == {}


def test_every_requirement_of_level_2_is_met_by_tests_that_exist_or_says_why_not() -> None:
    found, wanted = rows(REQUIREMENTS), rows(IDS)
    assert len(wanted) == 253
    assert [(row["id"], row["level"]) for row in found] == [(row["id"], row["level"]) for row in wanted]
    faults = {row["id"]: wrong(row, {"met", "open", "not applicable"}) for row in found}
    assert {name: fault for name, fault in faults.items() if fault} == {}


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ({"state": "met", "tests": "tests/test_frame.py::test_no_such", "reason": ""}, "no test"),
        ({"state": "met", "tests": "tests/no_file.py::test_a", "reason": ""}, "no test"),
        ({"state": "met", "tests": "", "reason": ""}, "met, without"),
        ({"state": "open", "tests": "", "reason": ""}, "no reason"),
        ({"state": "perhaps", "tests": "", "reason": "x"}, "the state perhaps"),
    ],
)
def test_the_check_of_these_lists_finds_faults(row: dict[str, str], fault: str) -> None:
    assert any(found.startswith(fault) for found in wrong(row, {"met", "open"}))
