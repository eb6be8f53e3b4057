"""Is the process alive, and can it serve? Neither answer says anything else."""

from __future__ import annotations

from django.core.cache import cache
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse

from accounts.access import public_view


@public_view
def healthz(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"status": "alive"})


@public_view
def readyz(request: HttpRequest) -> HttpResponse:
    """200 where database, migrations and broker are there; else 503 with the part that is missing."""
    missing = [name for name, works in (("database", _database), ("broker", _broker)) if not works()]
    if missing:
        return JsonResponse({"status": "not ready", "missing": missing}, status=503)
    return JsonResponse({"status": "ready"})


def _database() -> bool:
    try:
        executor = MigrationExecutor(connection)
        return not executor.migration_plan(executor.loader.graph.leaf_nodes())
    except Exception:
        return False


def _broker() -> bool:
    try:
        cache.set("readyz", 1, 5)
        return bool(cache.get("readyz") == 1)
    except Exception:
        return False
