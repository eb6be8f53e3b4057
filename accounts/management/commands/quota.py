"""`manage.py quota ORGANISATION [members=N] [storage=MB] [runs=N]`: what one organisation may use; bare: what it may."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.queries import organisation_named
from accounts.quotas import MEGABYTE, QUOTAS, limit_of, set_quotas
from accounts.tenancy import scope


class Command(BaseCommand):
    help = "Show or set an organisation's quotas. 0 gives it the server's again. It sees the change in its trail."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("organisation", help="its id or the name in its address")
        parser.add_argument("quotas", nargs="*", help="members=N, storage=MB, runs=N (a month)")

    def handle(self, *args: Any, organisation: str, quotas: list[str], **options: Any) -> None:
        found = organisation_named(organisation)
        if found is None:
            raise CommandError(f"There is no organisation “{organisation}”.")
        own = dict(found.quotas)
        for given in quotas:
            name, _, amount = given.partition("=")
            if name not in QUOTAS or not amount.isdecimal() or len(amount) > 9:
                raise CommandError(
                    f"“{given}” is no quota. Right: one of {', '.join(QUOTAS)}, like runs=500."
                )
            own[name] = int(amount) * (MEGABYTE if name == "storage" else 1)
        if quotas:
            with scope(found):
                found = set_quotas({name: amount for name, amount in own.items() if amount})  # type: ignore[misc]
        for quota in QUOTAS:
            amount, unit = limit_of(found, quota), ""
            if quota == "storage":
                amount, unit = amount // MEGABYTE, " MB"
            whose = "its own" if quota in found.quotas else "the server's"
            self.stdout.write(f"{quota}: {amount}{unit} ({whose})")
