"""Scheduled work: tasks whose accepted risk has come to its end."""

from __future__ import annotations

from celery import shared_task

from accounts.queries import every_organisation
from accounts.tenancy import scope
from compliance.remediation import reopen_expired


@shared_task(name="compliance.reopen_expired", ignore_result=True)
def reopen() -> None:
    """Open tasks again that rested on an acceptance which no longer stands: every organisation in its own day."""
    for organisation in every_organisation():
        with scope(organisation):
            reopen_expired()
