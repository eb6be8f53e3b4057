"""Scheduled work: where the trails end, and organisations whose grace is over."""

from __future__ import annotations

import logging

from celery import shared_task

from accounts import audit
from accounts.deletion import delete_organisation, due_organisations, owners_of
from accounts.mail import tell_deleted
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


@shared_task(name="accounts.delete_due", ignore_result=True)
def delete_due() -> None:
    """Delete every organisation whose grace is over, and send its owners the certificate."""
    for organisation in due_organisations():
        owners = owners_of(organisation)
        tell_deleted(delete_organisation(organisation), owners)
