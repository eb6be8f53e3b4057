"""`manage.py replay RUN`: compute a run again from its snapshot, compare, and name what moved."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.queries import every_organisation
from accounts.tenancy import scope
from engine.analyse import ENGINE_VERSION
from engine.knowledge import KnowledgeError, load
from strategy.knowledge import current
from strategy.models import Run, RunState
from strategy.replay import Replay, replay
from strategy.services import whole_result

MOST_LINES = 40


class Command(BaseCommand):
    help = (
        "Prove a run: the same snapshot, knowledge and day give the same result. Where this installation's "
        "knowledge is another, name the facts and the answers that moved."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("run", help="the run's id, like run_…")
        parser.add_argument(
            "--knowledge", type=Path, help="the folder of another release (default: the one that is served)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            knowledge = load(options["knowledge"]) if options["knowledge"] else current()
        except KnowledgeError as error:
            raise CommandError(f"{options['knowledge']} is no knowledge release:\n{error}") from error
        for organisation in every_organisation():
            with scope(organisation):
                rows = Run.objects.select_related("snapshot", "result")
                run = rows.filter(public_id=options["run"]).first()
                if run is None:
                    continue
                if run.state != RunState.SUCCEEDED:
                    raise CommandError(
                        f"{run.public_id} has no result: it is {run.get_state_display().lower()}."
                    )
                former = whole_result(run)
            outcome = replay(run, former, knowledge)
            if not outcome.proved:
                raise CommandError(
                    "\n".join(report(run, outcome, f"{knowledge.release} ({knowledge.digest[:12]})"))
                )
            self.stdout.write(f"{run.public_id}: the same result again, {outcome.again}")
            return
        raise CommandError(f"There is no run {options['run']}. The runs page lists the ids.")


def report(run: Run, outcome: Replay, here: str) -> Iterator[str]:
    """Why the run is not proved, line by line."""
    if not outcome.whole:
        yield f"{run.public_id}: the stored result is not the one that the run stored; its digest was {outcome.stored}."
    elif outcome.same_release:
        yield f"{run.public_id} differs: stored {outcome.stored}, computed {outcome.again}."
    else:
        yield (
            f"{run.public_id} was made with knowledge {run.knowledge_release} ({run.knowledge_digest[:12]}) and engine "
            f"{run.engine_version}; here are {here} and {ENGINE_VERSION}."
        )
    yield f"Facts that moved: {len(outcome.moved)}"
    for fact in outcome.moved:
        yield f"  {fact.id} ({fact.label}): {fact.was or 'not read'} → {fact.now or 'not there'}"
    yield f"Answers that moved: {len(outcome.answers)}"
    for name, was, now in outcome.answers:
        yield f"  {name}: {was} → {now}"
    yield f"Values that differ: {len(outcome.differing)}"
    yield from (f"  {pointer}" for pointer in outcome.differing[:MOST_LINES])
    if len(outcome.differing) > MOST_LINES:
        yield f"  and {len(outcome.differing) - MOST_LINES} more"
    if not outcome.same_release:
        yield (
            f"To prove the stored result, check out release {run.knowledge_release} and replay there, "
            "or name its folder with --knowledge."
        )
