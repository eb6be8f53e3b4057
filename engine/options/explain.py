"""The words and rows of a decision: the answer, its reasons, the runner-up, why the others lost."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from engine.facts import Knowledge
from engine.inputs import Criterion
from engine.money.account import Account, accounts
from engine.money.currency import Exchange
from engine.money.origins import note_money
from engine.options.criteria import SCORES, Option, Value
from engine.options.decide import Barred, Candidate, Decision, budget_usd, stand_in, sure_percent
from engine.options.doubt import Doubt
from engine.options.loss import loss_warning
from engine.options.remarks import remarks
from engine.options.tables import CRITERIA
from engine.options.whatif import WhatIf
from engine.options.words import option_name
from engine.result import (
    CriterionValue,
    Finding,
    RankedOption,
    Reason,
    RefusedOption,
    RunnerUp,
    UseCaseResult,
)
from engine.rounding import about
from engine.sentences import certainty, joined, percent, small_start
from engine.trace import Tracer

FOR, AGAINST, GATES = 4, 2, 2
MOST = 5
"""Reasons of the first option at the most."""
FIGURE_CRITERIA: tuple[Criterion, ...] = ("cost", "time_to_value", "team_fit", "compliance_effort")


def explained(
    decision: Decision, what_if: WhatIf, knowledge: Knowledge, tracer: Tracer, exchange: Exchange
) -> UseCaseResult:
    """The use case's part of the result."""
    case = decision.case
    compared = reference(decision, knowledge, tracer) if decision.candidates else {}
    money = accounts(
        case,
        tracer,
        [one.contender for one in decision.candidates],
        [option_name(one.id, knowledge) for one in decision.candidates],
        exchange,
        budget_usd(case, tracer, exchange),
    )
    note_money(case.index, money, tracer)
    options = tuple(
        ranked(decision, place, compared, knowledge, account) for place, account in enumerate(money.options)
    )
    return UseCaseResult(
        key=case.use_case.key,
        name=case.name,
        outcome=decision.outcome,
        first_get=decision.first_get,
        summary=summary(decision, knowledge, exchange.code) + loss_warning(money.options),
        approach_confidence=decision.approach_confidence,
        remarks=tuple(remarks(decision, money.options, tracer, exchange.code)),
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
        runner_up=runner_up(decision, knowledge),
        steadiness=what_if.steadiness,
        switch_points=what_if.switch_points,
        weight_switch=what_if.weight_switch,
        ask_next=what_if.ask_next,
        worth_knowing=money.worth_knowing,
        findings=tuple(findings(decision, knowledge)),
    )


def findings(decision: Decision, knowledge: Knowledge) -> Iterator[Finding]:
    """The findings of every option that is on offer or planned, and of a stand-in where none is on offer."""
    for candidate in decision.candidates:
        yield from candidate.opened.findings
    on_offer = {candidate.id for candidate in decision.candidates}
    instead = None if on_offer else stand_in(decision, knowledge)
    for option, opened in decision.openings.items():
        if option not in on_offer:
            yield from (f for f in opened.findings if f.planned or option.approach == instead)


def summary(decision: Decision, knowledge: Knowledge, currency: str) -> str:
    """The answer in one sentence; amounts are of this currency."""
    if decision.outcome == "classical_model":
        return f"No language model is indicated. {decision.why[0].text}"
    if decision.outcome == "not_yet":
        first = decision.first_get[0] if decision.first_get else "an answer to what is still open."
        return f"Not yet. First get: {small_start(first)}"
    best = decision.candidates[0]
    cost = best.estimate.cost
    return (
        f"{option_name(best.id, knowledge)}: {certainty(decision.approach_confidence)} sure of the approach, "
        f"{certainty(decision.confidence[0])} of this option{at_the_mean(decision)}; "
        f"about {about(cost.p10)} {currency} to {about(cost.p90)} {currency} over three years, "
        f"first use after about {best.estimate.weeks.likely:.0f} weeks."
    )


def at_the_mean(decision: Decision) -> str:
    """What open questions hide: how often the option comes first with them at their mean, where that is more."""
    if decision.doubt is None:
        return ""
    wins = sure_percent(float(decision.doubt.acceptability[0, 0]))
    if wins <= decision.confidence[0]:
        return ""
    return f" whatever the open questions turn out to be (first in {wins} % of draws with them at their mean)"


def reference(decision: Decision, knowledge: Knowledge, tracer: Tracer) -> Mapping[Criterion, float]:
    """What an option is compared with: each criterion's mean value over all options on offer, refused ones too.

    Where a value needs an option's own figures, the mean is over the options that passed.
    """
    offered = [
        Option(
            name=approach,
            deployment_name=deployment,
            approach=knowledge.options.approaches[approach],
            deployment=knowledge.options.deployments[deployment],
            cost=0.0,
            cost_said="",
            weeks=0.0,
            days=0.0,
            open_gaps=0,
            people=0.0,
        )
        for approach, deployment in knowledge.options.offered()
    ]
    found = {}
    for name in CRITERIA:
        if name in FIGURE_CRITERIA:
            scores = [candidate.values[name].score for candidate in decision.candidates]
        else:
            scores = [SCORES[name][0](decision.view, option, tracer).score for option in offered]
        found[name] = sum(scores) / len(scores)
    return found


