"""Nobody waits for all of another's work: few pieces of each organisation are at the workers at once.

What has no place yet waits in its row. A place is free again when a piece ends, and the next one is sent then,
behind what others have sent meanwhile.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from accounts.tenancy import open_organisation


def take_due(waiting: QuerySet[Any], away: QuerySet[Any]) -> list[int]:
    """The oldest waiting rows that have a place beside those that are away, marked as sent; their ids.

    One asks at a time in an organisation, so that two who ask at once do not give the same place away.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext(%s), %s)",
            [f"places of {waiting.model._meta.db_table}", open_organisation().pk],
        )
    free = max(0, settings.RUNS_AT_ONCE - away.count())
    due = list(waiting.order_by("pk").values_list("pk", flat=True)[:free])
    waiting.model.objects.filter(pk__in=due).update(sent_at=timezone.now())
    return due
