"""Analyses and board papers over the API: asked for once, followed, fetched, and never changed."""

from __future__ import annotations

import hashlib
import re
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from accounts.audit import Actor
from accounts.models import Organisation
from accounts.tenancy import scope
from config.api.openapi import document
from engine.canonical import digest
from engine.schema import result_schema
from reports import services as reports
from reports.models import Report
from strategy import services
from strategy.models import Run, Snapshot
from tests.api.conftest import Call, Caller, faults, refused, trail
from tests.strategy.stored import finished_run
from tests.world import World


@pytest.fixture
def finished(world: World) -> Run:
    with scope(world.north):
        return finished_run(Actor.person(world.person("north/editor")), "Staff assistant", "Ticket triage")


def test_an_analysis_is_asked_for_and_followed(world: World, key: Caller) -> None:
    start = len(trail(world.north))
    first = key("POST", "runs/", {"as_of": "2026-11-24"})
    body = first.json()
    assert (first.status_code, first["Retry-After"]) == (202, "1")
    assert re.fullmatch(r"run_[a-z2-7]{26}", body["id"])
    assert first["Location"] == key.whole("runs", body["id"])
    assert (body["state"], body["as_of"], body["finished_at"]) == ("queued", "2026-11-24", None)
    assert body["requested_by"] == "API key Integration"
    assert key.get(f"runs/{body['id']}/") == body
    for again in (
        key("POST", "runs/", {"as_of": "2026-11-24"}),
        key("POST", "runs/", {"as_of": "2026-11-24"}),
    ):
        assert (again.status_code, again.json()["id"], again["Location"]) == (
            202,
            body["id"],
            first["Location"],
        )
    assert trail(world.north)[start:] == ["snapshot.taken", "run.requested"]
    other = key("POST", "runs/", {"as_of": "2026-11-25"}).json()
    assert other["id"] != body["id"]
    assert other["snapshot"] == body["snapshot"]
    assert [run["id"] for run in key.get("runs/")["items"]] == [body["id"], other["id"]]


def test_without_a_day_the_analysis_is_for_today(key: Caller) -> None:
    empty, none, null = key("POST", "runs/"), key("POST", "runs/", {}), key("POST", "runs/", {"as_of": None})
    assert [answer.status_code for answer in (empty, none, null)] == [202, 202, 202]
    assert empty.json() == none.json() == null.json()
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", empty.json()["as_of"])


def test_an_analysis_that_cannot_be_asked_for_is_refused(world: World, key: Caller, person: Call) -> None:
    assert faults(key("POST", "runs/", {"as_of": "24.11.2026", "day": "today"})) == {
        "/as_of": "“24.11.2026” does not fit",
        "/day": "unknown key “day”",
    }
    stranger = person("stranger")
    made = stranger("POST", "/api/v1/organisations/", {"name": "New"}).json()
    problem = refused(stranger("POST", f"/api/v1/organisations/{made['id']}/runs/"), 422)
    assert problem["detail"] == "There is no use case to analyse. Record one first."
    for organisation in (world.north, Organisation.objects.get(public_id=made["id"])):
        with scope(organisation):
            assert not Run.objects.exists()
            assert not Snapshot.objects.exists()


def test_an_analysis_is_cancelled_once_and_repeated_once(world: World, key: Caller) -> None:
    run = key("POST", "runs/").json()
    start = len(trail(world.north))
    refused(key("GET", f"runs/{run['id']}/result/"), 409)
    cancelled = key("POST", f"runs/{run['id']}/cancel/")
    assert (cancelled.status_code, cancelled.json()["state"]) == (200, "cancelled")
    assert refused(key("POST", f"runs/{run['id']}/cancel/"), 409)["detail"] == (
        "The run has already ended: cancelled."
    )
    again, twice = key("POST", f"runs/{run['id']}/retry/"), key("POST", f"runs/{run['id']}/retry/")
    assert (again.status_code, again.json()["state"]) == (202, "queued")
    assert again.json()["id"] == twice.json()["id"] != run["id"]
    assert again["Location"] == twice["Location"] == key.whole("runs", again.json()["id"])
    assert trail(world.north)[start:] == ["run.cancelled", "run.retried"]


def test_a_failed_analysis_says_why(world: World, key: Caller) -> None:
    made = key("POST", "runs/").json()
    with scope(world.north):
        claim = services.claim(Run.objects.get().pk)
        assert claim is not None
        services.fail(claim, "There is no price for this model.")
    run = key.get(f"runs/{made['id']}/")
    assert (run["state"], run["failure"]) == ("failed", "There is no price for this model.")
    assert "failed" in refused(key("GET", f"runs/{made['id']}/result/"), 409)["detail"]


def test_a_result_is_the_one_that_its_digest_names(finished: Run, key: Caller) -> None:
    answer = key("GET", f"runs/{finished.public_id}/result/")
    body = answer.json()
    assert answer["ETag"] == f'"{digest(body)}"'
    assert [part["key"] for part in body["use_cases"]] == ["assistant", "more-1"]
    assert len(body["use_cases"][0]["findings"]) == 4
    Draft202012Validator(result_schema()).validate(body)
    known = key("GET", f"runs/{finished.public_id}/result/", If_None_Match=answer["ETag"])
    assert (known.status_code, known.content) == (304, b"")


