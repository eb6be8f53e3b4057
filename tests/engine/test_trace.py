"""Everything in a result can be traced: each number to its origin, each fact, rule and source to its words."""

from __future__ import annotations

import dataclasses
import json
import types
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Union, get_args, get_origin

import pytest

from engine.canonical import canonical, to_plain
from engine.inputs import Inputs
from engine.origins import NUMBERS
from engine.result import Result
from engine.strict import hints
from tests.engine import examples

NAMED = ("answer", "answers", "needs", "unknown_facts")
"""The fields of a result that hold JSON pointers into the document."""


def numbers(value: Any, at: str = "") -> Iterator[str]:
    """The JSON pointer of every number in a result."""
    if dataclasses.is_dataclass(value):
        for spec in dataclasses.fields(value):
            yield from numbers(getattr(value, spec.name), f"{at}/{spec.name.rstrip('_')}")
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from numbers(item, f"{at}/{index}")
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from numbers(item, f"{at}/{key}")
    elif isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        yield at


def numbers_of_type(kind: Any, at: str = "") -> Iterator[str]:
    """The pattern of every number that a result can hold."""
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        for member in inner:
            yield from numbers_of_type(member, at)
    elif origin in (tuple, dict, Mapping):
        yield from numbers_of_type(inner[0] if origin is tuple else inner[1], f"{at}/*")
    elif dataclasses.is_dataclass(kind):
        for spec in dataclasses.fields(kind):
            yield from numbers_of_type(hints(kind)[spec.name], f"{at}/{spec.name.rstrip('_')}")
    elif kind in (int, float, Decimal):
        yield at


def covers(pattern: str, pointer: str) -> bool:
    """Whether a pointer lies at or below a pattern."""
    wanted, found = pattern.split("/"), pointer.split("/")
    return len(wanted) <= len(found) and all(
        one in ("*", other) for one, other in zip(wanted, found, strict=False)
    )


def strings(plain: Any, *names: str) -> set[str]:
    """The texts of all fields of some names, anywhere in plain data."""
    if isinstance(plain, list):
        return {text for item in plain for text in strings(item, *names)}
    if not isinstance(plain, dict):
        return set()
    found = {text for item in plain.values() for text in strings(item, *names)}
    for name in names:
        value = plain.get(name)
        found |= {value} if isinstance(value, str) else set(value or ())
    return found


def plain_of(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(canonical(examples.result(name)))
    return found


def test_every_number_that_a_result_can_hold_has_an_origin() -> None:
    patterns = list(numbers_of_type(Result))
    without = [at for at in patterns if not any(covers(row.pointer, at) for row in NUMBERS)]
    assert without == []
    stale = [row.pointer for row in NUMBERS if not any(covers(row.pointer, at) for at in patterns)]
    assert stale == []


@pytest.mark.parametrize("name", examples.NAMES)
def test_every_number_of_a_result_is_traced(name: str) -> None:
    result = examples.result(name)
    origins = result.trace.numbers
    found = list(numbers(result))

    assert len(found) > 1000
    assert [at for at in found if not any(covers(row.pointer, at) for row in origins)] == []
    assert {row.origin for row in origins} <= {"answer", "fact", "estimate"}
    assert [row.pointer for row in origins if not row.how] == []


@pytest.mark.parametrize("name", examples.NAMES)
def test_every_fact_rule_and_source_that_a_result_names_stands_in_its_trace(name: str) -> None:
    plain = plain_of(name)
    trace = plain["trace"]

    facts = {fact["id"]: fact for fact in trace["facts"]}
    named = strings({**plain, "trace": {**trace, "facts": []}}, "facts", "fact")
    assert named - set(facts) == set()
    assert len(named) > 40
    assert [f for f in facts.values() if not (f["since"] and f["source"] and f["source_title"])] == []

    rules = {rule["rule"]: rule for rule in trace["rules"]}
    assert strings({**plain, "trace": {}}, "rule") - set(rules) == set()
    assert [rule for rule in trace["rules"] if not rule["text"]] == []

    sources = {source["id"]: source for source in trace["sources"]}
    assert strings({**plain, "trace": {"facts": trace["facts"]}}, "source") - set(sources) == set()
    assert [source for source in sources.values() if not (source["title"] and source["as_of"])] == []


@pytest.mark.parametrize("name", examples.NAMES)
def test_every_answer_that_a_result_cites_has_a_place_in_the_document(name: str) -> None:
    inputs = examples.inputs(name)
    cited = strings(plain_of(name), *NAMED)

    assert len(cited) > 20
    assert [at for at in sorted(cited) if not has_place(inputs, at)] == []


def has_place(inputs: Inputs, pointer: str) -> bool:
    """Whether a pointer (`*`: any of a list) leads to a field of a record that is there, answered or not."""
    place: Any = inputs
    for part in pointer.replace("*", "0").split("/")[1:]:
        if isinstance(place, tuple) and part.isdigit():
            if int(part) >= len(place):
                return False
            place = place[int(part)]
        elif isinstance(place, Mapping):
            place = place.get(part)
        elif dataclasses.is_dataclass(place) and part in hints(type(place)):
            place = getattr(place, part)
        else:
            return False
    return True


def test_a_fact_moves_with_its_number() -> None:
    plain = to_plain(examples.result("retail-bank"))
    cost = next(row for row in plain["trace"]["numbers"] if row["pointer"] == "/use_cases/0/options/*/cost")
    assert "/use_cases/0/requests_per_day" in cost["answers"]
    assert {"people.day_rate"} < set(cost["facts"])
