"""Who may do what: every address and method, for every role, in one's own organisation and in another.

What is right follows from the table of roles in `accounts.roles` and the table of calls beside this file.
A new address without an entry there fails the first test.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import URLPattern, URLResolver, get_resolver, resolve

from accounts.models import AuditEvent
from accounts.roles import ALLOWED, ALWAYS, LIMITED, MEMBER_ROLES, STEP_UP, WITHIN_SECTIONS, Action
from accounts.sessions import PROOF
from accounts.tenancy import TENANT_MODELS, scope
from config.api.base import ApiView
from tests.isolation.calls import CALLS, PLACE, PUBLIC, SIGNED_IN, Call
from tests.isolation.full import FullWorld
from tests.world import LIMITS, enter

SIDES = ("north", "south")
UNKNOWN = {"page": "no-such-organisation", "api": "org_aaaaaaaaaaaaaaaaaaaaaaaaaa"}
SIGN_IN = "/account/login/?next="
HOUSEKEEPING = {"accounts_apikey", "account_emailaddress", "django_session"}
FORM_TOKEN = re.compile(r'(name="csrfmiddlewaretoken" value="|nonce="|\'nonce-)[^"\']+')
REQUEST = re.compile(r"urn:request:req_\w+")


Verdict = Literal["may", "may not", "stranger", "nobody"]


def status_of(verdict: Verdict, call: Call) -> int:
    nobody = 401 if call.api else 302
    return {"may": call.status, "may not": 403, "stranger": 404, "nobody": nobody}[verdict]


@dataclass
class Caller:
    """Somebody who calls, with the role that they have on each side."""

    name: str
    roles: Mapping[str, str] = field(default_factory=dict)
    client: Client = field(default_factory=Client)
    headers: Mapping[str, str] = field(default_factory=dict)
    nowhere: Any = None

    def verdict(self, call: Call, side: str) -> Verdict:
        """What the tables call for."""
        if self.name == "anonymous" or (self.name == "key" and not call.api):
            return "nobody"
        role = self.roles.get(side)
        if role is None:
            return "stranger"
        section = section_of(call)
        if role in LIMITED and call.action in WITHIN_SECTIONS and section not in ("open", *SEEN[role]):
            return "may not"
        return "may" if call.action in ALLOWED[role] else "may not"  # type: ignore[index]

    def send(self, call: Call, place: str, ids: Mapping[str, str]) -> HttpResponse:
        self.client.cookies.pop("messages", None)
        data, content_type = call.data(ids)
        headers = {**self.headers, **call.headers}
        answer: HttpResponse = self.client.generic(
            call.method, call.address(place, ids), data, content_type, headers=headers
        )
        return answer


SEEN: Mapping[str, Sequence[str]] = {
    "contributor": [*LIMITS["contributor"]["sections"], *ALWAYS["contributor"]],
    "auditor": sorted(LIMITED["auditor"]),
}


def section_of(call: Call) -> str | None:
    """The section of the assessment that the route declares."""
    view: Any = routes()[route_of(call)]
    return view.view_class.section if call.api else view.access.section


def looked_at(caller: Caller, side: str) -> dict[str, int]:
    """What reading writes: an auditor's look is entered in the trail."""
    if caller.roles.get(side) != "auditor":
        return {}
    return {"accounts_auditevent": 1, "accounts_auditcounter": 1}


@pytest.fixture(scope="module")
def callers(full_world: FullWorld) -> Iterator[list[Caller]]:
    """Everybody: each role of North, the person in both, the key of North, a stranger, and nobody.

    Their proof of who they are lasts as long as these tests do.
    """
    world = full_world.world
    found = [
        *(Caller(f"north/{role}", {"north": role}) for role in MEMBER_ROLES),
        Caller("both", {"north": "editor", "south": "editor"}),
        Caller("stranger"),
    ]
    for caller in found:
        enter(caller.client, world.person(caller.name))
    key = Caller("key", {"north": "api_client"}, headers={"Authorization": f"Bearer {world.keys['north']}"})
    rows = counts(full_world)
    with override_settings(ACCOUNT_REAUTHENTICATION_TIMEOUT=24 * 60 * 60):
        yield [*found, key, Caller("anonymous")]
    assert counts(full_world) == rows


