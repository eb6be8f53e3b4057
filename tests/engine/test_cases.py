"""The casebook is well-formed: each file can be read, judged and traced to its source."""

from __future__ import annotations

from typing import get_args

import pytest

from engine.canonical import canonical
from engine.inputs import Approach, Deployment
from engine.reading import read_document
from engine.result import Outcome
from tests.engine.casebook import Decided, files, read, stands

CASES = [pytest.param(read(path), id=path.stem) for path in files()]


def test_the_casebook_holds_enough_cases() -> None:
    assert len(CASES) >= 48


@pytest.mark.parametrize("case", CASES)
def test_a_case_says_who_decided_what_and_where_that_stands(case: Decided) -> None:
    assert "" not in (case.title, case.organisation, case.decided, case.source, *case.judged)
    assert case.url.startswith("https://")


@pytest.mark.parametrize("case", CASES)
def test_every_document_of_a_case_can_be_read(case: Decided) -> None:
    for situation in case.situations:
        inputs = read_document(situation.document)
        assert len(inputs.use_cases) == 1, situation.says


@pytest.mark.parametrize("case", CASES)
def test_what_is_expected_can_come_out(case: Decided) -> None:
    for situation in case.situations:
        expect = situation.expect
        assert expect.outcome in get_args(Outcome), situation.says
        assert {*expect.approach, *expect.not_approach} <= set(get_args(Approach)), situation.says
        assert {*expect.deployment, *expect.not_deployment} <= set(get_args(Deployment)), situation.says
        asked = {*expect.approach, *expect.deployment, *expect.not_approach, *expect.not_deployment}
        assert bool(asked) == (expect.outcome == "recommend"), situation.says


@pytest.mark.parametrize("case", CASES)
def test_each_change_changes_the_document_or_the_day(case: Decided) -> None:
    base, *changes = case.situations
    assert changes
    read_as = {(canonical(read_document(base.document)), base.as_of)}
    for change in changes:
        now = (canonical(read_document(change.document)), change.as_of)
        assert now not in read_as, change.says
        read_as.add(now)


@pytest.mark.parametrize("case", CASES)
def test_the_answer_to_be_cited_is_one_of_the_document(case: Decided) -> None:
    for situation in case.situations:
        if situation.expect.because is not None:
            assert stands(situation.document, situation.expect.because), situation.says
