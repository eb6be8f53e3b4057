"""Questions of law that a person decides: the criteria met are listed, the decision is the person's, with a reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.audit import Actor
from accounts.models import AuditEvent
from compliance.determinations import decide
from compliance.models import Determination
from engine.case import Case
from engine.duties.proposals import Proposal, propose
from engine.reading import read_document
from engine.result import OptionId
from inventory.knowledge import current
from inventory.models import UseCase
from inventory.records import InvalidPart, part_of
from reports.questions import asked_about
from reports.registers.material import Material
from strategy.assessment import gather
from strategy.models import Run
from tests.compliance.test_remediation import FRAME
from tests.questions import questions
from tests.world import World

SignIn = Callable[[World, str], Client]
API = OptionId(approach="api_prompt", deployment="public_api")
OWN = OptionId(approach="full_ft", deployment="on_prem")
EU = {"eu_established": True}


def spoken(
    question: str,
    *,
    organisation: dict[str, Any] | None = None,
    use: dict[str, Any] | None = None,
    data: dict[str, Any] | None = None,
    vendor: dict[str, Any] | None = None,
    model: dict[str, Any] | None = None,
    option: OptionId = API,
) -> Proposal:
    """What the answers of one use case speak for."""
    document: dict[str, Any] = {
        "version": 1,
        "organisation": organisation or {},
        "data_assets": [{"key": "d", **(data or {})}],
        "vendors": [{"key": "v", **(vendor or {})}],
        "models": [{"key": "m", **(model or {})}],
        "use_cases": [{"key": "u", "data_assets": ["d"], "vendor": "v", "model": "m", **(use or {})}],
    }
    knowledge = current()
    outside = knowledge.options.deployments[option.deployment].outside
    case = Case(read_document(document), 0, knowledge.law_read_on)
    return propose(knowledge.law.assistants[question], case, option, outside, knowledge.law.derived)


def met(proposal: Proposal) -> list[str]:
    return [criterion.id for criterion in proposal.criteria if criterion.met == "yes"]


NONE_OF_THEM = {"wp248_criteria": [], "profiling": False, "decision": "assists", "effect": "none",
                "vulnerable_people": False, "credit": False, "role": ["controller"],
                "facts": {"large_scale_public_monitoring": False, "sa_blacklist": False,
                          "score_drawn_strongly_on": False}}  # fmt: skip
PLAIN = {
    "personal": True,
    "special_category": False,
    "criminal": False,
    "large_scale": False,
    "children": False,
}


@pytest.mark.parametrize(
    ("use", "data", "proposed", "criteria"),
    [
        ({}, {}, "no", []),
        ({"wp248_criteria": ["new_technology"]}, {}, "no", ["new_technology"]),
        ({"wp248_criteria": ["new_technology"]}, {"special_category": True}, "yes", ["sensitive_data", "new_technology"]),
        ({"profiling": True, "vulnerable_people": True}, {}, "yes", ["scoring", "vulnerable_subjects"]),
        ({"profiling": True, "effect": "significant"}, {}, "yes", ["scoring"]),
        ({"vulnerable_people": None, "profiling": True}, {}, "unknown", ["scoring"]),
    ],
)  # fmt: skip
def test_two_of_nine_criteria_or_a_case_of_the_law_speak_for_a_dpia(
    use: dict[str, Any], data: dict[str, Any], proposed: str, criteria: list[str]
) -> None:
    found = spoken("dpia", organisation=EU, use=NONE_OF_THEM | use, data=PLAIN | data)
    assert (found.proposed, met(found), len(found.criteria)) == (proposed, criteria, 9)


def test_an_open_answer_is_named_and_never_taken_for_a_no() -> None:
    found = spoken("dpia", organisation=EU, data={"personal": True})
    assert (found.proposed, met(found), found.open) == ("unknown", [], 9)
    needs = {need for criterion in found.criteria for need in criterion.needs}
    assert {
        "/use_cases/0/wp248_criteria",
        "/use_cases/0/profiling",
        "/data_assets/0/special_category",
    } <= needs


def test_without_personal_data_the_question_does_not_arise() -> None:
    found = spoken("dpia", organisation=EU, use=NONE_OF_THEM, data=PLAIN | {"personal": False})
    assert (found.asked, found.proposed) == ("no", "no")
    assert found.because == "The answers put the use case outside of it."


LISTED = {"role": ["deployer"], "eu_market": True, "profiling": False, "narrow_task": False,
          "facts": {"improves_human_work": False, "detects_deviation": False, "preparatory": False,
                    "significant_design_change_since_application_date": True}}  # fmt: skip


@pytest.mark.parametrize(
    ("organisation", "area", "proposed"),
    [
        ({"public_body": True}, "4(a)", "yes"),
        ({"public_body": False, "public_service": True}, "4(a)", "yes"),
        ({"public_body": False, "public_service": False}, "4(a)", "no"),
        ({"public_body": False, "public_service": False}, "5(b)", "yes"),
        ({"public_body": True}, "2", "no"),
        ({"public_body": True}, "none", "no"),
        ({}, "4(a)", "unknown"),
    ],
)
def test_a_fria_is_for_public_deployers_and_for_credit_and_insurance(
    organisation: dict[str, Any], area: str, proposed: str
) -> None:
    """A private employer with a tool for applicants is not among them."""
    found = spoken("fria", organisation=EU | organisation, use=LISTED | {"annex3_area": area})
    assert found.proposed == proposed


@pytest.mark.parametrize(
    ("vendor", "option", "proposed"),
    [
        ({"touches_phi": True}, API, "yes"),
        ({"touches_phi": True, "facts": {"conduit_only": True}}, API, "no"),
        ({"touches_phi": False}, API, "no"),
        ({}, API, "unknown"),
        ({"touches_phi": True}, OWN, "no"),
    ],
)
def test_a_baa_is_needed_where_a_vendor_sees_phi(
    vendor: dict[str, Any], option: OptionId, proposed: str
) -> None:
    """On own hardware nobody else takes part, and so none is needed."""
    found = spoken(
        "baa", organisation={"us_covered_entity": True}, data={"phi": True}, vendor=vendor, option=option
    )
    assert found.proposed == proposed


@pytest.mark.parametrize(
    ("vendor", "proposed"),
    [
        ({"country": "US", "access_countries": ["US"], "dpf_certified": False}, "yes"),
        ({"country": "US", "access_countries": ["US"], "dpf_certified": True}, "no"),
        ({"country": "US", "access_countries": ["US", "IN"], "dpf_certified": True}, "yes"),
        ({"country": "DE", "access_countries": ["DE"], "dpf_certified": False}, "no"),
        ({"country": "DE", "access_countries": ["DE", "IN"], "dpf_certified": False}, "yes"),
    ],
)
def test_a_transfer_follows_who_can_reach_the_data(vendor: dict[str, Any], proposed: str) -> None:
    given = {"processes_personal_data": True, "facts": {"subprocessors_outside_eea": False}, **vendor}
    assert spoken("transfer", organisation=EU, data={"personal": True}, vendor=given).proposed == proposed


@pytest.mark.parametrize(
    ("model", "option", "asked", "proposed"),
    [
        ({"base_flop": "1e24", "modification_flop": "5e23"}, OWN, "yes", "yes"),
        ({"base_flop": "1e24", "modification_flop": "1e23"}, OWN, "yes", "no"),
        ({"base_flop": "1e24"}, OWN, "yes", "unknown"),
        ({"base_flop": "1e24", "modification_flop": "5e23"}, API, "no", "no"),
        ({"kind": "narrow", "base_flop": "1e24", "modification_flop": "5e23"}, OWN, "yes", "no"),
    ],
)
def test_a_change_beyond_a_third_of_the_base_speaks_for_a_provider(
    model: dict[str, Any], option: OptionId, asked: str, proposed: str
) -> None:
    given = {"kind": "general", "placed_on_eu_market": True, **model}
    found = spoken("gpai_modifier", organisation=EU, model=given, option=option)
    assert (found.asked, found.proposed) == (asked, proposed)


def test_a_decision_keeps_what_the_answers_spoke_for_and_needs_a_reason(run: Run, officer: Actor) -> None:
    one = asked_about(Material(), "assistant", "dpia")
    assert one is not None
    about = {"run": run.public_id, "release": "2026.11", "actor": officer}
    case, before = UseCase.objects.get(key="assistant"), AuditEvent.objects.count()
    for wrong in ({"verdict": "perhaps", "reason": "x"}, {"verdict": "needed", "reason": " "}):
        with pytest.raises(InvalidPart):
            decide(one.assistant, case, one.proposal, one.option, **wrong, **about)
    assert (Determination.objects.count(), AuditEvent.objects.count()) == (0, before)
    decide(one.assistant, case, one.proposal, one.option, verdict="needed", reason="First use", **about)
    decide(
        one.assistant, case, one.proposal, one.option, verdict="not_needed", reason="Handbook only", **about
    )
    now = asked_about(Material(), "assistant", "dpia")
    assert now is not None
    assert now.stands is not None
    assert (now.stands.verdict, now.stands.reason, now.stands.proposed) == (
        "not_needed",
        "Handbook only",
        one.proposal.proposed,
    )
    assert [row["text"] for row in now.stands.criteria] == [c.text for c in one.proposal.criteria]
    assert Determination.objects.count() == 2


def test_a_decision_answers_the_fact_that_it_decides_where_a_person_says_so(run: Run, officer: Actor) -> None:
    """The next analysis reads it: why no assessment is needed, or that no such reason stands."""
    one, case = asked_about(Material(), "assistant", "dpia"), UseCase.objects.get(key="assistant")
    assert one is not None
    about = {"run": run.public_id, "release": "2026.11", "actor": officer}
    given = dict(part_of(case).get("facts") or {})

    def decided(verdict: str, reason: str, **more: Any) -> Any:
        decide(one.assistant, case, one.proposal, one.option, verdict=verdict, reason=reason, **about, **more)
        (now,) = (part for part in gather()["use_cases"] if part["key"] == "assistant")
        return {name: value for name, value in (now.get("facts") or {}).items() if name not in given}

    assert decided("not_needed", "No risk is high") == {}
    assert decided("not_needed", "No risk is high", answer_it=True) == {
        "dpia_not_needed_reasoned": "No risk is high"
    }
    assert decided("needed", "It scores people", answer_it=True) == {"dpia_not_needed_reasoned": False}
    actions = AuditEvent.objects.order_by("-pk").values_list("action", flat=True)[:2]
    assert list(actions) == ["determination.made", "usecase.changed"]
    other, before = asked_about(Material(), "assistant", "fria"), Determination.objects.count()
    assert other is not None
    with pytest.raises(InvalidPart, match="no answer of the use case follows from this decision"):
        decide(
            other.assistant,
            case,
            other.proposal,
            other.option,
            verdict="needed",
            reason="x",
            answer_it=True,
            **about,
        )
    assert Determination.objects.count() == before


def test_the_pages_list_criteria_and_store_a_decision(world: World, sign_in: SignIn, run: Run) -> None:
    client, at = sign_in(world, "north/compliance_officer"), f"/o/{world.north.slug}/questions"
    page = client.get(f"{at}/assistant/dpia/").content.decode()
    assert "Is a data protection impact assessment needed?" in page
    assert "The people are vulnerable: children, patients, employees" in page
    assert "Nobody has decided yet." in page
    assert client.post(f"{at}/assistant/dpia/decide/", {"verdict": "needed"}).status_code == 400
    assert not Determination.objects.exists()
    stored = client.post(f"{at}/assistant/dpia/decide/", {"verdict": "needed", "reason": "First of its kind"})
    assert stored.status_code == 302
    assert "First of its kind" in client.get(stored.url).content.decode()
    assert client.get(f"{at}/assistant/nothing/").status_code == 404
    assert client.get(f"{at}/nobody/dpia/").status_code == 404


def test_the_api_lists_questions_and_stores_decisions(world: World, sign_in: SignIn, run: Run) -> None:
    client = sign_in(world, "north/compliance_officer")
    at = f"/api/v1/organisations/{world.north.public_id}"
    found = client.get(f"{at}/questions/").json()["items"]
    assert [row["question"] for row in found] == ["dpia", "fria", "baa", "transfer", "gpai_modifier"]
    body = {"use_case": "assistant", "question": "dpia", "verdict": "needed", "reason": "First"}
    wrong = client.post(f"{at}/determinations/", body | {"question": "none"}, content_type="application/json")
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (400, "/question")
    made = client.post(f"{at}/determinations/", body, content_type="application/json")
    assert made.status_code == 201
    assert client.get(f"{at}/determinations/").json()["items"] == [made.json()]
    assert client.get(f"{at}/questions/").json()["items"][0]["decision"] == made.json()["id"]


def test_the_page_asks_the_same_eight_questions_whatever_there_is(
    world: World, sign_in: SignIn, run: Run
) -> None:
    client = sign_in(world, "north/viewer")
    named = (*FRAME, "the analysis", "the document", "the decisions")
    assert len(questions(client, f"/o/{world.north.slug}/questions/")) == len(named) == 8
    for number in range(200):
        Determination.objects.create(
            use_case=UseCase.objects.get(key="assistant"),
            question="dpia",
            verdict="needed",
            reason=f"{number}",
        )
    assert len(questions(client, f"/o/{world.north.slug}/questions/")) == 8
