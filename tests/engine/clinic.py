"""A small assessment that every one-change test starts from, and the shipped knowledge."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from engine.analyse import analyse
from engine.knowledge import load
from engine.reading import read_document
from engine.result import Result, UseCaseResult

ROOT = Path(__file__).parents[2]
KNOWLEDGE = load(ROOT / "knowledge")
TODAY = date(2026, 11, 24)
DOCUMENT: dict[str, Any] = {
    "version": 1,
    "organisation": {
        "name": "Clinic",
        "currency": "USD",
        "eu_established": False,
        "targets_eu": False,
        "us_covered_entity": True,
        "us_business_associate": False,
        "ml_engineers": 12,
        "infrastructure": ["cloud", "own_datacentre"],
        "annual_ai_budget": {"amount": "4000000.00", "currency": "USD"},
    },
    "regimes": [{"regime": "HIPAA", "in_scope": True}],
    "data_assets": [
        {
            "key": "files",
            "name": "Files",
            "tokens": 20_000_000,
            "quality": 4,
            "sensitivity": "confidential",
            "personal": False,
            "phi": False,
            "special_category": False,
            "source": "own",
        }
    ],
    "vendors": [
        {
            "key": "v",
            "name": "Vendor",
            "country": "US",
            "access_countries": ["US"],
            "processes_personal_data": True,
            "touches_phi": True,
            "dpa_signed": True,
            "baa_signed": True,
            "trains_on_inputs": False,
        }
    ],
    "use_cases": [
        {
            "key": "a",
            "name": "Summaries",
            "task_type": "summarisation",
            "modality": ["text"],
            "users": 200,
            "requests_per_day": 2000,
            "growth_per_year": "0.1",
            "input_tokens": 2000,
            "output_tokens": 300,
            "latency": "interactive",
            "citations_required": False,
            "error_cost": "medium",
            "knowledge_change_rate": "static",
            "domain_specificity": "0.5",
            "differentiation_need": "0.2",
            "labelled_examples": 20,
            "data_assets": ["files"],
            "vendor": "v",
            "hard_constraints": [],
            "decision": "none",
            "effect": "none",
            "internal_only": True,
            "generates": "text",
            "safeguards": ["human_review"],
            "annex3_area": "none",
            "role": ["deployer", "controller"],
        }
    ],
}
Change = Callable[[dict[str, Any]], object]


def result(*changes: Change, as_of: date = TODAY) -> Result:
    """The result of the clinic's assessment with changes made to its document; worked out once for each document."""
    document = copy.deepcopy(DOCUMENT)
    for change in changes:
        change(document)
    return analysed(json.dumps(document), as_of)


@lru_cache(maxsize=64)
def analysed(document: str, as_of: date) -> Result:
    return analyse(read_document(document), KNOWLEDGE, as_of)


def answer(*changes: Change, as_of: date = TODAY) -> UseCaseResult:
    return result(*changes, as_of=as_of).use_cases[0]


def use(**fields: Any) -> Change:
    return lambda document: document["use_cases"][0].update(fields)


def data(**fields: Any) -> Change:
    return lambda document: document["data_assets"][0].update(fields)


def vendor(**fields: Any) -> Change:
    return lambda document: document["vendors"][0].update(fields)


def organisation(**fields: Any) -> Change:
    return lambda document: document["organisation"].update(fields)


def first(found: UseCaseResult) -> tuple[str, str]:
    return found.options[0].approach, found.options[0].deployment


def refusals(found: UseCaseResult, rule: str) -> set[tuple[str, str, str | None]]:
    """The options that a rule removed, each with the answer that did it."""
    return {(r.approach, r.deployment, r.answer) for r in found.refused if r.rule == rule}
