"""`manage.py analyse DOCUMENT`: a document in, a result out, without any database."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from engine.analyse import analyse
from engine.canonical import canonical
from engine.reading import DocumentError, read_document
from strategy.knowledge import current

WRONG_DOCUMENT = 2


class Command(BaseCommand):
    help = "Analyse an assessment document and print the result as JSON. Needs no database."
    requires_system_checks: list[str] = []  # type: ignore[assignment]

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("document", type=Path, help="the assessment, a JSON file")
        parser.add_argument(
            "--as-of", type=date.fromisoformat, help="the day to analyse for, like 2026-11-24"
        )
        parser.add_argument("--out", type=Path, help="a folder for result.json; printed where none is given")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            data = options["document"].read_bytes()
        except OSError as error:
            self.stderr.write(f"{options['document']}: {error.strerror}. Give the path of a JSON document.")
            sys.exit(WRONG_DOCUMENT)
        knowledge = current()
        try:
            inputs = read_document(data, requirement_ids=knowledge.law.requirement_ids())
        except DocumentError as error:
            self.stderr.write(
                f"{options['document']} has {len(error.problems)} problem(s); nothing was written."
            )
            self.stderr.write(str(error))
            sys.exit(WRONG_DOCUMENT)
        as_of = options["as_of"] or inputs.as_of or datetime.now(UTC).date()
        written = canonical(analyse(inputs, knowledge, as_of)).decode()
        if options["out"] is None:
            self.stdout.write(written)
            return
        options["out"].mkdir(parents=True, exist_ok=True)
        (options["out"] / "result.json").write_text(written + "\n")
        self.stdout.write(str(options["out"] / "result.json"))
