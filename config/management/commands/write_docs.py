"""`manage.py write_docs`: the pages of `docs/` that are made from the engine, the API and the knowledge release."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.rolespage import roles_page
from config.api.openapi import document
from config.open_questions import with_shares
from config.worked_example import with_example
from engine.glossary import facts_page
from engine.schema import assessment_schema, result_schema
from strategy.knowledge import current


class Command(BaseCommand):
    help = "Write the schemas, the API's description and the vocabulary into docs/. Needs no database."
    requires_system_checks: list[str] = []  # type: ignore[assignment]

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--folder", type=Path, default=settings.BASE_DIR / "docs", help="docs/ or another"
        )
        parser.add_argument("--check", action="store_true", help="write nothing; fail where a page is stale")

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        wanted = pages()
        stale = [name for name, text in wanted.items() if not is_written(folder / name, text)]
        names = ", ".join(f"{folder.name}/{name}" for name in stale)
        if options["check"]:
            if stale:
                raise CommandError(f"Stale: {names}. Run manage.py write_docs and commit what it writes.")
            return
        folder.mkdir(exist_ok=True)
        for name in stale:
            (folder / name).write_text(wanted[name])
        self.stdout.write(f"Written: {names}." if stale else "Nothing has changed.")


def is_written(path: Path, text: str) -> bool:
    return path.exists() and path.read_text() == text


def pages() -> Mapping[str, str]:
    """The text of each generated page, by its name in docs/."""
    return {
        "assessment.schema.json": written(assessment_schema()),
        "result.schema.json": written(result_schema()),
        "openapi.json": written(document()),
        "facts.md": facts_page(current()),
        "roles.md": roles_page(),
        "recommendation.md": with_shares(
            with_example(
                (settings.BASE_DIR / "docs" / "recommendation.md").read_text(),
                settings.BASE_DIR / "examples",
                current(),
            ),
            current(),
        ),
    }


def written(schema: Mapping[str, Any]) -> str:
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
