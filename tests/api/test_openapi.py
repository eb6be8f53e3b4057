"""The description of the API: whole, valid, committed, and true of what is answered."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from accounts.audit import Actor
from accounts.clock import today
from accounts.roles import ALLOWED
from accounts.tenancy import scope
from compliance.evidence import EvidencePart, NewFile, create_evidence
from compliance.waivers import WaiverPart, accept
from config.api.base import ApiView
from config.api.openapi import document
from inventory.models import OwnPrice
from reports import services as reports
from strategy.duties import tasks_from
from strategy.knowledge import current
from strategy.models import Run, Snapshot
from strategy.ownprices import create_own_price
from strategy.scenarios import create_scenario
from tests.api.conftest import Call, Caller
from tests.strategy.stored import finished_run
from tests.world import World

COMMITTED = Path(__file__).parents[2] / "docs" / "openapi.json"


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    return document()


def api_routes() -> dict[str, type[ApiView]]:
    """Every address under /api/v1/ in the form of the description, with its view."""

    def walk(patterns: list[Any], before: str) -> dict[str, type[ApiView]]:
        found = {}
        for pattern in patterns:
            path = before + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                found |= walk(pattern.url_patterns, path)
            elif (
                isinstance(pattern, URLPattern) and pattern.name != "api_nowhere" and path.startswith("api/")
            ):
                plain = re.sub(r"<\w+:(\w+)>", r"{\1}", path)
                found[f"/{plain}"] = pattern.callback.view_class
        return found

    return walk(get_resolver().url_patterns, "")


def operations(described: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        f"{method.upper()} {path}": operation
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
    }


def test_the_committed_description_is_the_one_that_is_served(client: Client, db: None) -> None:
    served = client.get("/api/v1/openapi.json")
    assert served["Content-Type"] == "application/json"
    assert served.json() == json.loads(COMMITTED.read_text())


def test_it_is_valid_openapi_3_1(described: dict[str, Any]) -> None:
    assert described["openapi"] == "3.1.1"
    assert list(OpenAPIV31SpecValidator(described).iter_errors()) == []


def test_it_holds_every_address_and_method_and_no_other(described: dict[str, Any]) -> None:
    served = {f"{method} {path}" for path, view in api_routes().items() for method in view.operations}
    assert set(operations(described)) == served
    assert len(served) > 60


def test_every_method_that_a_view_has_is_declared() -> None:
    for path, view in api_routes().items():
        has = {
            method.upper() for method in view.http_method_names if method != "head" and hasattr(view, method)
        }
        assert has == set(view.operations), path


def test_every_operation_says_what_it_does_who_may_and_what_comes_back(described: dict[str, Any]) -> None:
    ids = [operation["operationId"] for operation in operations(described).values()]
    assert len(set(ids)) == len(ids)
    for name, operation in operations(described).items():
        assert operation["summary"][0].isupper(), name
        assert operation["description"], name
        assert operation["tags"], name
        assert "security" in operation, name
        good = [code for code in operation["responses"] if code.startswith("2")]
        assert len(good) == 1, name
        assert operation["responses"][good[0]]["content"], name
        assert {"400", "405", "406"} <= set(operation["responses"]), name
        if name.startswith(("PUT", "DELETE")):
            assert {"412", "428"} <= set(operation["responses"]), name
        if operation["security"]:
            assert "401" in operation["responses"], name
        if "{" in name:
            assert "404" in operation["responses"], name


def test_it_says_of_each_operation_what_the_role_table_says(described: dict[str, Any]) -> None:
    with_key = {
        name
        for name, found in operations(described).items()
        if any("key" in one for one in found["security"])
    }
    views = api_routes()
    for name in operations(described):
        method, path = name.split(" ", 1)
        action = views[path].operations[method].action
        if action is not None:
            assert (name in with_key) == (action in ALLOWED["api_client"]), name
    assert "POST /api/v1/organisations/" not in with_key
    assert operations(described)["GET /api/v1/organisations/{organisation_id}/audit-events/"][
        "description"
    ] == ("See the audit trail: Owner, Admin, Compliance officer, Auditor.")


def test_numbers_of_money_are_never_floats(described: dict[str, Any]) -> None:
    amount = described["components"]["schemas"]["Money"]["properties"]["amount"]
    assert {"type": "string"}.items() <= amount["anyOf"][0].items()


def owner_of(world: World) -> Actor:
    return Actor.person(world.person("north/owner"), "owner")


def test_what_is_answered_is_what_is_described(
    world: World, key: Caller, person: Call, described: dict[str, Any]
) -> None:
    """Each GET that a full organisation answers is held against its schema."""
    with scope(world.north):
        actor = Actor.person(world.person("north/editor"))
        create_own_price(
            OwnPrice, {"fact": "price.gpu.hour", "value": "2.1", "since": "2026-10-01"}, actor=actor
        )
        run = finished_run(actor, "Staff assistant", "Ticket triage")
        report, _ = reports.request_report(Run.objects.get(pk=run.pk), actor=actor)
        snapshot = Snapshot.objects.get()
        scenario = create_scenario(
            actor=actor, name="Busy", answers={"/use_cases/1/users": 9}, base_run=None, knowledge=current()
        )
        tasks_from(run, actor=actor)
        part = EvidencePart(name="Agreement", kind="contract", note="", links=("GDPR/Art. 28(3)",))
        file = NewFile(filename="a.txt", content=b"signed", valid_from=run.as_of, valid_until=None)
        create_evidence(part, file, actor=actor)
        soon = {"expires_on": today() + timedelta(days=30), "instead": "", "reason": "A pilot"}
        accept(WaiverPart(kind="risk", about="ISO27001/A.5.1", level="low", **soon), actor=owner_of(world))
        later = finished_run(actor, "Staff assistant", day=date(2026, 12, 1))
    owner = person("north/owner")
    guest = owner("POST", "invitations/", {"email": "guest@twin.example", "role": "viewer"}).json()
    ids = {
        "organisation_id": world.north.public_id,
        "invitation_id": guest["id"],
        "member_id": world.person("north/viewer").public_id,
        "run_id": run.public_id,
        "report_id": report.public_id,
        "snapshot_id": snapshot.public_id,
        "scenario_id": scenario.public_id,
        "key": "assistant",
        "regime": "GDPR",
        "requirement_id": "Art. 32(1)(c)",
        "control_id": "backup-and-recovery",
    }
    compared = f"?a={run.public_id}&b={later.public_id}"
    seen = []
    for path, methods in described["paths"].items():
        answered = methods.get("get", {}).get("responses", {}).get("200", {})
        schema = answered.get("content", {}).get("application/json", {}).get("schema")
        if schema is None:
            continue
        address = path
        for name in (name for name in re.findall(r"\{(\w+)\}", path) if name not in ids and name != "status"):
            listed = path.partition(f"{{{name}}}")[0].format(**ids)
            address = address.replace(f"{{{name}}}", owner.get(listed)["items"][0]["id"])
        body = owner.get(address.format(**ids) + (compared if path.endswith("/comparisons/") else ""))
        validator = Draft202012Validator({**schema, "components": described["components"]})
        assert [error.message for error in validator.iter_errors(body)] == [], path
        seen.append(path)
    assert len(seen) == sum(
        "application/json" in methods["get"]["responses"]["200"]["content"]
        for methods in described["paths"].values()
        if "get" in methods
    )


def test_a_problem_is_what_is_described(key: Caller, described: dict[str, Any]) -> None:
    schema = described["components"]["responses"]["400"]["content"]["application/problem+json"]["schema"]
    body = key("POST", "vendors/", {"key": "two words", "colour": 1}).json()
    validator = Draft202012Validator({**schema, "components": described["components"]})
    assert list(validator.iter_errors(body)) == []
    assert len(body["errors"]) == 2
