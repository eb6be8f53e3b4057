"""One answer changed at a time: what it must move, and that the result cites the field."""

from __future__ import annotations

from datetime import date

import pytest

from engine.analyse import analyse
from engine.canonical import canonical
from engine.reading import read_document
from tests.engine.clinic import (
    DOCUMENT,
    KNOWLEDGE,
    TODAY,
    answer,
    data,
    first,
    organisation,
    refusals,
    result,
    use,
    vendor,
)

LABELLED = use(task_type="classification_extraction")


def test_the_clinic_summarises_with_a_prompted_model_in_its_own_cloud() -> None:
    assert first(answer()) == ("api_prompt", "private_cloud")


def test_no_data_egress_leaves_own_hardware_alone() -> None:
    found = answer(use(hard_constraints=["no_data_egress"]))

    assert {option.deployment for option in found.options} == {"on_prem"}
    removed = refusals(found, "gate.egress")
    assert ("api_prompt", "private_cloud", "/use_cases/0/hard_constraints") in removed
    assert {pointer for _, _, pointer in removed} == {"/use_cases/0/hard_constraints"}


def test_daily_knowledge_with_citations_calls_for_retrieval() -> None:
    found = answer(use(knowledge_change_rate="daily", citations_required=True))

    assert found.options[0].approach == "rag"
    cited = {reason.answer for reason in found.options[0].reasons if reason.direction == "for"}
    assert {"/use_cases/0/citations_required", "/use_cases/0/knowledge_change_rate"} <= cited


def test_labels_from_20_to_5000_open_a_small_trained_model() -> None:
    few, many = answer(LABELLED), answer(LABELLED, use(labelled_examples=5000))

    assert few.options[0].approach == "api_prompt"
    assert ("small_domain_model", "private_cloud", "/use_cases/0/labelled_examples") in refusals(
        few, "gate.labels"
    )
    assert first(many) == ("small_domain_model", "private_cloud")
    assert refusals(many, "gate.labels") == set()
    assert "/use_cases/0/labelled_examples" in {reason.answer for reason in many.options[0].reasons}


def test_a_thousand_times_the_requests_moves_from_a_hosted_model_to_an_open_one_on_processors() -> None:
    before = answer(use(requests_per_day=2_000)).options[0]
    after = answer(use(requests_per_day=2_000_000)).options[0]

    assert (before.approach, after.approach) == ("api_prompt", "api_prompt")
    assert (before.base_model, after.base_model) == ("Claude Haiku 5.5", "gpt-oss 20B")
    assert "Inference" in {line.item for line in before.cost_lines}
    assert "Rented graphics processors" in {line.item for line in after.cost_lines}
    assert after.cost.p50 > before.cost.p50
    assert "/use_cases/0/requests_per_day" in {reason.answer for reason in after.reasons}


def test_prediction_from_numbers_calls_for_a_classical_model() -> None:
    found = answer(use(task_type="prediction_nontext", modality=["tabular"]))

    assert found.outcome == "classical_model"
    assert found.options == ()
    assert {(r.rule, r.answer) for r in found.refused} == {("gate.modality", "/use_cases/0/task_type")}


def test_licensed_training_data_only_is_not_yet_without_the_means() -> None:
    found = answer(use(hard_constraints=["licensed_training_data_only"]))

    assert found.outcome == "not_yet"
    assert any(text.startswith("A base model whose training data are licensed") for text in found.first_get)
    assert ("rag", "private_cloud", "/use_cases/0/hard_constraints") in refusals(found, "gate.licensed_data")


def test_a_budget_cut_refuses_what_it_does_not_carry() -> None:
    found = answer(organisation(annual_ai_budget={"amount": "60000.00", "currency": "USD"}))

    assert found.outcome == "not_yet"
    assert ("api_prompt", "public_api", "/organisation/annual_ai_budget") in refusals(found, "gate.budget")


