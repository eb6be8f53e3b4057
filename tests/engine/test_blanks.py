"""An answer of a shipped example that is taken back never makes a recommendation surer, nor the work on duties smaller."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from engine.case import cases
from engine.money.currency import exchange
from engine.options.decide import Decision, decide
from engine.reading import read_document
from engine.trace import Tracer
from tests.engine.clinic import KNOWLEDGE, TODAY
from tests.engine.examples import document

BLANKS = {
    ("retail-bank", "developer-assistant"): (
        "/organisation/eu_financial_entity",
        "/organisation/eu_established",
        "/regimes/1/in_scope",
        "/vendors/1/reviewed",
        "/vendors/1/facts/dora_clauses",
        "/vendors/1/facts/exit_plan",
        "/use_cases/3/input_tokens",
        "/use_cases/3/role",
    ),
    ("retail-bank", "routing"): (
        "/data_assets/1/personal",
        "/use_cases/1/languages",
        "/use_cases/1/annex3_area",
        "/use_cases/1/modality",
    ),
    ("manufacturer", "offer-drafts"): (
        "/organisation/eu_established",
        "/use_cases/1/requests_per_day",
        "/use_cases/1/role",
        "/use_cases/1/data_assets",
    ),
    ("hospital-group", "coding"): (
        "/organisation/us_covered_entity",
        "/data_assets/1/phi",
        "/use_cases/1/internal_only",
    ),
}


@pytest.mark.parametrize(("example", "use_case"), BLANKS)
def test_an_answer_taken_back_makes_nothing_surer(example: str, use_case: str) -> None:
    stated = document(example)
    before = decided(stated, use_case)
    first = before.candidates[0].id

    for pointer in BLANKS[example, use_case]:
        after = decided(blanked(stated, pointer), use_case)
        assert after.confidence[0] <= before.confidence[0], pointer
        assert (after.approach_confidence or 0) <= (before.approach_confidence or 0), pointer
        if first in work(after):
            assert work(after)[first][0] <= work(before)[first][0], pointer
            assert work(after)[first][1] >= work(before)[first][1], pointer


def test_the_most_that_unanswered_duties_may_add_is_said() -> None:
    stated = document("retail-bank")
    known = decided(stated, "developer-assistant").candidates[0]
    silent = decided(blanked(stated, "/organisation/eu_financial_entity"), "developer-assistant").candidates[
        0
    ]

    moved = known.opened.total.days.high - silent.opened.total.days.high
    assert moved == 15
    assert silent.opened.total.may_add_days == known.opened.total.may_add_days + moved


def decided(stated: Any, use_case: str) -> Decision:
    inputs = read_document(stated, requirement_ids=KNOWLEDGE.law.requirement_ids())
    tracer = Tracer(KNOWLEDGE, TODAY)
    case = next(case for case in cases(inputs, TODAY) if case.use_case.key == use_case)
    return decide(case, KNOWLEDGE, tracer, exchange(inputs, tracer))


def work(decision: Decision) -> Mapping[Any, tuple[Decimal, Decimal]]:
    """By option: the least days of work on duties, and the most with those that may apply."""
    totals = {option: opened.total for option, opened in decision.openings.items()}
    return {
        option: (total.days.low, total.days.high + total.may_add_days) for option, total in totals.items()
    }


def blanked(stated: Any, pointer: str) -> Any:
    """The document without the answer at a JSON pointer. Raises KeyError where none stands there."""
    changed = copy.deepcopy(stated)
    *way, last = pointer.strip("/").split("/")
    place = changed
    for step in way:
        place = place[int(step) if isinstance(place, list) else step]
    assert place[last] is not None
    place[last] = None
    return changed
