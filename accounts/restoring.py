"""An export read in again: the same organisation where it is gone, or a copy of it beside what is there.

Nothing is written unless all of it can be. The file is checked before anything is unpacked: how large, how many,
which names, which hashes. No file is ever written to disk.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction

from accounts.audit import SYSTEM, record_event
from accounts.chain import verify
from accounts.models import AuditCounter, AuditEvent, Membership, Organisation, User
from accounts.portable import (
    FORMAT,
    MANIFEST,
    MEMBERSHIP,
    ORGANISATION,
    PEOPLE,
    VERSION,
    BadExport,
    in_order,
    links_of,
    own_fields,
)
from accounts.services import free_slug
from accounts.tenancy import scope

MOST_FILES: Final = 20_000
MOST_BYTES: Final = 4_000_000_000
TRAIL: Final = (AuditCounter, AuditEvent)


@dataclass(frozen=True, slots=True)
class Export:
    """The content of an export whose hashes all fit."""

    manifest: Mapping[str, Any]
    files: Mapping[str, bytes]

    def json(self, name: str) -> Any:
        if name not in self.files:
            raise BadExport(f"{name} is not in the file. Right: a whole export.")
        return json.loads(self.files[name])


def read_export(path: Path | io.BytesIO) -> Export:
    """An export, checked. Raises BadExport."""
    try:
        with zipfile.ZipFile(path) as archive:
            return _read(archive)
    except (zipfile.BadZipFile, json.JSONDecodeError, UnicodeDecodeError) as error:
        raise BadExport(f"The file cannot be read: {error}. Right: a ZIP that Sextant exported.") from error


def _read(archive: zipfile.ZipFile) -> Export:
    entries = archive.infolist()
    if len(entries) > MOST_FILES or sum(entry.file_size for entry in entries) > MOST_BYTES:
        raise BadExport(f"It unpacks to too much. Right: {MOST_FILES} files and {MOST_BYTES} bytes at most.")
    names = [entry.filename for entry in entries]
    if len(set(names)) != len(names):
        raise BadExport("A name stands twice in it. Right: each file once.")
    if MANIFEST not in names:
        raise BadExport(f"There is no {MANIFEST} in it. Right: a ZIP that Sextant exported.")
    manifest = json.loads(archive.read(MANIFEST))
    if not isinstance(manifest, dict) or (manifest.get("format"), manifest.get("version")) != (
        FORMAT,
        VERSION,
    ):
        raise BadExport(f"{MANIFEST}: another format. Right: {FORMAT}, version {VERSION}.")
    listed = manifest["files"]
    if {*listed, MANIFEST} != set(names):
        odd = sorted({*listed, MANIFEST} ^ set(names))[0]
        raise BadExport(f"{odd} stands in the manifest or in the file, not in both. Right: a whole export.")
    files = {}
    for name, told in listed.items():
        content = archive.read(name)
        if hashlib.sha256(content).hexdigest() != told["sha256"]:
            raise BadExport(
                f"{name} is not what the manifest's hash is of. Right: the file as it was exported."
            )
        files[name] = content
    return Export(manifest, files)


@transaction.atomic
def restore_organisation_from(export: Export, *, copy: bool) -> Organisation:
    """The organisation of an export, in the database again. Raises BadExport; then nothing is written.

    As a copy it gets an id, an address and a trail of its own, whose first entry names where it comes from. Else
    it is the same organisation: its id must be free, and its trail must prove itself with this server's keys.
    """
    part = export.json(ORGANISATION)
    if not copy and Organisation.objects.filter(public_id=part["public_id"]).exists():
        raise BadExport(f"{part['public_id']} is here already. Right: read it in as a copy.")
    organisation = _organisation(part, copy)
    with scope(organisation):
        people = _people(export.json(PEOPLE), organisation)
        rows: dict[tuple[type[models.Model], int], int] = {}
        for model in in_order():
            if not (copy and model in TRAIL):
                _rows(model, export, rows, people)
        if not copy and (broken := verify()) is not None:
            raise BadExport(
                f"The trail in it does not prove itself here: entry {broken.number} {broken.what}. "
                "Right: the same AUDIT_KEY, or read it in as a copy."
            )
        after = {
            "organisation": part["public_id"],
            "audit_head": export.manifest["audit_head"],
            "made_at": export.manifest["made_at"],
        }
        action = "organisation.copied" if copy else "organisation.read_in"
        record_event(actor=SYSTEM, action=action, obj=organisation, after=after)
    return organisation


def _organisation(part: Mapping[str, Any], copy: bool) -> Organisation:
    """The row of an organisation. Its identity provider does not come along, so it is no longer the only way in;
    nor do quotas, which are this server's to give."""
    values = dict(part)
    if copy:
        del values["public_id"]
        values["slug"] = free_slug(values["name"])
    elif Organisation.objects.filter(slug=values["slug"]).exists():
        values["slug"] = free_slug(values["name"])
    organisation = Organisation()
    _fill(organisation, values, {})
    organisation.sso_only, organisation.quotas = False, {}
    if copy:
        organisation.save()
    else:
        organisation.save_base(raw=True, force_insert=True)
    return organisation


def _people(part: Mapping[str, Any], organisation: Organisation) -> dict[str, int]:
    """Members again, known by their address; who is not known yet can sign in after setting a password."""
    found = {}
    for member in part["members"]:
        user = User.objects.filter(email__iexact=member["email"]).first()
        if user is None:
            taken = User.objects.filter(public_id=member["id"]).exists()
            known = {} if taken else {"public_id": member["id"]}
            user = User.objects.create_user(member["email"], name=member["name"], **known)
        membership = Membership(organisation=organisation, user=user, role=member["role"])
        _fill(membership, {name: member[name] for name in MEMBERSHIP}, {})
        membership.save_base(raw=True, force_insert=True)
        found[member["id"]] = user.pk
    return found


def _rows(
    model: type[models.Model],
    export: Export,
    rows: dict[tuple[type[models.Model], int], int],
    people: Mapping[str, int],
) -> None:
    table = model._meta.db_table
    for said in export.json(f"data/{table}.json"):
        row = model()
        try:
            _fill(row, {spec.name: said[spec.name] for spec in own_fields(model)}, export.files)
            for link in links_of(model):
                named = said[link.name]
                if named is not None:
                    known: Any = (
                        people[named] if link.related_model is User else rows[link.related_model, named]
                    )  # type: ignore[index]
                    setattr(row, link.attname, known)
            row.stamp()  # type: ignore[attr-defined]
            row.save_base(raw=True, force_insert=True)
        except (KeyError, TypeError, ValueError, ValidationError, IntegrityError) as error:
            raise BadExport(
                f"data/{table}.json, row {said.get('row')}: {error}. Right: as exported."
            ) from error
        rows[model, said["row"]] = row.pk


def _fill(row: models.Model, values: Mapping[str, Any], files: Mapping[str, bytes]) -> None:
    for name, value in values.items():
        spec = row._meta.get_field(name)
        setattr(row, name, files[value] if isinstance(spec, models.BinaryField) else spec.to_python(value))  # type: ignore[union-attr]