def test_a_snapshot_is_the_document_as_it_stood(world: World, finished: Run, key: Caller) -> None:
    exported = key("GET", "assessment/").content
    (snapshot,) = key.get("snapshots/")["items"]
    assert key.get(f"snapshots/{snapshot['id']}/") == snapshot
    assert snapshot["digest"] == hashlib.sha256(exported).hexdigest()
    vendor = key.get("vendors/")["items"][0]
    key("PUT", f"vendors/{vendor['id']}/", vendor["record"] | {"dpa_signed": False}, If_Match='"v1"')
    frozen = key("GET", f"snapshots/{snapshot['id']}/document/")
    assert frozen.content == exported != key("GET", "assessment/").content
    assert frozen["ETag"] == f'"{snapshot["digest"]}"'


def test_a_board_paper_is_asked_for_followed_and_fetched(world: World, finished: Run, key: Caller) -> None:
    start = len(trail(world.north))
    wish = {"run": finished.public_id, "author": "The office", "page_size": "Letter"}
    first, again = key("POST", "reports/", wish), key("POST", "reports/", wish)
    body = first.json()
    assert (first.status_code, again.status_code, first["Retry-After"]) == (202, 202, "1")
    assert again.json() == body
    assert first["Location"] == key.whole("reports", body["id"])
    assert re.fullmatch(r"rep_[a-z2-7]{26}", body["id"])
    assert (body["run"], body["state"], body["header"]["page_size"]) == (
        finished.public_id,
        "queued",
        "Letter",
    )
    assert trail(world.north)[start:] == ["report.requested"]
    refused(key("GET", f"reports/{body['id']}/pdf/"), 409)
    with scope(world.north):
        claim = reports.claim(Report.objects.get().pk)
        assert claim is not None
        reports.publish(claim, b"%PDF-1.7 paper")
    assert key.get(f"reports/{body['id']}/")["state"] == "ready"
    for accept in ("application/pdf", "*/*", "application/json"):
        pdf = key("GET", f"reports/{body['id']}/pdf/", Accept=accept)
        assert (pdf.status_code, pdf["Content-Type"], pdf.content) == (
            200,
            "application/pdf",
            b"%PDF-1.7 paper",
        )
        assert pdf["Content-Disposition"] == f'attachment; filename="board-paper-{body["id"]}.pdf"'
    known = key("GET", f"reports/{body['id']}/pdf/", If_None_Match=pdf["ETag"])
    assert (known.status_code, known.content) == (304, b"")
    refused(key("GET", "reports/rep_nothing/pdf/", Accept="application/pdf"), 404)


def test_a_board_paper_that_cannot_be_asked_for_is_refused(world: World, key: Caller) -> None:
    run = key("POST", "runs/").json()
    with scope(world.south):
        theirs = finished_run(Actor.person(world.person("south/editor")), "Staff assistant")
    start = trail(world.north)
    assert faults(key("POST", "reports/", {"page_size": "A5", "colour": "blue"})) == {
        "/run": "“run” is missing",
        "/page_size": "“A5” is not allowed",
        "/colour": "unknown key “colour”",
    }
    long = {"run": theirs.public_id, "author": "x" * 201, "classification": "x" * 201}
    unknown = long | {"run": "run_nothing"}
    assert set(faults(key("POST", "reports/", long))) == {"/run", "/author", "/classification"}
    assert faults(key("POST", "reports/", long)) == faults(key("POST", "reports/", unknown))
    refused(key("POST", "reports/", {"run": run["id"]}), 409)
    assert trail(world.north) == start
    with scope(world.north):
        assert not Report.objects.exists()


def test_what_is_only_ever_read_has_no_way_to_write(
    world: World, finished: Run, key: Caller, person: Call
) -> None:
    snapshot = key.get("snapshots/")["items"][0]["id"]
    addresses = [
        "snapshots/", f"snapshots/{snapshot}/", f"snapshots/{snapshot}/document/", f"runs/{finished.public_id}/",
        f"runs/{finished.public_id}/result/", "audit-events/",
    ]  # fmt: skip
    owner, start = person("north/owner"), trail(world.north)
    for address in addresses:
        for method in ("PUT", "PATCH", "DELETE", "POST"):
            refused(owner(method, address, {}, If_Match='"v1"'), 405)
    assert trail(world.north) == start
    written = {
        path.removeprefix("/api/v1/organisations/{organisation_id}/"): sorted(set(methods) - {"get"})
        for path, methods in document()["paths"].items()
    }
    assert {path: methods for path, methods in written.items() if path.startswith(("snap", "runs", "audit", "rep"))} == {
        "snapshots/": [], "snapshots/{snapshot_id}/": [], "snapshots/{snapshot_id}/document/": [],
        "runs/": ["post"], "runs/{run_id}/": [], "runs/{run_id}/cancel/": ["post"],
        "runs/{run_id}/retry/": ["post"], "runs/{run_id}/result/": [], "runs/{run_id}/trace/": [],
        "runs/{run_id}/use-cases/": [], "runs/{run_id}/use-cases/{key}/": [],
        "runs/{run_id}/use-cases/{key}/duties/": [], "runs/{run_id}/portfolio/": ["post"],
        "runs/{run_id}/roadmap/": [], "runs/{run_id}/readiness/": [], "runs/{run_id}/risks/": [],
        "runs/{run_id}/regimes/": [],
        "reports/": ["post"], "reports/{report_id}/": [], "reports/{report_id}/pdf/": [],
        "audit-events/": [],
    }  # fmt: skip


def test_work_is_handed_to_a_worker_once_and_only_after_the_row_is_stored(
    key: Caller, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks() as sent:
        key("POST", "runs/")
        key("POST", "runs/")
        key("POST", "runs/", {"as_of": "never"})
    assert len(sent) == 1
