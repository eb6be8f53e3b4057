"""Open duties as work: their order, what they wait for, and what waits for them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from engine.plan.compliance import Duty, duties, opens
from engine.result import Finding, OptionId, Range, Remediation, Severity
from tests.engine.clinic import KNOWLEDGE

OPTION = OptionId(approach="rag", deployment="public_api")


def finding(regime: str, requirement: str, *, blocker: bool = False, owner: str = "Legal") -> Finding:
    return Finding(
        option=OPTION,
        planned=False,
        regime=regime,
        requirement_id=requirement,
        title="",
        applies="yes",
        timing="in_force",
        applies_from=None,
        state="gap",
        blocker=blocker,
        severity=Severity(legal="duty", sensitivity="high", exposure="high"),
        rule="AIR000",
        because="",
        needs=(),
        remediation=Remediation(
            text="Do it.",
            owner=owner,
            days=Range(low=Decimal(2), likely=Decimal(5), high=Decimal(10)),
            evidence="",
        ),
        source="law-gdpr",
        confidence="high",
    )


RECORD = finding("GDPR", "Art. 30(1)", owner="DPO")
BASIS = finding("GDPR", "Art. 6(1)", blocker=True, owner="DPO")
CONTRACT = finding("GDPR", "Art. 28(3)", blocker=True)
TRANSFER = finding("GDPR", "Art. 46(1)", blocker=True)
IMPACT = finding("GDPR", "Art. 35(1)", blocker=True, owner="DPO")
NOTICE = finding("GDPR", "Art. 13(1)")


def ordered(*findings: Finding) -> dict[str, Duty]:
    return {duty.requirement: duty for duty in duties("a", findings, KNOWLEDGE.plan)}


def test_inventory_comes_before_the_basis_the_contract_the_assessment_and_the_notice() -> None:
    found = ordered(NOTICE, IMPACT, TRANSFER, CONTRACT, BASIS, RECORD)

    assert [(duty.requirement, duty.step.id) for duty in found.values()] == [
        ("Art. 30(1)", "inventory"),
        ("Art. 6(1)", "classification"),
        ("Art. 28(3)", "contract"),
        ("Art. 46(1)", "contract"),
        ("Art. 35(1)", "assessment"),
        ("Art. 13(1)", "information"),
    ]
    assert [duty.id for duty in found.values()] == [f"a.task.{number}" for number in range(1, 7)]


def test_work_waits_for_the_blocking_work_of_the_steps_before_and_for_its_owner() -> None:
    found = ordered(NOTICE, IMPACT, TRANSFER, CONTRACT, BASIS, RECORD)
    basis, contract, transfer, impact = (
        found[name].id for name in ("Art. 6(1)", "Art. 28(3)", "Art. 46(1)", "Art. 35(1)")
    )

    assert found["Art. 6(1)"].after == ()
    assert found["Art. 28(3)"].after == (basis,)
    assert found["Art. 46(1)"].after == (basis, contract)
    assert found["Art. 35(1)"].after == (basis, contract, transfer)
    assert found["Art. 13(1)"].after == (impact,)


def test_a_step_without_blocking_work_passes_on_what_came_before_it() -> None:
    found = ordered(NOTICE, BASIS)

    assert found["Art. 13(1)"].after == (found["Art. 6(1)"].id,)


def test_data_waits_for_basis_and_contract_and_go_live_for_all_that_blocks() -> None:
    found = ordered(NOTICE, IMPACT, CONTRACT, BASIS, RECORD)
    every = tuple(found.values())

    assert opens("data", every) == (found["Art. 6(1)"].id, found["Art. 28(3)"].id)
    assert opens("live", every) == (found["Art. 6(1)"].id, found["Art. 28(3)"].id, found["Art. 35(1)"].id)


def test_a_duty_that_no_step_names_is_a_control() -> None:
    assert ordered(finding("GDPR", "Art. 99(9)"))["Art. 99(9)"].step.id == "controls"


def test_what_is_met_not_applicable_unsure_or_only_watched_is_no_work() -> None:
    assert (
        ordered(
            replace(RECORD, state="met"),
            replace(NOTICE, state="not_applicable"),
            replace(CONTRACT, applies="unknown"),
            replace(IMPACT, timing="watch"),
        )
        == {}
    )


def test_a_duty_of_later_has_its_date_and_holds_no_launch() -> None:
    later = replace(NOTICE, timing="upcoming", applies_from=date(2027, 12, 2))

    assert ordered(later)["Art. 13(1)"].due == date(2027, 12, 2)


def test_a_duty_that_comes_with_the_regime_is_the_organisations() -> None:
    shared = ordered(replace(RECORD, rule="baseline.GDPR", needs=("/controls",)))["Art. 30(1)"]
    own = ordered(replace(RECORD, rule="baseline.GDPR", needs=("/use_cases/0/role",)))["Art. 30(1)"]

    assert (shared.shared, own.shared, ordered(RECORD)["Art. 30(1)"].shared) == (True, False, False)


def test_work_on_what_nobody_knows_yet_counts_half() -> None:
    assert ordered(RECORD)["Art. 30(1)"].weight == 5
    assert ordered(replace(RECORD, state="unknown"))["Art. 30(1)"].weight == Decimal("2.5")
