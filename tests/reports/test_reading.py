"""How answers read on pages: one sentence each, the difference to the next best, reasons and risks told once."""

from __future__ import annotations

import re
from typing import Any

import pytest

from reports import words
from reports.charts import Swing, tornado
from reports.numbers import Number, number_at
from reports.reading import headline, lead, questions, refusals, risks_by_text, soonest, verdict
from reports.rulenames import rule_name

RAG = {"approach": "rag", "deployment": "private_cloud", "method": None}


def option(p50: str = "420000", weeks: str = "14", confidence: int = 74) -> dict[str, Any]:
    cost = {"p10": "250000", "p50": p50, "p90": "610000"}
    return {
        **RAG,
        "cost": cost,
        "weeks": {"low": "9", "likely": weeks, "high": "22"},
        "confidence": confidence,
    }


def use_case(outcome: str = "recommend", name: str = "Assistant", weeks: str = "14") -> dict[str, Any]:
    options = [option(weeks=weeks)] if outcome == "recommend" else []
    return {
        "key": name.lower(),
        "name": name,
        "outcome": outcome,
        "options": options,
        "summary": "Not yet. First get: 40,000 EUR",
    }


def test_an_answer_is_one_sentence_with_its_money_and_time() -> None:
    assert headline(use_case(), "EUR") == (
        "Retrieval from own documents, own cloud account: about €0.42m over the programme, in use after about 14 weeks."
    )
    assert headline(use_case("not_yet"), "EUR") == "First get: €40k."


@pytest.mark.parametrize(
    ("outcomes", "said"),
    [
        (["recommend"], "1 of 1 use case can start."),
        (["recommend", "not_yet"], "1 of 2 use cases can start; 1 must wait for something first."),
        (
            ["classical_model", "classical_model", "not_yet"],
            "0 of 3 use cases can start; 2 call for a classical model; 1 must wait for something first.",
        ),
    ],
)
def test_all_answers_are_one_sentence(outcomes: list[str], said: str) -> None:
    assert verdict([use_case(outcome) for outcome in outcomes]) == said


@pytest.mark.parametrize(
    ("second", "said"),
    [
        (option("550000", "22", 10), "10\u00a0% sure, €0.13m dearer, 8 weeks later"),
        (option("310000", "13", 55), "55\u00a0% sure, €0.11m cheaper, 1 week sooner"),
        (option("420000", "14.3", 20), "20\u00a0% sure"),
    ],
)
def test_the_next_best_is_told_by_its_difference(second: dict[str, Any], said: str) -> None:
    assert lead(option(), second, "EUR") == said


def test_the_soonest_is_the_recommended_one_with_the_fewest_weeks() -> None:
    cases = [
        use_case("not_yet", "First"),
        use_case(name="Second", weeks="9"),
        use_case(name="Third", weeks="8"),
    ]
    found = soonest(cases)
    assert found is not None
    assert (found["name"], found["at"]) == ("Third", "/use_cases/2/options/0")
    assert soonest([use_case("not_yet")]) is None


def test_a_reason_to_refuse_stands_once_with_all_its_options() -> None:
    refused = [
        {**RAG, "approach": approach, "rule": rule, "text": text, "answer": "/a", "facts": []}
        for approach, rule, text in [
            ("peft", "gate.x", "No"),
            ("rag", "gate.y", "Never"),
            ("full_ft", "gate.x", "No"),
        ]
    ]
    found = refusals(refused)
    assert [(one.text, one.options) for one in found] == [
        ("No", ("Adapter-tuned model, own cloud account", "Fully tuned model, own cloud account")),
        ("Never", ("Retrieval from own documents, own cloud account",)),
    ]


def test_a_risk_stands_once_unless_it_weighs_differently() -> None:
    risk = {"rule": "risk.stale", "text": "It grows stale", "likelihood": "low", "impact": "high"}
    found = risks_by_text(
        [
            {**risk, "use_case": "a", "answers": ["/use_cases/0/x"]},
            {**risk, "use_case": "b", "answers": ["/use_cases/1/x"]},
            {**risk, "use_case": "c", "likelihood": "high", "answers": []},
            {**risk, "use_case": None, "impact": "low", "answers": []},
        ],
        {"a": "Alpha", "b": "Beta", "c": "Gamma"},
    )
    assert [(one["names"], one["answers"]) for one in found] == [
        (["Alpha", "Beta"], ["/use_cases/0/x", "/use_cases/1/x"]),
        (["Gamma"], []),
        ([], []),
    ]


