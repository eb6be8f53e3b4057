"""The knowledge release that this installation serves, read once per process."""

from __future__ import annotations

from functools import cache

from django.conf import settings

from engine.knowledge import Knowledge, load


@cache
def current() -> Knowledge:
    """The release in the `knowledge/` folder. Raises KnowledgeError naming every fault of a broken one."""
    return load(settings.BASE_DIR / "knowledge")
