"""An answer that is taken back never makes the first option surer, over many situations drawn by hypothesis."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.case import cases
from engine.money.currency import exchange
from engine.options.decide import decide
from engine.reading import read_document
from engine.trace import Tracer
from tests.engine.clinic import DOCUMENT, KNOWLEDGE, TODAY

ANSWERS: dict[tuple[str, str], list[Any]] = {
    ("use_cases", "task_type"): [
        "generation_style",
        "summarisation",
        "classification_extraction",
        "knowledge_qa",
    ],
    ("use_cases", "latency"): ["realtime_ms", "batch", "interactive"],
    ("use_cases", "users"): [5, 3000],
    ("use_cases", "labelled_examples"): [60, 5000],
    ("use_cases", "requests_per_day"): [10, 2000, 300_000],
    ("use_cases", "knowledge_change_rate"): ["static", "daily"],
    ("use_cases", "citations_required"): [True, False],
    ("use_cases", "domain_specificity"): ["0", "0.9"],
    ("use_cases", "error_cost"): ["low", "high"],
    ("vendors", "trains_on_inputs"): [True, False],
    ("vendors", "dpa_signed"): [True, False],
    ("data_assets", "tokens"): [100_000, 20_000_000, 30_000_000_000],
    ("data_assets", "sensitivity"): ["public", "confidential", "special_category"],
}
SITUATIONS = st.fixed_dictionaries({place: st.sampled_from(values) for place, values in ANSWERS.items()})


@settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(SITUATIONS, st.sampled_from(sorted(ANSWERS)))
def test_taking_an_answer_back_never_raises_confidence(
    situation: dict[tuple[str, str], Any], blanked: tuple[str, str]
) -> None:
    answered = confidence(situation)
    silent = confidence({**situation, blanked: None})

    if answered is not None and silent is not None:
        assert silent <= answered


def confidence(situation: dict[tuple[str, str], Any]) -> int | None:
    """The highest confidence of an option; None where nothing is recommended."""
    document = copy.deepcopy(DOCUMENT)
    for (record, field), value in situation.items():
        document[record][0][field] = value
    inputs = read_document(document)
    tracer = Tracer(KNOWLEDGE, TODAY)
    (case,) = cases(inputs, TODAY)
    return max(decide(case, KNOWLEDGE, tracer, exchange(inputs, tracer)).confidence, default=None)
