"""Start-up checks: the product refuses to serve on a database that would not keep organisations apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections
from django.db.utils import OperationalError

from accounts.tenancy import TENANT_MODELS

UNBOUND = (
    "SELECT rolname FROM pg_roles WHERE (rolsuper OR rolbypassrls) "
    "AND pg_has_role(current_user, oid, 'MEMBER') ORDER BY rolname"
)
OWNED = (
    "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
    "WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') "
    "AND pg_has_role(current_user, c.relowner, 'MEMBER') ORDER BY c.relname"
)
UNFORCED = (
    "SELECT relname FROM pg_class WHERE relname = ANY(%s) AND relkind = 'r' "
    "AND NOT (relrowsecurity AND relforcerowsecurity) ORDER BY relname"
)
TRUNCATED = (
    "SELECT relname FROM pg_class WHERE relname = ANY(%s) AND relkind = 'r' "
    "AND has_table_privilege(current_user, oid, 'TRUNCATE') ORDER BY relname"
)


@register(Tags.database)
def serving_role_is_bound(*, databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """The role that serves is bound by row-level security, and neither it nor a role it may become owns tables."""
    if not databases or "default" not in databases:
        return []
    tables = sorted(model._meta.db_table for model in TENANT_MODELS)
    faults: list[CheckMessage] = []
    with connections["default"].cursor() as cursor:

        def names(sql: str, *values: Any) -> list[str]:
            cursor.execute(sql, values)
            return [row[0] for row in cursor.fetchall()]

        role = names("SELECT current_user")[0]
        for stronger in names(UNBOUND):
            faults.append(
                Error(
                    f"The serving role {role} sees every organisation's rows"
                    + ("." if stronger == role else f", since it may become {stronger}."),
                    hint="Let DATABASE_URL name a role without SUPERUSER and BYPASSRLS, and a member of none.",
                    id="accounts.E001",
                )
            )
        owned = names(OWNED)
        if owned and not faults:
            faults.append(
                Error(
                    f"The serving role {role} owns tables, or may become their owner: {', '.join(owned[:3])}.",
                    hint="Migrate as the role of DATABASE_OWNER_URL: manage.py migrate --database owner.",
                    id="accounts.E002",
                )
            )
        for table in names(UNFORCED, tables):
            faults.append(
                Error(
                    f"The table {table} does not force row-level security.",
                    hint="Its migration needs accounts.operations.guard().",
                    id="accounts.E003",
                )
            )
        if not faults:
            for table in names(TRUNCATED, tables):
                faults.append(
                    Error(
                        f"The serving role {role} may truncate {table}, past row-level security.",
                        hint=f"REVOKE TRUNCATE ON {table} FROM {role}.",
                        id="accounts.E004",
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
