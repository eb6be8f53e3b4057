"""Settings from the environment, with errors that say which variable, what is wrong, what would be right."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.core.exceptions import ImproperlyConfigured
from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

SHORTEST_KEY = 32


def text(name: str, default: str | None = None) -> str:
    """A variable, or the content of the file that NAME_FILE names. Raises ImproperlyConfigured without either."""
    if name in os.environ:
        return os.environ[name]
    file = os.environ.get(f"{name}_FILE")
    if file is not None:
        try:
            return Path(file).read_text().strip()
        except OSError as error:
            raise ImproperlyConfigured(f"{name}_FILE: {error}. Right: a readable file.") from error
    if default is None:
        raise ImproperlyConfigured(f"{name} is not set. `make run` sets it; see docs/operations.md.")
    return default


def yes(name: str) -> bool:
    """True for 1, false for 0 or absent. Raises ImproperlyConfigured for anything else."""
    value = os.environ.get(name, "0")
    if value not in ("0", "1", ""):
        raise ImproperlyConfigured(f"{name} is “{value}”. Right: 1 or 0.")
    return value == "1"


def number(name: str, default: int) -> int:
    """A whole number of at least 1. Raises ImproperlyConfigured for anything else."""
    value = text(name, str(default))
    if not value.isascii() or not value.isdigit() or int(value) < 1:
        raise ImproperlyConfigured(f"{name} is “{value}”. Right: a whole number like {default}.")
    return int(value)


def words(name: str, default: str) -> list[str]:
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def audit_keys(secret_key: str, former_secret_keys: list[str]) -> list[str]:
    """The keys of the audit trail, the current one first. Raises ImproperlyConfigured for one that can be guessed.

    Where AUDIT_KEY is not set, they are derived from SECRET_KEY and its fallbacks.
    """
    if "AUDIT_KEY" not in os.environ and "AUDIT_KEY_FILE" not in os.environ:
        derived = [f"audit:{key}".encode() for key in (secret_key, *former_secret_keys)]
        return [hashlib.sha256(key).hexdigest() for key in derived]
    keys = [text("AUDIT_KEY"), *words("AUDIT_KEY_FALLBACKS", "")]
    for key in keys:
        if len(key) < SHORTEST_KEY:
            raise ImproperlyConfigured(
                f"AUDIT_KEY, or a key of AUDIT_KEY_FALLBACKS, has {len(key)} characters. "
                f"Right: at least {SHORTEST_KEY} random ones. The audit trail cannot be switched off."
            )
    return keys


def database(name: str, default: str) -> dict[str, Any]:
    """Django's settings for a PostgreSQL address (URL or key=value, sockets too)."""
    try:
        parts = conninfo_to_dict(text(name, default))
    except ProgrammingError as error:
        raise ImproperlyConfigured(f"{name}: {error}. Right: postgresql://role@host/database.") from error
    known = {"host", "port", "user", "password", "dbname"}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.get("dbname", "sextant"),
        "USER": parts.get("user", ""),
        "PASSWORD": parts.get("password", ""),
        "HOST": parts.get("host", ""),
        "PORT": str(parts.get("port", "")),
        "OPTIONS": {key: value for key, value in parts.items() if key not in known},
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


def cache_address(broker: str) -> str:
    """The cache's form of a broker address: a socket's `redis+socket://PATH?virtual_host=N` becomes `unix://PATH?db=N`."""
    parts = urlsplit(broker)
    if parts.scheme != "redis+socket":
        return broker
    number = parse_qs(parts.query).get("virtual_host", ["0"])[0]
    return f"unix://{parts.path}?db={number}"
