"""OSCAL assessment results, read back by an independent reader of the format (compliance-trestle)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from pydantic import ValidationError
from trestle.oscal.assessment_results import AssessmentResults, Model
from trestle.oscal.poam import Model as Plan

from accounts.audit import Actor
from accounts.clock import today
from compliance.waivers import WaiverPart, accept
from engine.canonical import canonical
from inventory.knowledge import current
from reports.registers.material import Material
from reports.registers.oscal import NothingAnalysed, assessment_results, control_id, plan_of_action
from strategy.duties import tasks_from
from strategy.models import Run
from tests.world import World

SignIn = Callable[[World, str], Client]


def results(organisation: str) -> dict[str, Any]:
    """The one result of the document, which trestle reads: it raises for anything that the format does not allow."""
    document = assessment_results(Material(), organisation)
    read = Model.model_validate_json(json.dumps(document)).assessment_results
    assert isinstance(read, AssessmentResults)
    assert document["assessment-results"]["metadata"]["oscal-version"] == "1.2.1"
    (result,) = document["assessment-results"]["results"]
    return dict(result)


def test_the_analysis_is_read_back_as_findings_and_risks(run: Run, officer: Actor, in_north: World) -> None:
    tasks = tasks_from(run, actor=officer)
    result = results(in_north.north.public_id)
    targets = [finding["target"] for finding in result["findings"]]
    assert [(t["target-id"], t["status"]["state"], t["status"]["reason"]) for t in targets] == [
        ("gdpr-art-30-1", "satisfied", "pass"),
        ("gdpr-art-28-3", "not-satisfied", "fail"),
        ("iso27001-a.5.19", "not-satisfied", "other"),
    ]
    labels = [p["value"] for f in result["findings"] for p in f["props"] if p["name"] == "label"]
    assert labels == ["GDPR Art. 30(1)", "GDPR Art. 28(3)", "ISO 27001 A.5.19"]
    assert [risk["status"] for risk in result["risks"]] == ["open", "open"]
    assert [risk["deadline"][:10] for risk in result["risks"]] == [task.due.isoformat() for task in tasks]
    named = {one["risk-uuid"] for finding in result["findings"] for one in finding.get("related-risks", ())}
    assert named == {risk["uuid"] for risk in result["risks"]}


def test_what_is_open_is_read_back_as_a_plan_of_action(run: Run, officer: Actor, in_north: World) -> None:
    (first, _) = tasks_from(run, actor=officer)
    document = plan_of_action(Material(), in_north.north.public_id)
    assert Plan.model_validate_json(json.dumps(document)).plan_of_action_and_milestones is not None
    plan = document["plan-of-action-and-milestones"]
    assert plan["system-id"]["id"] == in_north.north.public_id
    assert [item["title"] for item in plan["poam-items"]] == ["Title of Art. 28(3)", "Title of A.5.19"]
    assert [item["related-risks"][0]["risk-uuid"] for item in plan["poam-items"]] == [
        risk["uuid"] for risk in plan["risks"]
    ]
    assert plan["risks"][0]["deadline"][:10] == first.due.isoformat()


def test_without_an_analysis_there_is_no_plan_of_action(in_north: World) -> None:
    with pytest.raises(NothingAnalysed, match="No finished analysis of the assessment has an open duty"):
        plan_of_action(Material(), in_north.north.public_id)


def test_an_accepted_risk_is_told_as_a_deviation(run: Run, officer: Actor, in_north: World) -> None:
    rule = next(
        r.row for r in current().law.rules if (r.row.regime, r.row.requirement) == ("ISO27001", "A.5.19")
    )
    assert not rule.blocker
    soon = today() + timedelta(days=30)
    part = WaiverPart(
        kind="risk", about="ISO27001/A.5.19", level="low", reason="A pilot", instead="", expires_on=soon
    )
    accept(part, actor=officer)
    first, second = results(in_north.north.public_id)["risks"]
    assert (first["status"], second["status"]) == ("open", "deviation-approved")
    assert [entry["description"] for entry in second["risk-log"]["entries"]] == ["A pilot"]


def test_what_the_format_does_not_allow_is_refused_by_its_reader(run: Run, in_north: World) -> None:
    document = assessment_results(Material(), in_north.north.public_id)
    document["assessment-results"]["results"][0]["risks"][0]["remarks"] = "not allowed here"
    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        Model.model_validate_json(json.dumps(document))


def test_equal_states_give_equal_documents(run: Run, in_north: World) -> None:
    one, other = (canonical(assessment_results(Material(), in_north.north.public_id)) for _ in range(2))
    assert one == other


def test_every_identifier_of_the_catalogues_is_a_token_of_its_own() -> None:
    law = current().law
    ids = {(regime, name): control_id(regime, name) for regime, name in law.requirements}
    assert len(set(ids.values())) == len(ids)
    for about, name in ids.items():
        assert re.fullmatch(r"[a-z_][a-z0-9.\-_]*", name), about
    assert ids["GDPR", "Art. 28(3)"] == "gdpr-art-28-3"
    assert ids["HIPAA", "164.312(a)(2)(iv)"] == "hipaa-164.312.a.2.iv"


def test_without_an_analysis_there_is_no_document(in_north: World, sign_in: SignIn) -> None:
    with pytest.raises(NothingAnalysed):
        assessment_results(Material(), in_north.north.public_id)
    answer = sign_in(in_north, "north/owner").get(f"/o/{in_north.north.slug}/oscal/")
    assert (answer.status_code, answer["Location"]) == (302, f"/o/{in_north.north.slug}/registers/")


def test_the_page_and_the_api_hand_out_the_same_document(world: World, sign_in: SignIn, run: Run) -> None:
    client = sign_in(world, "north/compliance_officer")
    file = client.get(f"/o/{world.north.slug}/oscal/")
    assert file["Content-Disposition"] == 'attachment; filename="oscal-assessment-results.json"'
    assert (
        json.loads(file.content) == client.get(f"/api/v1/organisations/{world.north.public_id}/oscal/").json()
    )