def place(full: FullWorld, call: Call, side: str) -> str:
    organisation = full.side(side).organisation
    return organisation.public_id if call.api else organisation.slug


def written() -> dict[str, tuple[int, int, int]]:
    """Rows added, changed and removed in this transaction by table, also where that was undone."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, n_tup_ins, n_tup_upd, n_tup_del FROM pg_stat_xact_user_tables "
            "WHERE n_tup_ins + n_tup_upd + n_tup_del > 0"
        )
        return {row[0]: row[1:] for row in cursor.fetchall() if row[0] not in HOUSEKEEPING}


@contextmanager
def undone() -> Iterator[None]:
    """Undo what happens inside, so that every request meets the same world."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, int]:
    """How many rows of which table were touched."""
    touched = {table: sum(after[table]) - sum(before.get(table, (0,))) for table in after}
    return {table: amount for table, amount in touched.items() if amount}


def plain(answer: HttpResponse) -> tuple[int, frozenset[str], str]:
    """What two answers must share to tell a stranger nothing: all but the request's id, the form's token and the nonce."""
    text = FORM_TOKEN.sub(r"\1", answer.content.decode())
    headers = frozenset(
        FORM_TOKEN.sub(r"\1", f"{name}: {value}") for name, value in answer.items() if name != "X-Request-Id"
    )
    return answer.status_code, headers, REQUEST.sub("", text)


def nowhere(caller: Caller, call: Call, ids: Mapping[str, str]) -> Any:
    """What a caller is answered at an organisation that never was: for all pages alike, asked once a caller."""
    if call.api:
        return plain(caller.send(call, UNKNOWN["api"], ids))
    if not caller.nowhere:
        caller.nowhere = plain(caller.send(call, UNKNOWN["page"], ids))
    return caller.nowhere


def counts(full: FullWorld) -> dict[str, int]:
    """Rows of every tenant's table, of both organisations."""
    found = {}
    for side in SIDES:
        with scope(full.side(side).organisation):
            found |= {f"{side} {model._meta.db_table}": model.objects.count() for model in TENANT_MODELS}
    return found


@cache
def routes() -> dict[str, Any]:
    """Every address of the URLconf by name, with its view."""

    def walk(patterns: list[Any]) -> Iterator[tuple[str, Any]]:
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns)
            elif isinstance(pattern, URLPattern):
                yield pattern.name or repr(pattern), pattern.callback

    found = list(walk(get_resolver().url_patterns))
    names = [name for name, _ in found]
    assert len(set(names)) == len(names)
    return dict(found)


def route_of(call: Call) -> str:
    ids = dict.fromkeys(PLACE.findall(call.path), "x")
    return str(resolve(call.address("x", ids).partition("?")[0]).url_name)


def test_every_address_stands_in_the_tables() -> None:
    tabled = {route_of(call) for call in CALLS} | {
        str(resolve(path).url_name) for path in (*PUBLIC, *SIGNED_IN)
    }
    assert tabled == set(routes())


def test_every_method_of_the_api_stands_in_the_table() -> None:
    declared = {
        (name, method): operation.action
        for name, callback in routes().items()
        if issubclass(getattr(callback, "view_class", object), ApiView)
        for method, operation in callback.view_class.operations.items()
        if callback.view_class.access.kind == "organisation"
    }
    assert {(route_of(call), call.method): call.action for call in CALLS if call.api} == declared


def test_every_page_takes_the_action_that_the_table_says() -> None:
    pages: dict[str, set[Action]] = {}
    for call in CALLS:
        if not call.api:
            pages.setdefault(route_of(call), set()).add(call.action)
    declared = {
        name: {callback.access.action}
        for name, callback in routes().items()
        if getattr(callback, "access", None) and callback.access.kind == "organisation"
    }
    assert pages == declared


