"""`manage.py demo`: one example through the real worker, to a result and a board paper."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.tenancy import scope
from reports.demonstration import (
    FOLDER,
    PAPER,
    NotFinished,
    documents,
    fetched,
    finished_run,
    made_once,
    start_paper,
    start_run,
)
from strategy.services import whole_result


class Command(BaseCommand):
    help = "Analyse an example organisation with the real worker; write var/demo/result.json and board-paper.pdf."

    def handle(self, *args: Any, **options: Any) -> None:
        name, inputs = next(documents())
        organisation, _ = made_once(name, inputs)
        if organisation is None:
            raise CommandError(
                f"owner@{name}.example owns no organisation any more, so there is nothing to show."
            )
        try:
            run = finished_run(organisation, start_run(organisation, inputs))
            paper = fetched(organisation, start_paper(organisation, run.pk), PAPER)
        except NotFinished as error:
            raise CommandError(str(error)) from error
        with scope(organisation):
            result = whole_result(run)
        target = FOLDER / "result.json"
        target.write_text(json.dumps(result, ensure_ascii=False, sort_keys=True) + "\n")
        self.stdout.write(f"\n{organisation.name}\n")
        for answer in result["use_cases"]:
            self.stdout.write(f"  {answer['name']}\n    {answer['summary']}")
        self.stdout.write(f"\nResult: {target}\nBoard paper: {paper}")
