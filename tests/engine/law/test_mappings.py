"""The shipped mapping set: its size, its regimes, its false friends, and what follows through a third requirement."""

from __future__ import annotations

from collections import Counter

import pytest

from engine.duties.relations import FULL, REVERSE
from tests.engine.law.opened import KNOWLEDGE

CROSSWALK = KNOWLEDGE.law.crosswalk
SIX = {"GDPR", "HIPAA", "SOC2", "ISO27001", "ISO42001", "NIST_CSF2"}


def relation(one: tuple[str, str], other: tuple[str, str]) -> tuple[str, str] | None:
    """How one requirement stands to another, and through what; None where nothing is known."""
    found = {(row.regime, row.requirement): row for row in CROSSWALK.related(one)}
    return (found[other].relation, found[other].through) if other in found else None


def test_the_set_holds_227_pairs_over_six_regimes() -> None:
    regimes = Counter(regime for regime, _ in CROSSWALK.mapped)
    assert CROSSWALK.pairs == 227
    assert set(regimes) == SIX
    assert {row.author for rows in CROSSWALK.mapped.values() for row in rows} == {"project"}


def test_48_controls_serve_requirements_of_seven_regimes() -> None:
    rows = [row for control in CROSSWALK.controls.values() for row in control.serves]
    assert (len(CROSSWALK.controls), len(rows)) == (48, 371)
    assert {row.regime for row in rows} == SIX | {"EUAIA"}
    assert all((row.residual == "") == (row.relation in FULL) for row in rows)
    assert min(len({row.regime for row in control.serves}) for control in CROSSWALK.controls.values()) >= 2


def test_each_pair_is_seen_from_both_ends() -> None:
    for ref, rows in CROSSWALK.mapped.items():
        for row in rows:
            back = CROSSWALK.mapped[(row.regime, row.requirement)]
            found = [one.relation for one in back if (one.regime, one.requirement) == ref]
            assert found == [REVERSE[row.relation]]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        # 72 hours are never 60 days; a managed vendor is no contract; masking is no de-identification.
        (("GDPR", "Art. 33(1)"), ("HIPAA", "164.404(b)"), ("no_relationship", "")),
        (("SOC2", "CC9.2"), ("HIPAA", "164.308(b)(3)"), ("no_relationship", "")),
        (("ISO27001", "A.8.11"), ("HIPAA", "164.514(a)"), ("no_relationship", "")),
        # Encryption, logging and access between HIPAA and Annex A only overlap.
        (("HIPAA", "164.312(a)(2)(iv)"), ("ISO27001", "A.8.24"), ("intersects", "")),
        (("HIPAA", "164.312(b)"), ("ISO27001", "A.8.15"), ("intersects", "")),
        (("HIPAA", "164.312(a)(1)"), ("ISO27001", "A.8.3"), ("intersects", "")),
        # Stored one way, read the other.
        (("ISO27001", "A.5.16"), ("HIPAA", "164.312(a)(2)(i)"), ("superset", "")),
        (("NIST_CSF2", "PR.DS-11"), ("HIPAA", "164.308(a)(7)(ii)(A)"), ("superset", "")),
        # Through an equal one, and never through two that only overlap.
        (("SOC2", "A1.2"), ("NIST_CSF2", "PR.DS-11"), ("intersects", "")),
        (("GDPR", "Art. 32(1)(c)"), ("NIST_CSF2", "PR.DS-11"), ("intersects", "ISO27001 A.8.13")),
        (("GDPR", "Art. 5(1)(e)"), ("SOC2", "C1.2"), None),
    ],
)
def test_known_pairs(one: tuple[str, str], other: tuple[str, str], expected: tuple[str, str] | None) -> None:
    assert relation(one, other) == expected


def test_no_standard_is_ever_equal_to_a_law() -> None:
    law = ("GDPR", "HIPAA")
    equal = [
        (ref, (row.regime, row.requirement))
        for ref in CROSSWALK.mapped
        for row in CROSSWALK.related(ref)
        if row.relation == "equal" and (ref[0] in law or row.regime in law)
    ]
    assert equal == []
