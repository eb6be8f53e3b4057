"""The three shipped examples with their results, each analysed once for all tests."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from engine.analyse import analyse
from engine.inputs import Inputs
from engine.reading import read_document
from engine.result import Result
from tests.engine.clinic import KNOWLEDGE, ROOT, TODAY

NAMES = ("hospital-group", "manufacturer", "retail-bank")


def document(name: str) -> Any:
    return json.loads((ROOT / "examples" / f"{name}.json").read_bytes())


@cache
def inputs(name: str) -> Inputs:
    data = (ROOT / "examples" / f"{name}.json").read_bytes()
    return read_document(data, requirement_ids=KNOWLEDGE.law.requirement_ids())


@cache
def result(name: str) -> Result:
    return analyse(inputs(name), KNOWLEDGE, TODAY)
