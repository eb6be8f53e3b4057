"""Start-up checks: the product refuses to serve on a database that would not keep organisations apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections
from django.db.utils import OperationalError

from accounts.tenancy import TENANT_MODELS

ROLE = "SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user"
OWNED = (
    "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
    "WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND c.relowner = current_user::regrole"
)
UNFORCED = (
    "SELECT relname FROM pg_class WHERE relname = ANY(%s) AND relkind = 'r' "
    "AND NOT (relrowsecurity AND relforcerowsecurity) ORDER BY relname"
)


@register(Tags.database)
def serving_role_is_bound(*, databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """The role that serves is no superuser, does not bypass row-level security, and owns no table."""
    if not databases or "default" not in databases:
        return []
    faults: list[CheckMessage] = []
    with connections["default"].cursor() as cursor:
        cursor.execute(ROLE)
        superuser, bypasses = cursor.fetchone()
        if superuser or bypasses:
            faults.append(
                Error(
                    f"The serving role {settings.SERVING_ROLE} sees every organisation's rows.",
                    hint="Let DATABASE_URL name a role without SUPERUSER and BYPASSRLS.",
                    id="accounts.E001",
                )
            )
        cursor.execute(OWNED)
        if cursor.fetchone()[0]:
            faults.append(
                Error(
                    f"The serving role {settings.SERVING_ROLE} owns tables.",
                    hint="Migrate as the role of DATABASE_OWNER_URL: manage.py migrate --database owner.",
                    id="accounts.E002",
                )
            )
        tables = sorted(model._meta.db_table for model in TENANT_MODELS)
        cursor.execute(UNFORCED, [tables])
        for (table,) in cursor.fetchall():
            faults.append(
                Error(
                    f"The table {table} does not force row-level security.",
                    hint="Its migration needs accounts.operations.guard().",
                    id="accounts.E003",
                )
            )
    return faults


def refuse_to_start() -> None:
    """Raise RuntimeError with every fault, for servers that start outside manage.py."""
    try:
        faults = serving_role_is_bound(databases=["default"])
    except OperationalError as error:
        raise RuntimeError(f"The database cannot be reached: {error}") from error
    if faults:
        raise RuntimeError("\n".join(f"{fault.msg} {fault.hint}" for fault in faults))
