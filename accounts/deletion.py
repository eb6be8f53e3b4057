"""The end of an organisation: asked for by an owner, done after thirty days, certified, and complete.

During the grace it is archived: it can be read, exported and restored. Restoring it calls the deletion off.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection, transaction
from django.utils import timezone

from accounts.audit import Actor, record_event
from accounts.chain import sealed
from accounts.erasure import empty_account
from accounts.models import AuditCounter, ExternalIdentity, Membership, Organisation, User
from accounts.services import Refused
from accounts.tenancy import open_organisation, scope
from accounts.versions import lock

GRACE: Final = timedelta(days=30)
log = logging.getLogger("sextant")


@dataclass(frozen=True, slots=True)
class Certificate:
    """What was deleted, and where the trail ended: without a name, sealed by the key of the trail."""

    organisation: str
    deleted_at: datetime
    rows: Mapping[str, int]
    people: int
    last_entry: int
    audit_head: str

    def told(self) -> dict[str, Any]:
        """The certificate as plain data, with its seal."""
        said = {
            "organisation": self.organisation,
            "deleted_at": self.deleted_at.isoformat(),
            "rows": dict(self.rows),
            "people": self.people,
            "last_entry": self.last_entry,
            "audit_head": self.audit_head,
        }
        return said | {"seal": sealed("a deleted organisation", said)}


@transaction.atomic
def request_deletion(*, name: str, actor: Actor) -> Organisation:
    """Let the open organisation be deleted after the grace. `name` is its name, typed again. Raises Refused."""
    current = lock(Organisation.objects.all(), open_organisation(), None)
    if name.strip() != current.name:
        raise Refused("That is not its name. Type the name as it stands above.", "/name")
    if current.deletion_due_at is not None:
        return current
    now = timezone.now()
    current.archived_at, current.deletion_due_at = current.archived_at or now, now + GRACE
    current.version += 1
    current.save()
    after = {"due": current.deletion_due_at.isoformat()}
    record_event(actor=actor, action="organisation.deletion_requested", obj=current, after=after)
    return current


def due_organisations() -> list[Organisation]:
    """Whose grace is over."""
    return list(Organisation.objects.filter(deletion_due_at__lte=timezone.now()))


def owners_of(organisation: Organisation) -> list[str]:
    """The addresses of an organisation's owners."""
    owners = Membership.objects.filter(organisation=organisation, role="owner").select_related("user")
    return sorted(owner.user.email for owner in owners)


@transaction.atomic
def delete_organisation(organisation: Organisation) -> Certificate:
    """Delete everything that an organisation has, and the accounts of those who belonged nowhere else.

    The database refuses one that is not due. The certificate goes to the log; it is all that is left.
    """
    with scope(organisation):
        counter = AuditCounter.objects.first() or AuditCounter()
    people = list(
        User.objects.filter(memberships__organisation=organisation)
        .exclude(pk__in=Membership.everyone.exclude(organisation=organisation).values("user"))
        .distinct()
    )
    ExternalIdentity.objects.filter(provider__organisation=organisation).delete()
    with connection.cursor() as cursor:
        cursor.execute("SELECT delete_organisation(%s)", [organisation.pk])
        rows: dict[str, int] = json.loads(cursor.fetchone()[0])
    for user in people:
        empty_account(user, "Former member")
    certificate = Certificate(
        organisation=organisation.public_id,
        deleted_at=timezone.now(),
        rows=rows,
        people=len(people),
        last_entry=counter.last,
        audit_head=counter.head,
    )
    log.info("organisation deleted: %s", json.dumps(certificate.told(), sort_keys=True))
    return certificate