def test_a_budget_is_refused_in_the_currency_of_the_organisation() -> None:
    found = answer(
        organisation(currency="EUR", annual_ai_budget={"amount": "10000.00", "currency": "EUR"}), use()
    )

    assert found.outcome == "not_yet"
    (first_get,) = found.first_get
    assert first_get.endswith(" EUR at the least; 10,000 EUR may be spent in a year.")
    assert not [text for text in (found.summary, *(r.text for r in found.refused)) if "USD" in text]


def test_what_to_get_first_is_what_the_nearest_option_lacks_and_nothing_else() -> None:
    found = answer(use(deadline_months=0, citations_required=True))

    assert {refused.rule for refused in found.refused} > {"gate.deadline", "gate.citations"}
    (first_get,) = found.first_get
    assert first_get.startswith("A later date, or a smaller first step. It takes ")


def test_an_agreement_opens_the_vendor_for_health_data() -> None:
    without = answer(data(phi=True), vendor(baa_signed=False))
    signed = answer(data(phi=True))

    assert {option.deployment for option in without.options} == {"on_prem"}
    assert ("api_prompt", "private_cloud", "/vendors/0/baa_signed") in refusals(without, "AIR030")
    assert first(signed) == ("api_prompt", "private_cloud")
    states = {f.option.deployment: f.state for f in signed.findings if f.rule == "AIR030"}
    assert states["private_cloud"] == "met"
    assert "on_prem" not in states


def test_an_unanswered_agreement_is_unknown_and_refuses_nothing() -> None:
    found = answer(data(phi=True), vendor(baa_signed=None))

    assert refusals(found, "AIR030") == set()
    asked = [f for f in found.findings if f.rule == "AIR030" and f.option.deployment == "private_cloud"]
    assert {(f.state, f.needs) for f in asked} == {("unknown", ("/vendors/0/baa_signed",))}


def test_health_data_bring_duties_and_leave_with_them() -> None:
    with_health, without = answer(data(phi=True)), answer()

    def rules(found) -> set[str]:  # type: ignore[no-untyped-def]
        return {f.rule for f in found.findings if f.regime == "HIPAA" and f.rule.startswith("AIR")}

    assert {"AIR030", "AIR038"} <= rules(with_health)
    assert "AIR030" not in rules(without)
    assert with_health.options[0].consequences.duties > without.options[0].consequences.duties
    asked = answer(data(phi=None))
    assert "/data_assets/0/phi" in {need for f in asked.findings if f.rule == "AIR030" for need in f.needs}


def test_own_hardware_opens_fewer_duties_than_a_vendor() -> None:
    duties = {
        option.deployment: option.consequences.duties
        for option in answer(data(phi=True)).options
        if option.approach == "api_prompt"
    }

    assert duties["on_prem"] < duties["public_api"]


def test_another_place_for_the_data_changes_the_deployment_and_is_cited() -> None:
    found = answer(use(residency_required="EU"))

    refused = refusals(found, "gate.residency")
    assert {(d, pointer) for _, d, pointer in refused} == {
        ("vendor_saas", "/use_cases/0/residency_required"),
        ("public_api", "/use_cases/0/residency_required"),
    }
    assert {option.deployment for option in found.options} == {"private_cloud", "on_prem"}


def test_a_duty_is_upcoming_until_its_day_and_in_force_from_it() -> None:
    credit = (
        organisation(eu_established=True),
        use(annex3_area="5(b)", eu_market=True, profiling=True, role=["provider_of_system", "deployer"]),
    )

    def timings(day: date) -> set[str]:
        found = answer(*credit, as_of=day)
        return {
            f.timing for f in found.findings if f.regime == "EUAIA" and f.applies_from == date(2027, 12, 2)
        }

    assert timings(date(2027, 12, 1)) == {"upcoming"}
    assert timings(date(2027, 12, 2)) == {"in_force"}
    early = [f for f in answer(*credit, as_of=date(2027, 12, 1)).findings if f.timing == "upcoming"]
    assert not any(f.blocker for f in early)


