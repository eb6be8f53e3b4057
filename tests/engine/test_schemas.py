"""The schemas say what the reader takes and what a result holds."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

from engine.canonical import canonical, digest, to_plain
from engine.reading import read_document
from tests.engine import examples
from tests.engine.clinic import ROOT
from tests.engine.from_schema import SCHEMA, documents

RESULT: dict[str, Any] = json.loads((ROOT / "docs" / "result.schema.json").read_bytes())
FEW = settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


def faults(schema: dict[str, Any], plain: Any) -> list[str]:
    validator = Draft202012Validator(schema, format_checker=FormatChecker())
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(plain)]


@pytest.mark.parametrize("schema", [SCHEMA, RESULT], ids=["assessment", "result"])
def test_a_schema_is_a_schema_of_2020_12(schema: dict[str, Any]) -> None:
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("name", examples.NAMES)
def test_an_example_and_its_result_fit_their_schemas(name: str) -> None:
    assert faults(SCHEMA, examples.document(name)) == []
    assert faults(SCHEMA, to_plain(examples.inputs(name))) == []
    assert faults(RESULT, json.loads(canonical(examples.result(name)))) == []


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"colour": "blue"}, "$"),
        ({"organisation": {"currency": "euro"}}, "$.organisation"),
        ({"use_cases": [{"key": "a", "latency": "soon"}]}, "$.use_cases"),
        ({"use_cases": [{"name": "A"}]}, "$.use_cases"),
        ({"use_cases": [{"key": "a", "facts": {"dpia_don": True}}]}, "$.use_cases"),
        ({"data_assets": [{"key": "d", "quality": 6}]}, "$.data_assets"),
        ({"vendors": [{"key": "v", "soc2_until": "2027-02-30"}]}, "$.vendors"),
    ],
)
def test_what_the_reader_refuses_the_schema_refuses_too(change: dict[str, Any], path: str) -> None:
    found = faults(SCHEMA, change)
    assert [fault.partition(":")[0] for fault in found] == [path]


@FEW
@given(documents())
def test_what_the_schema_allows_is_read_and_written_again(document: dict[str, Any]) -> None:
    assert faults(SCHEMA, document) == []

    inputs = read_document(document)
    plain = to_plain(inputs)
    assert faults(SCHEMA, plain) == []
    assert read_document(plain) == inputs
    assert read_document(canonical(inputs)) == inputs
    assert digest(read_document(json.dumps(document))) == digest(inputs)


@FEW
@given(documents(), st.randoms(use_true_random=False))
def test_a_blanked_answer_stays_readable(document: dict[str, Any], random: Any) -> None:
    blanked = copy.deepcopy(document)
    places = [
        (row, field) for row, needed in records(blanked) for field in sorted(row) if field not in needed
    ]
    if not places:
        return
    row, field = random.choice(places)
    row[field] = random.choice([None, "unknown"])

    inputs = read_document(blanked)
    del row[field]
    assert read_document(blanked) == inputs


def records(document: dict[str, Any]) -> list[tuple[dict[str, Any], set[str]]]:
    """Every record of a document with the fields that it cannot do without."""
    kept: set[str] = {"key", "regime", "requirement_id", "control", "period", "fact", "since"}
    rows = [row for name in document if isinstance(document[name], list) for row in document[name]]
    if isinstance(document.get("organisation"), dict):
        rows.append(document["organisation"])
    return [(row, kept) for row in rows]


def test_lists_of_keys_hold_each_key_once() -> None:
    use_case = SCHEMA["$defs"]["UseCase"]["properties"]
    once = {
        name
        for name, described in use_case.items()
        if any(choice.get("uniqueItems") for choice in described.get("anyOf", ()))
    }
    assert once == {"data_assets", "requires", "excludes", "defaults"}
