"""Small random assessments for hypothesis: the clinic's document with other answers, some left open."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests.engine.clinic import DOCUMENT

USE: dict[str, list[Any]] = {
    "task_type": [
        "knowledge_qa",
        "classification_extraction",
        "generation_style",
        "summarisation",
        "code",
        "agent_workflow",
    ],
    "users": [5, 200, 20_000],
    "requests_per_day": [50, 5_000, 400_000],
    "input_tokens": [300, 6_000],
    "output_tokens": [10, 900],
    "latency": ["batch", "interactive", "realtime_ms"],
    "citations_required": [True, False],
    "error_cost": ["low", "high"],
    "knowledge_change_rate": ["static", "monthly", "daily"],
    "domain_specificity": ["0", "0.5", "1"],
    "differentiation_need": ["0", "0.9"],
    "labelled_examples": [0, 800, 40_000],
    "hard_constraints": [
        [],
        ["no_data_egress"],
        ["offline"],
        ["eu_hosting"],
        ["us_hosting"],
        ["state_hosting"],
        ["open_weights_only"],
        ["sovereign_weights"],
        ["licensed_training_data_only"],
    ],
    "value": [
        {
            "low": {"amount": "100000", "currency": "USD"},
            "likely": {"amount": "400000", "currency": "USD"},
            "high": {"amount": "900000", "currency": "USD"},
        }
    ],
    "safeguards": [[], ["human_handover"]],
    "decision": ["none", "human_review", "solely_automated"],
    "generates": ["text", "none"],
}
DATA: dict[str, list[Any]] = {
    "tokens": [200_000, 40_000_000, 30_000_000_000],
    "quality": [1, 4],
    "update_rate": ["static", "daily"],
    "sensitivity": ["public", "confidential", "special_category"],
    "personal": [True, False],
    "phi": [True, False],
    "residency": [["US"], ["EU"]],
    "contract_forbids_training": [True, False],
    "source": ["own", "data_subject"],
}
VENDOR: dict[str, list[Any]] = {
    "access_countries": [["US"], ["DE", "FR"], ["DE", "US"]],
    "dpa_signed": [True, False],
    "baa_signed": [True, False],
    "trains_on_inputs": [True, False],
    "retires_on": ["2027-02-01", "2031-01-01"],
}
ORGANISATION: dict[str, list[Any]] = {
    "ml_engineers": [0, 4, 40],
    "infrastructure": [["none"], ["cloud"], ["cloud", "own_gpu_cluster"]],
    "annual_ai_budget": [{"amount": amount, "currency": "USD"} for amount in ("90000", "700000", "30000000")],
    "eu_established": [True, False],
    "risk_appetite": ["low", "high"],
}


def answers(questions: dict[str, list[Any]]) -> SearchStrategy[dict[str, Any]]:
    """An answer to each question, or none (None)."""
    return st.fixed_dictionaries(
        {name: st.sampled_from([*words, words[0], None]) for name, words in questions.items()}
    )


@st.composite
def assessments(draw: st.DrawFn, *, use_cases: int = 1, data_assets: int = 1) -> dict[str, Any]:
    """A document that the reader takes, with so many use cases, each on all of so many data assets."""
    document = copy.deepcopy(DOCUMENT)
    document["organisation"] |= draw(answers(ORGANISATION))
    document["vendors"][0] |= draw(answers(VENDOR))
    asset, use = document["data_assets"][0], document["use_cases"][0]
    document["data_assets"] = [
        asset | draw(answers(DATA)) | {"key": f"d{number}"} for number in range(data_assets)
    ]
    keys = [row["key"] for row in document["data_assets"]]
    document["use_cases"] = [
        use | draw(answers(USE)) | {"key": f"u{number}", "data_assets": keys} for number in range(use_cases)
    ]
    return document
