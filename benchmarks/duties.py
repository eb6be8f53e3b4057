"""Gap analysis of one organisation: nine regimes, every option, in use cases; and the posture's counting."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from benchmarks.line import Line, seconds
from engine.case import cases
from engine.duties.consequences import consequences
from engine.inputs import Inputs
from engine.knowledge import load
from engine.reading import read_document
from engine.result import OptionId, Range
from engine.trace import Tracer

TODAY = date(2026, 11, 24)
RATE = Range(low=Decimal(600), likely=Decimal(800), high=Decimal(1100))
REGIMES = (
    "GDPR", "HIPAA", "SOC2", "ISO27001", "EUAIA", "ISO42001", "NIST_AI_RMF", "NIST_AI_600_1", "NIST_CSF2",
)  # fmt: skip
KNOWLEDGE = load(Path(__file__).parents[1] / "knowledge")
OPTIONS = tuple(
    OptionId(approach=approach, deployment=deployment)
    for approach in KNOWLEDGE.options.approaches
    for deployment in KNOWLEDGE.options.deployments
)


def organisation(use_cases: int) -> Inputs:
    """An EU clinic under nine regimes, with so many use cases on two data assets, and 300 answers on requirements."""
    law = KNOWLEDGE.law
    answered = [(regime, row.id) for regime in REGIMES for row in law.catalogues[regime].requirement]
    document: dict[str, Any] = {
        "organisation": {"eu_established": True, "us_covered_entity": True, "countries": ["DE", "US"]},
        "regimes": [{"regime": regime, "in_scope": True} for regime in REGIMES],
        "controls": [
            {"regime": regime, "requirement_id": requirement, "status": "partial"}
            for regime, requirement in answered[::5][:300]
        ],
        "common_controls": [{"control": name, "status": "implemented"} for name in law.crosswalk.controls],
        "data_assets": [
            {"key": "records", "personal": True, "phi": True, "sensitivity": "special_category"},
            {"key": "tickets", "personal": True, "sensitivity": "regulated_personal"},
        ],
        "vendors": [{"key": "v", "country": "US", "processes_personal_data": True, "touches_phi": True}],
        "use_cases": [
            {
                "key": f"u{n}",
                "data_assets": ["records", "tickets"],
                "vendor": "v",
                "role": ["controller", "deployer"],
            }
            for n in range(use_cases)
        ],
    }
    return read_document(document)


def gap_analysis(inputs: Inputs) -> int:
    """How many findings every use case has in every option."""
    return sum(
        len(
            consequences(
                option,
                case,
                planned=False,
                day_rate=RATE,
                knowledge=KNOWLEDGE,
                tracer=Tracer(KNOWLEDGE, case.as_of),
            ).findings
        )
        for case in cases(inputs, TODAY)
        for option in OPTIONS
    )


def run() -> Iterator[Line]:
    """20 use cases beside ten: twice the work may take twice the time, and a fifth more for noise."""
    small, large = organisation(10), organisation(20)
    ten, twenty = seconds(lambda: gap_analysis(small), 3), seconds(lambda: gap_analysis(large), 3)
    yield Line(
        figure=f"Gap analysis, nine regimes, {len(OPTIONS)} options each: 20 use cases against 10",
        aim="linear: at most 2.4 times the time",
        measured=f"{twenty / ten:.2f} times ({twenty:.2f} s)",
        met=twenty <= 2.4 * ten,
        note=f"{gap_analysis(large):,} findings; 1 s is hoped for",
    )
