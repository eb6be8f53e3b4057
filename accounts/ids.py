"""Opaque identifiers: a prefix that says the kind, and 130 random bits."""

from __future__ import annotations

import base64
import secrets


def public_id(prefix: str) -> str:
    """A new identifier such as `uc_4k2…`: 26 letters and digits after the prefix."""
    random = base64.b32encode(secrets.token_bytes(17)).decode().lower().rstrip("=")
    return f"{prefix}_{random[:26]}"
