"""A bill by hand: lines, months and stages at their likely values."""

from __future__ import annotations

import math

import pytest

from engine.inputs import UseCase
from engine.money.bill import ITEMS, Bill
from engine.money.estimate import MONEY_ANSWERS, drafted
from tests.engine.clinic import KNOWLEDGE, answer, organisation, use
from tests.engine.money.scenes import contender, scene_of

WEEKS_A_MONTH = 365.25 / 12 / 7
RATE = 847
ENDPOINT = contender("api_prompt/public_api", "gpt-6-luna", "few_shot")


def likely(bill: Bill) -> dict[str, float]:
    """What each line comes to over the programme."""
    return {line.key: bill.over(line).likely for line in bill.lines}


def grown(growth: float, start: float) -> float:
    """Months of today's volume from a month to the programme's end, growing by a share a year."""
    rate = math.log(1 + growth) / 12
    return (math.exp(rate * 36) - math.exp(rate * start)) / rate


def test_a_prompted_model_through_an_endpoint() -> None:
    found = likely(drafted(scene_of(), ENDPOINT))
    start = 6 / WEEKS_A_MONTH
    in_use = 36 - start

    assert found["people_build"] == pytest.approx((0.5 + 0.2) * 6 * 5 * RATE)
    assert found["integration"] == 35 * RATE
    assert found["evaluation"] == 18 * RATE
    assert found["mlops_setup"] == 10 * RATE
    assert found["introduction"] == pytest.approx((15 + 200 * 0.06) * RATE)
    # 2,000 tokens of the request, 600 of the prompt, 300 written, at 0.10 and 0.50 a million.
    a_request = (2600 * 0.10 + 300 * 0.50) / 1e6
    assert found["inference"] == pytest.approx(2000 * 365.25 / 12 * a_request * grown(0.1, start))
    assert found["people_run"] == pytest.approx(0.2 * 220 / 12 * RATE * in_use)
    assert found["monitoring"] == pytest.approx(1.5 * RATE * in_use)
    assert found["mlops_tools"] == pytest.approx(400 * in_use)
    assert found["exit"] == 15 * RATE
    assert (found["compliance"], found["compliance_run"]) == (0, 0)
    assert set(found) == {
        "people_build",
        "integration",
        "evaluation",
        "mlops_setup",
        "introduction",
        "inference",
        "people_run",
        "monitoring",
        "mlops_tools",
        "exit",
        "compliance",
        "compliance_run",
    }


def test_stages_and_kinds_add_up_to_the_total() -> None:
    bill = drafted(
        scene_of(use(labelled_examples=500)), contender("peft/private_cloud", "llama-3-1-8b", "lora")
    )
    total = bill.total().likely

    assert sum(bill.total(stage=stage).likely for stage in ("job", "programme", "run")) == pytest.approx(
        total
    )  # type: ignore[arg-type]
    assert sum(bill.total(kind=kind).likely for kind in ("capex", "opex")) == pytest.approx(total)  # type: ignore[arg-type]
    assert sum(likely(bill).values()) == pytest.approx(total)
    assert 0 < bill.total(stage="job").likely < 100


def test_missing_labels_stand_beside_what_plans_leave_out() -> None:
    scene = scene_of(use(labelled_examples=500, domain_specificity="0.5"))
    found = likely(drafted(scene, contender("peft/private_cloud", "llama-3-1-8b", "lora")))

    # A likely 0.15 of the labels times a specificity of 0.5 needs a specialist.
    planned = 2500 * (0.925 * 1 + 0.075 * 100)
    assert found["labels"] == pytest.approx(planned)
    assert found["labels_underestimate"] == pytest.approx(3 * planned)


def test_enough_labels_cost_nothing() -> None:
    scene = scene_of(use(labelled_examples=10_000))
    assert "labels" not in likely(drafted(scene, contender("peft/private_cloud", "llama-3-1-8b", "lora")))


def test_answers_that_can_wait_cost_half_the_tokens() -> None:
    now = likely(drafted(scene_of(), ENDPOINT))["inference"]
    later = likely(drafted(scene_of(use(latency="batch")), ENDPOINT))["inference"]
    assert later == pytest.approx(now / 2)


def test_a_whole_body_of_text_in_each_call_is_paid_at_the_cached_price() -> None:
    scene = scene_of(use(corpus_tokens=100_000))
    found = likely(drafted(scene, contender("api_prompt/public_api", "gpt-6-luna", "long_context")))
    start = 6 / WEEKS_A_MONTH
    a_request = (2600 * 0.10 + 300 * 0.50 + 100_000 * 0.10 * 0.1) / 1e6
    assert found["inference"] == pytest.approx(2000 * 365.25 / 12 * a_request * grown(0.1, start))


def test_a_long_request_is_paid_at_the_price_of_long_requests() -> None:
    scene = scene_of(use(corpus_tokens=400_000))
    found = likely(drafted(scene, contender("api_prompt/public_api", "gpt-6-luna", "long_context")))
    start = 6 / WEEKS_A_MONTH
    a_request = (2600 * 0.20 + 300 * 0.75 + 400_000 * 0.20 * 0.1) / 1e6
    assert found["inference"] == pytest.approx(2000 * 365.25 / 12 * a_request * grown(0.1, start))


