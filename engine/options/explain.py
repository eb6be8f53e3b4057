"""The words and rows of a decision: reasons, why the others lost, what would change it, what to ask."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from engine.facts import Knowledge
from engine.inputs import Criterion
from engine.money.estimate import break_even
from engine.options.decide import Candidate, Decision
from engine.result import (
    BreakEven,
    Finding,
    OptionId,
    RankedOption,
    Reason,
    RefusedOption,
    UseCaseResult,
)
from engine.rounding import about

FOR, AGAINST = 4, 2


def explained(decision: Decision, knowledge: Knowledge) -> UseCaseResult:
    """The use case's part of the result; switch points and questions are added by `engine.options.whatif`."""
    case = decision.case
    options = tuple(ranked(decision, place, knowledge) for place in range(len(decision.candidates)))
    findings: list[Finding] = [f for candidate in decision.candidates for f in candidate.opened.findings]
    for barred in decision.barred:
        findings += [f for f in barred.opened.findings if f.planned]
    return UseCaseResult(
        key=case.use_case.key,
        name=case.name,
        outcome=decision.outcome,
        first_get=decision.first_get,
        summary=summary(decision, knowledge),
        options=options,
        refused=tuple(
            RefusedOption(
                approach=barred.id.approach,
                deployment=barred.id.deployment,
                rule=barred.verdict.rule,
                answer=barred.verdict.answer,
                facts=barred.verdict.facts,
                text=barred.verdict.text,
            )
            for barred in decision.barred
        ),
        switch_points=(),
        ask_next=(),
        findings=tuple(findings),
    )


def option_name(option: OptionId, knowledge: Knowledge) -> str:
    """An option in words: “Retrieval from own documents, own cloud account”."""
    approach = knowledge.options.approaches[option.approach].name
    deployment = knowledge.options.deployments[option.deployment].name
    return f"{approach}, {deployment[0].lower()}{deployment[1:]}"


def summary(decision: Decision, knowledge: Knowledge) -> str:
    """The answer in one sentence."""
    if decision.outcome == "classical_model":
        return f"No language model is indicated: {decision.why[0].text}"
    if decision.outcome == "not_yet":
        first = decision.first_get[0] if decision.first_get else "an answer to what is still open."
        return f"Not yet. First get: {first[0].lower()}{first[1:]}"
    best = decision.candidates[0]
    cost = best.estimate.cost
    return (
        f"{option_name(best.id, knowledge)}: {decision.confidence[0]} % sure, "
        f"about {about(cost.p10)} to {about(cost.p90)} over three years, "
        f"first use after about {best.estimate.weeks.likely:.0f} weeks."
    )


def contributions(decision: Decision, candidate: Candidate) -> Mapping[Criterion, float]:
    """Weight × (value − the mean value of all candidates), by criterion: what sets the option apart."""
    count = len(decision.candidates)
    mean = {
        name: sum(other.values[name].score for other in decision.candidates) / count
        for name in decision.weights
    }
    return {
        name: weight * (candidate.values[name].score - (mean[name] if count > 1 else 0.5))
        for name, weight in decision.weights.items()
    }


def reasons(decision: Decision, candidate: Candidate, knowledge: Knowledge) -> tuple[Reason, ...]:
    """The strongest reasons for and against an option, each with its answer, rule and facts."""
    parts = sorted(contributions(decision, candidate).items(), key=lambda item: -item[1])
    chosen = [(name, "for") for name, part in parts[:FOR] if part > 0]
    chosen += [(name, "against") for name, part in reversed(parts[-AGAINST:]) if part < 0]
    return tuple(
        Reason(
            direction="for" if direction == "for" else "against",
            text=f"{knowledge.options.criteria[name].name}: {candidate.values[name].text}",
            answer=decision.pointers[candidate.values[name].answer],
            rule=f"criterion.{name}",
            facts=candidate.values[name].facts,
        )
        for name, direction in chosen
    )


def lost_because(decision: Decision, place: int, knowledge: Knowledge) -> str | None:
    """The criterion on which the option falls furthest behind the first one; None for the first."""
    if place == 0:
        return None
    best, this = decision.candidates[0], decision.candidates[place]
    behind = {
        name: weight * (best.values[name].score - this.values[name].score)
        for name, weight in decision.weights.items()
    }
    name = max(behind, key=lambda key: behind[key])
    return f"{knowledge.options.criteria[name].name}: {this.values[name].text}"


def ranked(decision: Decision, place: int, knowledge: Knowledge) -> RankedOption:
    candidate = decision.candidates[place]
    money = candidate.estimate
    return RankedOption(
        rank=place + 1,
        approach=candidate.id.approach,
        deployment=candidate.id.deployment,
        method=candidate.id.method,
        score=Decimal(f"{decision.scores[place]:.3f}"),
        confidence=decision.confidence[place],
        regret=Decimal(f"{decision.regret[place]:.3f}"),
        cost=money.cost,
        cost_lines=money.lines,
        npv=money.npv,
        break_even=volume_against_rival(decision, place),
        weeks=money.weeks,
        staff=money.staff,
        infrastructure=money.infrastructure,
        base_model=knowledge.options.model(candidate.model).name,
        consequences=candidate.opened.total,
        conditions=tuple(dict.fromkeys(conditions(candidate))),
        reasons=reasons(decision, candidate, knowledge),
        lost_because=lost_because(decision, place, knowledge),
    )


def conditions(candidate: Candidate) -> Iterator[str]:
    """What must still be answered or closed before the option may go live."""
    for verdict in candidate.conditions:
        yield verdict.text
    for finding in candidate.opened.findings:
        if finding.blocker and finding.state in ("gap", "partial") and finding.timing == "in_force":
            yield f"{finding.regime} {finding.requirement_id}: {finding.title}"


def volume_against_rival(decision: Decision, place: int) -> BreakEven | None:
    """The volume at which the option costs as much as the best one of another approach."""
    this = decision.candidates[place]
    rivals = [other for other in decision.candidates if other.id.approach != this.id.approach]
    if not rivals:
        return None
    volume = break_even(this.estimate, rivals[0].estimate)
    if volume is None:
        return None
    return BreakEven(requests_per_month=volume, against=replace(rivals[0].id))