def test_every_role_and_action_is_in_use() -> None:
    assert {call.action for call in CALLS} == set().union(*ALLOWED.values())
    assert set(ALLOWED) == {*MEMBER_ROLES, "api_client"}


def test_every_dangerous_change_waits_for_a_fresh_proof(full: FullWorld) -> None:
    """Members, keys, sign-in rules, ownership, the export of everything, deletion and erasure."""
    owner = Caller("north/owner", {"north": "owner"})
    enter(owner.client, full.world.person("north/owner"), seconds_ago=PROOF + 1)
    dangerous = [call for call in CALLS if call.action in STEP_UP and not call.is_read]
    for call in dangerous:
        before = written()
        answer = owner.send(call, place(full, call, "north"), full.north.ids)
        if call.api:
            assert (answer.status_code, json.loads(answer.content)["detail"][:29]) == (
                403,
                "This needs a fresh sign-in. S",
            ), call
        else:
            assert answer["Location"].startswith("/account/reauthenticate/?next="), call
        assert difference(before, written()) == {}, call
    told = {route_of(call) for call in dangerous}
    assert {"export_everything", "delete_organisation", "erase_member", "api_keys", "set_provider"} <= told


@pytest.mark.parametrize("call", CALLS, ids=str)
def test_who_may(full: FullWorld, callers: list[Caller], call: Call) -> None:
    """Who may is answered and leaves its entries; who may not changes nothing; a stranger learns nothing."""
    wrong: list[str] = []
    for caller in callers:
        for side in SIDES:
            at = f"{caller.name} at {side}"
            ids, before = full.side(side).ids, written()
            with undone():
                answer = caller.send(call, place(full, call, side), ids)
            touched, verdict = difference(before, written()), caller.verdict(call, side)
            if answer.status_code != status_of(verdict, call):
                wrong.append(f"{at}: {answer.status_code}, who {verdict}")
            if verdict == "nobody" and not call.api and not answer["Location"].startswith(SIGN_IN):
                wrong.append(f"{at}: sent to {answer['Location']}")
            if verdict == "may":
                entries = touched.get("accounts_auditevent", 0)
                if call.is_read and touched and touched != looked_at(caller, side):
                    wrong.append(f"{at}: reading wrote {touched}")
                if not call.is_read and (entries != call.events or (call.events == 0 and touched)):
                    wrong.append(f"{at}: {entries} entries, not {call.events}; wrote {touched}")
            elif touched:
                wrong.append(f"{at}: a refusal wrote {touched}")
            if verdict == "stranger" and plain(answer) != nowhere(caller, call, ids):
                wrong.append(f"{at}: another answer than for no such organisation")
    assert wrong == []


ASKING = ("north/owner", "both", "key")
NESTED = [call for call in CALLS if PLACE.search(call.path)]


@pytest.mark.parametrize("call", NESTED, ids=str)
def test_another_organisations_id_is_as_one_that_never_was(
    full: FullWorld, callers: list[Caller], call: Call
) -> None:
    """Under one's own organisation, also for the person who belongs to the other one too."""
    asking = [c for c in callers if c.name in ASKING and c.verdict(call, "north") == "may"]
    assert asking
    for caller in asking:
        assert asked_twice(full, caller, call, PLACE.findall(call.path)) == 404, caller.name


REFERRING = [call for call in CALLS if PLACE.search(json.dumps(call.body))]


@pytest.mark.parametrize("call", REFERRING, ids=str)
def test_another_organisations_id_in_a_body_is_as_one_that_never_was(
    full: FullWorld, callers: list[Caller], call: Call
) -> None:
    for caller in (c for c in callers if c.name in ASKING and c.verdict(call, "north") == "may"):
        status = asked_twice(full, caller, call, PLACE.findall(json.dumps(call.body)))
        assert status in (400, 404), caller.name