def test_a_question_that_is_open_for_several_records_is_asked_once() -> None:
    found = questions(["/data_assets/0/children", "/vendors/0/dpa_signed", "/data_assets/2/children"])
    assert [(one["words"], one["times"]) for one in found] == [
        ("Does it hold children's data?", 2),
        ("Is a data processing agreement signed?", 1),
    ]


@pytest.mark.parametrize(
    ("rule", "name"),
    [
        ("gate.egress", "Gate: No data may leave"),
        ("criterion.task_fit", "Criterion: Fit for the task"),
        ("AIR047", "Duty rule 47"),
        ("AIR061B", "Duty rule 61B"),
        ("BAN5A", "Prohibition rule 5A"),
        ("baseline.SOC2", "Every requirement of SOC 2"),
        ("risk.vendor_end", "Risk: vendor end"),
        ("something.new_here", "Something: new here"),
    ],
)
def test_a_rule_has_a_name_in_words(rule: str, name: str) -> None:
    assert rule_name(rule) == name


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("about 798,956 USD over three years", "About $0.80m over three years."),
        ("in 2027-Q3 less than a fifth is left", "In Q3 FY2027 less than a fifth is left."),
        ("NIST_CSF2 GV.OC-03: answer it", "NIST CSF 2 GV.OC-03: answer it."),
        ("1,048,576 tokens at a time", "1,048,576 tokens at a time."),
    ],
)
def test_the_engine_speaks_in_the_words_of_the_pages(text: str, said: str) -> None:
    assert words.told(text) == said


RESULT: dict[str, Any] = {
    "use_cases": [{"key": "a", "name": "Assistant", "options": [{**option(), "loss": 10}]}],
    "regimes": [{"regime": "SOC2", "coverage": {"met": 3, "applicable": 24}}],
    "roadmap": {
        "phases": [{"name": "Build", "use_case": "a", "weeks": {"low": "2", "likely": "4", "high": "8"}}],
        "cash": [{"period": "2027-Q2", "spend": "298194", "available": None}],
    },
}


@pytest.mark.parametrize(
    ("pointer", "number"),
    [
        (
            "/use_cases/0/options/0/cost",
            Number(
                "Cost over the programme",
                ("Retrieval from own documents, own cloud account", "Assistant"),
                "€0.42m (0.25–0.61)",
            ),
        ),
        (
            "/use_cases/0/options/0/loss",
            Number(
                "Chance of a loss",
                ("Retrieval from own documents, own cloud account", "Assistant"),
                "10\u00a0%",
            ),
        ),
        ("/regimes/0/coverage", Number("Duties met", ("SOC 2",), "3 of 24")),
        ("/roadmap/phases/0/weeks", Number("Weeks that the phase takes", ("Build, Assistant",), "4 (2–8)")),
        ("/roadmap/cash/0", Number("Planned money", ("Q2 FY2027",), "€0.30m")),
        ("/nothing/7/there", Number("There", (), "not computed")),
    ],
)
def test_a_number_is_named_with_what_it_belongs_to(pointer: str, number: Number) -> None:
    assert number_at(pointer, RESULT, "EUR") == number


def test_what_moves_a_total_is_drawn_from_end_to_end_on_one_axis() -> None:
    swings = [Swing("Day rate", 50, 200, "50–200", flips=True), Swing("Volume", 110, 90, "90–110")]
    picture = tornado(swings, 100, title="What moves it", base_text="likely 100")
    bars = [
        tuple(map(float, bar))
        for bar in re.findall(r'<rect x="([\d.]+)" y="[\d.]+" width="([\d.]+)"', picture)
    ]
    assert bars == [(268.0, 500.0), (401.33, 66.67)]
    assert re.findall(r'<line x1="([\d.]+)"', picture) == ["434.67"]
    assert re.findall(r'<rect [^>]*fill="([^"]+)"', picture) == ["#0b6e75", "#8b95a1"]
    assert "<title>What moves it</title>" in picture
