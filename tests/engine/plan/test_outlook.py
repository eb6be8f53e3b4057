"""Readiness, risks and what to watch of a clinic's wing."""

from __future__ import annotations

from typing import Any

import pytest

from engine.plan.watch import watch
from engine.result import Coverage, RegimeResult
from tests.engine.clinic import KNOWLEDGE, organisation
from tests.engine.plan.wing import Planned, analysed, planned, use, yearly

RATES = "Of systems built with a partner 67 % reached operation, of those built alone 22 to 33 %."


def level(plan: Planned, dimension: str) -> str:
    return plan.readiness.readiness[dimension].level


def data(document: dict[str, Any]) -> None:
    document["data_assets"][0].update(quality=2, name="Letters")


def test_readiness_has_the_articles_dimensions_and_unanswered_ones_are_unknown() -> None:
    found = planned().readiness.readiness

    assert {name: item.level for name, item in found.items()} == {
        "data": "unknown",
        "capabilities": "unknown",
        "obligations": "unknown",
        "growth": "unknown",
        "priorities": "unknown",
        "operational_complexity": "low",
        "budget": "high",
        "long_term_strategy": "unknown",
        "modernisation": "high",
    }
    assert all(item.answers for item in found.values())
    assert all(pointer.startswith("/") for item in found.values() for pointer in item.answers)


def test_the_weakest_data_asset_holds_the_data_down_and_is_named() -> None:
    item = planned(organisation(data_maturity=4), data).readiness.readiness["data"]

    assert (item.level, item.because) == (
        "low",
        "Data work is at 4 of 5; the weakest data asset, “Letters”, at 2.",
    )
    assert item.answers == ("/organisation/data_maturity", "/data_assets/0/quality")
    assert item.facts == ("readiness.ready", "readiness.midway")


@pytest.mark.parametrize(
    ("maturity", "expected"), [(1, "low"), (2, "low"), (3, "medium"), (4, "high"), (5, "high")]
)
def test_capabilities_follow_the_maturity_of_ai(maturity: int, expected: str) -> None:
    assert level(planned(organisation(ai_maturity=maturity)), "capabilities") == expected


def test_growth_is_ready_once_every_use_case_states_its_worth() -> None:
    goal = organisation(growth_objective="An hour a day for each nurse.")

    assert level(planned(goal), "growth") == "medium"
    assert level(planned(goal, use("d", value=use_value())), "growth") == "high"


def use_value() -> dict[str, Any]:
    return {"likely": {"amount": "100000.00", "currency": "USD"}}


def test_budgets_that_leave_something_out_are_not_ready() -> None:
    item = planned(yearly(200_000)).readiness.readiness["budget"]

    assert (item.level, item.because) == (
        "low",
        "The budgets leave out 2 of 4 use cases that could be planned.",
    )
    assert level(planned(yearly(None)), "budget") == "unknown"


def test_priorities_name_what_comes_first_whether_ranks_or_weights() -> None:
    ranks = planned(organisation(priorities={"cost": 2, "data_control": 1}))
    weights = planned(organisation(priorities={"cost": "0.3", "data_control": "0.7"}))

    for plan in (ranks, weights):
        assert plan.readiness.readiness["priorities"].because == (
            "2 criteria are ordered; data control comes first."
        )


def test_modernisation_asks_whether_what_is_recommended_runs_on_what_is_there() -> None:
    assert level(planned(organisation(infrastructure=["own_datacentre"])), "modernisation") == "low"
    assert level(planned(organisation(infrastructure=["cloud"])), "modernisation") == "high"
    assert level(planned(organisation(infrastructure=None)), "modernisation") == "unknown"


