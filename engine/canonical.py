"""The one written form of inputs and results: UTF-8, sorted keys, no spaces, decimals as strings."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any


def plain_number(number: Decimal) -> str:
    """A decimal without exponent and without trailing zeros beyond what was written in cents."""
    return format(number, "f")


def to_plain(value: Any, *, document: bool = False) -> Any:
    """The JSON-able form of inputs or results.

    With `document`, what is unknown is left out, as an assessment document does; without it `None` stays.
    """
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        pairs = ((spec.name, getattr(value, spec.name)) for spec in dataclasses.fields(value))
        return {
            name.rstrip("_"): to_plain(item, document=document)
            for name, item in pairs
            if not (document and (item is None or item == {}))
        }
    if isinstance(value, Mapping):
        return {str(key): to_plain(item, document=document) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [to_plain(item, document=document) for item in value]
    if isinstance(value, Decimal):
        return plain_number(value)
    if isinstance(value, date):
        return value.isoformat()
    return value


def canonical(value: Any, *, document: bool = False) -> bytes:
    """The canonical bytes of a value of the engine's types, or of plain data."""
    plain = to_plain(value, document=document)
    return json.dumps(
        plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    ).encode()


def digest(value: Any, *, document: bool = False) -> str:
    """The SHA-256 of the canonical bytes, in hex."""
    return hashlib.sha256(canonical(value, document=document)).hexdigest()
