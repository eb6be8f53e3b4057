"""What would change the answer: each threshold holds on both sides, and nothing is worked out wrongly for speed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from engine.case import Case, cases
from engine.money.currency import exchange
from engine.money.figures import Shared
from engine.options.changes import AMOUNTS, amount_of, choices, grid, with_amount
from engine.options.decide import Base, Decision, decide
from engine.options.whatif import first, what_if
from engine.reading import read_document
from engine.trace import Tracer
from tests.engine.clinic import DOCUMENT, KNOWLEDGE, TODAY, Change, answer, organisation, use
from tests.engine.examples import NAMES, document


def decided(case: Case, base: Base | None = None) -> Decision:
    tracer = Tracer(KNOWLEDGE, TODAY)
    return decide(case, KNOWLEDGE, tracer, exchange(case.inputs, tracer), sure=False, base=base)


@pytest.mark.parametrize("name", NAMES)
def test_what_a_change_leaves_alone_is_the_same_as_worked_out_anew(name: str) -> None:
    case = next(iter(cases(read_document(document(name)), TODAY)))
    before, shared = decided(case), Shared()
    amounts = [
        with_amount(case, amount, number)
        for amount in AMOUNTS
        for number in grid(amount, amount_of(case, amount) or amount.least)[1][1:2]
    ]

    for change in (*choices(case), *amounts):
        anew = decided(change.case)
        kept = decided(change.case, Base(before.openings, before.estimates, change.word, shared))
        assert kept.estimates == anew.estimates, change.pointer
        for option, opened in anew.openings.items():
            assert set(kept.openings[option].findings) == set(opened.findings), (change.pointer, option)
        assert kept.scores == anew.scores, change.pointer
        assert [item.id for item in kept.candidates] == [item.id for item in anew.candidates]


def test_a_threshold_flips_the_answer_and_half_way_to_it_does_not() -> None:
    few = use(task_type="classification_extraction", labelled_examples=60, requests_per_day=20_000)
    found = answer(few)
    point = next(p for p in found.switch_points if p.answer == "/use_cases/0/labelled_examples")

    assert point.from_ == "60"
    assert point.to.startswith("above ")
    threshold = int(point.to.removeprefix("above ").replace(",", ""))
    assert now(few, use(labelled_examples=threshold * 11 // 10)) == (
        point.becomes and (point.becomes.approach, point.becomes.deployment)
    )
    halfway = int((Decimal(60) * threshold).sqrt())
    assert now(few, use(labelled_examples=halfway)) == now(few)


def now(*changes: Change) -> tuple[str, str]:
    options = answer(*changes).options
    return options[0].approach, options[0].deployment


def test_the_nearest_weight_change_flips_the_answer_where_it_says() -> None:
    case = next(iter(cases(read_document(DOCUMENT), TODAY)))
    tracer = Tracer(KNOWLEDGE, TODAY)
    found = decide(case, KNOWLEDGE, tracer, exchange(case.inputs, tracer))
    switch = what_if(found, KNOWLEDGE, exchange(case.inputs, tracer)).weight_switch

    assert switch is not None
    assert found.doubt is not None

    def winner(share: float) -> Any:
        scale = (1 - share) / (1 - found.weights[switch.criterion])
        weights = [
            share if name == switch.criterion else weight * scale for name, weight in found.weights.items()
        ]
        scores = weights @ found.doubt.values  # type: ignore[operator, union-attr]
        return found.candidates[int(scores.argmax())].id

    towards = 1e-3 if switch.to > switch.from_ else -1e-3
    assert winner(float(switch.to) - towards) == found.candidates[0].id
    assert winner(float(switch.to) + towards) == switch.becomes


def test_an_answer_that_nothing_flips_says_so() -> None:
    found = answer(use(task_type="prediction_nontext", modality=["tabular"]), organisation(ml_engineers=0))

    assert found.outcome == "classical_model"
    assert found.weight_switch is None
    kinds = {point.answer for point in found.switch_points}
    assert not kinds
    assert found.steadiness == "No single answer that was given flips it, as far as it was varied."


def test_a_question_left_open_says_what_each_answer_would_make_of_it() -> None:
    found = answer(use(citations_required=None))

    question = next(q for q in found.ask_next if q.answer == "/use_cases/0/citations_required")
    assert question.worth == (
        "It could change the answer. “yes” would lead to: retrieval from own documents, own cloud account."
    )


@pytest.mark.parametrize("blanked", ["citations_required", "hard_constraints"])
def test_a_blanked_answer_that_matters_is_asked_for_by_its_place(blanked: str) -> None:
    assert [asked.answer for asked in answer(use(**{blanked: None})).ask_next] == [f"/use_cases/0/{blanked}"]
    assert answer().ask_next == ()


def test_what_flips_the_answer_is_said_in_the_words_of_the_forms() -> None:
    found = answer(use(hard_constraints=["us_hosting"]))

    texts = {point.answer: point.text for point in found.switch_points}
    assert texts["/use_cases/0/hard_constraints"].startswith(
        "If “What must never happen?” were answered “data leaves the organisation” instead of “it is hosted "
        "outside the US”: "
    )
    assert not [text for text in (found.steadiness, *texts.values()) if "_" in text]


def test_the_answer_of_a_decision_is_its_outcome_approach_and_deployment() -> None:
    case = next(iter(cases(read_document(DOCUMENT), TODAY)))

    assert first(decided(case)) == ("recommend", "api_prompt", "private_cloud")
