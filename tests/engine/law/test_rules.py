"""The shipped rules of the GDPR and HIPAA on small cases: what an option opens, and when a duty stays away."""

from __future__ import annotations

from typing import Any

import pytest

from tests.engine.law.opened import CLINIC, CONTROLLER, EU, PERSONAL, PHI, findings, refused, seen

YES, MAYBE = "yes", "unknown"
TWO_CRITERIA = ["large_scale", "vulnerable_subjects"]


@pytest.mark.parametrize(
    ("rule", "case", "expected"),
    [
        # A vendor's contract: negative answer, positive answer, no answer, no vendor at all.
        (
            "AIR016",
            {"vendor": {"processes_personal_data": True, "dpa_signed": False}},
            (YES, "in_force", "gap"),
        ),
        (
            "AIR016",
            {"vendor": {"processes_personal_data": True, "dpa_signed": True}},
            (YES, "in_force", "met"),
        ),
        ("AIR016", {"vendor": {"processes_personal_data": True}}, (YES, "in_force", "unknown")),
        ("AIR016", {"vendor": {"processes_personal_data": False, "dpa_signed": False}}, None),
        ("AIR016", {}, (MAYBE, "in_force", "unknown")),
        (
            "AIR016",
            {
                "vendor": {
                    "processes_personal_data": True,
                    "dpa_signed": False,
                    "facts": {"acts_as": "controller"},
                }
            },
            None,
        ),
        ("AIR017", {"vendor": {"trains_on_inputs": True}}, (YES, "in_force", "gap")),
        ("AIR017", {"vendor": {"trains_on_inputs": False}}, None),
        # Lawful basis; processors only where they go beyond instructions.
        ("AIR002", {"use": {"role": ["controller"], "lawful_basis": "contract"}}, (YES, "in_force", "met")),
        ("AIR002", {"use": {"role": ["controller"], "lawful_basis": "none"}}, (YES, "in_force", "gap")),
        ("AIR002", {"use": {"role": ["processor"]}}, None),
        ("AIR002", {"use": {}}, (MAYBE, "in_force", "unknown")),
        # The impact assessment: two criteria, one, a listed case, a reasoned exception.
        (
            "AIR022",
            {"use": {**CONTROLLER, "wp248_criteria": TWO_CRITERIA, "facts": {"dpia_done": False}}},
            (YES, "in_force", "gap"),
        ),
        (
            "AIR022",
            {
                "use": {
                    **CONTROLLER,
                    "wp248_criteria": TWO_CRITERIA,
                    "facts": {"dpia_done": False, "dpia_not_needed_reasoned": "only pseudonyms"},
                    "decision": "none",
                    "effect": "none",
                    "profiling": False,
                }
            },
            (YES, "in_force", "met"),
        ),
        (
            "AIR022",
            {
                "use": {
                    **CONTROLLER,
                    "wp248_criteria": ["new_technology"],
                    "decision": "none",
                    "effect": "none",
                    "profiling": False,
                },
                "data": [{"personal": True, "special_category": False, "criminal": False}],
            },
            None,
        ),
        # Automated decisions.
        (
            "AIR006",
            {"use": {"decision": "solely_automated", "effect": "legal", "facts": {"adm_safeguards": False}}},
            (YES, "in_force", "gap"),
        ),
        ("AIR006", {"use": {"decision": "human_review", "effect": "legal"}}, None),
    ],
)
def test_gdpr(rule: str, case: dict[str, Any], expected: tuple[str, str, str] | None) -> None:
    assert seen(rule, organisation=EU, **{"data": [PERSONAL], **case}) == expected


def test_gdpr_stays_away_from_an_organisation_outside_it() -> None:
    outside = {
        "eu_established": False,
        "targets_eu": False,
        "facts": {"monitors_eu": False, "eu_website_visitors": True},
    }
    found = findings(organisation=outside, data=[PERSONAL], regimes=[{"regime": "GDPR", "in_scope": True}])
    assert [finding.rule for finding in found if finding.regime == "GDPR"] == []


