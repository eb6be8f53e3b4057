"""Accepted risks in the board paper: frozen with the report, printed with level, reason and last day."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.audit import Actor
from accounts.clock import today
from compliance.waivers import WaiverPart, accept, end
from reports.paper.compliance import accepted
from reports.services import request_report
from strategy.models import Run
from tests.strategy.stored import finished_run
from tests.world import World


@pytest.fixture
def run(in_north: World) -> Run:
    return finished_run(Actor.person(in_north.person("north/owner"), "owner"), "Staff assistant")


def test_a_paper_keeps_the_risks_that_stood_when_it_was_asked_for(in_north: World, run: Run) -> None:
    actor = Actor.person(in_north.person("north/owner"), "owner")
    part = {"kind": "risk", "instead": "", "expires_on": today() + timedelta(days=30)}
    low = accept(
        WaiverPart(about="SOC2/CC6.4", level="low", reason="Nobody else is there", **part), actor=actor
    )
    accept(WaiverPart(about="ISO27001/A.8.15", level="high", reason="a pilot", **part), actor=actor)
    report, _ = request_report(run, actor=actor)
    kept = report.header["accepted_risks"]
    assert [(one["requirement_id"], one["level"]) for one in kept] == [("A.8.15", "high"), ("CC6.4", "low")]
    assert accepted(kept[0]) == {
        "regime": "ISO 27001",
        "id": "A.8.15",
        "where": "Whole organisation",
        "why": "A pilot.",
        "level": "High",
        "by": "Owner",
        "until": f"{part['expires_on']:%-d %b %Y}",
    }
    end(low, reason="Done", actor=actor)
    again, new = request_report(run, actor=actor)
    assert new
    assert [one["requirement_id"] for one in again.header["accepted_risks"]] == ["A.8.15"]
    report.refresh_from_db()
    assert report.header["accepted_risks"] == kept