def reasons(
    decision: Decision, place: int, compared: Mapping[Criterion, float], knowledge: Knowledge
) -> tuple[Reason, ...]:
    """The strongest reasons for and against an option, each with its answer, rule and facts.

    For the first option, the gates that removed most of the others count as reasons too; it has five at the most.
    """
    candidate = decision.candidates[place]
    parts = {
        name: weight * (candidate.values[name].score - compared[name])
        for name, weight in decision.weights.items()
    }
    order = sorted(parts, key=lambda name: -parts[name])
    chosen = [(name, "for") for name in order[:FOR] if parts[name] > 0]
    chosen += [(name, "against") for name in reversed(order[-AGAINST:]) if parts[name] < 0]
    found = [
        Reason(
            direction="for" if direction == "for" else "against",
            text=f"{knowledge.options.criteria[name].name}: "
            f"{candidate.values[name].text if direction == 'for' else candidate.values[name].against}",
            answer=cited(decision, candidate.values[name]),
            rule=f"criterion.{name}",
            facts=candidate.values[name].facts,
        )
        for name, direction in chosen
    ]
    if place:
        return tuple(found)
    gates = tuple(gate_reasons(decision, knowledge))
    plain = tuple(plain_reasons(decision, found, knowledge))
    strength = [abs(parts[name]) for name, _ in chosen]
    return (*gates, *strongest(found, strength, MOST - len(gates) - len(plain)), *plain)


def strongest(found: Sequence[Reason], strength: Sequence[float], room: int) -> tuple[Reason, ...]:
    """The strongest of the reasons, as many as there is room for, in their order; one of them against, if any is.

    A reason that reads an answer comes before one that holds whatever is answered.
    """
    order = sorted(range(len(found)), key=lambda index: (found[index].answer is None, -strength[index]))
    against = [index for index in order if found[index].direction == "against"][:1]
    kept = {*against, *[index for index in order if index not in against][: room - len(against)]}
    return tuple(reason for index, reason in enumerate(found) if index in kept)


def cited(decision: Decision, value: Value) -> str | None:
    """The pointer of the answer that a value reads."""
    return decision.pointers[value.answer] if value.answer else None


def plain_reasons(decision: Decision, found: Sequence[Reason], knowledge: Knowledge) -> Iterator[Reason]:
    """What belongs to the answer even where it does not set the first option apart: the task, and its machines."""
    best = decision.candidates[0]
    named = {reason.answer for reason in found}
    task = decision.view.task
    if task is not None and decision.pointers["task"] not in named:
        fit = knowledge.options.approaches[best.id.approach].fit[task]
        yield Reason(
            direction="for",
            text=f"{knowledge.options.tasks[task].name}: our estimate is that at its best it reaches {percent(fit)} of what is possible.",
            answer=decision.pointers["task"],
            rule="criterion.task_fit",
            facts=("scale.fit",),
        )
    if best.id.deployment == "on_prem" and not decision.view.own_machines:
        machines = decision.pointers["own_machines"]
        if machines not in named:
            text = "The machines are not there yet; they are part of the plan and of its cost."
            yield Reason(direction="against", text=text, answer=machines, rule="criterion.team_fit")


def gate_reasons(decision: Decision, knowledge: Knowledge) -> Iterator[Reason]:
    """The gates that removed most options beside the first one's approach or deployment, and what they removed."""
    best, tables = decision.candidates[0].id, knowledge.options
    removed: dict[str, list[Barred]] = {}
    for barred in decision.barred:
        if barred.id.approach == best.approach or barred.id.deployment == best.deployment:
            removed.setdefault(barred.verdict.rule, []).append(barred)
    for rule, group in sorted(removed.items(), key=lambda item: -len(item[1]))[:GATES]:
        names = tuple(
            dict.fromkeys(
                tables.approaches[barred.id.approach].name
                if barred.id.approach != best.approach
                else tables.deployments[barred.id.deployment].name
                for barred in group
            )
        )
        verdict = group[0].verdict
        gone = joined([names[0], *map(small_start, names[1:])])
        text = f"{gone} {'falls' if len(names) == 1 else 'fall'} away: {small_start(verdict.text)}"
        yield Reason(direction="for", text=text, answer=verdict.answer, rule=rule, facts=verdict.facts)


def gaps(decision: Decision, place: int) -> Mapping[Criterion, float]:
    """By criterion, how far an option lies behind the first one: weight × difference of values."""
    best, this = decision.candidates[0], decision.candidates[place]
    return {
        name: weight * (best.values[name].score - this.values[name].score)
        for name, weight in decision.weights.items()
    }


