"""`manage.py staff_access ORGANISATION EMAIL --reason TEXT`: half an hour's look, which the organisation sees."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.deletion import owners_of
from accounts.mail import tell_of_staff
from accounts.models import User
from accounts.queries import organisation_named
from accounts.services import Refused
from accounts.staff import let_staff_in
from accounts.tenancy import scope


class Command(BaseCommand):
    help = "Let a person of the staff look at an organisation for 30 minutes. It is told the reason."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("organisation", help="its id or the name in its address")
        parser.add_argument("email", help="whose address; the account must be staff and have a second factor")
        parser.add_argument("--reason", required=True, help="told to the organisation")

    def handle(self, *args: Any, organisation: str, email: str, reason: str, **options: Any) -> None:
        found = organisation_named(organisation)
        user = User.objects.filter(email__iexact=email).first()
        if found is None or user is None:
            missing = f"organisation “{organisation}”" if found is None else f"person “{email}”"
            raise CommandError(f"There is no {missing}.")
        try:
            with scope(found):
                membership = let_staff_in(user, reason=reason)
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        tell_of_staff(membership, owners_of(found))
        self.stdout.write(f"{user.email} may look at /o/{found.slug}/ until {membership.ends_at:%H:%M} UTC.")
