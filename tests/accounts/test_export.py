"""An organisation leaves whole and comes back the same; a file that is not whole changes nothing."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.audit import Actor
from accounts.chain import verify
from accounts.exporting import export_organisation
from accounts.models import AuditEvent, Membership, Organisation, User
from accounts.portable import BadExport
from accounts.restoring import read_export, restore_organisation_from
from accounts.tenancy import TENANT_MODELS, scope
from inventory.models import Vendor
from reports.models import ReportFile
from strategy.assessment import gather
from strategy.models import Result, Run
from strategy.services import whole_result
from tests.isolation.full import PDF, FullWorld, fill
from tests.world import World

SignIn = Callable[[World, str], Client]
OWN = {"data/accounts_auditevent.json", "data/accounts_auditcounter.json", "organisation.json", "manifest.json",
       "csv/accounts_auditevent.csv", "csv/accounts_auditcounter.csv", "people.json"}  # fmt: skip


@pytest.fixture(scope="module")
def full_world(shared_world: World) -> FullWorld:
    return fill(shared_world)


@pytest.fixture
def full(full_world: FullWorld, db: None) -> FullWorld:
    return full_world


def exported(organisation: Organisation) -> bytes:
    with scope(organisation):
        return export_organisation(actor=Actor("system", "", "A test", "owner"), documents={})


def content(packed: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed_again(files: dict[str, bytes], *, fit: bool = True, **manifest: Any) -> io.BytesIO:
    """The files as a ZIP; with `fit` the manifest's hashes are those of the files."""
    told = json.loads(files["manifest.json"]) | manifest
    if fit:
        told["files"] = {
            name: {"bytes": len(body), "sha256": hashlib.sha256(body).hexdigest()}
            for name, body in files.items()
            if name != "manifest.json"
        }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, body in (files | {"manifest.json": json.dumps(told).encode()}).items():
            archive.writestr(name, body)
    return out


def rows() -> dict[str, int]:
    return {model._meta.db_table: model.objects.count() for model in TENANT_MODELS}


def test_an_owner_takes_everything_along_and_that_is_an_entry(full: FullWorld, sign_in: SignIn) -> None:
    north = full.north.organisation
    answer = sign_in(full.world, "north/owner").post(f"/o/{north.slug}/settings/export/")
    assert answer.status_code == 200
    assert re.fullmatch(
        rf'attachment; filename="{north.slug}-\d{{4}}-\d\d-\d\d\.zip"', answer["Content-Disposition"]
    )
    files = content(answer.content)
    manifest = json.loads(files["manifest.json"])
    assert {name: hashlib.sha256(files[name]).hexdigest() for name in manifest["files"]} == {
        name: told["sha256"] for name, told in manifest["files"].items()
    }
    assert set(manifest["files"]) | {"manifest.json"} == set(files)
    with scope(north):
        assert json.loads(files["assessment.json"]) == gather()
        entry = AuditEvent.objects.latest("number")
        assert (entry.action, entry.after) == (
            "organisation.exported",
            {
                "sha256": hashlib.sha256(answer.content).hexdigest(),
                "files": len(files),
                "bytes": len(answer.content),
            },
        )
        before = AuditEvent.objects.get(number=entry.number - 1)
    assert manifest["audit_head"] == before.hash


def test_every_row_of_every_table_is_in_it_and_nothing_of_another_organisation(full: FullWorld) -> None:
    files = content(exported(full.north.organisation))
    with scope(full.north.organisation):
        amounts = rows()
    for table, amount in amounts.items():
        exported_rows = json.loads(files[f"data/{table}.json"])
        less = 1 if table == "accounts_auditevent" else 0
        assert len(exported_rows) == amount - less, table
        sheet = list(csv.reader(io.StringIO(files[f"csv/{table}.csv"].decode())))
        assert len(sheet) == amount - less + 1, table
    assert files["files/reports_reportfile-1.pdf"] == PDF
    assert files["files/accounts_logo-1.png"].startswith(b"\x89PNG")
    everything = b"".join(files.values()).decode("latin-1")
    for name in ("vendor", "use_case", "run", "report", "scenario"):
        assert full.north.ids[name] in everything
        assert full.south.ids[name] not in everything
    assert "south@twin.example" not in everything


def test_no_secret_is_in_it(full: FullWorld) -> None:
    everything = b"".join(content(exported(full.north.organisation)).values()).decode("latin-1")
    assert full.world.keys["north"] not in everything
    assert full.north.organisation.api_keys.get().secret_hash not in everything
    assert "argon2" not in everything


def test_an_export_read_again_is_the_same_organisation(full: FullWorld) -> None:
    north = full.north.organisation
    first = exported(north)
    copy = restore_organisation_from(read_export(io.BytesIO(first)), copy=True)
    assert (copy.name, copy.public_id != north.public_id, copy.slug != north.slug) == (north.name, True, True)
    second = content(exported(copy))
    former = content(first)
    assert set(second) == set(former)
    assert {name for name in former if former[name] != second[name]} <= OWN
    assert json.loads(second["people.json"])["members"] == json.loads(former["people.json"])["members"]
    with scope(north):
        run = Run.objects.get(public_id=full.north.ids["run"])
        result, digest, document = whole_result(run), run.result.digest, gather()
    with scope(copy):
        again = Run.objects.get(public_id=full.north.ids["run"])
        assert (whole_result(again), again.result.digest) == (result, digest)
        assert gather() == document
        assert Result.objects.count() == len(json.loads(former["data/strategy_result.json"]))
        assert bytes(ReportFile.objects.get().pdf) == PDF
        assert verify() is None
        entry = AuditEvent.objects.earliest("number")
        assert (entry.number, entry.action, entry.after["organisation"]) == (
            1,
            "organisation.copied",
            north.public_id,
        )
    assert Membership.objects.get(organisation=copy, user=full.world.person("north/owner")).role == "owner"


