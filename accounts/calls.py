"""How often the API is called: counted by the minute, to hold too many back, and by the month, to be shown.

The counts lie in the cache, under the organisation they belong to. Where the cache is away nothing is counted or
held back, so that the API goes on.
"""

from __future__ import annotations

import logging
import time
from typing import Final

from django.core.cache import cache
from django.utils import timezone
from redis.exceptions import RedisError

MINUTE: Final = 60
TWO_MONTHS: Final = 62 * 24 * 60 * 60
log = logging.getLogger("sextant")


def counted_this_minute(who: str) -> tuple[int, int]:
    """How many calls somebody has made in this minute, this one included, and the seconds until the next begins."""
    now = int(time.time())
    return _count(f"{who}:calls:{now // MINUTE}", 2 * MINUTE), MINUTE - now % MINUTE


def count_this_month(organisation_id: int) -> None:
    _count(f"{name_of(organisation_id)}:month:{timezone.now():%Y-%m}", TWO_MONTHS)


def this_month(organisation_id: int) -> int:
    """The calls of this month (UTC) that the cache knows of."""
    try:
        return int(cache.get(f"{name_of(organisation_id)}:month:{timezone.now():%Y-%m}", 0))
    except RedisError:
        return 0


def name_of(organisation_id: int) -> str:
    """Under what name an organisation's calls are counted."""
    return f"t:{organisation_id}"


def _count(key: str, seconds: int) -> int:
    try:
        cache.add(key, 0, seconds)
        return int(cache.incr(key))
    except (RedisError, ValueError):
        log.warning("calls are not counted: the cache is away")
        return 0
