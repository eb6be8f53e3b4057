"""The shipped catalogue of requirements holds every identifier of the reference lists, and no other."""

from __future__ import annotations

import tomllib
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
CATALOGUE = ROOT / "knowledge" / "law" / "catalogue"
LISTS = ROOT / "tests" / "data" / "requirement_ids"
COUNTS = {
    "gdpr": 265,
    "hipaa": 206,
    "soc2": 81,
    "iso27001": 139,
    "eu_ai_act": 266,
    "iso42001": 93,
    "nist_ai_rmf": 95,
    "nist_ai_600_1": 211,
    "nist_csf2": 134,
}
FLAGS = {
    "duty",
    "group",
    "condition",
    "required",
    "addressable",
    "definition",
    "voluntary",
    "criterion",
    "control",
}


def rows(name: str) -> list[dict[str, Any]]:
    table = tomllib.loads((CATALOGUE / f"{name}.toml").read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = table["requirement"]
    return found


def flags(name: str, wanted: str) -> int:
    return sum(row["flag"] == wanted for row in rows(name))


@pytest.mark.parametrize("name", sorted(COUNTS))
def test_ids_are_those_of_the_reference_list(name: str) -> None:
    listed = (LISTS / f"{name}.txt").read_text(encoding="utf-8").split("\n")[:-1]
    assert [row["id"] for row in rows(name)] == listed
    assert len(set(listed)) == COUNTS[name]


@pytest.mark.parametrize("path", sorted(CATALOGUE.glob("*.toml")), ids=lambda path: path.stem)
def test_every_row_has_a_title_and_a_known_flag(path: Path) -> None:
    found = rows(path.stem)
    assert [row["id"] for row in found if not row["title"].strip()] == []
    assert {row["flag"] for row in found} - FLAGS == set()
    assert len({row["id"] for row in found}) == len(found)


@pytest.mark.parametrize("name", sorted(set(COUNTS) - {"nist_ai_600_1"}))
def test_parents_are_rows_of_the_same_regime(name: str) -> None:
    ids = {row["id"] for row in rows(name)}
    assert {row["parent"] for row in rows(name)} - {""} - ids == set()


def test_actions_of_the_generative_profile_hang_on_outcomes_of_the_framework() -> None:
    outcomes = {row["id"] for row in rows("nist_ai_rmf")}
    assert {row["parent"] for row in rows("nist_ai_600_1")} - outcomes == set()


def test_hipaa_has_the_known_number_of_specifications_in_the_security_safeguards() -> None:
    safeguards = [row for row in rows("hipaa") if row["id"].startswith(("164.308", "164.310", "164.312"))]
    specifications = [row["flag"] for row in safeguards if row["kind"] == "spec"]
    assert flags("hipaa", "addressable") == 22
    assert specifications.count("addressable") == 22
    assert specifications.count("required") + specifications.count("condition") == 14
    assert sum(row["kind"] == "standard" for row in safeguards) == 18


def test_soc2_has_61_criteria_in_five_categories() -> None:
    by_category = Counter(row["category"] for row in rows("soc2") if row["flag"] == "criterion")
    assert by_category == {
        "security": 33,
        "availability": 3,
        "confidentiality": 2,
        "processing_integrity": 5,
        "privacy": 18,
    }


def test_iso_standards_have_their_clauses_and_controls() -> None:
    assert (flags("iso27001", "required"), flags("iso27001", "control")) == (30, 93)
    assert (flags("iso42001", "required"), flags("iso42001", "control")) == (32, 38)


def test_gdpr_alternatives_are_conditions_and_never_duties() -> None:
    bases = {row["id"]: row["flag"] for row in rows("gdpr") if row["parent"] in {"Art. 6(1)", "Art. 9(2)"}}
    assert len(bases) == 16
    assert set(bases.values()) == {"condition"}


def test_dates_of_the_ai_act() -> None:
    starts = {row["id"]: row.get("applies_from") for row in rows("eu_ai_act")}
    assert starts["Art. 4"] == date(2025, 2, 2)
    assert starts["Art. 5(1)(f)"] == date(2025, 2, 2)
    assert starts["Art. 53(1)(a)"] == date(2025, 8, 2)
    assert starts["Art. 4a"] == date(2026, 7, 27)
    assert starts["Art. 50(1)"] == date(2026, 8, 2)
    assert starts["Art. 5(1)(ba)"] == date(2026, 12, 2)
    assert starts["Art. 6(2)"] == date(2027, 12, 2)
    assert starts["Art. 6(1)"] == date(2028, 8, 2)


def test_what_is_no_longer_law_has_an_end() -> None:
    assert [row["id"] for row in rows("hipaa") if "applies_until" in row] == ["164.509"]
    assert [row["id"] for row in rows("eu_ai_act") if "applies_until" in row] == ["Art. 10(5)"]


@pytest.mark.parametrize("name", sorted(COUNTS))
def test_core_duties_are_few_and_are_not_headings(name: str) -> None:
    core = [row for row in rows(name) if row.get("baseline")]
    assert len(core) <= 12
    assert {row["flag"] for row in core} & {"group", "definition", "condition"} == set()


@pytest.mark.parametrize("path", sorted(CATALOGUE.glob("*.toml")), ids=lambda path: path.stem)
def test_every_catalogue_says_its_version_source_and_licence(path: Path) -> None:
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    sources = tomllib.loads((ROOT / "knowledge" / "sources.toml").read_text(encoding="utf-8"))
    assert table["source"] in sources
    assert table["version"]
    copyrighted = {"soc2", "iso27001", "iso42001", "pci", "sector_legal"}
    assert table["licence"].startswith("©") == (path.stem in copyrighted)


def test_addressable_specifications_stand_below_a_required_standard() -> None:
    found = {row["id"]: row for row in rows("hipaa")}
    parents = {found[row["parent"]]["kind"] for row in rows("hipaa") if row["flag"] == "addressable"}
    assert parents == {"standard"}


def test_nothing_that_is_voluntary_is_called_a_duty() -> None:
    for name in ("soc2", "iso27001", "iso42001", "nist_ai_rmf", "nist_ai_600_1", "nist_csf2"):
        assert flags(name, "duty") == 0, name
