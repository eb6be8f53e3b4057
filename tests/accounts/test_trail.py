"""The audit trail as people use it: read, filter, check, take along, prove; its keys are rotated and never go off."""

from __future__ import annotations

import csv
import io
import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from accounts.audit import SYSTEM, Actor, head, record_event
from accounts.chain import Broken, chained, current_key, seal_of, signed, verify
from accounts.models import AuditCounter, AuditEvent
from accounts.tasks import anchor
from accounts.tenancy import scope
from inventory.models import Vendor
from inventory.records import part_of
from inventory.services import create_record, update_record
from tests.world import World

SignIn = Callable[[World, str], Client]
ROOT = Path(__file__).parents[2]


@pytest.fixture
def edited(world: World) -> World:
    """A vendor that North's editor made and renamed."""
    editor = Actor.person(world.person("north/editor"), "editor")
    with scope(world.north):
        vendor = create_record(Vendor, {"key": "v", "name": "=SUM(A1)"}, actor=editor)
        update_record(vendor, part_of(vendor) | {"name": "After"}, actor=editor)
    return world


@pytest.fixture
def last(edited: World) -> int:
    """The number of the last entry, which renamed the vendor; the one before made it."""
    with scope(edited.north):
        return int(AuditEvent.objects.latest("number").number)


def page(client: Client, world: World, path: str) -> str:
    answer = client.get(f"/o/{world.north.slug}/{path}")
    assert answer.status_code == 200
    return answer.content.decode()


def numbers(text: str) -> list[str]:
    return [part.partition("<")[0] for part in text.split('data-label="No.">')[1:]]


def test_the_trail_is_filtered_by_action_person_thing_and_day(
    edited: World, last: int, sign_in: SignIn
) -> None:
    client = sign_in(edited, "north/compliance_officer")
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    today = timezone.localdate().isoformat()
    every = numbers(page(client, edited, "audit/"))
    assert every == [str(number) for number in range(last, 0, -1)]
    for query, shown in (
        ("action=vendor.changed", [str(last)]),
        ("person=editor", [str(last), str(last - 1)]),
        ("thing=SUM", [str(last - 1)]),
        ("action=vendor.created&person=EDIT", [str(last - 1)]),
        (f"since={today}&until={today}", every),
        (f"since={tomorrow}", []),
        ("person=nobody", []),
    ):
        assert numbers(page(client, edited, f"audit/?{query}")) == shown, query
    wrong = page(client, edited, "audit/?since=yesterday&person=editor")
    assert "From: Enter a valid date. It was left out." in wrong
    assert numbers(wrong) == [str(last), str(last - 1)]


def test_an_entry_shows_what_was_there_before_and_after(edited: World, sign_in: SignIn) -> None:
    shown = page(sign_in(edited, "north/compliance_officer"), edited, "audit/?action=vendor.changed")
    assert "<dt>name</dt><dd><del>=SUM(A1)</del> <ins>After</ins></dd>" in shown


def test_further_pages_keep_the_filter(edited: World, sign_in: SignIn) -> None:
    with scope(edited.north):
        for _ in range(51):
            record_event(actor=SYSTEM, action="test.repeated")
    shown = page(sign_in(edited, "north/owner"), edited, "audit/?action=test.repeated")
    assert 'href="?page=2&amp;action=test.repeated"' in shown


def exported(client: Client, world: World, **form: str) -> Any:
    answer = client.post(f"/o/{world.north.slug}/audit/export/", form)
    assert answer.status_code == 200
    return answer


