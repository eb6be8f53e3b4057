"""`manage.py analyse` on its own: no database, no key, no server; a result, or every problem and nothing written."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from tests.engine.clinic import DOCUMENT

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "manufacturer.json"


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own whose environment names nothing but where programs are."""
    return subprocess.run(
        [sys.executable, ROOT / "manage.py", "analyse", *map(str, arguments)],
        env={"PATH": os.environ["PATH"]},
        cwd="/",
        capture_output=True,
        text=True,
        timeout=120,
    )


def refused(*arguments: object) -> list[str]:
    """The lines of a refusal; nothing stands on the output."""
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    return done.stderr.splitlines()


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A document of one use case."""
    path = tmp_path / "clinic.json"
    path.write_text(json.dumps(DOCUMENT | {"as_of": "2026-11-24"}))
    return path


def test_an_example_prints_a_result_that_fits_its_schema() -> None:
    done = run(EXAMPLE)

    assert done.returncode == 0
    result = json.loads(done.stdout)
    schema = json.loads((ROOT / "docs" / "result.schema.json").read_bytes())
    Draft202012Validator(schema, format_checker=FormatChecker()).validate(result)
    assert result["as_of"] == "2026-11-24"
    asked = [use["key"] for use in json.loads(EXAMPLE.read_bytes())["use_cases"]]
    assert [use["key"] for use in result["use_cases"]] == asked
    assert done.stderr.splitlines() == [
        *(f"Weighing options: {use['name']}" for use in result["use_cases"]),
        "Holding the answers against the law",
        "Planning money and time",
    ]


def test_the_result_goes_to_a_folder_where_one_is_named(small: Path, tmp_path: Path) -> None:
    printed, stored = run(small), run(small, "--out", tmp_path / "new" / "folder")

    path = tmp_path / "new" / "folder" / "result.json"
    assert (stored.returncode, stored.stdout) == (0, f"{path}\n")
    assert path.read_text() == printed.stdout
    assert json.loads(printed.stdout)["use_cases"][0]["outcome"] == "recommend"


def test_the_day_of_the_command_outweighs_that_of_the_document(small: Path) -> None:
    assert json.loads(run(small, "--as-of", "2027-03-01").stdout)["as_of"] == "2027-03-01"


def test_a_malformed_document_lists_every_problem_and_writes_nothing(tmp_path: Path) -> None:
    document = json.loads(EXAMPLE.read_bytes())
    document["organisation"]["currency"] = "euros"
    document["use_cases"][0] |= {"latency": "soon", "vendor": "nobody"}
    broken = tmp_path / "broken.json"
    broken.write_text(json.dumps(document))

    lines = refused(broken, "--out", tmp_path / "out")
    assert lines[0] == f"{broken} has 3 problems; nothing was written."
    assert [line.partition(":")[0] for line in lines[1:]] == [
        "/organisation/currency",
        "/use_cases/0/latency",
        "/use_cases/0/vendor",
    ]
    assert [path.name for path in tmp_path.iterdir()] == ["broken.json"]


def test_a_path_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    missing = tmp_path / "missing.json"
    assert refused(missing) == [f"{missing}: No such file or directory. Give the path of a JSON document."]
    assert refused(tmp_path) == [f"{tmp_path}: Is a directory. Give the path of a JSON document."]


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2026-02-30", "“2026-02-30” does not fit. Right: a date like 2026-11-24."),
        ("24.11.2026", "“24.11.2026” does not fit. Right: a date like 2026-11-24."),
        ("9999-12-31", "9999-12-31 is above 2100-12-31. Right: 2000-01-01 to 2100-12-31."),
    ],
)
def test_a_wrong_day_is_said(day: str, said: str, tmp_path: Path) -> None:
    lines = refused(EXAMPLE, "--as-of", day, "--out", tmp_path / "out")
    assert lines[-1] == f"manage.py analyse: error: argument --as-of: {said}"
    assert list(tmp_path.iterdir()) == []


def test_a_day_before_the_knowledge_begins_is_said(small: Path, tmp_path: Path) -> None:
    line = refused(small, "--as-of", "2001-01-01", "--out", tmp_path / "out")[-1]
    assert line.startswith("The fact “")
    assert line.endswith("; asked for 2001-01-01. Give a later day with --as-of.")
    assert not (tmp_path / "out").exists()


def test_a_folder_that_cannot_be_written_is_said(small: Path, tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("a file")

    line = refused(small, "--out", taken)[-1]
    assert line == f"{taken}: File exists. Give a folder that can be written."
    assert taken.read_text() == "a file"
