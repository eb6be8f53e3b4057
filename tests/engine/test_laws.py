"""Laws of a whole analysis, on random assessments: what order, budget, strictness and silence may not do."""

from __future__ import annotations

import copy
import json
import os
import re
import subprocess
import sys
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.analyse import analyse
from engine.canonical import canonical
from engine.reading import read_document
from engine.result import Result, UseCaseResult
from tests.engine.assessments import DATA, ORGANISATION, USE, VENDOR, assessments
from tests.engine.clinic import DOCUMENT, KNOWLEDGE, ROOT, TODAY

FEW = settings(max_examples=2, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
OUTSIDE = {"vendor_saas", "public_api"}
TRAINS = {name for name, row in KNOWLEDGE.options.approaches.items() if row.trains}
Pair = tuple[str, str]


def result(document: dict[str, Any]) -> Result:
    return analyse(read_document(document), KNOWLEDGE, TODAY)


def answer(document: dict[str, Any]) -> UseCaseResult:
    return result(document).use_cases[0]


def ranked(found: UseCaseResult) -> set[Pair]:
    return {(option.approach, option.deployment) for option in found.options}


def with_use(document: dict[str, Any], **answers: Any) -> dict[str, Any]:
    changed = copy.deepcopy(document)
    changed["use_cases"][0] |= answers
    return changed


def by_key(document: dict[str, Any]) -> Any:
    """The result as plain data in which keys stand for places, and lists whose order says nothing are sorted."""
    text = canonical(result(document)).decode()
    for name in ("use_cases", "data_assets"):
        for place, row in enumerate(document[name]):
            text = re.sub(rf"/{name}/{place}(?=[/\"])", f"/{name}/{row['key']}", text)
    plain = json.loads(text)
    del plain["input_digest"]
    plain["use_cases"] = {use["key"]: use for use in plain["use_cases"]}
    plain["portfolio"] = sorted_inside(plain["portfolio"])
    plain["trace"] = sorted_inside(plain["trace"])
    for regime in plain["regimes"]:
        regime["roles"] = within(regime["roles"])
    return sorted_pointers(plain)


def sorted_inside(table: dict[str, Any]) -> dict[str, Any]:
    return {name: within(rows) for name, rows in table.items()}


def within(rows: Any) -> Any:
    if isinstance(rows, dict):
        return sorted_inside(rows)
    return sorted(rows, key=json.dumps) if isinstance(rows, list) else rows


def sorted_pointers(plain: Any) -> Any:
    if isinstance(plain, dict):
        return {key: sorted_pointers(item) for key, item in plain.items()}
    if isinstance(plain, list):
        items = [sorted_pointers(item) for item in plain]
        return sorted(items) if all(isinstance(item, str) for item in items) else items
    return plain


@FEW
@given(assessments(use_cases=2))
def test_the_order_of_use_cases_never_matters(document: dict[str, Any]) -> None:
    turned = document | {"use_cases": document["use_cases"][::-1]}
    one, other = by_key(document), by_key(turned)
    assert one["use_cases"] == other["use_cases"]
    assert one["portfolio"] == other["portfolio"]
    assert one["regimes"] == other["regimes"]


@FEW
@given(assessments(data_assets=2))
def test_the_order_of_data_assets_never_matters(document: dict[str, Any]) -> None:
    for quality, asset in enumerate(document["data_assets"], 3):
        asset["quality"] = quality
    turned = document | {"data_assets": document["data_assets"][::-1]}
    turned["use_cases"] = [use | {"data_assets": ["d1", "d0"]} for use in document["use_cases"]]
    assert by_key(document) == by_key(turned)


@FEW
@given(assessments(), st.sampled_from([2, 20]))
def test_more_budget_never_removes_an_option(document: dict[str, Any], times: int) -> None:
    budget = {"amount": "300000", "currency": "USD"}
    poor = document | {"organisation": document["organisation"] | {"annual_ai_budget": budget}}
    rich = copy.deepcopy(poor)
    rich["organisation"]["annual_ai_budget"]["amount"] = str(300_000 * times)

    assert ranked(answer(poor)) <= ranked(answer(rich))


@FEW
@given(
    assessments(),
    st.sampled_from(["no_data_egress", "offline", "state_hosting", "eu_hosting", "us_hosting"]),
)
def test_a_stricter_place_never_adds_an_option(document: dict[str, Any], word: Any) -> None:
    free = with_use(document, hard_constraints=[])
    strict = with_use(document, hard_constraints=[word])

    assert ranked(answer(strict)) <= ranked(answer(free))


@FEW
@given(assessments())
def test_a_broken_constraint_is_never_ranked(document: dict[str, Any]) -> None:
    found = answer(document)
    use, asset = document["use_cases"][0], document["data_assets"][0]
    must = set(use["hard_constraints"] or [])
    pairs = ranked(found)

    offered = set(KNOWLEDGE.options.offered())
    refused = {(row.approach, row.deployment) for row in found.refused}
    assert pairs | refused <= offered
    assert pairs & refused == set()
    assert found.outcome != "recommend" or pairs | refused == offered
    if must & {"no_data_egress", "offline"}:
        assert {deployment for _, deployment in pairs} <= {"on_prem"}
    if must & {"state_hosting", "sovereign_weights", "open_weights_only"}:
        assert {deployment for _, deployment in pairs} & OUTSIDE == set()
    if asset["contract_forbids_training"]:
        assert {approach for approach, _ in pairs} & TRAINS == set()
    if asset["phi"] and document["vendors"][0]["baa_signed"] is False:
        assert {deployment for _, deployment in pairs} <= {"on_prem"}
    if use["labelled_examples"] == 0:
        assert {approach for approach, _ in pairs} & {"peft", "full_ft", "small_domain_model"} == set()


@settings(FEW, max_examples=4)
@given(assessments(), st.randoms(use_true_random=False))
def test_silence_refuses_nothing_and_makes_nobody_guilty(document: dict[str, Any], random: Any) -> None:
    silent = copy.deepcopy(document)
    records = [
        (silent["use_cases"][0], USE),
        (silent["data_assets"][0], DATA),
        (silent["vendors"][0], VENDOR),
        (silent["organisation"], ORGANISATION),
    ]
    record, questions = random.choice(records)
    record[random.choice(sorted(questions))] = None

    before, after = answer(document), answer(silent)
    assert gaps(after) <= gaps(before)
    if after.outcome == before.outcome == "recommend":
        assert ranked(before) <= ranked(after)


def gaps(found: UseCaseResult) -> set[tuple[Any, ...]]:
    return {
        (finding.rule, finding.requirement_id, finding.option)
        for finding in found.findings
        if finding.state == "gap"
    }


def test_the_same_inputs_give_the_same_bytes_however_many_work_at_once_and_with_however_many_threads() -> (
    None
):
    program = (
        "import json, sys; from datetime import date; from pathlib import Path\n"
        "from engine.analyse import analyse; from engine.canonical import canonical\n"
        "from engine.knowledge import load; from engine.reading import read_document\n"
        "found = analyse(read_document(sys.stdin.read()), load(Path('knowledge')), date(2026, 11, 24))\n"
        "sys.stdout.buffer.write(canonical(found))"
    )
    document = json.dumps(DOCUMENT).encode()
    alone = work(program, seed="1", threads="1").communicate(document)[0]
    together = [work(program, seed=seed, threads=threads) for seed, threads in (("2", "1"), ("3", "4"))]
    for process in together:
        assert process.stdin is not None
        process.stdin.write(document)
        process.stdin.close()
    outputs = [process.stdout.read() for process in together if process.stdout is not None]

    assert [process.wait() for process in together] == [0, 0]
    assert outputs == [alone, alone]
    assert alone == canonical(result(DOCUMENT))


def work(program: str, *, seed: str, threads: str) -> subprocess.Popen[bytes]:
    """A process of its own that analyses what it is given, with a hash seed and a number of threads."""
    return subprocess.Popen(
        [sys.executable, "-c", program],
        env={
            "PATH": os.environ["PATH"],
            "PYTHONHASHSEED": seed,
            "OMP_NUM_THREADS": threads,
            "OPENBLAS_NUM_THREADS": threads,
        },
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )


@FEW
@given(assessments())
def test_another_currency_changes_no_answer(document: dict[str, Any]) -> None:
    rate = KNOWLEDGE.at("fx.EUR", TODAY).likely
    assert rate is not None
    document["organisation"]["annual_ai_budget"] = {"amount": "700000", "currency": "USD"}
    dollars = result(document | {"organisation": document["organisation"] | {"currency": "USD"}})
    euros = result(document | {"organisation": document["organisation"] | {"currency": "EUR"}})

    assert (dollars.currency, euros.currency) == ("USD", "EUR")
    pairs = zip(dollars.use_cases[0].options, euros.use_cases[0].options, strict=True)
    for one, other in pairs:
        assert (one.approach, one.deployment) == (other.approach, other.deployment)
        assert (one.confidence, one.score) == (other.confidence, other.score)
        assert abs(one.cost.p50 / rate / other.cost.p50 - 1) < Decimal("0.001")


def test_an_unknown_currency_is_said_and_the_result_is_in_dollars() -> None:
    document = copy.deepcopy(DOCUMENT)
    document["organisation"]["currency"] = "XAF"

    found = result(document)
    assert found.currency == "USD"
    (rule,) = [rule for rule in found.trace.rules if rule.rule == "money.currency"]
    assert rule.text == "No exchange rate of XAF is known; the result is in USD."
    assert rule.answers == ("/organisation/currency",)


def test_an_amount_in_an_unknown_currency_is_not_known_and_counts_as_nothing_else() -> None:
    """A million of a currency without a rate is not a million dollars: it is no answer, and the result says so."""
    document = copy.deepcopy(DOCUMENT)
    use_case = document["use_cases"][0]
    ends = {end: {"amount": "1000000", "currency": "XAF"} for end in ("low", "likely", "high")}
    document["organisation"]["annual_ai_budget"] = {"amount": "5", "currency": "XAF"}
    document["organisation"].pop("annual_ai_budget_band", None)
    document["budgets"] = [{"period": "2027-Q1", "opex": {"amount": "5", "currency": "XAF"}}]
    use_case["value"] = ends
    silent = copy.deepcopy(document)
    silent["budgets"] = [{"period": "2027-Q1"}]
    del silent["organisation"]["annual_ai_budget"], silent["use_cases"][0]["value"]

    found, wanted = result(document), result(silent)
    rules = [rule for rule in found.trace.rules if rule.rule == "money.currency"]
    assert {(rule.text, rule.answers) for rule in rules} == {
        ("No exchange rate of XAF is known; the amount counts as not answered.", (answer,))
        for answer in ("/organisation/annual_ai_budget", "/budgets/0/opex", "/use_cases/0/value")
    }
    assert (found.use_cases, found.portfolio) == (wanted.use_cases, wanted.portfolio)
    assert found.input_digest != wanted.input_digest


def test_an_amount_in_another_known_currency_names_its_rate() -> None:
    document = copy.deepcopy(DOCUMENT)
    document["organisation"]["annual_ai_budget"] = {"amount": "700000", "currency": "GBP"}
    assert "fx.GBP" in {fact.id for fact in result(document).trace.facts}
