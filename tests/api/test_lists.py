"""Lists: pages that stay right while rows come and go, cursors that say nothing, and a fixed number of queries."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import pytest
from django.core import signing

from accounts.audit import Actor
from accounts.services import create_organisation
from accounts.tenancy import scope
from inventory.models import Vendor
from inventory.services import archive_record, create_record
from tests.api.conftest import Call, Caller, faults
from tests.grow import grow
from tests.world import World


def rows(caller: Caller, path: str) -> Iterator[dict[str, Any]]:
    """All rows of a list, following `next`, which the header Link repeats."""
    while path:
        answer = caller("GET", path)
        body = answer.json()
        assert answer.get("Link") == (f'<{body["next"]}>; rel="next"' if body["next"] else None)
        yield from body["items"]
        path = (body["next"] or "").removeprefix("http://testserver")


def actor(world: World) -> Actor:
    return Actor.person(world.person("north/owner"), "owner")


def test_pages_follow_each_other_without_gap_or_double(world: World, key: Caller) -> None:
    with scope(world.north):
        for number in range(7):
            create_record(Vendor, {"key": f"vendor-{number}"}, actor=actor(world))
    whole = [row["record"]["key"] for row in key.get("vendors/")["items"]]
    assert whole == ["model-vendor", *(f"vendor-{number}" for number in range(7))]
    for limit in (1, 3, 7, 8, 200):
        assert [row["record"]["key"] for row in rows(key, f"vendors/?limit={limit}")] == whole
    assert key.get("vendors/?limit=8")["next"] is None


def test_rows_that_come_and_go_between_pages_shift_nothing(world: World, key: Caller) -> None:
    with scope(world.north):
        made = [create_record(Vendor, {"key": f"vendor-{n}"}, actor=actor(world)) for n in range(5)]
    first = key.get("vendors/?limit=3")
    assert [row["record"]["key"] for row in first["items"]] == ["model-vendor", "vendor-0", "vendor-1"]
    with scope(world.north):
        for gone in (made[0], made[1], made[3]):
            archive_record(gone, actor=actor(world))
        create_record(Vendor, {"key": "late"}, actor=actor(world))
    rest = [row["record"]["key"] for row in rows(key, first["next"].removeprefix("http://testserver"))]
    assert rest == ["vendor-2", "vendor-4", "late"]


def test_a_member_who_leaves_between_pages_ends_no_list(world: World, person: Call) -> None:
    owner = person("north/owner")
    first = owner.get("members/?limit=3")
    last = first["items"][2]
    owner("DELETE", f"members/{last['id']}/", If_Match=f'"v{last["version"]}"')
    rest = list(rows(owner, first["next"].removeprefix("http://testserver")))
    assert len(rest) == 6


@pytest.mark.parametrize("limit", ["0", "201", "-1", "ten", "1.5", "", "²", "1000000000000"])
def test_a_limit_that_cannot_be_is_refused(key: Caller, limit: str) -> None:
    problem = key("GET", f"vendors/?limit={limit}").json()
    assert problem["errors"] == [
        {"pointer": "", "detail": f"limit is “{limit}”", "right": "a whole number from 1 to 200"}
    ]


def test_a_cursor_says_nothing_and_fits_only_its_own_list(world: World, key: Caller, person: Call) -> None:
    with scope(world.north):
        create_record(Vendor, {"key": "second"}, actor=actor(world))
    body = key.get("vendors/?limit=1")
    cursor = body["next"].rpartition("cursor=")[2].replace("%3A", ":")
    content = base64.urlsafe_b64decode(cursor.partition(":")[0] + "==")
    assert content == f'"{body["items"][0]["id"]}"'.encode()
    forged = signing.dumps(body["items"][0]["id"], key="another key", salt="cursor")
    for path, given in (
        ("data-assets/", cursor), ("runs/", cursor), ("vendors/", forged), ("vendors/", cursor[:-1]), ("vendors/", ""),
    ):  # fmt: skip
        assert list(faults(key("GET", f"{path}?cursor={given}"))) == [""], (path, given)
    south = Caller(world.south, headers={"Authorization": f"Bearer {world.keys['south']}"})
    assert list(faults(south("GET", f"vendors/?cursor={cursor}"))) == [""]


def test_a_parameter_that_nothing_reads_is_refused(key: Caller, person: Call) -> None:
    owner = person("north/owner")
    for path in (
        "", "profile/", "assessment/", "runs/", "reports/", "snapshots/", "audit-events/", "members/", "vendors/",
        "/api/v1/organisations/", "/api/v1/openapi.json", "/api/v1/problems/404/",
    ):  # fmt: skip
        answer = owner("GET", f"{path}?colour=blue&format=api")
        details = [fault["detail"] for fault in answer.json()["errors"]]
        assert details == ["unknown query parameter “colour”", "unknown query parameter “format”"], path
    for path in ("runs/", "reports/", "audit-events/", "snapshots/"):
        assert list(faults(owner("GET", f"{path}?archived=true"))) == [""], path
    assert list(faults(owner("GET", "vendors/?archived=1"))) == [""]
    assert list(faults(owner("POST", "vendors/?limit=3", {"key": "second"}))) == [""]


def test_the_trail_is_read_from_the_first_entry_on(world: World, person: Call) -> None:
    numbers = [row["number"] for row in rows(person("north/compliance_officer"), "audit-events/?limit=5")]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) == 15


# What a list asks: the session and the person, the membership, the organisation's scope (three), a savepoint around
# the request and one around the scope (four), the rows; a use case's page also asks for its data assets.
QUERIES = 2 + 1 + 3 + 4 + 1
COUNTED = {
    "data-assets/": QUERIES,
    "vendors/": QUERIES,
    "base-models/": QUERIES,
    "budgets/": QUERIES,
    "use-cases/": QUERIES + 1,
    "control-answers/": QUERIES,
    "regime-scopes/": QUERIES,
    "members/": QUERIES,
    "audit-events/": QUERIES,
    "snapshots/": QUERIES,
    "runs/": QUERIES,
    "reports/": QUERIES,
    "scenarios/": QUERIES,
}


@pytest.mark.parametrize("path", COUNTED)
def test_a_list_asks_the_same_few_questions_however_long_it_is(
    world: World, person: Call, django_assert_num_queries: Any, path: str
) -> None:
    owner = person("north/owner")
    lengths = []
    for amount in (2, 9):
        grow(world, amount)
        with django_assert_num_queries(COUNTED[path]):
            lengths.append(len(owner.get(f"{path}?limit=200")["items"]))
    entries = 10 if path == "audit-events/" else 1
    assert lengths[1] == lengths[0] + 9 * entries


def test_my_organisations_are_one_question(
    world: World, person: Call, django_assert_num_queries: Any
) -> None:
    owner = person("north/owner")
    lengths = []
    for amount in (1, 4):
        for number in range(amount):
            create_organisation(name=f"More {number}", owner=world.person("north/owner"))
        with django_assert_num_queries(5):
            lengths.append(len(owner.get("/api/v1/organisations/")["items"]))
    assert lengths == [2, 6]
