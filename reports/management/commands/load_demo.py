"""`manage.py load_demo`: the three example organisations, once; prints the sign-ins every time."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from reports.demonstration import FOLDER, documents, finished_run, make_organisation, printed, start_run

SIGN_INS = FOLDER / "sign-ins.txt"
PAPER = FOLDER / "board-paper.pdf"


class Command(BaseCommand):
    help = "Load the example organisations once, analyse them, print a first board paper, show the sign-ins."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--url", default="", help="the address to show")

    def handle(self, *args: Any, **options: Any) -> None:
        FOLDER.mkdir(parents=True, exist_ok=True)
        waiting = []
        for name, inputs in documents():
            made = make_organisation(name, inputs)
            if made is None:
                continue
            organisation, sign_ins = made
            with open(os.open(SIGN_INS, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600), "a") as out:
                for person in sign_ins:
                    out.write(
                        f"{person.email:<38} {person.password:<18} {person.role}, {person.organisation}\n"
                    )
            waiting.append((organisation, start_run(organisation, inputs)))
        for organisation, pk in waiting:
            finished_run(organisation, pk)
        if waiting and not PAPER.exists():
            printed(*waiting[0], PAPER)
        self.stdout.write(f"\n  Sextant: {options['url']}\n" if options["url"] else "")
        if SIGN_INS.exists():
            self.stdout.write(f"  Demo sign-ins (kept in {SIGN_INS}):\n")
            for line in SIGN_INS.read_text().splitlines():
                self.stdout.write(f"    {line}")
        if PAPER.exists():
            self.stdout.write(f"\n  First board paper: {PAPER}\n")
