"""What a document may say about the order of its use cases."""

from __future__ import annotations

from typing import Any

import pytest

from engine.reading import DocumentError, read_document


def document(**fields: dict[str, Any]) -> dict[str, Any]:
    """Three use cases called a, b and c, with further fields for each."""
    return {"version": 1, "use_cases": [{"key": key, **fields.get(key, {})} for key in "abc"]}


def problems(**fields: dict[str, Any]) -> list[tuple[str, str, str]]:
    with pytest.raises(DocumentError) as refused:
        read_document(document(**fields))
    return [(problem.where, problem.what, problem.right) for problem in refused.value.problems]


def test_what_a_use_case_requires_rules_out_and_is_pinned_to_is_read() -> None:
    first, second, third = read_document(
        document(a={"requires": ["b"], "excludes": ["c"], "pinned": "in"}, b={"requires": []})
    ).use_cases

    assert (first.requires, first.excludes, first.pinned) == (("b",), ("c",), "in")
    assert (second.requires, second.excludes, second.pinned) == ((), None, None)
    assert (third.requires, third.excludes, third.pinned) == (None, None, None)


def test_an_unknown_use_case_is_refused_with_the_nearest_one() -> None:
    assert problems(a={"requires": ["bb"]}) == [
        ("/use_cases/0/requires/0", "there is no “bb” in use_cases", "“b”, or another of: a, b, c")
    ]
    assert problems(c={"excludes": ["b", "x"]}) == [
        ("/use_cases/2/excludes/1", "there is no “x” in use_cases", "one of: a, b, c")
    ]


def test_an_unknown_word_for_pinned_is_refused() -> None:
    assert problems(a={"pinned": "yes"}) == [
        ("/use_cases/0/pinned", "“yes” is not allowed", "one of: in, out")
    ]


def test_a_circle_of_requirements_is_refused_where_it_passes() -> None:
    assert problems(a={"requires": ["b"]}, b={"requires": ["c"]}, c={"requires": ["a"]}) == [
        ("/use_cases/0/requires", "it waits for itself: a → b → c → a", "an order without a circle"),
        ("/use_cases/1/requires", "it waits for itself: b → c → a → b", "an order without a circle"),
        ("/use_cases/2/requires", "it waits for itself: c → a → b → c", "an order without a circle"),
    ]
    assert problems(b={"requires": ["b"]}) == [
        ("/use_cases/1/requires", "it waits for itself: b → b", "an order without a circle")
    ]


def test_what_is_required_cannot_be_ruled_out() -> None:
    assert problems(a={"requires": ["b"], "excludes": ["b"]}) == [
        ("/use_cases/0/excludes", "“b” is required and ruled out", "another use case")
    ]
    assert problems(a={"excludes": ["a"]}) == [
        ("/use_cases/0/excludes", "it rules itself out", "another use case")
    ]
