"""A knowledge release: its version and digest, its facts by date, and what of it the engine reads."""

from __future__ import annotations

import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from engine.analyse import analyse
from engine.facts import NotYet
from engine.knowledge import load
from engine.reading import read_document
from engine.reads import FAMILIES, by_name
from engine.trace import Tracer
from tests.engine import examples
from tests.engine.clinic import DOCUMENT, KNOWLEDGE, ROOT, TODAY

SHIPPED = ROOT / "knowledge"
FILES = sorted(path.relative_to(SHIPPED).as_posix() for path in SHIPPED.rglob("*.toml"))
CHANGES = """
[fx.ZZZ]
label = "US dollars for one unit"
unit = "USD"
kind = "price"
[[fx.ZZZ.values]]
since = 2026-01-01
value = 2
source = "E081"
[[fx.ZZZ.values]]
since = 2026-11-25
value = 4
source = "E082"
"""


@pytest.fixture
def release(tmp_path: Path) -> Path:
    """A copy of the shipped release that a test may change."""
    shutil.copytree(SHIPPED, tmp_path / "release")
    return tmp_path / "release"


def test_the_shipped_release_has_a_version_and_a_digest() -> None:
    assert KNOWLEDGE.release == "2026.11"
    assert len(KNOWLEDGE.digest) == 64
    assert int(KNOWLEDGE.digest, 16) > 0
    assert load(SHIPPED).digest == KNOWLEDGE.digest


@pytest.mark.parametrize("name", FILES)
def test_the_digest_changes_with_each_file(name: str, release: Path) -> None:
    with (release / name).open("a") as file:
        file.write("# read again\n")

    assert load(release).digest != KNOWLEDGE.digest


def test_the_digest_changes_with_a_files_name(release: Path) -> None:
    (release / "facts" / "prices.toml").rename(release / "facts" / "price_list.toml")

    again = load(release)
    assert again.facts == KNOWLEDGE.facts
    assert again.digest != KNOWLEDGE.digest


def test_a_value_holds_from_its_day_and_a_later_one_is_shown_beside_it(release: Path) -> None:
    (release / "facts" / "more.toml").write_text(CHANGES)
    knowledge = load(release)

    tracer = Tracer(knowledge, TODAY)
    assert tracer.likely("fx.ZZZ") == 2
    shown = tracer.freeze().facts[0]
    assert (shown.value, shown.since, shown.source) == ("2", date(2026, 1, 1), "E081")
    assert (shown.next_value, shown.next_since) == ("4", date(2026, 11, 25))

    later = Tracer(knowledge, date(2026, 11, 25))
    assert later.likely("fx.ZZZ") == 4
    assert later.freeze().facts[0].next_value is None


def test_a_fact_is_not_known_before_its_first_day(release: Path) -> None:
    (release / "facts" / "more.toml").write_text(CHANGES)

    with pytest.raises(NotYet) as early:
        load(release).at("fx.ZZZ", date(2025, 12, 31))
    assert str(early.value) == "The fact “fx.ZZZ” has no value before 2026-01-01; asked for 2025-12-31."


def test_a_later_value_moves_no_result_before_its_day(release: Path) -> None:
    text = (release / "facts" / "people.toml").read_text()
    place = text.index("[people.day_rate]")
    table = text[place : text.find("\n\n", place)]
    rise = '[[people.day_rate.values]]\nsince = 2026-12-01\nlow = 9000\nlikely = 9000\nhigh = 9000\nsource = "own-judgement"\nbasis = "A test."'
    (release / "facts" / "people.toml").write_text(text.replace(table, f"{table}\n{rise}"))
    knowledge, inputs = load(release), read_document(DOCUMENT)

    def costs(day: date, release=KNOWLEDGE) -> list[Decimal]:  # type: ignore[no-untyped-def]
        return [option.cost.p50 for option in analyse(inputs, release, day).use_cases[0].options]

    assert costs(TODAY, knowledge) == costs(TODAY)
    assert min(costs(date(2026, 12, 1), knowledge)) > 2 * min(costs(date(2026, 12, 1)))


def test_the_engine_reads_no_fact_that_it_does_not_declare() -> None:
    declared = {*by_name(KNOWLEDGE.options), *KNOWLEDGE.options.fact_ids(), *KNOWLEDGE.plan.fact_ids()}
    read = {fact.id for name in examples.NAMES for fact in examples.result(name).trace.facts}
    assert {name for name in read - declared if not name.startswith(FAMILIES)} == set()
