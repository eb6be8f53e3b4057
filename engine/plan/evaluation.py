"""The tests that a use case must pass before go-live: metric, threshold with its basis, and how many examples."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from decimal import Decimal

from engine.facts import Knowledge
from engine.inputs import ErrorCost
from engine.plan.chosen import Chosen, holds, id_of
from engine.plan.compliance import Duty
from engine.plan.tables import EvaluationRow
from engine.plan.track import Track
from engine.result import Evaluation
from engine.rounding import tenth
from engine.trace import Tracer

SURE = Decimal("1.96")
"""Standard deviations that hold 95 % of a normal distribution."""
LEFT_OVER = 0.05
"""The probability that a rate above the threshold passes unseen."""
DEFAULT_ERROR_COST: ErrorCost = "high"
"""What an unanswered cost of an error counts as: tests are not made easier by silence."""


def evaluations(
    item: Chosen, track: Track, start: Decimal, knowledge: Knowledge, tracer: Tracer
) -> Iterator[Evaluation]:
    """The tests of a use case in the option that is planned. What may apply is tested."""
    stage = next(stage for stage in track.stages if stage.evaluates)
    name = track.stage_id(stage)
    gate = f"{name}.gate" if stage != track.stages[-1] else track.live_id
    for row in knowledge.plan.evaluation:
        condition = knowledge.plan.conditions[row.when]
        applies = holds(condition, item.case, id_of(track.option), knowledge)
        if applies is False:
            continue
        cost = item.case.use_case.error_cost
        fact = row.threshold[cost or DEFAULT_ERROR_COST]
        threshold = tracer.likely(fact)
        margin = None if row.margin is None else tracer.likely(row.margin)
        sample, how = sample_of(row, threshold, margin, track.duties)
        facts = (fact, *((row.margin,) if row.margin else ()))
        yield Evaluation(
            id=f"{item.key}.{row.id}",
            use_case=item.key,
            dimension=row.dimension,
            metric=row.metric,
            direction=row.direction,
            threshold=threshold,
            basis=" ".join(basis(row, cost, applies)),
            margin=margin,
            sample=sample,
            sample_how=how,
            phase=name,
            gate=gate,
            week=tenth(start + track.slots[name].end),
            owner=row.owner,
            rule=f"evaluation.{row.id}",
            answers=(item.case.at("error_cost"),),
            facts=facts,
        )
    tracer.origin(
        "/roadmap/evaluation/*",
        "estimate",
        answers=(item.case.at("error_cost"),),
        facts=knowledge.plan.fact_ids(),
        how="Thresholds and margins are facts; the sample follows from them by the formula beside it.",
    )


def basis(row: EvaluationRow, error_cost: ErrorCost | None, applies: bool | None) -> Iterator[str]:
    """Why the threshold is what it is."""
    yield row.because
    if len(set(row.threshold.values())) > 1:
        yield (
            f"The cost of a wrong answer is answered as {error_cost}."
            if error_cost
            else f"The cost of a wrong answer is not answered; it counts as {DEFAULT_ERROR_COST}."
        )
    if applies is None:
        yield "Whether the test is needed is not answered; it is planned until it is."


def sample_of(
    row: EvaluationRow, threshold: Decimal, margin: Decimal | None, duties: Sequence[Duty]
) -> tuple[int, str]:
    """How many examples a test needs, and how that follows."""
    if row.sample == "share":
        assert margin is not None
        return share_sample(threshold, margin), (
            f"1.96² × {threshold} × {1 - threshold} ÷ {margin}²: the share is known to ±{margin} at 95 %."
        )
    if row.sample == "groups":
        assert margin is not None
        return group_sample(margin), (
            f"2 × 1.96² × 0.5 × 0.5 ÷ {margin}², in each group: a difference of {margin} between two groups "
            "shows at 95 %, whatever their rates."
        )
    if row.sample == "rare":
        return rare_sample(threshold), (
            f"ln 0.05 ÷ ln (1 − {threshold}): if none of so many fails, the rate is below {threshold} at 95 %."
        )
    blockers = sum(duty.blocker for duty in duties)
    blocking = f"{blockers or 'none'} of them {'block' if blockers > 1 else 'blocks'}"
    return len(duties), f"Every open duty, one by one; {blocking} the launch."


def share_sample(share: Decimal, margin: Decimal) -> int:
    """Examples by which a share is known to within a margin at 95 %, by the normal approximation."""
    return math.ceil(SURE**2 * share * (1 - share) / margin**2)


def group_sample(difference: Decimal) -> int:
    """Examples of each of two groups by which a difference of their shares shows at 95 %, at the worst share."""
    return math.ceil(2 * SURE**2 * Decimal("0.25") / difference**2)


def rare_sample(rate: Decimal) -> int:
    """Examples without a failure that show a rate below the given one at 95 %."""
    return math.ceil(math.log(LEFT_OVER) / math.log1p(-float(rate)))
