"""A number leads to its answer, rule and fact; a pointer reads as the question that the forms ask."""

from __future__ import annotations

from typing import Any

import pytest

from reports.origins import Answer, Sources, covers, said

DOCUMENT: dict[str, Any] = {
    "organisation": {"name": "Twin Company", "ml_engineers": 4},
    "vendors": [{"key": "v", "name": "Model vendor", "dpa_signed": False, "facts": {"subprocessors": True}}],
    "use_cases": [{"key": "assistant", "requests_per_day": 2000}],
    "controls": [{"regime": "GDPR", "requirement_id": "Art. 30(1)", "status": "implemented"}],
}
FACT = {"id": "price.tokens", "label": "Price of a million tokens", "source_title": "Price list"}
TRACE: dict[str, Any] = {
    "facts": [FACT],
    "rules": [
        {"rule": "cost", "text": "Tokens times price", "answers": [], "facts": ["price.tokens"]},
        {"rule": "gate", "text": "No egress", "answers": ["/use_cases/0/hard_constraints"], "facts": []},
    ],
    "numbers": [
        {"pointer": "/use_cases/*/options/*/cost", "answers": [], "facts": ["price.tokens"]},
        {"pointer": "/use_cases/0/options/1/cost", "answers": ["/use_cases/0/requests_per_day"], "facts": []},
        {"pointer": "/regimes/*/coverage", "answers": [], "facts": []},
    ],
}


@pytest.fixture
def sources() -> Sources:
    return Sources(TRACE, DOCUMENT)


@pytest.mark.parametrize(
    ("pointer", "answer"),
    [
        (
            "/organisation/ml_engineers",
            ("Twin Company", "How many people build or run machine learning?", "4"),
        ),
        ("/organisation/annual_ai_budget", ("Twin Company", "What may AI cost in a year?", "not answered")),
        ("/vendors/0/facts/subprocessors", ("Model vendor", "It uses sub-processors", "yes")),
        ("/use_cases/0/requests_per_day", ("assistant", "How many requests a day?", "2,000")),
        ("/use_cases/0/error_cost", ("assistant", "What does a wrong answer cost?", "not answered")),
        ("/controls/0/status", ("Art. 30(1)", "What is its state?", "implemented")),
        ("/use_cases/9/name", ("use cases", "What is it called?", "not answered")),
    ],
)
def test_an_answer_is_named_as_the_form_asks_it(
    sources: Sources, pointer: str, answer: tuple[str, str, str]
) -> None:
    assert sources.answer(pointer) == Answer(pointer, *answer)


def test_a_pattern_stands_for_every_option_and_the_exact_pointer_comes_first(sources: Sources) -> None:
    found = [number["pointer"] for number in sources.origins_of("/use_cases/0/options/1/cost/p50")]
    assert found == ["/use_cases/0/options/1/cost", "/use_cases/*/options/*/cost"]
    assert sources.origins_of("/use_cases/0/options/1/weeks") == []


@pytest.mark.parametrize(
    ("pattern", "pointer", "yes"),
    [
        ("/a/*/c", "/a/0/c", True),
        ("/a/*/c/p50", "/a/0/c", True),
        ("/a/*", "/a/0/c", True),
        ("/a/1/c", "/a/0/c", False),
        ("/ab", "/a", False),
        ("/a~1b", "/a~1b/c", True),
    ],
)
def test_pointers_cover_what_lies_at_or_below_them(pattern: str, pointer: str, yes: bool) -> None:
    assert covers(pattern, pointer) is yes


def test_facts_and_rules_are_found_by_what_they_read(sources: Sources) -> None:
    assert sources.facts_of(["price.tokens", "gone"]) == [FACT, {"id": "gone"}]
    assert [rule["rule"] for rule in sources.rules_on([], ["price.tokens"])] == ["cost"]
    assert [rule["rule"] for rule in sources.rules_on(["/use_cases/0/hard_constraints"], [])] == ["gate"]
    assert sources.rules_on([], []) == []


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "not answered"),
        ("unknown", "not answered"),
        (False, "no"),
        ([], "none"),
        (["text", "time_series"], "text, time series"),
        ({"amount": "150000.00", "currency": "EUR"}, "150,000 EUR"),
        (
            {"approach": "rag", "deployment": "on_prem"},
            "approach Retrieval from own documents, deployment own hardware",
        ),
        (0, "0"),
    ],
)
def test_a_value_reads_as_words(value: Any, text: str) -> None:
    assert said(value) == text