def test_the_filtered_trail_is_taken_along_as_csv_without_formulas(
    edited: World, last: int, sign_in: SignIn
) -> None:
    answer = exported(sign_in(edited, "north/compliance_officer"), edited, format="csv", person="editor")
    assert answer["Content-Disposition"] == 'attachment; filename="audit-trail.csv"'
    heads, *rows = csv.reader(io.StringIO(answer.content.decode()))
    read = [dict(zip(heads, row, strict=True)) for row in rows]
    assert [(row["number"], row["action"], row["object_label"]) for row in read] == [
        (str(last - 1), "vendor.created", "'=SUM(A1)"),
        (str(last), "vendor.changed", "After"),
    ]
    assert json.loads(read[1]["before"]) == {"key": "v", "name": "=SUM(A1)"}
    assert read[0]["actor_id"] == edited.person("north/editor").public_id


def test_the_whole_trail_is_taken_along_as_json_and_that_is_an_entry(
    edited: World, last: int, sign_in: SignIn
) -> None:
    with scope(edited.north):
        ended = head()
    answer = exported(sign_in(edited, "north/owner"), edited, format="jsonl")
    rows = [json.loads(line) for line in answer.content.decode().splitlines()]
    assert [row["number"] for row in rows] == list(range(1, last + 1))
    assert (rows[-1]["hash"], rows[-1]["after"]) == (ended, {"key": "v", "name": "After"})
    with scope(edited.north):
        entry = AuditEvent.objects.latest("number")
        assert (entry.number, entry.action, entry.after) == (
            last + 1,
            "audit_trail.exported",
            {"format": "jsonl", "entries": last, "filter": {}, "head": ended},
        )


def test_a_file_of_an_unknown_kind_is_refused_and_no_entry(edited: World, last: int, sign_in: SignIn) -> None:
    client = sign_in(edited, "north/owner")
    assert client.post(f"/o/{edited.north.slug}/audit/export/", {"format": "exe"}).status_code == 400
    with scope(edited.north):
        assert AuditEvent.objects.latest("number").number == last


def test_the_page_and_the_command_name_the_first_broken_entry(
    edited: World, last: int, sign_in: SignIn, capsys: pytest.CaptureFixture[str]
) -> None:
    client = sign_in(edited, "north/compliance_officer")
    assert f"The trail is whole: {last} entries, each as it was written." in page(
        client, edited, "audit/check/"
    )
    with scope(edited.north):
        ended = head()
    call_command("audit", "verify", edited.north.slug)
    assert capsys.readouterr().out == f"{edited.north.public_id} {last} {ended} whole\n"
    with scope(edited.north):
        AuditCounter.objects.update(last=last - 1)
    what = f"entry {last} is not the last one that was counted"
    assert f"The trail is not as it was written: {what}." in page(client, edited, "audit/check/")
    with pytest.raises(CommandError, match="1 trail is not as written"):
        call_command("audit", "verify", edited.north.public_id)
    assert capsys.readouterr().out == f"{edited.north.public_id} (Twin Company): {what}\n"
    with pytest.raises(CommandError, match="1 trail is not as written"):
        call_command("audit", "verify")
    assert f"{edited.south.public_id} {last - 2} " in capsys.readouterr().out


def test_a_hash_that_a_board_paper_printed_is_found_or_missed(
    edited: World, capsys: pytest.CaptureFixture[str]
) -> None:
    with scope(edited.north):
        printed = AuditEvent.objects.get(number=9).hash
    call_command("audit", "verify", edited.north.slug, head=printed.upper())
    with pytest.raises(CommandError):
        call_command("audit", "verify", edited.south.slug, head=printed)
    assert f"is not there any more with the hash {printed} that was kept of it" in capsys.readouterr().out
    with pytest.raises(CommandError, match="needs the organisation"):
        call_command("audit", "verify", head=printed)
    with pytest.raises(CommandError, match="There is no organisation “nobody”"):
        call_command("audit", "verify", "nobody")


