"""Answer a common control once: what each requirement gets, and what stays open."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.case import Case
from engine.duties.provided import read_providers
from engine.duties.standing import Standing, standing_of
from engine.inputs import Inputs
from engine.strict import Problem, read
from tests.engine.law.opened import KNOWLEDGE

CROSSWALK = KNOWLEDGE.law.crosswalk
DAY = date(2026, 11, 24)
BACKUP, RESTORE = "backup-and-recovery", "continuity"
CONTROLS = sorted(CROSSWALK.controls)
REFS = sorted(CROSSWALK.serving)


def standing(
    regime: str, requirement: str, *common: dict[str, Any], outside: bool | str = True, **own: Any
) -> Standing:
    """How a requirement stands with answers on common controls, and perhaps one of its own."""
    plain: dict[str, Any] = {"use_cases": [{"key": "u"}], "common_controls": list(common)}
    if own:
        plain["controls"] = [{"regime": regime, "requirement_id": requirement, **own}]
    problems: list[Problem] = []
    inputs = read(Inputs, plain, "", problems)
    assert problems == []
    assert inputs is not None
    return standing_of((regime, requirement), Case(inputs, 0, DAY), outside, KNOWLEDGE.law)


def common(control: str, status: str = "implemented", **more: Any) -> dict[str, Any]:
    return {"control": control, "status": status, **more}


def valid(until: str, **more: Any) -> list[dict[str, Any]]:
    return [{"kind": "soc2_report", "valid_until": until, **more}]


@pytest.mark.parametrize(
    ("regime", "requirement", "answers", "expected"),
    [
        # A control that is all of the requirement and more meets it; one that overlaps or is a part does not.
        ("HIPAA", "164.308(a)(7)(ii)(A)", [common(BACKUP)], "met"),
        ("GDPR", "Art. 32(1)(c)", [common(BACKUP)], "partial"),
        ("SOC2", "A1.2", [common(BACKUP)], "partial"),
        ("HIPAA", "164.308(a)(7)(ii)(A)", [common(BACKUP, "partial")], "partial"),
        # Not in place is a gap only where the two are equal; none is.
        ("HIPAA", "164.308(a)(7)(ii)(A)", [common(BACKUP, "not_implemented")], "unknown"),
        ("HIPAA", "164.308(a)(7)(ii)(A)", [{"control": BACKUP}], "unknown"),
        ("GDPR", "Art. 32(1)(c)", [common(BACKUP), common(RESTORE)], "met"),
        # Evidence that ended carries half; inherited needs evidence that is valid and about the service.
        ("HIPAA", "164.308(a)(7)(ii)(A)", [common(BACKUP, evidence=valid("2026-11-23"))], "partial"),
        ("ISO27001", "A.7.1", [common("physical-security", "inherited")], "partial"),
        (
            "ISO27001",
            "A.7.1",
            [common("physical-security", "inherited", evidence=valid("2026-11-23"))],
            "partial",
        ),
        (
            "ISO27001",
            "A.7.1",
            [common("physical-security", "inherited", evidence=valid("2027-01-31"))],
            "met",
        ),
        (
            "ISO27001",
            "A.7.1",
            [common("physical-security", "inherited", evidence=valid("2027-01-31", covers_service=False))],
            "partial",
        ),
        # A vendor's processor contract is never a business associate contract.
        ("HIPAA", "164.504(e)(2)", [common("processor-contract")], "partial"),
        ("HIPAA", "164.308(b)(3)", [common("processor-contract"), common("supplier-management")], "unknown"),
        ("HIPAA", "164.308(b)(3)", [common("business-associate-contract")], "met"),
    ],
)
def test_credit(regime: str, requirement: str, answers: list[dict[str, Any]], expected: str) -> None:
    assert standing(regime, requirement, *answers).state == expected


def test_nothing_is_inherited_on_own_hardware() -> None:
    held = common("physical-security", "inherited", evidence=valid("2027-01-31"))
    assert standing("ISO27001", "A.7.1", held).state == "met"
    assert standing("ISO27001", "A.7.1", held, outside=False).state == "unknown"


@pytest.mark.parametrize(
    ("requirement", "where", "expected"),
    [
        # Of an API, the places are the provider's; in a private cloud they are shared; on own hardware own.
        ("A.7.1", "public_api", "met"),
        ("A.7.1", "private_cloud", "partial"),
        ("A.7.1", "on_prem", "unknown"),
        # Backups are shared everywhere; access rights and contracts are never anybody else's.
        ("A.8.13", "public_api", "partial"),
        ("A.8.2", "public_api", "unknown"),
        ("A.5.20", "vendor_saas", "unknown"),
    ],
)
def test_what_is_inherited_is_what_the_provider_does_there(
    requirement: str, where: str, expected: str
) -> None:
    answer = {"status": "inherited", "evidence": valid("2027-01-31")}
    assert standing("ISO27001", requirement, outside=where, **answer).state == expected


def test_a_shared_requirement_is_whole_where_a_person_says_that_the_own_half_is_there() -> None:
    answer = {"status": "inherited", "complete": True}
    for until, expected in (("2027-01-31", "met"), ("2026-11-23", "partial")):
        found = standing("ISO27001", "A.8.13", outside="public_api", **answer, evidence=valid(until))
        assert found.state == expected


def test_a_heading_stands_for_what_is_below_it_and_a_wrong_row_is_refused_with_what_would_be_right() -> None:
    parents = {
        ("SOC2", "A1"): ("", "group"),
        ("SOC2", "A1.1"): ("A1", "criterion"),
        ("SOC2", "A1.2"): ("A1", "criterion"),
    }
    row = {
        "regime": "SOC2",
        "requirements": ["A1"],
        "by": {"public_api": "shared"},
        "because": "It runs there.",
    }
    table = {"author": "project", "reviewed_on": DAY, "source": "here", "provided": [row]}
    problems: list[Problem] = []
    found = read_providers(table, parents, ["here"], problems)
    assert (problems, list(found.rows)) == ([], [("SOC2", "A1.1"), ("SOC2", "A1.2")])
    wrong = [
        row | {"requirements": ["A1.3"]},
        row | {"by": {"public_apis": "shared"}},
        row,
    ]
    read_providers(table | {"provided": wrong, "source": "there"}, parents, ["here"], problems)
    assert [(one.where, one.what) for one in problems] == [
        ("law/provided.toml: source", "unknown source “there”"),
        ("law/provided.toml: provided.0.requirements", "SOC2 has no requirement “A1.3”"),
        ("law/provided.toml: provided.1.by", "unknown deployment “public_apis”"),
        ("law/provided.toml: provided.2.requirements", "A1.1 stands twice"),
        ("law/provided.toml: provided.2.requirements", "A1.2 stands twice"),
    ]
    assert "“public_api”" in problems[2].right


def test_an_own_answer_counts_before_any_control() -> None:
    found = standing("HIPAA", "164.308(a)(7)(ii)(A)", common(BACKUP), status="not_implemented")
    assert (found.state, found.pointer, found.credited) == ("gap", "/controls/0/status", ())


def test_the_credit_names_its_control() -> None:
    assert standing("HIPAA", "164.308(a)(7)(ii)(A)", common(BACKUP)).credited == (BACKUP,)


def test_parts_make_a_whole_only_where_a_person_says_so() -> None:
    encrypted = common("encryption-at-rest"), common("encryption-in-transit")
    article = ("GDPR", "Art. 32(1)(a)")
    assert standing(*article, *encrypted).state == "partial"
    assert standing(*article, *encrypted, complete=True).state == "met"
    assert standing(*article, encrypted[0], complete=True).state == "partial"
    assert (
        standing(*article, encrypted[0], common("encryption-in-transit", "partial"), complete=True).state
        == "partial"
    )


ANSWERS = st.dictionaries(
    st.sampled_from(CONTROLS), st.sampled_from(["implemented", "partial", "not_implemented", "inherited"])
)


@settings(max_examples=60, deadline=None)
@given(ANSWERS, st.sampled_from(CONTROLS), st.sampled_from(["implemented", "partial", "not_implemented"]))
def test_answering_a_control_never_lowers_coverage(answers: dict[str, str], more: str, status: str) -> None:
    before = {key: value for key, value in answers.items() if key != more}
    assert coverage(before) <= coverage({**before, more: status})


def coverage(answers: dict[str, str]) -> int:
    """How many requirements are met by some answers."""
    given_answers = [common(control, status) for control, status in sorted(answers.items())]
    plain = {"use_cases": [{"key": "u"}], "common_controls": given_answers}
    inputs = read(Inputs, plain, "", [])
    assert inputs is not None
    case = Case(inputs, 0, DAY)
    return sum(standing_of(ref, case, True, KNOWLEDGE.law).state == "met" for ref in REFS)


@settings(max_examples=60, deadline=None)
@given(ANSWERS, st.sampled_from(REFS))
def test_what_only_overlaps_never_meets_a_requirement(answers: dict[str, str], ref: tuple[str, str]) -> None:
    full = {control.id for control, row in CROSSWALK.serving[ref] if row.relation in ("equal", "superset")}
    overlapping = [common(control, status) for control, status in answers.items() if control not in full]
    assert standing(*ref, *overlapping).state in ("partial", "unknown")


@pytest.mark.parametrize(
    ("regime", "requirement", "expected"),
    [
        # Annex A and criteria may be left out with a reason; clauses of a standard and law may not.
        ("ISO27001", "A.7.4", "not_applicable"),
        ("ISO27001", "6.1.2", "unknown"),
        ("SOC2", "CC6.4", "not_applicable"),
        ("GDPR", "Art. 30(1)", "unknown"),
    ],
)
def test_only_controls_and_criteria_may_be_excluded(regime: str, requirement: str, expected: str) -> None:
    scope = {
        "regime": regime,
        "exclusions": [{"requirement_id": requirement, "reason": "No site of our own"}],
    }
    inputs = read(Inputs, {"use_cases": [{"key": "u"}], "regimes": [scope]}, "", [])
    assert inputs is not None
    assert standing_of((regime, requirement), Case(inputs, 0, DAY), True, KNOWLEDGE.law).state == expected


@pytest.mark.parametrize(
    ("evidence", "expected"),
    [
        ([], "absent"),
        (valid("2026-11-23"), "stale"),
        (valid("2026-11-24"), "shown"),
        ([*valid("2026-11-23"), *valid("2027-01-31")], "shown"),
        ([{"kind": "policy"}], "shown"),
    ],
)
def test_evidence_that_is_absent_or_no_longer_holds_is_a_factor_of_its_own(
    evidence: list[dict[str, Any]], expected: str
) -> None:
    own = standing("GDPR", "Art. 28(3)", status="partial", evidence=evidence)
    by_control = standing("GDPR", "Art. 32(1)(c)", common(BACKUP, "partial", evidence=evidence))
    assert (own.evidence, by_control.evidence) == (expected, expected)
