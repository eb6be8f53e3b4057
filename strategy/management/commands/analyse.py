"""`manage.py analyse DOCUMENT`: a document in, a result out, without any database."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, ArgumentTypeError
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand

from engine.analyse import analyse
from engine.canonical import canonical
from engine.facts import NotYet
from engine.inputs import Inputs
from engine.reading import DocumentError, read_document
from engine.strict import Problem
from strategy.knowledge import current

REFUSED = 2


def day(text: str) -> date:
    """The day that an option names, read as strictly as the document's `as_of`."""
    try:
        found = read_document({"as_of": text}).as_of
    except DocumentError as error:
        problem = error.problems[0]
        raise ArgumentTypeError(f"{problem.what}. Right: {problem.right}.") from error
    if found is None:
        raise ArgumentTypeError("no day is named. Right: a date like 2026-11-24.")
    return found


class Command(BaseCommand):
    help = "Analyse an assessment document and print the result as JSON; its steps are told on stderr. Needs no database."
    requires_system_checks: list[str] = []  # type: ignore[assignment]

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("document", type=Path, help="the assessment, a JSON file")
        parser.add_argument("--as-of", type=day, help="the day to analyse for, like 2026-11-24")
        parser.add_argument("--out", type=Path, help="a folder for result.json; printed where none is given")

    def handle(self, *args: Any, **options: Any) -> None:
        written = self.result(options["document"], options["as_of"])
        folder: Path | None = options["out"]
        if folder is None:
            self.stdout.write(written)
            return
        try:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "result.json").write_text(written + "\n")
        except OSError as error:
            self.refuse(f"{folder}: {error.strerror}. Give a folder that can be written.")
        self.stdout.write(str(folder / "result.json"))

    def result(self, path: Path, as_of: date | None) -> str:
        """The result of a document in canonical form."""
        inputs = self.read(path)
        try:
            found = analyse(inputs, current(), as_of or inputs.as_of or datetime.now(UTC).date(), self.tell)
        except NotYet as error:
            self.refuse(f"{error} Give a later day with --as-of.")
        return canonical(found).decode()

    def tell(self, step: str) -> bool:
        """Say beside the result what is being done; the analysis goes on."""
        self.stderr.write(step, str)
        return True

    def read(self, path: Path) -> Inputs:
        try:
            return read_document(
                path.read_bytes(), requirement_ids=current().law.requirement_ids(), facts=current().facts
            )
        except OSError as error:
            self.refuse(f"{path}: {error.strerror}. Give the path of a JSON document.")
        except DocumentError as error:
            self.refuse(f"{path} {said(error.problems)}; nothing was written.\n{error}")

    def refuse(self, text: str) -> NoReturn:
        self.stderr.write(text)
        sys.exit(REFUSED)


def said(problems: tuple[Problem, ...]) -> str:
    return "has one problem" if len(problems) == 1 else f"has {len(problems)} problems"
