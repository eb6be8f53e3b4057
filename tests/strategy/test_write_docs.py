"""The generated pages of `docs/` are those that the engine and the knowledge release would write today."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from engine.glossary import facts_page
from engine.vocabulary import WORDS
from strategy.knowledge import current

ROOT = Path(__file__).parents[2]


def test_the_pages_are_up_to_date() -> None:
    call_command("write_docs", check=True)


def test_stale_pages_are_named_and_written_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "docs"
    shutil.copytree(ROOT / "docs", folder)
    (folder / "facts.md").write_text("old")
    (folder / "result.schema.json").unlink()

    with pytest.raises(CommandError) as stale:
        call_command("write_docs", folder=folder, check=True)
    names = "docs/result.schema.json, docs/facts.md"
    assert str(stale.value) == f"Stale: {names}. Run manage.py write_docs and commit what it writes."
    assert not (folder / "result.schema.json").exists()

    call_command("write_docs", folder=folder)
    assert capsys.readouterr().out == f"Written: {names}.\n"
    call_command("write_docs", folder=folder, check=True)


def test_every_word_stands_on_the_facts_page_with_what_reads_it() -> None:
    rows = [line.split(" | ") for line in facts_page(current()).splitlines() if line.startswith("| `")]
    named = [row[0].removeprefix("| ").strip("`") for row in rows]
    assert sorted(named) == sorted([*WORDS, *current().law.derived])
    by_name = dict(zip(named, rows, strict=True))
    assert by_name["vendor.baa_signed"][1:3] == [
        "Is a business associate agreement signed?",
        "true or false",
    ]
    assert "`AIR030`" in by_name["vendor.baa_signed"][-1]
    assert "`holds_phi`" in by_name["data.phi"][-1]
