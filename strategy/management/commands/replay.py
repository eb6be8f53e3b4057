"""`manage.py replay RUN`: compute a run again from its snapshot, and compare the result's digest."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.queries import every_organisation
from accounts.tenancy import scope
from engine.analyse import ENGINE_VERSION, analyse
from engine.canonical import digest
from engine.reading import read_document
from strategy.knowledge import current
from strategy.models import Run, RunState
from strategy.services import whole_result


class Command(BaseCommand):
    help = "Prove a run: the same snapshot, knowledge and day give the same result."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("run", help="the run's id, like run_…")

    def handle(self, *args: Any, **options: Any) -> None:
        for organisation in every_organisation():
            with scope(organisation):
                run = Run.objects.select_related("snapshot").filter(public_id=options["run"]).first()
                if run is None:
                    continue
                if run.state != RunState.SUCCEEDED:
                    raise CommandError(
                        f"{run.public_id} has no result: it is {run.get_state_display().lower()}."
                    )
                self._compare(run, digest(whole_result(run)))
                return
        raise CommandError(f"There is no run {options['run']}. The runs page lists the ids.")

    def _compare(self, run: Run, stored: str) -> None:
        knowledge = current()
        if knowledge.digest != run.knowledge_digest or run.engine_version != ENGINE_VERSION:
            raise CommandError(
                f"{run.public_id} was made with knowledge {run.knowledge_digest[:12]} and engine "
                f"{run.engine_version}; here are {knowledge.digest[:12]} and {ENGINE_VERSION}. "
                "Check out that release and replay there."
            )
        again = digest(analyse(read_document(run.snapshot.document), knowledge, run.as_of))
        if again != stored:
            raise CommandError(f"{run.public_id} differs: stored {stored}, computed {again}.")
        self.stdout.write(f"{run.public_id}: the same result again, {again}")
