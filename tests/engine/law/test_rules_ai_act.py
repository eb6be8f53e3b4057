"""The shipped rules of the AI Act on small cases: roles, dates, prohibitions, general-purpose models."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.engine.law.opened import EU, refused, seen

LISTED = {"annex3_area": "4(a)", "profiling": True}
LATER = date(2028, 1, 1)
GENERAL = {
    "kind": "general",
    "placed_on_eu_market": True,
    "training_flop": "2e23",
    "facts": {"modality": ["text"]},
}


@pytest.mark.parametrize(
    ("rule", "option", "use", "expected"),
    [
        ("AIR075", "rag/public_api", LISTED, ("yes", "upcoming", "unknown")),
        ("AIR075", "rag/public_api", {"annex3_area": "none"}, None),
        ("AIR075", "rag/public_api", {}, ("unknown", "upcoming", "unknown")),
        # Who builds or tunes is provider; who buys is deployer.
        ("AIR077", "peft/on_prem", LISTED, ("yes", "upcoming", "unknown")),
        ("AIR077", "api_prompt/vendor_saas", {**LISTED, "role": ["deployer"]}, None),
        (
            "AIR078",
            "api_prompt/vendor_saas",
            {**LISTED, "role": ["deployer"]},
            ("yes", "upcoming", "unknown"),
        ),
        ("AIR088", "peft/on_prem", LISTED, ("yes", "upcoming", "unknown")),
        ("AIR088", "rag/on_prem", {**LISTED, "role": ["provider_of_system"]}, None),
        # The exemption must be claimed, and never with profiling.
        ("AIR077", "peft/on_prem", {"annex3_area": "4(a)", "narrow_task": True, "profiling": False}, None),
        (
            "AIR077",
            "peft/on_prem",
            {"annex3_area": "4(a)", "narrow_task": True, "profiling": True},
            ("yes", "upcoming", "unknown"),
        ),
        (
            "AIR076",
            "peft/on_prem",
            {"annex3_area": "4(a)", "narrow_task": True, "profiling": False},
            ("yes", "upcoming", "unknown"),
        ),
        # Systems in service before the rules are caught by a significant change only.
        (
            "AIR077",
            "peft/on_prem",
            {
                **LISTED,
                "in_use_since": "2025-03-01",
                "facts": {"significant_design_change_since_application_date": False},
            },
            None,
        ),
        (
            "AIR077",
            "peft/on_prem",
            {**LISTED, "in_use_since": "2025-03-01"},
            ("unknown", "upcoming", "unknown"),
        ),
    ],
)
def test_high_risk(
    rule: str, option: str, use: dict[str, Any], expected: tuple[str, str, str] | None
) -> None:
    assert seen(rule, option, organisation=EU, use=use) == expected


def test_high_risk_is_in_force_after_its_day() -> None:
    assert seen("AIR077", "peft/on_prem", organisation=EU, use=LISTED, as_of=LATER) == (
        "yes",
        "in_force",
        "unknown",
    )


@pytest.mark.parametrize(
    ("area", "organisation", "expected"),
    [
        ("4(a)", {"public_body": False, "public_service": False}, None),
        ("4(a)", {"public_body": True, "public_service": False}, ("yes", "upcoming", "unknown")),
        ("5(b)", {"public_body": False, "public_service": False}, ("yes", "upcoming", "unknown")),
        ("2", {"public_body": True, "public_service": True}, None),
    ],
)
def test_rights_assessment(
    area: str, organisation: dict[str, Any], expected: tuple[str, str, str] | None
) -> None:
    use = {"annex3_area": area, "profiling": True, "role": ["deployer"]}
    found = seen("AIR079", "api_prompt/vendor_saas", organisation={**EU, **organisation}, use=use)
    assert found == expected


EMOTION = {
    "emotion_inference": True,
    "context": "work",
    "medical_or_safety": False,
    "facts": {"emotion_basis": "voice"},
}


def test_emotions_at_work_are_refused() -> None:
    assert refused(organisation=EU, use=EMOTION) == ["AIR071"]
    assert refused(organisation=EU, use={**EMOTION, "facts": {"emotion_basis": "text"}}) == []
    assert refused(organisation=EU, use={**EMOTION, "medical_or_safety": True}) == []
    assert refused(organisation=EU, use={**EMOTION, "context": "shop"}) == []


def test_a_new_ban_is_upcoming_until_its_day() -> None:
    use = {"generates": "images", "facts": {"intimate_output_purpose": True}}
    assert seen("AIR073", organisation=EU, use=use) == ("yes", "upcoming", "gap")
    assert refused(organisation=EU, use=use) == []
    assert refused(organisation=EU, use=use, as_of=date(2026, 12, 2)) == ["AIR073"]


@pytest.mark.parametrize(
    ("rule", "use", "expected"),
    [
        ("AIR081", {}, ("yes", "in_force", "unknown")),
        ("AIR081", {"in_use_since": "2026-01-01"}, None),
        ("AIR081B", {"in_use_since": "2026-01-01"}, ("yes", "upcoming", "unknown")),
        ("AIR081", {"facts": {"marks_output": False}}, ("yes", "in_force", "gap")),
        ("AIR081", {"facts": {"assistive_editing_only": True}}, None),
    ],
)
def test_marks_on_generated_content(
    rule: str, use: dict[str, Any], expected: tuple[str, str, str] | None
) -> None:
    use = {"generates": "text", **use}
    assert seen(rule, "peft/on_prem", organisation=EU, use=use) == expected


@pytest.mark.parametrize(
    ("rule", "option", "model", "expected"),
    [
        ("AIR083", "from_scratch/on_prem", GENERAL, ("yes", "in_force", "unknown")),
        ("AIR083", "from_scratch/on_prem", {**GENERAL, "training_flop": "5e22"}, None),
        ("AIR083", "peft/on_prem", GENERAL, None),
        ("AIR083", "rag/public_api", GENERAL, None),
        ("AIR083", "from_scratch/on_prem", {**GENERAL, "placed_on_eu_market": False}, None),
        (
            "AIR086",
            "from_scratch/on_prem",
            {**GENERAL, "training_flop": "2e25"},
            ("yes", "in_force", "unknown"),
        ),
        ("AIR086", "from_scratch/on_prem", GENERAL, None),
        (
            "AIR084",
            "continued_pretraining/on_prem",
            {**GENERAL, "base_flop": "3e24", "modification_flop": "1.1e24"},
            ("yes", "in_force", "unknown"),
        ),
        (
            "AIR084",
            "continued_pretraining/on_prem",
            {**GENERAL, "base_flop": "3e24", "modification_flop": "1e24"},
            None,
        ),
        (
            "AIR084",
            "continued_pretraining/on_prem",
            {**GENERAL, "modification_flop": "4e22"},
            ("yes", "in_force", "unknown"),
        ),
        (
            "AIR084",
            "continued_pretraining/on_prem",
            {**GENERAL, "modification_flop": "4e22", "facts": {"modality": ["text"], "base_systemic": True}},
            None,
        ),
        ("AIR084", "peft/on_prem", GENERAL, None),
    ],
)
def test_general_purpose_models(
    rule: str, option: str, model: dict[str, Any], expected: tuple[str, str, str] | None
) -> None:
    assert seen(rule, option, organisation=EU, model=model, use={"internal_only": False}) == expected


def test_an_open_model_keeps_copyright_policy_and_summary() -> None:
    model = {
        **GENERAL,
        "open_weights": True,
        "licence": "free",
        "monetised": False,
        "facts": {
            "modality": ["text"],
            "architecture_and_usage_info_public": True,
            "copyright_policy": False,
        },
    }
    case = {"organisation": EU, "model": model, "use": {"internal_only": False}}
    rules = ("AIR083", "AIR087", "GPAI53B", "GPAI53C", "GPAI53D")
    assert [seen(rule, "from_scratch/on_prem", **case) for rule in rules] == [
        None,
        ("yes", "in_force", "gap"),
        None,
        ("yes", "in_force", "gap"),
        ("yes", "in_force", "unknown"),
    ]
