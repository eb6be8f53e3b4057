"""How much a use case asks of a model: answered figures, or the ranges that stand for them."""

from __future__ import annotations

import math
from dataclasses import dataclass

from engine.inputs import Method
from engine.money.calendar import DAYS_A_MONTH
from engine.money.figures import Figure, Scene

READS = (
    "volume.requests",
    "volume.users",
    "volume.input",
    "volume.output",
    "volume.growth",
    "volume.forecast",
    "volume.prompt",
    "volume.passages",
    "volume.calls",
    "reach.users",
    "reach.requests",
    "reach.least",
)
SMALLEST = 100.0
"""A project that many times smaller than a full one takes the least work."""


@dataclass(frozen=True, slots=True)
class Demand:
    """Requests a month today, their yearly growth, tokens of a request as people write it, and the people.

    `calls` is how often a model is called for one request.
    """

    requests: Figure
    growth: Figure
    calls: Figure
    input: Figure
    output: Figure
    users: Figure


def demand(scene: Scene) -> Demand:
    """The demand of the scene's use case."""
    return scene.once("demand", lambda: make_demand(scene))


def make_demand(scene: Scene) -> Demand:
    case, use = scene.case, scene.case.use_case
    agent = use.task_type == "agent_workflow"
    return Demand(
        requests=requests_a_day(scene) * DAYS_A_MONTH,
        growth=scene.answer(use.growth_per_year, case.at("growth_per_year"), "volume.growth"),
        calls=scene.fact("volume.calls") if agent else Figure(1.0),
        input=scene.answer(use.input_tokens, case.at("input_tokens"), "volume.input"),
        output=scene.answer(use.output_tokens, case.at("output_tokens"), "volume.output"),
        users=scene.answer(use.users, case.at("users"), "volume.users"),
    )


def requests_a_day(scene: Scene) -> Figure:
    """Today's requests a day. An answered volume is a forecast, and forecasts miss."""
    at, said = scene.case.at("requests_per_day"), scene.case.use_case.requests_per_day
    if scene.holds(at):
        return scene.held(at)
    stated = scene.answer(said, at, "volume.requests")
    return stated if said is None else stated * scene.fact("volume.forecast")


def reach(scene: Scene) -> Figure:
    """The part of a full-size project's work that this one takes: less for few people and few requests.

    Full where either is not answered.
    """
    case, use = scene.case, scene.case.use_case
    if use.users is None or use.requests_per_day is None:
        return Figure(1.0)
    full_users, full_requests = scene.fact("reach.users").likely, scene.fact("reach.requests").likely
    size = max(use.users / full_users, use.requests_per_day / full_requests, 1e-9)
    share = min(1.0, max(0.0, 1.0 + math.log(size) / math.log(SMALLEST)))
    if share == 1.0:
        return Figure(1.0)
    answers = frozenset({case.at("users"), case.at("requests_per_day")})
    least = scene.fact("reach.least")
    return least + (1.0 - least) * Figure(share, answers=answers)


def read_tokens(
    scene: Scene, asked: Demand, method: Method | None, *, tuned: bool, retrieves: bool
) -> tuple[Figure, Figure]:
    """Tokens that a model reads for one call: those of the request with its prompt and passages, and those of
    the whole body of text where it is put into every call (`long_context`)."""
    read = asked.input
    if not tuned:
        read = read + scene.fact("volume.prompt")
    if retrieves:
        read = read + scene.fact("volume.passages")
    corpus = scene.case.corpus_tokens
    if method == "long_context" and corpus.value is not None:
        return read, scene.answered(corpus.value, corpus.pointer)
    return read, Figure(0.0)
