"""How ready the organisation is, by dimension, and whether to build alone or with a partner."""

from __future__ import annotations

from collections.abc import Sequence

from engine.inputs import Inputs
from engine.result import Level, OrganisationResult, ReadinessItem, RegimeResult
from engine.trace import Tracer

READY, MIDDLING = 4, 3
ALONE_PEOPLE = 5


def readiness(inputs: Inputs, regimes: Sequence[RegimeResult], tracer: Tracer) -> OrganisationResult:
    """Readiness in data, capabilities, obligations and growth; an unanswered question leaves it unknown."""
    found = {
        "data": data(inputs),
        "capabilities": capabilities(inputs),
        "obligations": obligations(regimes),
        "growth": growth(inputs),
    }
    item = delivery(inputs)
    tracer.fired(
        "readiness.delivery", item.because, ("/organisation/ml_engineers", "/organisation/ai_maturity")
    )
    return OrganisationResult(readiness=found, delivery=item)


def data(inputs: Inputs) -> ReadinessItem:
    maturity = inputs.organisation.data_maturity
    qualities = [asset.quality for asset in inputs.data_assets if asset.quality is not None]
    if maturity is None:
        return ReadinessItem(level="unknown", because="The maturity of the data work is not answered.")
    lowest = min(qualities, default=maturity)
    level = level_of(min(maturity, lowest))
    return ReadinessItem(
        level=level, because=f"Data work is at {maturity} of 5; the weakest data asset at {lowest}."
    )


def capabilities(inputs: Inputs) -> ReadinessItem:
    people, maturity = inputs.organisation.ml_engineers, inputs.organisation.ai_maturity
    if people is None or maturity is None:
        return ReadinessItem(level="unknown", because="People or maturity in AI are not answered.")
    level: Level = "low" if people == 0 or maturity == 1 else level_of(maturity)
    return ReadinessItem(
        level=level, because=f"{people} people build machine learning; AI is at {maturity} of 5."
    )


def obligations(regimes: Sequence[RegimeResult]) -> ReadinessItem:
    applying = [item for item in regimes if item.applies == "yes"]
    if not applying:
        return ReadinessItem(level="unknown", because="No regime is known to apply.")
    blockers = sum(item.open_blockers for item in applying)
    met = sum(item.coverage.met for item in applying)
    due = sum(item.coverage.applicable for item in applying)
    level: Level = "low" if blockers else "high" if due and met >= due * 0.8 else "medium"
    return ReadinessItem(level=level, because=f"{met} of {due} duties are known to be met; {blockers} block.")


def growth(inputs: Inputs) -> ReadinessItem:
    valued = [use for use in inputs.use_cases if use.value is not None and use.value.likely is not None]
    if inputs.organisation.growth_objective is None:
        return ReadinessItem(level="unknown", because="What AI is to do for growth is not answered.")
    all_valued = len(valued) == len(inputs.use_cases)
    text = f"A goal is set; {len(valued)} of {len(inputs.use_cases)} use cases state what they are worth."
    return ReadinessItem(level="high" if all_valued else "medium" if valued else "low", because=text)


def delivery(inputs: Inputs) -> ReadinessItem:
    """How well the organisation could build alone; low means: with a partner."""
    people, maturity = inputs.organisation.ml_engineers, inputs.organisation.ai_maturity
    if people is None:
        return ReadinessItem(
            level="unknown", because="How many people build machine learning is not answered."
        )
    if people >= ALONE_PEOPLE and (maturity or 0) >= MIDDLING:
        return ReadinessItem(level="high", because=f"Build alone: {people} people, and systems in operation.")
    if people == 0:
        return ReadinessItem(level="low", because="Build with a partner: nobody builds machine learning yet.")
    return ReadinessItem(
        level="medium", because=f"Build the first with a partner and learn: {people} people so far."
    )


def level_of(score: int) -> Level:
    return "high" if score >= READY else "medium" if score >= MIDDLING else "low"
