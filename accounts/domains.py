"""Proof that a mail domain is an organisation's own: a TXT entry that only the domain's holder can make."""

from __future__ import annotations

import re
import secrets
from typing import Final

import dns.exception
import dns.resolver
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.audit import Actor, record_event
from accounts.models import Domain
from accounts.services import Refused
from accounts.tenancy import open_organisation

NAME: Final = re.compile(
    r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])"
)
MOST: Final = 20
SECONDS: Final = 5.0


@transaction.atomic
def add_domain(*, name: str, actor: Actor) -> Domain:
    """Name a domain that is to be proven. Raises Refused."""
    wanted = name.strip().lower().rstrip(".")
    if not NAME.fullmatch(wanted):
        raise Refused(f"“{name[:60]}” is no domain. Right: a name like example.org.", "/name")
    organisation = open_organisation()
    known = Domain.objects.filter(organisation=organisation)
    if known.filter(name=wanted).exists() or known.count() >= MOST:
        raise Refused(f"{wanted} is here already, or {MOST} domains are.", "/name")
    domain = Domain.objects.create(organisation=organisation, name=wanted, token=secrets.token_hex(20))
    record_event(actor=actor, action="domain.added", obj=domain)
    return domain


def prove_domain(domain: Domain, *, actor: Actor) -> Domain:
    """Look for the domain's entry now. Raises Refused where it is not there or the domain is another's."""
    name, content = domain.record
    if content not in txt_of(name):
        raise Refused(f"{name} has no TXT entry “{content}” yet. A new entry can take an hour to be seen.")
    try:
        with transaction.atomic():
            domain.proven_at = timezone.now()
            domain.save(update_fields=["proven_at"])
            record_event(actor=actor, action="domain.proven", obj=domain)
    except IntegrityError as error:
        raise Refused(f"{domain.name} is proven for another organisation. Remove it there first.") from error
    return domain


@transaction.atomic
def remove_domain(domain: Domain, *, actor: Actor) -> None:
    """Let a domain go: its people no longer sign in through the identity provider."""
    record_event(actor=actor, action="domain.removed", obj=domain)
    domain.delete()


def txt_of(name: str) -> list[str]:
    """The TXT entries of a name; none where there is no answer."""
    resolver = dns.resolver.Resolver(configure=not settings.DNS_SERVERS)
    if settings.DNS_SERVERS:
        host, _, port = settings.DNS_SERVERS[0].partition(":")
        resolver.nameservers, resolver.port = [host], int(port or 53)
    try:
        answer = resolver.resolve(name, "TXT", lifetime=SECONDS)
    except (dns.exception.DNSException, OSError):
        return []
    return [b"".join(entry.strings).decode(errors="replace") for entry in answer]
