"""`manage.py audit verify [ORGANISATION]`: is the trail as it was written? `manage.py audit heads`: what to keep elsewhere."""

from __future__ import annotations

import re
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.audit import told_head
from accounts.chain import Broken, entries_with, verify
from accounts.models import Organisation
from accounts.queries import every_organisation, organisation_named
from accounts.tenancy import scope

KEPT = re.compile(r"(?P<organisation>org_\w+) (?P<number>\d+) (?P<head>[0-9a-f]{64})")


class Command(BaseCommand):
    help = "Check the audit trail, or print where each organisation's trail ends."

    def add_arguments(self, parser: ArgumentParser) -> None:
        deeds = parser.add_subparsers(dest="deed", required=True)
        check = deeds.add_parser("verify", help="name the first entry that is not as it was written")
        check.add_argument("organisation", nargs="?", help="its id or address; all without one")
        check.add_argument("--head", help="a hash as a board paper prints it: is its entry still there?")
        check.add_argument("--against", type=Path, help="a file that holds lines of `audit heads`, or a log")
        deeds.add_parser("heads", help="print organisation, last number and last hash, to be kept elsewhere")

    def handle(self, *args: Any, deed: str, **options: Any) -> None:
        if deed == "heads":
            for organisation in every_organisation():
                with scope(organisation):
                    self.stdout.write(told_head())
        else:
            self._verify(options["organisation"], options["head"], options["against"])

    def _verify(self, name: str | None, head: str | None, against: Path | None) -> None:
        if head and not name:
            raise CommandError("--head needs the organisation whose board paper prints it.")
        kept = against.read_text() if against else ""
        broken = 0
        for organisation in [_named(name)] if name else every_organisation():
            heads: dict[str, int | None] = {
                found["head"]: int(found["number"])
                for found in KEPT.finditer(kept)
                if found["organisation"] == organisation.public_id
            }
            if head:
                heads.setdefault(head.strip().lower(), None)
            with scope(organisation):
                faults = [fault for fault in (verify(), *entries_with(heads)) if fault]
                broken += bool(faults)
                self._tell(organisation, faults)
        if broken:
            raise CommandError(f"{broken} trail{'s are' if broken > 1 else ' is'} not as written.")

    def _tell(self, organisation: Organisation, faults: list[Broken]) -> None:
        if not faults:
            self.stdout.write(f"{told_head()} whole")
        for fault in faults:
            self.stdout.write(f"{organisation.public_id} ({organisation}): entry {fault.number} {fault.what}")


def _named(name: str) -> Organisation:
    found = organisation_named(name)
    if found is None:
        raise CommandError(
            f"There is no organisation “{name}”. Right: its id (org_…) or the name in its address."
        )
    return found