def test_an_agent_calls_a_model_eight_times_for_a_request() -> None:
    once = likely(drafted(scene_of(), ENDPOINT))["inference"]
    agent = likely(drafted(scene_of(use(task_type="agent_workflow")), ENDPOINT))["inference"]
    assert agent == pytest.approx(8 * once)


def test_seats_are_paid_for_people_inside_and_conversations_for_customers() -> None:
    seats = contender("api_prompt/vendor_saas", "gpt-6-luna")
    start = 6 / WEEKS_A_MONTH
    inside = likely(drafted(scene_of(), seats))
    customers = likely(drafted(scene_of(use(internal_only=False)), seats))

    assert inside["seats"] == pytest.approx(200 * 25 * (36 - start))
    assert customers["conversations"] == pytest.approx(2000 * 365.25 / 12 * 0.15 * grown(0.1, start))
    assert "seats" not in customers


def test_own_hardware_is_bought_with_a_spare_and_hosted_by_the_month() -> None:
    found = likely(drafted(scene_of(), contender("api_prompt/on_prem", "llama-3-1-8b", "few_shot")))
    start = 16 / WEEKS_A_MONTH

    assert found["serving_hardware"] == 2 * 38_750
    assert found["serving_network"] == 0
    assert found["serving_hosting"] == pytest.approx(2 * 833 * (36 - start))


def test_of_a_cluster_that_stands_already_a_tenth_is_bought() -> None:
    scene = scene_of(organisation(infrastructure=["own_gpu_cluster"]))
    bill = drafted(scene, contender("api_prompt/on_prem", "llama-3-1-8b", "few_shot"))
    line = next(line for line in bill.lines if line.key == "serving_hardware")

    assert bill.over(line).likely == pytest.approx(2 * 38_750 * 0.1)
    assert "/organisation/infrastructure" in line.amount.answers


def test_an_encoder_on_a_server_costs_little() -> None:
    found = likely(drafted(scene_of(), contender("small_domain_model/private_cloud", "bert-base", "sft")))
    assert found["servers_rented"] == pytest.approx(300 * (36 - 16 / WEEKS_A_MONTH))
    assert found["training_job"] < 50


def test_a_model_from_scratch_costs_what_programmes_have_cost() -> None:
    bill = drafted(scene_of(), contender("from_scratch/private_cloud", "own"))
    low, likely_cost, high = (bill.total(stage="programme") + bill.total(stage="job")).points
    published = KNOWLEDGE.facts["budget_floor.from_scratch"].values[0]

    assert published.low is not None
    assert published.high is not None
    assert low < float(published.high)
    assert high > float(published.low)
    assert float(published.low) < likely_cost < float(published.high)


def test_a_small_project_takes_part_of_the_work() -> None:
    # 20 people and 200 requests a day are a tenth of a full project: half way to the least, on a scale of tens.
    found = likely(drafted(scene_of(use(users=20, requests_per_day=200)), ENDPOINT))
    assert found["integration"] == pytest.approx(35 * RATE * (0.2 + 0.8 * 0.5))


def test_a_year_is_the_build_and_the_months_of_use_in_it() -> None:
    bill = drafted(scene_of(), ENDPOINT)
    start = 6 / WEEKS_A_MONTH
    found = likely(bill)
    at_once = sum(found[key] for key in ("people_build", "integration", "evaluation", "mlops_setup"))
    monthly = bill.rate("monthly").likely
    volume = bill.rate("volume").likely * (math.exp(math.log(1.1)) - math.exp(math.log(1.1) * start / 12))

    expected = at_once + found["introduction"] + monthly * (12 - start) + volume * 12 / math.log(1.1)
    assert bill.until(12).likely == pytest.approx(expected)


def test_every_line_has_a_name_and_says_what_it_was_made_of() -> None:
    for option in answer(use(labelled_examples=5000)).options:
        for line in option.cost_lines:
            assert line.item == ITEMS[line.key]
            assert line.facts or line.answers
            assert line.amount.low <= line.amount.likely <= line.amount.high


def test_the_answers_that_a_bill_reads_are_those_that_make_it_be_worked_out_again() -> None:
    words = {"use_cases": "use", "data_assets": "data", "organisation": "org"}
    fields = set(UseCase.__dataclass_fields__)
    read = set()
    for key in KNOWLEDGE.options.offered():
        option = contender("/".join(key), "llama-3-1-8b")
        scene = scene_of(use(labelled_examples=None, task_type="agent_workflow", internal_only=False))
        for line in drafted(scene, option).lines:
            read |= line.amount.answers
    named = {
        f"{words[parts[1]]}.{parts[-1]}"
        for parts in (pointer.split("/") for pointer in read)
        if parts[1] in words and (parts[1] != "use_cases" or parts[-1] in fields)
    }
    assert named <= MONEY_ANSWERS
    assert {"use.requests_per_day", "use.input_tokens", "data.tokens"} <= named