@pytest.mark.parametrize(
    ("vendor", "expected"),
    [
        ({"country": "DE", "access_countries": ["DE", "FR"]}, None),
        ({"country": "JP", "access_countries": ["JP"]}, None),
        ({"country": "DE", "access_countries": ["DE", "IN"], "scc_signed": False}, "gap"),
        ({"country": "DE", "access_countries": ["DE", "IN"], "scc_signed": True}, "unknown"),
        ({"country": "DE", "access_countries": ["DE", "IN"], "scc_signed": True, "tia_done": True}, "met"),
        ({"country": "US", "access_countries": ["US"], "dpf_certified": True}, None),
        ({"country": "US", "access_countries": ["US"], "dpf_certified": False, "scc_signed": False}, "gap"),
        (
            {"country": "US", "access_countries": ["US", "IN"], "dpf_certified": True, "scc_signed": False},
            "gap",
        ),
        (
            {
                "country": "DE",
                "access_countries": ["DE"],
                "scc_signed": False,
                "facts": {"subprocessors_outside_eea": True},
            },
            "gap",
        ),
    ],
)
def test_transfers(vendor: dict[str, Any], expected: str | None) -> None:
    found = seen(
        "AIR025", organisation=EU, data=[PERSONAL], vendor={"processes_personal_data": True, **vendor}
    )
    assert found == (None if expected is None else ("yes", "in_force", expected))


def test_a_us_framework_transfer_is_watched_and_never_a_gap() -> None:
    vendor = {
        "processes_personal_data": True,
        "country": "US",
        "access_countries": ["US"],
        "dpf_certified": True,
    }
    assert seen("AIR026", organisation=EU, data=[PERSONAL], vendor=vendor) == ("yes", "watch", "unknown")


def test_weights_open_erasure_that_an_index_does_not() -> None:
    case = {"organisation": EU, "data": [PERSONAL], "use": CONTROLLER}
    assert seen("AIR012", "peft/on_prem", **case) == ("yes", "in_force", "unknown")
    assert seen("AIR012", "rag/on_prem", **case) is None


def test_one_data_asset_without_exception_is_a_gap() -> None:
    documented = {
        "personal": True,
        "special_category": True,
        "facts": {"special_category_exception": "9(2)(a)"},
    }
    bare = {"personal": True, "special_category": True, "facts": {"special_category_exception": False}}
    assert seen("AIR003", organisation=EU, data=[documented]) == ("yes", "in_force", "met")
    assert seen("AIR003", organisation=EU, data=[documented, bare]) == ("yes", "in_force", "gap")
    assert "AIR003" in refused(organisation=EU, data=[documented, bare])


@pytest.mark.parametrize(
    ("option", "vendor", "expected"),
    [
        ("rag/public_api", {"touches_phi": True, "baa_signed": False}, ["AIR030"]),
        ("rag/public_api", {"touches_phi": True, "baa_signed": True}, []),
        ("rag/public_api", {"touches_phi": True}, []),
        ("rag/on_prem", {"touches_phi": True, "baa_signed": False}, []),
        ("rag/public_api", {"touches_phi": True, "baa_signed": False, "facts": {"conduit_only": True}}, []),
    ],
)
def test_phi_reaches_no_vendor_without_an_agreement(
    option: str, vendor: dict[str, Any], expected: list[str]
) -> None:
    assert refused(option, organisation=CLINIC, data=[PHI], vendor=vendor) == expected


@pytest.mark.parametrize(
    ("asset", "expected"),
    [
        ({"phi": True, "deidentification": "safe_harbor", "deidentification_verified": True}, []),
        ({"phi": True, "deidentification": "safe_harbor"}, ["AIR030"]),
        (
            {"phi": False, "deidentification": "claimed", "facts": {"derived_from_phi": True}},
            ["AIR030"],
        ),
    ],
)
def test_data_leaves_hipaa_only_once_its_method_is_shown(asset: dict[str, Any], expected: list[str]) -> None:
    vendor = {"touches_phi": True, "baa_signed": False}
    assert refused(organisation=CLINIC, data=[asset], vendor=vendor) == expected
