"""Scheduled work on the audit trail."""

from __future__ import annotations

import logging

from celery import shared_task

from accounts import audit
from accounts.queries import every_organisation
from accounts.tenancy import scope

log = logging.getLogger("sextant")


@shared_task(name="accounts.anchor", ignore_result=True)
def anchor() -> None:
    """Write to the log where every trail ends: what lies outside the database proves what was in it.

    `manage.py audit verify --against LOG` reads these lines.
    """
    for organisation in every_organisation():
        with scope(organisation):
            log.info("audit head: %s", audit.told_head())