def lost_because(decision: Decision, place: int, knowledge: Knowledge) -> str | None:
    """The criterion on which the option falls furthest behind the first one; None for the first."""
    if place == 0:
        return None
    behind = gaps(decision, place)
    name = max(behind, key=lambda key: behind[key])
    return f"{knowledge.options.criteria[name].name}: {decision.candidates[place].values[name].against}"


def runner_up(decision: Decision, knowledge: Knowledge) -> RunnerUp | None:
    """The best option of another approach, and by how much and on what it lies behind."""
    if not decision.candidates:
        return None
    first = decision.candidates[0].id.approach
    others = (i for i, other in enumerate(decision.candidates) if other.id.approach != first)
    place = next(others, None)
    if place is None:
        return None
    behind = gaps(decision, place)
    worse = sorted((name for name in behind if behind[name] > 0), key=lambda name: -behind[name])[:3]
    better = sorted((name for name in behind if behind[name] < 0), key=lambda name: behind[name])[:3]
    points = Decimal(f"{decision.scores[0] - decision.scores[place]:.3f}")
    option = decision.candidates[place].id
    lost = knowledge.options.criteria[worse[0]].name.lower() if worse else "nothing in particular"
    won = f"; it is better on {knowledge.options.criteria[better[0]].name.lower()}" if better else ""
    return RunnerUp(
        option=replace(option),
        behind=points,
        better_on=tuple(better),
        worse_on=tuple(worse),
        text=f"{option_name(option, knowledge)} is {points} points of 1 behind, most of it on {lost}{won}.",
    )


def ranked(
    decision: Decision,
    place: int,
    compared: Mapping[Criterion, float],
    knowledge: Knowledge,
    money: Account,
) -> RankedOption:
    candidate, doubt = decision.candidates[place], decision.doubt
    assert doubt is not None
    return RankedOption(
        rank=place + 1,
        approach=candidate.id.approach,
        deployment=candidate.id.deployment,
        method=candidate.id.method,
        score=Decimal(f"{decision.scores[place]:.3f}"),
        confidence=decision.confidence[place],
        regret=Decimal(f"{doubt.regret[place]:.3f}"),
        max_regret=Decimal(f"{doubt.max_regret[place]:.3f}"),
        acceptability=whole_percents(doubt, place),
        pairwise=tuple(round(100 * float(share)) for share in doubt.pairwise[place]),
        values=tuple(criterion_values(decision, place)),
        cost=money.cost,
        capex=money.capex,
        opex=money.opex,
        stages=money.stages,
        years=money.years,
        cost_lines=money.cost_lines,
        price_changes=money.price_changes,
        npv=money.npv,
        payback=money.payback,
        loss=money.loss,
        over_budget=money.over_budget,
        break_even=money.break_even,
        drivers=money.drivers,
        training=money.training,
        serving=money.serving,
        weeks=candidate.estimate.weeks,
        staff=candidate.estimate.staff,
        infrastructure=money.infrastructure,
        base_model=knowledge.options.model(candidate.model.key).name,
        model_tests=candidate.model.tests,
        consequences=candidate.opened.total,
        conditions=tuple(dict.fromkeys(conditions(candidate))),
        reasons=reasons(decision, place, compared, knowledge),
        lost_because=lost_because(decision, place, knowledge),
    )


def whole_percents(doubt: Doubt, place: int) -> tuple[int, ...]:
    """An option's share of draws for each rank in whole percents that sum to 100 (largest remainders)."""
    exact = [100 * float(share) for share in doubt.acceptability[place]]
    found = [math.floor(share) for share in exact]
    rest = sorted(range(len(exact)), key=lambda rank: found[rank] - exact[rank])
    for rank in rest[: 100 - sum(found)]:
        found[rank] += 1
    return tuple(found)


def criterion_values(decision: Decision, place: int) -> Iterator[CriterionValue]:
    """The parts of an option's score, with unanswered questions at their mean."""
    assert decision.doubt is not None
    for index, name in enumerate(CRITERIA):
        said = decision.candidates[place].values[name]
        yield CriterionValue(
            criterion=name,
            weight=Decimal(f"{decision.weights[name]:.4f}"),
            value=Decimal(f"{decision.doubt.values[index, place]:.4f}"),
            text=said.text,
            answer=cited(decision, said),
            facts=said.facts,
        )


def conditions(candidate: Candidate) -> Iterator[str]:
    """What must still be answered or closed before the option may go live."""
    for verdict in candidate.conditions:
        yield verdict.text
    for finding in candidate.opened.findings:
        if finding.blocker and finding.state in ("gap", "partial") and finding.timing == "in_force":
            yield f"{finding.regime} {finding.requirement_id}: {finding.title}"