@pytest.mark.parametrize(
    "field",
    [
        "task_type",
        "labelled_examples",
        "citations_required",
        "requests_per_day",
        "latency",
        "users",
        "input_tokens",
        "output_tokens",
        "growth_per_year",
        "knowledge_change_rate",
        "domain_specificity",
        "differentiation_need",
        "error_cost",
        "safeguards",
    ],
)
def test_a_blanked_answer_never_raises_confidence(field: str) -> None:
    found, blanked = answer(), answer(use(**{field: None}))

    best = max(option.confidence for option in found.options)
    assert max(option.confidence for option in blanked.options) <= best


def test_an_unanswered_question_is_asked_next() -> None:
    found = answer(use(citations_required=None))

    assert "/use_cases/0/citations_required" in {question.answer for question in found.ask_next}


def test_a_grave_error_without_a_person_waits() -> None:
    found = answer(use(error_cost="critical", safeguards=[]))

    assert found.outcome == "not_yet"
    assert found.options == ()
    assert found.first_get[0].startswith("A hand-over to a person who decides")


@pytest.mark.parametrize(
    ("changes", "outcome", "approach"),
    [
        (
            {"task_type": "prediction_nontext", "modality": ["tabular"]},
            "classical_model",
            "small_domain_model",
        ),
        ({"error_cost": "critical", "safeguards": []}, "not_yet", "api_prompt"),
    ],
)
def test_a_case_without_a_recommended_option_shows_its_duties_all_the_same(
    changes: dict[str, object], outcome: str, approach: str
) -> None:
    found = answer(data(phi=True), use(**changes))

    assert (found.outcome, found.options) == (outcome, ())
    assert {finding.option.approach for finding in found.findings} == {approach}
    assert "AIR037" in {finding.rule for finding in found.findings}


def test_a_body_of_text_that_fits_a_prompt_needs_no_index() -> None:
    asked = use(task_type="knowledge_qa", citations_required=False, knowledge_change_rate="yearly")
    small, large = answer(asked, use(corpus_tokens=60_000)), answer(asked, use(corpus_tokens=60_000_000))

    assert (small.options[0].approach, small.options[0].method) == ("api_prompt", "long_context")
    assert large.options[0].approach == "rag"


def test_pictures_alone_call_for_a_model_of_ones_own_pictures() -> None:
    found = answer(LABELLED, use(labelled_examples=100_000, modality=["image"]))

    assert found.options[0].approach == "small_domain_model"
    assert found.options[0].base_model == "own model of its records, about 110 million parameters"


def test_licensed_training_data_only_bars_the_usual_encoder() -> None:
    labels = (LABELLED, use(labelled_examples=100_000))
    free, licensed = answer(*labels), answer(*labels, use(hard_constraints=["licensed_training_data_only"]))

    assert free.options[0].base_model == "ModernBERT base"
    assert "ModernBERT base" not in {option.base_model for option in licensed.options}


def test_the_same_answers_give_the_same_bytes() -> None:
    again = analyse(read_document(DOCUMENT), KNOWLEDGE, TODAY)
    assert canonical(again) == canonical(result())


def test_another_use_case_changes_nothing_for_the_first() -> None:
    def second(document) -> None:  # type: ignore[no-untyped-def]
        document["use_cases"].append({**document["use_cases"][0], "key": "b", "task_type": "code"})

    alone, beside = answer(), result(second).use_cases[0]
    assert beside == alone


def test_every_fact_that_a_result_names_stands_in_its_trace() -> None:
    found = result(data(phi=True))
    used = {fact.id for fact in found.trace.facts}
    named = {
        fact
        for item in found.use_cases
        for option in item.options
        for part in (*option.reasons, *option.cost_lines)
        for fact in part.facts
    }

    assert named <= used
