"""The estimator against published models and runs: counts and caches exactly, hours as near as was asked."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.estimator import (
    CACHE_A_TOKEN,
    FP16,
    LLAMA_2,
    PUBLISHED,
    REPORTED_HOURS,
    RUNS,
    SIX,
    held,
)
from engine.money.figures import Figure, Scene
from engine.money.hardware import gpu
from engine.money.parameters import cached_values, parameters
from engine.money.serving import fleet, speed
from engine.money.training import Job, planned_hours, pretraining_hours, tuning
from tests.engine.clinic import KNOWLEDGE
from tests.engine.money.scenes import scene_of

GIGABYTE = 1e9


@pytest.fixture(scope="module")
def scene() -> Scene:
    return scene_of()


@pytest.mark.parametrize("size", PUBLISHED)
def test_parameters_are_exact(size: str) -> None:
    assert parameters(LLAMA_2[size]) == PUBLISHED[size]


@pytest.mark.parametrize("size", CACHE_A_TOKEN)
def test_the_cache_of_a_token_is_exact(size: str) -> None:
    assert cached_values(LLAMA_2[size]) * FP16 == CACHE_A_TOKEN[size]


@pytest.mark.parametrize(
    ("size", "batch", "gigabytes"), [("7B", 1, 1.21), ("13B", 8, 15.10), ("70B", 16, 12.08)]
)
def test_the_cache_of_a_batch_of_2304_tokens(size: str, batch: int, gigabytes: float) -> None:
    held = cached_values(LLAMA_2[size]) * FP16 * batch * 2304
    assert round(held / GIGABYTE, 2) == gigabytes


def test_every_shape_of_the_catalogue_gives_its_published_count() -> None:
    shaped = {key: row for key, row in KNOWLEDGE.options.models.items() if row.architecture is not None}
    counted = {key: parameters(row.architecture) for key, row in shaped.items() if row.architecture}

    assert len(shaped) >= 8
    assert counted == {key: row.parameters for key, row in shaped.items()}


@pytest.mark.parametrize("size", REPORTED_HOURS)
def test_llama_2_hours_are_within_a_tenth_of_the_reported(scene: Scene, size: str) -> None:
    hours = pretraining_hours(scene, Figure(PUBLISHED[size]), Figure(2e12), gpu(scene, "a100"), per_token=SIX)
    assert hours.likely == pytest.approx(REPORTED_HOURS[size], rel=0.10)
    assert hours.likely == pytest.approx(6 * PUBLISHED[size] * 2e12 / (312e12 * 0.4 * 3600), rel=1e-12)


def test_the_planning_range_holds_four_of_six_published_runs(scene: Scene) -> None:
    assert {run for run in RUNS if held(scene, run)} == {"E005", "E010", "E011", "E016"}


def test_a_programme_plans_nearly_twice_its_final_run(scene: Scene) -> None:
    share = planned_hours(scene, Figure(1.0)).drawn
    assert float(np.mean(share)) == pytest.approx((1 + 4 * 1.4 + 4.5) / 6, rel=1e-3)


def job(scene: Scene, method: str, size: float, tokens: float = 1e7) -> Job:
    return tuning(scene, Figure(size), Figure(tokens), method)  # type: ignore[arg-type]


def test_memory_of_tuning_a_seven_billion_model(scene: Scene) -> None:
    size = PUBLISHED["7B"]
    found = {method: job(scene, method, size).memory for method in ("sft", "lora", "qlora")}

    assert found["sft"].likely == 16 * size
    assert found["lora"].likely == 2.4 * size
    assert found["qlora"].likely == 0.8 * size
    assert [job(scene, m, size).gpus.likely for m in ("sft", "lora", "qlora")] == [2, 1, 1]


def test_qlora_of_the_published_models_fits_where_it_was_run(scene: Scene) -> None:
    stated = KNOWLEDGE.facts["memory.qlora"].values[0]
    low, high = stated.low, stated.high
    assert low is not None
    assert high is not None
    assert float(low) * 65 == pytest.approx(48, rel=0.01)
    assert float(high) * 70.55 == pytest.approx(62.5, rel=0.01)
    assert job(scene, "qlora", 70.55e9).gpus.likely == 1


def test_an_adapter_job_costs_tens_to_hundreds_of_dollars(scene: Scene) -> None:
    # 3,000 examples of 2,300 tokens, seen three times.
    run = job(scene, "lora", 8.03e9, 3_000 * 2_300 * 3)
    cost = run.hours * scene.fact("price.gpu.hour")
    low, likely, high = cost.points

    assert likely == pytest.approx((4 * 8.03e9 * 20.7e6 / (989e12 * 0.25 * 3600) + 6) * 3, rel=1e-9)
    assert 10 < low < likely < high < 1000


def test_preferences_take_more_memory_and_arithmetic_than_examples(scene: Scene) -> None:
    plain, preferred = job(scene, "sft", 8e9), job(scene, "rl", 8e9)
    assert preferred.memory.likely == pytest.approx((16 + 2.4) * 8e9)
    assert preferred.hours.likely > plain.hours.likely


def test_a_single_answer_is_as_fast_as_bandwidth_allows() -> None:
    # 77 % of the roofline: an A100 of 40 GB moves 1,555 GB a second, the weights are 16.06 GB (E066: 75 tokens).
    roofline = float(KNOWLEDGE.facts["serving.roofline"].values[0].likely or 0)
    assert roofline * 1555e9 / (2 * 8.03e9) == pytest.approx(75, rel=0.02)


def test_a_small_model_answers_a_light_load_on_one_processor(scene: Scene) -> None:
    row = KNOWLEDGE.options.model("llama-3-1-8b")
    how = speed(scene, row, Figure(2000.0), Figure(300.0))

    assert how.weights.likely == row.parameters
    assert how.copy.likely == 1
    assert how.cache.likely == 131_072 * 2300
    # 2,000 tokens read at 40 % of 989e12 over two operations a parameter; 300 written at 72,000 over 8.03.
    reading = 2000 * 2 * 8.030261248e9 / (989e12 * 0.4)
    assert how.first_token_ms.likely == pytest.approx(1000 * reading)
    assert how.seconds.likely == pytest.approx(reading + 300 * 8.030261248 / 72_000)
    assert fleet(scene, how, Figure(300.0), Figure(60_000.0)).gpus.likely == 1


def test_a_load_takes_the_processors_that_its_peak_asks_for(scene: Scene) -> None:
    how = speed(scene, KNOWLEDGE.options.model("llama-3-1-8b"), Figure(2000.0), Figure(300.0))
    month = 365.25 / 12 * 86_400

    needed = 100e6 * 3 / month * how.seconds.likely
    assert fleet(scene, how, Figure(300.0), Figure(100e6)).gpus.likely == np.ceil(needed)


def test_a_seventy_billion_model_takes_two_processors_where_its_cache_needs_the_room(scene: Scene) -> None:
    row = KNOWLEDGE.options.model("llama-3-3-70b")
    how = speed(scene, row, Figure(2000.0), Figure(300.0))

    assert how.copy.likely == 1
    assert fleet(scene, how, Figure(300.0), Figure(60_000.0)).gpus.likely == 1
    assert fleet(scene, how, Figure(300.0), Figure(300_000.0)).gpus.likely == 2
