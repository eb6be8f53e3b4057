"""The shipped rules of standards and sectors on small cases, and what all rules have in common."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.engine.law.opened import CLINIC, EU, KNOWLEDGE, PERSONAL, PHI, findings, seen

RULES = {rule.id: rule.row for rule in KNOWLEDGE.law.rules}
SOC2 = [{"regime": "SOC2", "in_scope": True, "soc2_categories": ["security", "confidentiality"]}]
ISO = [{"regime": "ISO27001", "in_scope": True}]


def test_every_numbered_rule_is_there_except_the_one_that_forbids_a_duty() -> None:
    numbered = {f"AIR{number:03}" for number in range(1, 103)} - {"AIR085"}
    assert {name for name in RULES if re.fullmatch(r"AIR\d{3}", name)} == numbered
    assert len(numbered) == 101


def test_only_blockers_refuse_and_practice_never_is_unlawful() -> None:
    assert [name for name, row in RULES.items() if row.refuses and not row.blocker] == []
    standards = {"SOC2", "ISO27001", "ISO42001", "NIST_AI_RMF", "SECTOR_US_BANK"}
    assert {row.legal for row in RULES.values() if row.regime in standards} == {"practice"}


def test_what_refuses_an_option() -> None:
    assert sorted(name for name, row in RULES.items() if row.refuses) == [
        "AIR003",
        "AIR016",
        "AIR030",
        "AIR031",
        "AIR032",
        "AIR071",
        "AIR072",
        "AIR073",
        "BAN5A",
        "BAN5B",
        "BAN5BB",
        "BAN5D",
        "BAN5E",
        "BAN5G",
        "BAN5H",
    ]


def test_no_rule_promises_what_nobody_can() -> None:
    texts = [f"{row.title} {row.because} {row.remediation}".lower() for row in RULES.values()]
    assert [text for text in texts if "compliant" in text or "100 %" in text] == []


def test_no_rule_quotes_repealed_law_as_live() -> None:
    assert [name for name, row in RULES.items() if "164.509" in row.requirement] == []
    assert [name for name, row in RULES.items() if "24-205" in row.requirement] == []
    assert RULES["AIR093"].requirement == "SR 26-2 / OCC 2026-13"


@pytest.mark.parametrize(
    ("rule", "option", "case", "expected"),
    [
        ("AIR050", "rag/on_prem", {"regimes": SOC2}, "unknown"),
        ("AIR050", "rag/on_prem", {"regimes": SOC2, "allowed": True}, "met"),
        ("AIR050", "rag/on_prem", {"regimes": SOC2, "allowed": True, "forbids": True}, "met"),
        ("AIR050", "peft/on_prem", {"regimes": SOC2, "allowed": True, "forbids": True}, "gap"),
        ("AIR053", "rag/public_api", {"regimes": SOC2}, "unknown"),
        ("AIR053", "rag/private_cloud", {"regimes": SOC2}, None),
        ("AIR055", "rag/public_api", {"regimes": SOC2}, None),
        ("AIR064", "rag/public_api", {"regimes": ISO}, "unknown"),
        ("AIR064", "rag/on_prem", {"regimes": ISO}, None),
        ("AIR069", "rag/on_prem", {"regimes": ISO}, "unknown"),
        ("AIR069", "rag/private_cloud", {"regimes": ISO}, None),
        ("AIR059", "rag/on_prem", {"regimes": ISO}, None),
    ],
)
def test_standards(rule: str, option: str, case: dict[str, Any], expected: str | None) -> None:
    asset: dict[str, Any] = {"customer_confidential": True}
    if "forbids" in case:
        asset["contract_forbids_training"] = case["forbids"]
    if "allowed" in case:
        asset["facts"] = {"customer_contract_allows": case["allowed"]}
    found = seen(rule, option, data=[asset], regimes=case["regimes"])
    assert found == (None if expected is None else ("yes", "in_force", expected))


@pytest.mark.parametrize(
    ("rule", "case", "expected"),
    [
        ("AIR046", {"data": [{"substance_use_records": True}]}, ("yes", "in_force", "unknown")),
        (
            "AIR045",
            {"organisation": {"receives_hhs_funds": True}, "use": {"clinical_decision": True}},
            ("yes", "in_force", "unknown"),
        ),
        (
            "AIR091",
            {
                "organisation": {"ca_business": True},
                "use": {"decision": "solely_automated", "facts": {"significant_decision": True}},
            },
            ("yes", "upcoming", "unknown"),
        ),
        (
            "AIR092",
            {"organisation": {"eu_financial_entity": True}, "vendor": {"facts": {"dora_clauses": False}}},
            ("yes", "in_force", "gap"),
        ),
        ("AIR092", {"organisation": {"eu_financial_entity": False}, "vendor": {}}, None),
        ("AIR093", {"organisation": {"us_bank": True}, "use": {"generates": "text"}}, None),
        (
            "AIR094",
            {"organisation": {"us_bank": True}, "use": {"generates": "text"}},
            ("yes", "in_force", "unknown"),
        ),
        (
            "AIR096",
            {
                "organisation": {"law_firm": True},
                "data": [{"client_confidential": True}],
                "vendor": {"trains_on_inputs": True},
                "use": {"generates": "text", "facts": {"client_informed_consent": False}},
            },
            ("yes", "in_force", "gap"),
        ),
        ("AIR097", {"data": [{"payment_cards": True}]}, ("yes", "in_force", "unknown")),
        (
            "AIR102",
            {
                "organisation": {"us_states": ["CO"]},
                "use": {"facts": {"consequential_decision": True, "admt_materially_influences": True}},
            },
            ("yes", "upcoming", "unknown"),
        ),
    ],
)
def test_sectors(rule: str, case: dict[str, Any], expected: tuple[str, str, str] | None) -> None:
    assert seen(rule, **case) == expected


def test_a_duty_that_a_rule_names_is_listed_once() -> None:
    found = findings("rag/on_prem", organisation=CLINIC, data=[PHI])
    analysis = [finding.rule for finding in found if finding.requirement_id == "164.308(a)(1)(ii)(A)"]
    assert analysis == ["AIR037"]
    record = [finding.rule for finding in findings(organisation=EU) if finding.requirement_id == "Art. 30(1)"]
    assert "baseline.GDPR" in record
    use = {"role": ["controller"]}
    named = findings(organisation=EU, data=[PERSONAL], use=use)
    assert [finding.rule for finding in named if finding.requirement_id == "Art. 30(1)"] == ["AIR019"]