@pytest.mark.parametrize(
    ("people", "maturity", "expected", "because"),
    [
        (None, 4, "unknown", f"How many people build machine learning is not answered. {RATES}"),
        (0, 4, "low", f"Build with a partner: nobody builds machine learning yet. {RATES}"),
        (1, 4, "medium", f"Build the first with a partner and learn: 1 person so far. {RATES}"),
        (12, 2, "medium", f"Build the first with a partner and learn: 12 people so far. {RATES}"),
        (12, 3, "high", f"Build alone: 12 people, and AI at 3 of 5. {RATES}"),
        (12, None, "unknown", f"12 people could build alone; how mature the work in AI is, is not answered. {RATES}"),
    ],
)  # fmt: skip
def test_whether_to_build_alone_rests_on_people_maturity_and_published_rates(
    people: int | None, maturity: int | None, expected: str, because: str
) -> None:
    item = planned(organisation(ml_engineers=people, ai_maturity=maturity)).readiness.delivery

    assert (item.level, item.because) == (expected, because)
    assert item.facts == ("delivery.alone", "delivery.partner", "readiness.alone")
    assert item.answers == ("/organisation/ml_engineers", "/organisation/ai_maturity")


def test_a_prompted_model_has_the_risks_of_both_and_none_of_training() -> None:
    mine = {name.partition(".")[2] for name in planned().risks if name.startswith("a.")}

    assert mine == {
        "inherited_bias", "hallucination", "drift", "governance", "vendor_end", "cost_growth", "overrun",
        "handover", "leak",
    }  # fmt: skip


def test_retrieval_lowers_the_likelihood_of_hallucination_and_the_error_raises_its_impact() -> None:
    plan = planned(use("c", error_cost="critical"))

    assert (plan.risks["a.hallucination"].likelihood, plan.risks["a.hallucination"].impact) == (
        "high",
        "medium",
    )
    assert (plan.risks["c.hallucination"].likelihood, plan.risks["c.hallucination"].impact) == (
        "medium",
        "high",
    )
    assert plan.risks["c.hallucination"].facts == ("quality.retrieval_hallucination",)
    assert plan.risks["c.hallucination"].answers == (
        "/use_cases/2/error_cost", "/use_cases/2/generates",
    )  # fmt: skip


def test_a_risk_bears_on_the_lines_of_the_option_that_it_names() -> None:
    lines = {line.key: line.amount.likely for line in analysed().use_cases[2].options[0].cost_lines}

    exposed = planned().risks["c.overrun"].exposed

    assert exposed == lines["people_build"] + lines["integration"] + lines["documents"]


def test_a_use_case_that_generates_nothing_cannot_state_what_is_not_so() -> None:
    plan = planned(use("a", generates="none"))

    assert "a.hallucination" not in plan.risks
    assert "c.hallucination" in plan.risks


def test_what_is_not_answered_may_be_a_risk_and_stands() -> None:
    answered = planned(use("a", vulnerable_people=False, clinical_decision=False))

    assert "a.handover" in planned().risks
    assert "a.handover" not in answered.risks


def test_without_experience_in_ai_overruns_and_ungoverned_use_are_likelier() -> None:
    new, old = planned(organisation(ai_maturity=1)).risks, planned(organisation(ai_maturity=4)).risks

    for name in ("a.overrun", "a.governance"):
        assert (new[name].likelihood, old[name].likelihood) == ("high", "medium")


def test_what_lessens_a_risk_never_makes_it_worse() -> None:
    plan = planned(use("a", error_cost="low"), use("c", decision="assists", effect="legal"))
    order = ("low", "medium", "high")

    assert (plan.risks["a.hallucination"].impact, plan.risks["a.hallucination"].impact_after) == (
        "low",
        "low",
    )
    for risk in plan.risks.values():
        assert order.index(risk.likelihood_after) <= order.index(risk.likelihood), risk.id
        assert order.index(risk.impact_after) <= order.index(risk.impact), risk.id


def test_the_watch_list_leaves_out_the_law_of_regimes_that_do_not_apply() -> None:
    def regime(name: str, applies: str) -> RegimeResult:
        return RegimeResult(
            regime=name, applies=applies, because="", proposed=False, coverage=Coverage(met=0, applicable=0),
            open_blockers=0, unknown_facts=(),
        )  # type: ignore[arg-type]  # fmt: skip

    found = [item.id for item in watch([regime("HIPAA", "yes"), regime("GDPR", "unknown")], KNOWLEDGE)]

    assert {"hipaa_security_rule", "dpf_appeal", "small_models"} <= set(found)
    assert "ai_act_high_risk" not in found
