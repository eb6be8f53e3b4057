"""Records over the API: listed, created, read, replaced, archived and restored; strict, versioned, opaque."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.api.conftest import Call, Caller, faults, refused, trail
from tests.world import World

KINDS: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "data-assets": ("da", {"key": "letters", "records": 12}, {"records": 13}),
    "vendors": ("ven", {"key": "second", "country": "DE"}, {"dpa_signed": False}),
    "base-models": ("bm", {"key": "small", "licence": "closed"}, {"parameters": 7}),
    "budgets": ("bud", {"period": "2027-Q2"}, {"opex": {"amount": "10.00", "currency": "EUR"}}),
    "own-prices": (
        "op",
        {"fact": "price.gpu.hour", "since": "2026-10-01", "value": "2.1"},
        {"note": "Contract of May"},
    ),
    "use-cases": ("uc", {"key": "letters", "data_assets": ["tickets"]}, {"vendor": "model-vendor"}),
    "regime-scopes": ("rs", {"regime": "SOC2", "in_scope": False}, {"in_scope": True}),
    "control-answers": ("ca", {"regime": "GDPR", "requirement_id": "Art. 32(1)"}, {"status": "partial"}),
}
MOMENT = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z"
by_kind = pytest.mark.parametrize("kind", KINDS)


@by_kind
def test_the_life_of_a_record(world: World, key: Caller, kind: str) -> None:
    prefix, part, change = KINDS[kind]
    start = len(trail(world.north))
    before = key.get(f"{kind}/")["items"]

    made = key("POST", f"{kind}/", part)
    body = made.json()
    assert made.status_code == 201
    assert re.fullmatch(rf"{prefix}_[a-z2-7]{{26}}", body["id"])
    address = f"{kind}/{body['id']}/"
    assert made["Location"] == f"http://testserver{key.address(address)}"
    assert made["ETag"] == '"v1"'
    assert set(body) == {"id", "version", "created_at", "updated_at", "archived", "record"}
    assert (body["version"], body["archived"], body["record"]) == (1, False, part)
    assert re.fullmatch(MOMENT, body["created_at"])
    assert re.fullmatch(MOMENT, body["updated_at"])
    assert key.get(address) == body
    assert key.get(f"{kind}/")["items"] == [*before, body]

    replaced = key("PUT", address, part | change, If_Match='"v1"')
    assert (replaced.status_code, replaced["ETag"]) == (200, '"v2"')
    assert replaced.json()["record"] == part | change
    assert key.get(address) == replaced.json()

    archived = key("DELETE", address, If_Match='"v2"')
    assert (archived.status_code, archived["ETag"], archived.json()["archived"]) == (200, '"v3"', True)
    assert key.get(f"{kind}/")["items"] == before
    assert key.get(f"{kind}/?archived=true")["items"] == [*before, archived.json()]
    assert key.get(address) == archived.json()

    restored = key("POST", f"{address}restore/", If_Match='"v3"')
    assert (restored.status_code, restored["ETag"], restored.json()["archived"]) == (200, '"v4"', False)
    name = kind.replace("-", "").removesuffix("s")
    assert trail(world.north)[start:] == [
        f"{name}.{deed}" for deed in ("created", "changed", "archived", "restored")
    ]


@by_kind
def test_a_change_names_the_version_that_it_is_made_to(world: World, key: Caller, kind: str) -> None:
    _, part, change = KINDS[kind]
    made = key("POST", f"{kind}/", part).json()
    address = f"{kind}/{made['id']}/"
    start = len(trail(world.north))
    for method, path, body in (
        ("PUT", address, part | change),
        ("DELETE", address, None),
        ("POST", f"{address}restore/", None),
    ):
        assert refused(key(method, path, body), 428)["detail"].startswith("Send If-Match with the ETag")
        for stale in ('"v0"', '"v2"', "v1", "1", '"v01"', '"v1", "v2"', 'W/"v1"', "*", '"v99999999999999"'):
            refused(key(method, path, body, If_Match=stale), 412)
    assert key.get(address) == made
    assert len(trail(world.north)) == start


def test_what_is_known_already_is_not_sent_again(key: Caller) -> None:
    made = key("POST", "vendors/", {"key": "second"}).json()
    address = f"vendors/{made['id']}/"
    for known in ('"v1"', 'W/"v1"', '"v7", "v1"', "*"):
        answer = key("GET", address, If_None_Match=known)
        assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", '"v1"'), known
    for other in ('"v2"', "v1", ""):
        assert key("GET", address, If_None_Match=other).status_code == 200, other


def test_a_new_name_of_a_thing_is_a_new_version_of_what_refers_to_it(key: Caller) -> None:
    use_case = next(u for u in key.get("use-cases/")["items"] if u["record"]["key"] == "triage")
    asset = next(a for a in key.get("data-assets/")["items"] if a["record"]["key"] == "tickets")
    answer = key("POST", "control-answers/", KINDS["control-answers"][1] | {"use_case": "triage"}).json()
    renamed = key("PUT", f"data-assets/{asset['id']}/", asset["record"] | {"key": "mails"}, If_Match='"v1"')
    assert renamed.status_code == 200
    now = key("GET", f"use-cases/{use_case['id']}/", If_None_Match='"v1"')
    assert (now.status_code, now["ETag"]) == (200, '"v2"')
    assert now.json()["record"]["data_assets"] == ["mails"]
    key("PUT", f"use-cases/{use_case['id']}/", now.json()["record"] | {"key": "sorting"}, If_Match='"v2"')
    about = key("GET", f"control-answers/{answer['id']}/", If_None_Match='"v1"')
    assert (about.status_code, about["ETag"], about.json()["record"]["use_case"]) == (200, '"v2"', "sorting")


@by_kind
def test_every_fault_of_a_record_is_told_at_once_and_nothing_is_stored(
    world: World, key: Caller, kind: str
) -> None:
    _, part, _ = KINDS[kind]
    start, before = trail(world.north), key.get(f"{kind}/")
    wrong = part | {"colour": "blue", "id": "x", "organisation": world.south.public_id}
    assert faults(key("POST", f"{kind}/", wrong)) == {
        "/colour": "unknown key “colour”",
        "/id": "unknown key “id”",
        "/organisation": "unknown key “organisation”",
    }
    for body in ([], "text", 7, None):
        given = b"null" if body is None else body
        assert list(faults(key("POST", f"{kind}/", given))) == [""]
    assert key.get(f"{kind}/") == before
    assert trail(world.north) == start


def test_faults_say_where_and_what_would_be_right(key: Caller) -> None:
    problem = refused(
        key(
            "POST",
            "use-cases/",
            {"key": "two words", "task_type": "knowlege_qa", "users": -1, "value": {"low": 3}},
        ),
        400,
    )
    assert problem["title"] == "The request is not valid"
    assert problem["detail"] == "The record is refused; nothing was stored."
    found = {fault["pointer"]: fault for fault in problem["errors"]}
    assert set(found) == {"/key", "/task_type", "/users", "/value/low"}
    assert found["/users"] == {"pointer": "/users", "detail": "-1 is negative", "right": "0 to 10000000000"}
    assert found["/task_type"]["right"].startswith("“knowledge_qa”")


@pytest.mark.parametrize(
    ("body", "pointer", "detail"),
    [
        (b"{", "", "not JSON: Expecting property name enclosed in double quotes at line 1, column 2"),
        (b"", "/key", "“key” is missing"),
        (b'{"key": "a", "key": "b"}', "/key", "“key” stands twice in one object"),
        (b'{"key": "a", "parameters": NaN}', "/parameters", "“nan” is not a number of JSON"),
        (b'{"key": "a\\u0000"}', "/key", "“a\\u0000” holds control or half characters"),
        (b"\xff", "", "not UTF-8 at byte 0"),
        (b"[" * 40 + b"]" * 40, "/" + "/".join("0" * 12), "nested too deep"),
    ],
)
def test_bodies_that_cannot_be_read_are_refused(
    world: World, key: Caller, body: bytes, pointer: str, detail: str
) -> None:
    start = trail(world.north)
    assert faults(key("POST", "base-models/", body))[pointer] == detail
    assert trail(world.north) == start


def test_a_thing_in_use_is_not_archived(world: World, key: Caller) -> None:
    vendor = key.get("vendors/")["items"][0]
    start = trail(world.north)
    problem = refused(key("DELETE", f"vendors/{vendor['id']}/", If_Match='"v1"'), 409)
    assert problem["detail"] == "Still used by Staff assistant, Ticket triage. Change that first."
    assert key.get(f"vendors/{vendor['id']}/") == vendor
    assert trail(world.north) == start


def test_the_organisations_own_answers(world: World, key: Caller) -> None:
    profile = key.get("profile/")
    assert (profile["version"], profile["record"]["name"]) == (1, "Twin Company")
    refused(key("PUT", "profile/", profile["record"]), 428)
    refused(key("PUT", "profile/", profile["record"], If_Match='"v0"'), 412)
    changed = key("PUT", "profile/", profile["record"] | {"ml_engineers": 5}, If_Match='"v1"')
    assert (changed.status_code, changed["ETag"], changed.json()["record"]["ml_engineers"]) == (
        200,
        '"v2"',
        5,
    )
    assert trail(world.north)[-1] == "organisationprofile.changed"
    for method in ("POST", "DELETE", "PATCH"):
        assert refused(key(method, "profile/"), 405)


def test_a_new_organisations_answers_are_empty_until_somebody_gives_one(person: Call) -> None:
    stranger = person("stranger")
    new = stranger("POST", "/api/v1/organisations/", {"name": "New"}).json()
    at = f"/api/v1/organisations/{new['id']}/profile/"
    assert stranger.get(at) == {
        "id": None, "version": 0, "created_at": None, "updated_at": None, "archived": False, "record": {},
    }  # fmt: skip
    refused(stranger("PUT", at, {"sector": "health"}, If_Match='"v1"'), 412)
    first = stranger("PUT", at, {"sector": "health"}, If_Match='"v0"')
    assert (first.status_code, first["ETag"], first.json()["record"]) == (200, '"v1"', {"sector": "health"})
    refused(stranger("PUT", at, {"sector": "law"}, If_Match='"v0"'), 412)
    assert stranger.get(at)["record"] == {"sector": "health"}