def asked_twice(full: FullWorld, caller: Caller, call: Call, names: list[str]) -> int:
    """Ask North with South's ids and with ids that never were; the answers are one, and nothing is written."""
    own, before = full.north.ids, written()
    theirs = {**own, **{name: full.south.ids[name] for name in names}}
    nobodys = {**own, **{name: own[name].partition("_")[0] + f"_{name:a<26}" for name in names}}
    with undone():
        foreign = caller.send(call, place(full, call, "north"), theirs)
    unknown = caller.send(call, place(full, call, "north"), nobodys)
    assert plain(foreign) == plain(unknown), caller.name
    assert difference(before, written()) == {}, caller.name
    return foreign.status_code


@pytest.mark.parametrize("path", [*PUBLIC, *SIGNED_IN])
def test_addresses_outside_organisations(full: FullWorld, callers: list[Caller], path: str) -> None:
    by_name = {caller.name: caller for caller in callers}
    wanted = PUBLIC | SIGNED_IN
    before, found = written(), []
    for name in ("anonymous", "north/viewer", "key"):
        caller = by_name[name]
        with undone():
            answer = caller.client.get(path, headers=dict(caller.headers))
        found.append(answer.status_code)
        if path in SIGNED_IN and name == "anonymous" and answer.status_code == 302:
            assert answer["Location"].startswith(SIGN_IN)
    assert tuple(found) == wanted[path]
    assert difference(before, written()) == {}


PAGES = sorted({call.path.partition("?")[0] for call in CALLS if not call.api})


@pytest.mark.parametrize("path", PAGES)
def test_a_method_that_is_not_in_the_table_writes_nothing(
    full: FullWorld, callers: list[Caller], path: str
) -> None:
    owner, ids = callers[0], full.north.ids
    tabled = {call.method for call in CALLS if not call.api and call.path.partition("?")[0] == path}
    for method in (
        {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"} - tabled - ({"HEAD"} if "GET" in tabled else set())
    ):
        call, before = Call(method, path, "view", {"name": "x", "key": "x"}), written()
        with undone():
            answer = owner.send(call, full.north.organisation.slug, ids)
        assert answer.status_code in (200, 302, 400, 404, 405), method
        assert difference(before, written()) == {}, method


def test_a_person_in_both_writes_where_the_address_says(full: FullWorld, callers: list[Caller]) -> None:
    """An old tab keeps its own organisation: the address decides, nothing that was visited since."""
    both = next(caller for caller in callers if caller.name == "both")
    north, south = full.north.organisation, full.south.organisation
    both.client.get(f"/o/{south.slug}/")
    form = {"key": "from-north", "organisation": south.public_id, "organisation_id": str(south.pk)}
    answer = both.client.post(f"/o/{north.slug}/vendors/new/", form, headers={"X-Tenant-ID": south.public_id})
    assert answer["Location"].startswith(f"/o/{north.slug}/vendors/")
    for organisation, there in ((north, True), (south, False)):
        with scope(organisation):
            assert AuditEvent.objects.filter(object_label="from-north").exists() is there


def test_a_stale_address_of_a_member_does_not_outlive_the_membership(
    full: FullWorld, callers: list[Caller]
) -> None:
    viewer = next(caller for caller in callers if caller.name == "north/viewer")
    owner, calls = callers[0], [get for get in CALLS if get.is_read and get.action == "view"]
    removal = next(call for call in CALLS if call.path == "members/{member}/remove/")
    owner.send(removal, full.north.organisation.slug, full.north.ids)
    for call in calls:
        answer = viewer.send(call, place(full, call, "north"), full.north.ids)
        assert answer.status_code == 404, call


def test_a_problem_names_no_organisation(full: FullWorld, callers: list[Caller]) -> None:
    stranger = next(caller for caller in callers if caller.name == "stranger")
    answer = stranger.send(CALLS[0], full.north.organisation.slug, full.north.ids)
    assert "Twin Company" not in answer.content.decode()
    api = next(call for call in CALLS if call.api)
    body = json.loads(stranger.send(api, full.north.organisation.public_id, full.north.ids).content)
    assert body["detail"] == "There is nothing at this address for you."
