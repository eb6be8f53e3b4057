"""Roles follow from answers and are shown with their reason; duties are counted by their time."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from engine.case import Case
from engine.duties.consequences import consequences
from engine.duties.regimes import regimes
from engine.inputs import Inputs
from engine.result import OptionId, RegimeResult
from engine.strict import Problem, read
from engine.trace import Tracer
from tests.engine.law.opened import KNOWLEDGE, RATE, TODAY


def regime(
    name: str, option: str = "rag/public_api", as_of: date = TODAY, **document: Any
) -> RegimeResult | None:
    """What is said of a regime where one use case is answered so; None where it is not mentioned."""
    problems: list[Problem] = []
    use = {"key": "u", **document.pop("use", {})}
    inputs = read(Inputs, {"use_cases": [use], **document}, "", problems)
    assert problems == []
    assert inputs is not None
    case, (approach, deployment) = Case(inputs, 0, as_of), option.split("/")
    tracer = Tracer(KNOWLEDGE, as_of)
    opened = consequences(
        OptionId(approach=approach, deployment=deployment),  # type: ignore[arg-type]
        case,
        planned=False,
        day_rate=RATE,
        knowledge=KNOWLEDGE,
        tracer=tracer,
    )
    found = regimes(inputs, [(case, opened.findings)], KNOWLEDGE, as_of, tracer)
    return next((one for one in found if one.regime == name), None)


def roles(found: RegimeResult | None) -> dict[str, str]:
    assert found is not None
    return {one.role: one.held for one in found.roles}


EU = {"organisation": {"eu_established": True}}


@pytest.mark.parametrize(
    ("name", "case", "expected"),
    [
        ("GDPR", {**EU, "use": {"role": ["controller"]}}, {"Controller": "yes"}),
        ("GDPR", {**EU, "use": {"role": ["processor"]}}, {"Processor": "yes"}),
        ("GDPR", EU, {"Processor": "unknown", "Controller": "unknown"}),
        (
            "HIPAA",
            {"organisation": {"us_covered_entity": True, "us_business_associate": False}},
            {"Covered entity": "yes"},
        ),
        ("HIPAA", {"organisation": {"us_business_associate": True}},
         {"Covered entity": "unknown", "Business associate": "yes"}),
        # Who tunes weights becomes provider of a system of its own; who only uses one is deployer.
        ("EUAIA", {**EU, "use": {"role": ["deployer"]}, "option": "peft/private_cloud"},
         {"Provider of the AI system": "yes", "Deployer": "yes"}),
        ("EUAIA", {**EU, "use": {"role": ["deployer"]}, "option": "api_prompt/vendor_saas"}, {"Deployer": "yes"}),
        # An adapter never makes a modifier; full tuning does beyond a third of the base's compute.
        (
            "EUAIA",
            {
                **EU,
                "models": [{"key": "m", "kind": "general", "placed_on_eu_market": True, "base_flop": 9, "modification_flop": 4}],
                "use": {"role": ["deployer"], "model": "m"},
                "option": "full_ft/private_cloud",
            },
            {"Provider of the AI system": "yes", "Deployer": "yes", "Modifier of a general-purpose model": "yes"},
        ),
    ],
)  # fmt: skip
def test_roles(name: str, case: dict[str, Any], expected: dict[str, str]) -> None:
    assert roles(regime(name, **case)) == expected


def test_a_role_that_is_not_known_names_the_question() -> None:
    found = regime("GDPR", **EU)
    assert found is not None
    assert {one.needs for one in found.roles} == {("/use_cases/0/role",)}


def test_a_ticked_regime_is_not_an_applicable_one_and_one_that_applies_is_proposed() -> None:
    ticked = regime(
        "DORA", organisation={"eu_financial_entity": False}, regimes=[{"regime": "DORA", "in_scope": True}]
    )
    assert ticked is not None
    assert (ticked.applies, ticked.proposed, ticked.in_force, ticked.roles) == ("no", False, 0, ())
    found = regime("GDPR", **EU)
    assert found is not None
    assert (found.applies, found.proposed) == ("yes", True)
    assert found.because.endswith("It was not put in scope: look at it.")
    assert regime("DORA", organisation={"eu_financial_entity": False}) is None


def test_an_upcoming_duty_is_counted_apart_and_is_no_gap() -> None:
    """A listed use put into service today: the high-risk rules of the AI Act start on 2 December 2027."""
    case = {**EU, "use": {"role": ["deployer"], "annex3_area": "4(a)", "profiling": True}}
    before, after = regime("EUAIA", **case), regime("EUAIA", as_of=date(2027, 12, 2), **case)
    assert before is not None
    assert after is not None
    assert before.upcoming > 0
    assert before.next_date == date(2027, 12, 2)
    assert before.coverage.applicable == before.in_force
    assert after.in_force > before.in_force
    assert after.next_date != date(2027, 12, 2)
