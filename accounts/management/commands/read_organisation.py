"""`manage.py read_organisation FILE`: bring an exported organisation back, or make a copy of it."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.portable import BadExport
from accounts.restoring import read_export, restore_organisation_from


class Command(BaseCommand):
    help = "Read an organisation in that was exported. Others stay untouched; nothing is written if anything is wrong."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the ZIP")
        parser.add_argument(
            "--copy", action="store_true", help="beside the one that is there, under a new id"
        )

    def handle(self, *args: Any, file: Path, copy: bool, **options: Any) -> None:
        try:
            organisation = restore_organisation_from(read_export(file), copy=copy)
        except (BadExport, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{organisation.public_id} is there at /o/{organisation.slug}/.")
