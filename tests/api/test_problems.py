"""Whatever goes wrong is a problem: of one form, with a page that explains it and an id that finds it in the logs."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest
from django.test import Client

from config.api.problems import KINDS
from config.logs import JsonFormatter
from strategy.models import Run
from tests.api.conftest import MEDIA_TYPE, Call, Caller, refused, trail
from tests.world import World

HEADERS = {"Authorization": "Bearer sxt_wrong_secret"}


@pytest.mark.parametrize(
    ("method", "path", "body", "headers", "status"),
    [
        ("GET", "vendors/?colour=blue", None, {}, 400),
        ("POST", "vendors/", b"{", {}, 400),
        ("GET", "vendors/", None, {"Authorization": "Bearer sxt_wrong_secret"}, 401),
        ("GET", "vendors/", None, {"Authorization": "Basic b3duZXI6c2VjcmV0"}, 401),
        ("GET", "audit-events/", None, {}, 403),
        ("GET", "vendors/ven_nothing/", None, {}, 404),
        ("GET", "/api/v1/organisations/org_nothing/", None, {}, 404),
        ("GET", "/api/v1/nothing", None, {}, 404),
        ("GET", "/api/v1/", None, {}, 404),
        ("GET", "/api/v2/organisations/", None, {}, 404),
        ("POST", "/api/v1/nothing", b"{}", {}, 404),
        ("GET", "vendors", None, {}, 404),
        ("PATCH", "vendors/", b"{}", {}, 405),
        ("OPTIONS", "vendors/", None, {}, 405),
        ("TRACE", "vendors/", None, {}, 405),
        ("DELETE", "audit-events/", None, {}, 405),
        ("POST", "/api/v1/openapi.json", b"{}", {}, 405),
        ("DELETE", "/api/v1/problems/404/", None, {}, 405),
        ("GET", "/api/v1/problems/299/", None, {}, 404),
        ("GET", "vendors/", None, {"Accept": "text/csv"}, 406),
        ("GET", "/api/v1/openapi.json", None, {"Accept": "application/yaml"}, 406),
        ("POST", "vendors/", b"key=a", {"Content-Type": "application/x-www-form-urlencoded"}, 415),
        ("POST", "vendors/", b"<a/>", {"Content-Type": "text/xml"}, 415),
        ("POST", "assessment/", b" " * 20_000_001, {}, 413),
        ("PUT", "profile/", b"{}", {}, 428),
        ("PUT", "profile/", b"{}", {"If-Match": '"v7"'}, 412),
        ("POST", "runs/run_nothing/cancel/", None, {}, 404),
    ],
)
def test_a_bad_call_is_answered_with_a_problem_and_changes_nothing(
    world: World,
    key: Caller,
    method: str,
    path: str,
    body: bytes | None,
    headers: dict[str, str],
    status: int,
) -> None:
    before = trail(world.north)
    problem = refused(key(method, path, body, **{k.replace("-", "_"): v for k, v in headers.items()}), status)
    assert problem["title"] == KINDS[status].title
    assert problem["detail"]
    assert set(problem) == {"type", "title", "status", "detail", "instance", "errors"}
    assert trail(world.north) == before


def test_who_is_nobody_is_asked_to_authenticate(world: World) -> None:
    answer = Caller(world.north)("GET", "vendors/")
    refused(answer, 401)
    assert answer["WWW-Authenticate"] == 'Bearer realm="Sextant API"'


def test_an_address_lists_the_methods_that_it_takes(key: Caller) -> None:
    for path, methods in (
        ("vendors/", "GET, HEAD, POST"),
        ("vendors/ven_x/", "GET, HEAD, PUT, DELETE"),
        ("audit-events/", "GET, HEAD"),
        ("profile/", "GET, HEAD, PUT"),
        ("runs/run_x/cancel/", "POST"),
        ("/api/v1/openapi.json", "GET, HEAD"),
    ):
        answer = key("PATCH", path)
        refused(answer, 405)
        assert set(answer["Allow"].split(", ")) == set(methods.split(", ")), path


def test_a_change_by_session_without_the_forms_token_is_refused(world: World, person: Call) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(world.person("north/editor"))
    caller = Caller(world.north, strict)
    before = trail(world.north)
    problem = refused(caller("POST", "vendors/", {"key": "second"}), 403)
    assert problem["detail"].startswith("CSRF Failed")
    assert trail(world.north) == before
    assert caller("GET", "vendors/").status_code == 200
    by_key = Caller(world.north, strict, {"Authorization": f"Bearer {world.keys['north']}"})
    assert by_key("POST", "vendors/", {"key": "second"}).status_code == 201


def test_a_wrong_host_is_a_problem_too(key: Caller) -> None:
    answer = key.client.get(key.address("vendors/"), headers=key.headers | {"Host": "evil.example"})
    assert (answer.status_code, answer["Content-Type"]) == (400, MEDIA_TYPE)
    assert answer.json()["type"] == "/api/v1/problems/400/"
    assert b"evil" not in answer.content


def test_our_own_failure_is_a_problem_that_tells_nothing(
    world: World, key: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No call is known that makes the product fail; so here a query does."""

    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("the secret reason")

    monkeypatch.setattr(Run.objects.__class__, "get_queryset", fail)
    key.client.raise_request_exception = False
    problem = refused(key("GET", "runs/"), 500)
    assert problem["detail"] == KINDS[500].text
    assert "secret" not in json.dumps(problem)


@pytest.mark.parametrize("status", KINDS)
def test_the_address_of_each_kind_of_problem_is_a_page(db: None, client: Client, status: int) -> None:
    for accept in ("text/html,application/xhtml+xml", "*/*", "text/html"):
        page = client.get(f"/api/v1/problems/{status}/", headers={"Accept": accept})
        assert (page.status_code, page["Content-Type"]) == (200, "text/html; charset=utf-8")
        assert f"<h1>{status}: {KINDS[status].title}</h1>" in page.content.decode()


def test_the_requests_id_stands_in_the_answer_the_problem_and_the_log(
    key: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    ids = set()
    for path in ("vendors/", "vendors/ven_nothing/", "/api/v1/nothing"):
        answer = key("GET", path, X_Request_Id="req_mine")
        ids.add(answer["X-Request-Id"])
        if answer.status_code == 404:
            assert answer.json()["instance"] == f"urn:request:{answer['X-Request-Id']}"
    assert len(ids) == 3
    assert "req_mine" not in ids
    caplog.clear()
    with caplog.at_level(logging.WARNING):
        answer = key("GET", "vendors/ven_nothing/")
    lines = [json.loads(JsonFormatter().format(record)) for record in caplog.records]
    assert [(line["logger"], line["request_id"]) for line in lines] == [
        ("django.request", answer["X-Request-Id"])
    ]


def test_an_answer_with_data_is_kept_by_nobody_and_read_by_no_other_site(key: Caller) -> None:
    answer = key("GET", "vendors/", Origin="https://evil.example")
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert not any(name.lower().startswith("access-control-") for name in answer.headers)


def test_asking_for_the_head_alone_is_as_asking_for_the_whole(
    world: World, key: Caller, person: Call
) -> None:
    for caller in (key, person("north/viewer")):
        for path in ("", "vendors/", "profile/", "assessment/" if caller is key else "runs/"):
            whole, head = caller("GET", path), caller("HEAD", path)
            assert (head.status_code, head.content) == (200, b""), path
            assert head.get("ETag") == whole.get("ETag")
    assert person("north/viewer")("HEAD", "audit-events/").status_code == 403
    assert Caller(world.south, headers=key.headers)("HEAD", "vendors/").status_code == 404