def test_reading_an_export_touches_no_other_organisation(full: FullWorld) -> None:
    sides = (full.north.organisation, full.south.organisation)
    packed, before = exported(sides[0]), []
    for side in sides:
        with scope(side):
            before.append((rows(), AuditEvent.objects.latest("number").hash))
    restore_organisation_from(read_export(io.BytesIO(packed)), copy=True)
    for side, former in zip(sides, before, strict=True):
        with scope(side):
            assert (rows(), AuditEvent.objects.latest("number").hash) == former
            assert verify() is None


def test_the_same_organisation_is_not_read_in_beside_itself(full: FullWorld, tmp_path: Path) -> None:
    north, file = full.north.organisation, tmp_path / "north.zip"
    file.write_bytes(exported(north))
    before = Organisation.objects.count()
    with pytest.raises(CommandError, match=f"{north.public_id} is here already"):
        call_command("read_organisation", file)
    assert Organisation.objects.count() == before
    call_command("read_organisation", file, copy=True)
    assert Organisation.objects.count() == before + 1


def test_an_export_of_elsewhere_whose_trail_proves_nothing_here_comes_in_as_a_copy_only(
    full: FullWorld,
) -> None:
    files = content(exported(full.north.organisation))
    part = json.loads(files["organisation.json"]) | {"public_id": "org_elsewhere", "slug": "elsewhere"}
    foreign = packed_again(files | {"organisation.json": json.dumps(part).encode()})
    before = (Organisation.objects.count(), User.objects.count())
    with pytest.raises(BadExport, match="The trail in it does not prove itself here: entry 1"):
        restore_organisation_from(read_export(foreign), copy=False)
    assert (Organisation.objects.count(), User.objects.count()) == before
    made = restore_organisation_from(read_export(foreign), copy=True)
    with scope(made):
        assert Vendor.objects.count() == 2


def with_one_byte_changed(files: dict[str, bytes]) -> io.BytesIO:
    name = "data/inventory_vendor.json"
    return packed_again(files | {name: files[name].replace(b"Model", b"Modem")}, fit=False)


def with_a_row_that_links_nowhere(files: dict[str, bytes]) -> io.BytesIO:
    name = "data/strategy_run.json"
    told = [row | {"snapshot": 999} for row in json.loads(files[name])]
    return packed_again(files | {name: json.dumps(told).encode()})


def without_a_file(files: dict[str, bytes]) -> io.BytesIO:
    return packed_again({name: body for name, body in files.items() if name != "people.json"}, fit=False)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (with_one_byte_changed, "data/inventory_vendor.json is not what the manifest's hash is of"),
        (with_a_row_that_links_nowhere, r"data/strategy_run.json, row 1: .*999"),
        (without_a_file, "people.json stands in the manifest or in the file, not in both"),
        (
            lambda files: packed_again(files, version=2),
            "another format. Right: sextant-organisation, version 1",
        ),
        (lambda files: io.BytesIO(b"no zip"), "The file cannot be read"),
    ],
)
def test_a_file_that_is_not_whole_is_refused_and_nothing_is_written(
    full: FullWorld, spoil: Callable[[dict[str, bytes]], io.BytesIO], words: str
) -> None:
    files = content(exported(full.north.organisation))
    before = (Organisation.objects.count(), User.objects.count(), Membership.everyone.count())
    with pytest.raises(BadExport, match=words):
        restore_organisation_from(read_export(spoil(files)), copy=True)
    assert (Organisation.objects.count(), User.objects.count(), Membership.everyone.count()) == before


def test_a_path_that_leaves_the_file_is_refused(full: FullWorld, tmp_path: Path) -> None:
    """Names in the file are looked up, never written to: a path that climbs is one that the manifest lists in vain."""
    files = content(exported(full.north.organisation)) | {"../../evil.py": b"print()"}
    with pytest.raises(BadExport, match="stands in the manifest or in the file"):
        read_export(packed_again(files, fit=False))
    made = restore_organisation_from(read_export(packed_again(files)), copy=True)
    assert made.pk
    assert not list(tmp_path.parent.rglob("evil.py"))


def test_a_file_that_unpacks_to_too_much_is_refused_before_it_is_unpacked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb", b"0" * 5_000_000)
    assert len(out.getvalue()) < 10_000
    monkeypatch.setattr("accounts.restoring.MOST_BYTES", 1_000_000)
    read: list[str] = []
    monkeypatch.setattr(zipfile.ZipFile, "read", lambda self, name: read.append(name))
    with pytest.raises(BadExport, match="It unpacks to too much"):
        read_export(out)
    assert read == []
    many = io.BytesIO()
    with zipfile.ZipFile(many, "w") as archive:
        for number in range(20_001):
            archive.writestr(str(number), b"")
    with pytest.raises(BadExport, match="Right: 20000 files"):
        read_export(many)