def test_heads_kept_in_a_log_prove_the_trail_later(
    edited: World,
    last: int,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    logging.getLogger("sextant").addHandler(caplog.handler)
    try:
        anchor()
    finally:
        logging.getLogger("sextant").removeHandler(caplog.handler)
    call_command("audit", "heads")
    printed = capsys.readouterr().out.splitlines()
    assert [record.message for record in caplog.records] == [f"audit head: {line}" for line in printed]
    with scope(edited.north):
        assert f"{edited.north.public_id} {last} {head()}" in printed
        record_event(actor=SYSTEM, action="test.later")
    log = tmp_path / "worker.log"
    log.write_text("\n".join(caplog.messages))
    call_command("audit", "verify", against=log)
    log.write_text(f"{edited.north.public_id} {last} {'0' * 64}")
    with pytest.raises(CommandError, match="1 trail is not"):
        call_command("audit", "verify", against=log)
    assert f"entry {last} is not there any more with the hash {'0' * 64}" in capsys.readouterr().out


def test_a_replaced_key_proves_its_entries_and_signs_no_more(edited: World, last: int, settings: Any) -> None:
    former, first = settings.AUDIT_KEY, current_key().id
    settings.AUDIT_KEY, settings.AUDIT_KEY_FALLBACKS = "n" * 32, [former]
    with scope(edited.north):
        assert verify() is None
        record_event(actor=SYSTEM, action="test.rotated")
        assert list(AuditEvent.objects.order_by("-number").values_list("key_id", flat=True)[:2]) == [
            current_key().id,
            first,
        ]
        assert verify() is None
        settings.AUDIT_KEY, settings.AUDIT_KEY_FALLBACKS = former, ["n" * 32]
        record_event(actor=SYSTEM, action="test.forged")
        settings.AUDIT_KEY, settings.AUDIT_KEY_FALLBACKS = "n" * 32, [former]
        assert verify() == Broken(last + 2, "is signed with a key that had been replaced before")


def test_entries_from_before_keys_had_ids_stay_provable(edited: World, last: int) -> None:
    """An older version wrote names in the open, without salt and without the key's id."""
    with scope(edited.north):
        counter = AuditCounter.objects.get()
        old = AuditEvent(
            number=last + 1,
            at=timezone.now(),
            actor_kind="person",
            actor_id="usr_a",
            actor_label="Ann",
            action="vendor.created",
        )
        old.hash = chained(current_key(), counter.head, signed(old, edited.north))
        old.save()
        counter.last, counter.head = last + 1, old.hash
        counter.seal = seal_of(current_key(), counter, edited.north)
        counter.save()
        assert verify() is None
        record_event(actor=SYSTEM, action="test.later")
        assert verify() is None
        old.pk, old.number, old.actor_label = None, last + 3, "Bob"
        old.save()
        assert verify() == Broken(last + 3, "is not as it was written")


@pytest.mark.parametrize("name", ["AUDIT_KEY", "AUDIT_KEY_FALLBACKS"])
def test_the_trail_cannot_be_switched_off_by_an_empty_or_short_key(name: str) -> None:
    keys = {"AUDIT_KEY": "k" * 32, name: "" if name == "AUDIT_KEY" else "short"}
    told = subprocess.run(
        [sys.executable, "-c", "import config.settings"],
        cwd=ROOT,
        env=os.environ | keys,
        capture_output=True,
        text=True,
    )
    assert told.returncode == 1
    assert "Right: at least 32 random ones. The audit trail cannot be switched off." in told.stderr


def test_without_an_own_key_the_trails_key_follows_the_secret_key_and_its_fallbacks() -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AUDIT_KEY")}
    shown = "from config.settings import AUDIT_KEY, AUDIT_KEY_FALLBACKS as f; print(AUDIT_KEY, *f)"

    def keys(**changed: str) -> list[str]:
        told = subprocess.run(
            [sys.executable, "-c", shown], cwd=ROOT, env=kept | changed, capture_output=True, text=True
        )
        return told.stdout.split()

    before = keys(SECRET_KEY="first")
    after = keys(SECRET_KEY="second", SECRET_KEY_FALLBACKS="first")
    assert len(before) == 1
    assert (len(after), after[1], after[0] != before[0]) == (2, before[0], True)
