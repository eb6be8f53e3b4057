"""`manage.py load_demo`: the example organisations, made once, analysed and printed by the real worker."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import Organisation
from reports.demonstration import (
    PAPER,
    SIGN_INS,
    NotFinished,
    SignIn,
    documents,
    fetched,
    finished_run,
    first_run,
    made_once,
    start_paper,
    start_run,
)
from strategy.models import RunState


class Command(BaseCommand):
    help = (
        "Make the example organisations once, analyse them and print a first board paper. The sign-ins are shown "
        "when they are made, and kept in a private file."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        new: list[SignIn] = []
        waiting: list[tuple[Organisation, int]] = []
        for name, inputs in documents():
            organisation, sign_ins = made_once(name, inputs)
            new += sign_ins
            if organisation is None:
                continue
            run = first_run(organisation)
            if run is None:
                waiting.append((organisation, start_run(organisation, inputs)))
            elif run.is_open or (run.state == RunState.SUCCEEDED and not PAPER.exists()):
                waiting.append((organisation, run.pk))
        if new:
            self.stdout.write("\n  Demo organisations were loaded. Their sign-ins, shown this once:")
            self.stdout.write("".join(f"    {sign_in}\n" for sign_in in new))
        if waiting:
            names = ", ".join(organisation.name for organisation, _ in waiting)
            self.stdout.write(f"  Analysing {names}")
        try:
            self.wait_for(waiting)
        except NotFinished as error:
            raise CommandError(str(error)) from error
        self.say_where()

    def wait_for(self, waiting: list[tuple[Organisation, int]]) -> None:
        """Wait for the analyses; the first one is printed while the others go on."""
        papers = []
        for organisation, pk in waiting:
            run = finished_run(organisation, pk)
            if not papers and not PAPER.exists():
                papers.append((organisation, start_paper(organisation, run.pk)))
        for organisation, paper in papers:
            fetched(organisation, paper, PAPER)

    def say_where(self) -> None:
        if SIGN_INS.exists():
            self.stdout.write(f"  Demo sign-ins are kept in {SIGN_INS}; remove it once you have noted them.")
        if PAPER.exists():
            self.stdout.write(f"  First board paper: {PAPER}")
