"""Everything that an organisation has, in one file that can be read without Sextant and read in again by it."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from accounts.audit import Actor, head, record_event
from accounts.models import ApiKey, Membership, Organisation, User
from accounts.pictures import kind_of
from accounts.portable import (
    FORMAT,
    MANIFEST,
    MEMBERSHIP,
    ORGANISATION,
    PEOPLE,
    VERSION,
    in_order,
    links_of,
    own_fields,
)
from accounts.spreadsheet import table
from accounts.tenancy import open_organisation

LONG_AGO = (1980, 1, 1, 0, 0, 0)


@dataclass
class Box:
    """The files of an export while it is put together."""

    files: dict[str, bytes] = field(default_factory=dict)

    def put(self, name: str, content: bytes) -> str:
        self.files[name] = content
        return name

    def put_json(self, name: str, content: Any) -> str:
        return self.put(name, (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode())


@transaction.atomic
def export_organisation(*, actor: Actor, documents: Mapping[str, bytes]) -> bytes:
    """The open organisation as a ZIP, with some more documents in it. That somebody took it is an entry."""
    organisation, box = open_organisation(), Box(dict(documents))
    box.put_json(ORGANISATION, organisation_part(organisation))
    box.put_json(PEOPLE, people_part(organisation))
    numbers: dict[tuple[type[models.Model], int], int] = {}
    for model in in_order():
        rows = [
            _row(row, number, numbers, box)
            for number, row in enumerate(model._base_manager.order_by("pk"), 1)
        ]
        name = model._meta.db_table
        box.put_json(f"data/{name}.json", rows)
        box.put(f"csv/{name}.csv", table(_sheet(model, rows)).encode())
    manifest = {
        "format": FORMAT,
        "version": VERSION,
        "organisation": organisation.public_id,
        "name": organisation.name,
        "made_at": timezone.now().isoformat(),
        "audit_head": head(),
        "files": {
            name: {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
            for name, content in sorted(box.files.items())
        },
    }
    box.put_json(MANIFEST, manifest)
    packed = _packed(box)
    after = {"sha256": hashlib.sha256(packed).hexdigest(), "files": len(box.files), "bytes": len(packed)}
    record_event(actor=actor, action="organisation.exported", obj=organisation, after=after)
    return packed


def organisation_part(organisation: Organisation) -> dict[str, Any]:
    fields = [f for f in organisation._meta.local_concrete_fields if not f.primary_key]
    return {f.name: plain(f.value_from_object(organisation)) for f in fields}


def people_part(organisation: Organisation) -> dict[str, Any]:
    """Who belongs and belonged, with their roles, and the keys without what opens them."""
    members = Membership.everyone.filter(organisation=organisation).select_related("user").order_by("pk")
    keys = ApiKey.objects.filter(organisation=organisation).order_by("pk")
    return {
        "members": [
            {
                "id": member.user.public_id,
                "email": member.user.email,
                "name": member.user.name,
                "role": member.role,
                **{name: plain(getattr(member, name)) for name in MEMBERSHIP},
            }
            for member in members
        ],
        "api_keys": [
            {
                "id": key.public_id,
                "name": key.name,
                "prefix": key.prefix,
                "scopes": key.scopes,
                "created_by": key.created_by,
                "created_at": plain(key.created_at),
                "expires_at": plain(key.expires_at),
                "revoked_at": plain(key.revoked_at),
            }
            for key in keys
        ],
    }


def plain(value: Any) -> Any:
    """A value as JSON writes it; nothing is rounded."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def _row(
    row: Any, number: int, numbers: dict[tuple[type[models.Model], int], int], box: Box
) -> dict[str, Any]:
    model = type(row)
    numbers[model, row.pk] = number
    said: dict[str, Any] = {"row": number}
    for spec in own_fields(model):
        value = spec.value_from_object(row)
        if isinstance(spec, models.BinaryField):
            value = bytes(value)
            kind = "pdf" if value.startswith(b"%PDF-") else (kind_of(value) or "bin").lower()
            value = box.put(f"files/{model._meta.db_table}-{number}.{kind}", value)
        said[spec.name] = plain(value)
    for link in links_of(model):
        key = getattr(row, link.attname)
        if link.related_model is User:
            said[link.name] = getattr(row, link.name).public_id if key else None
        else:
            said[link.name] = numbers[link.related_model, key] if key else None  # type: ignore[index]
    return said


def _sheet(model: type[models.Model], rows: list[dict[str, Any]]) -> list[list[Any]]:
    heads = ["row", *(spec.name for spec in own_fields(model)), *(link.name for link in links_of(model))]
    cells = [[row[name] for name in heads] for row in rows]
    return [
        heads,
        *(
            [json.dumps(c, ensure_ascii=False) if isinstance(c, dict | list) else c for c in row]
            for row in cells
        ),
    ]


def _packed(box: Box) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(box.files.items()):
            archive.writestr(zipfile.ZipInfo(name, LONG_AGO), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()
