"""The trail: every write is in it once, its numbers have no holes, and what was changed in it is found."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from accounts.audit import Actor, head
from accounts.chain import Broken, verify
from accounts.models import AuditCounter, AuditEvent
from accounts.tenancy import scope
from inventory.models import Vendor
from inventory.records import InvalidPart
from inventory.services import create_record
from tests.isolation.full import FullWorld

ROOMS = ("accounts", "inventory", "compliance", "strategy", "reports", "config")
WRITES = {
    "create",
    "get_or_create",
    "update_or_create",
    "bulk_create",
    "bulk_update",
    "save",
    "save_base",
    "delete",
    "update",
}
WITHOUT_ENTRY = {
    "accounts/audit.py record_event": "is the entry",
    "accounts/branding.py _made_anew": "the branding that shows it is entered",
    "accounts/pictures.py saved": "is no row",
    "accounts/restoring.py _organisation": "its caller enters what was read in",
    "accounts/restoring.py _people": "its caller enters what was read in",
    "accounts/restoring.py _rows": "its caller enters what was read in",
    "accounts/services.py _stored_organisation": "its caller enters the organisation",
    "accounts/invitations.py _join": "the membership is entered",
    "accounts/invitations.py accept_as_new": "a person belongs to no organisation; the membership is entered",
    "accounts/sessions.py __call__": "a person's session belongs to no organisation",
    "accounts/sessions.py _note": "a person's session belongs to no organisation",
    "accounts/sessions.py begin": "a person's session belongs to no organisation",
    "accounts/sessions.py end": "a person's session belongs to no organisation",
    "accounts/erasure.py empty_account": "its caller enters the erasure",
    "accounts/deletion.py delete_organisation": "the trail goes too; the certificate is in the log",
    "accounts/erasure.py _let_go": "its caller enters the erasure",
    "accounts/sso.py _new_person": "a person belongs to no organisation; the membership is entered",
    "accounts/models.py create_user": "a person belongs to no organisation; the membership is entered",
    "accounts/models.py save": "gives a new row its id",
    "accounts/tenancy.py bulk_create": "stamps rows",
    "accounts/tenancy.py delete": "stamps a row",
    "accounts/tenancy.py save": "stamps a row",
    "compliance/models/policies.py save": "gives a new row its id",
    "compliance/models/tasks.py save": "gives a new row its id",
    "compliance/remediation.py _link": "part of the entry of the new tasks",
    "compliance/evidence.py _add": "its callers enter the evidence",
    "compliance/evidence.py _save_links": "its callers enter the evidence",
    "compliance/evidence.py _touch": "its callers enter the evidence",
    "compliance/models/determinations.py save": "gives a new row its id",
    "compliance/models/evidence.py save": "gives a new row its id",
    "compliance/models/waivers.py save": "gives a new row its id",
    "config/api/authentication.py note_use": "when a key was last used",
    "config/api/records.py post": "calls the service",
    "config/api/records.py put": "calls the service",
    "inventory/models.py save": "gives a new row its id",
    "inventory/pages.py change": "calls the service",
    "inventory/pages.py new": "calls the service",
    "inventory/services.py _save_asset_links": "part of a use case's own entry",
    "inventory/services.py save_once": "its callers enter the record",
    "inventory/services.py _tell_of_new_key": "part of the renamed record's entry",
    "reports/models.py save": "gives a new row its id",
    "reports/paper/evidence.py used": "is no row",
    "reports/paper/options.py because": "is no row",
    "reports/services.py _end": "its callers enter the end",
    "reports/services.py claim": "which worker holds the work",
    "strategy/fairness.py take_due": "when the work was sent",
    "reports/registers/writing.py xlsx": "is no row",
    "strategy/models.py save": "gives a new row its id",
    "strategy/releases.py keep_release": "the law that a run names; it belongs to no organisation",
    "strategy/services.py _serving": "which page a run is listed on",
    "strategy/services.py claim": "which worker holds the work",
    "strategy/services.py find_or_queue": "its callers enter the run",
    "strategy/services.py note_sent": "when the work was sent",
    "strategy/services.py report_step": "what the worker does now",
}


def functions() -> Iterator[tuple[str, ast.FunctionDef]]:
    """Every function of the product, by its file and name."""
    root = Path(__file__).parents[2]
    for room in ROOMS:
        for path in sorted((root / room).rglob("*.py")):
            if not {"migrations", "management", "demonstration.py"} & set(path.parts):
                for node in ast.walk(ast.parse(path.read_text())):
                    if isinstance(node, ast.FunctionDef):
                        yield f"{path.relative_to(root)} {node.name}", node


def calls(node: ast.FunctionDef) -> Iterator[str]:
    for call in ast.walk(node):
        if isinstance(call, ast.Call):
            if isinstance(call.func, ast.Attribute):
                yield call.func.attr
            elif isinstance(call.func, ast.Name):
                yield call.func.id


def test_every_function_that_writes_enters_it_or_says_why_not() -> None:
    """A new write without `record_event` fails here until it is listed with its reason."""
    silent = {
        name
        for name, node in functions()
        if WRITES & set(calls(node)) and not {"record_event", "_stored"} & set(calls(node))
    }
    assert silent == set(WITHOUT_ENTRY)


def test_the_trail_of_a_whole_life_is_unbroken(full: FullWorld) -> None:
    for things in (full.north, full.south):
        with scope(things.organisation):
            numbers = list(AuditEvent.objects.order_by("number").values_list("number", flat=True))
            assert numbers == list(range(1, len(numbers) + 1))
            assert len(numbers) > 30
            assert head() == AuditEvent.objects.latest("number").hash
            assert verify() is None


def test_what_is_undone_leaves_no_hole(full: FullWorld) -> None:
    actor = Actor.person(full.world.person("north/owner"), "owner")
    with scope(full.north.organisation):
        last = AuditCounter.objects.get().last
        with transaction.atomic():
            create_record(Vendor, {"key": "undone"}, actor=actor)
            transaction.set_rollback(True)
        with pytest.raises(InvalidPart):
            create_record(Vendor, {"key": "spare"}, actor=actor)
        create_record(Vendor, {"key": "kept"}, actor=actor)
        event = AuditEvent.objects.latest("number")
        assert (event.number, event.object_label) == (last + 1, "kept")
        assert verify() is None


def test_the_key_of_the_chain_is_not_in_the_database(full: FullWorld, settings: Any) -> None:
    with scope(full.north.organisation):
        named = AuditEvent.objects.earliest("number").key_id
        settings.AUDIT_KEY = "another key"
        what = f"is signed with the key {named}, which is not among AUDIT_KEY and AUDIT_KEY_FALLBACKS"
        assert verify() == Broken(1, what)
