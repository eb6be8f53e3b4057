"""One use case: gate every option, score what is left, and say which outcome that is."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from engine.case import Case
from engine.duties.consequences import Before, Opened, consequences, refusing
from engine.facts import Knowledge
from engine.inputs import Approach, Criterion
from engine.money.currency import Exchange
from engine.money.ends import at_ends, open_amounts
from engine.money.estimate import Outline, day_rate, moves, outline
from engine.money.figures import Scene, Shared
from engine.money.proposal import Contender
from engine.options import gates
from engine.options.basemodel import Choice, admitted, base_models, method_of
from engine.options.criteria import SCORES, Option, Value, cost_curve, effort_curve
from engine.options.doubt import Completed, Doubt, central_of, doubt, mean_scores
from engine.options.gates import Verdict
from engine.options.tables import CRITERIA
from engine.options.view import Pointers, View, completions, view_of
from engine.options.worst import least_in_cost, least_in_effort, work
from engine.result import OptionId, Outcome
from engine.rounding import about
from engine.trace import Tracer

READS = ("doubt.score", "doubt.condition", "doubt.task", "doubt.amount")
AMOUNTS = ("users", "input_tokens", "output_tokens", "growth_per_year", "languages", "modality", "error_cost")
"""Answers beside the view's that move the cost, some by the base models that can be used."""
TURNED = ((0, 0.25), (1, 0.5), (2, 0.25))
"""An option's low, likely and high figures, and the share of each."""
Estimates = Mapping[Contender, Outline]


@dataclass(frozen=True, slots=True)
class Base:
    """What was worked out for a case before the one answer that `word` names was changed.

    `shared` is what the scenes of several changes of the case share.
    """

    openings: Mapping[OptionId, Opened]
    estimates: Estimates
    word: str
    shared: Shared = field(default_factory=dict)

    def estimate(self, contender: Contender, knowledge: Knowledge) -> Outline | None:
        """The estimate of a contender; None where the change can move it, or there was none."""
        return None if moves(self.word, contender, knowledge.options) else self.estimates.get(contender)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An option that passed every gate, with all that was computed for it."""

    id: OptionId
    model: Choice
    opened: Opened
    estimate: Outline
    conditions: tuple[Verdict, ...]
    values: Mapping[Criterion, Value]

    @property
    def contender(self) -> Contender:
        """The option as its money is worked out."""
        return Contender(option=self.id, model=self.model.key, duties=self.opened.total)


@dataclass(frozen=True, slots=True, kw_only=True)
class Barred:
    """An option that gates removed, with the duties that it would open.

    `first_year` is what its first year takes in US dollars; None where a gate refused it before its money.
    """

    id: OptionId
    refusals: tuple[Verdict, ...]
    opened: Opened
    first_year: Decimal | None = None

    @property
    def verdict(self) -> Verdict:
        """The gate that removed it first."""
        return self.refusals[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The outcome for a use case; candidates stand best first, and so do the figures of `doubt`.

    `doubt` is None where no confidence was asked for, or nothing was recommended.
    """

    case: Case
    view: View
    pointers: Pointers
    outcome: Outcome
    first_get: tuple[str, ...]
    why: tuple[Verdict, ...]
    candidates: tuple[Candidate, ...]
    scores: tuple[float, ...]
    weights: Mapping[Criterion, float]
    doubt: Doubt | None
    confidence: tuple[int, ...]
    approach_confidence: int | None
    barred: tuple[Barred, ...]
    openings: Mapping[OptionId, Opened]
    estimates: Estimates


def priorities(case: Case, knowledge: Knowledge) -> Mapping[Criterion, Decimal]:
    """The organisation's own priorities, else the default ranks."""
    stated = case.inputs.organisation.priorities
    if stated and any(stated.values()):
        return stated
    return {name: Decimal(row.rank) for name, row in knowledge.options.criteria.items()}


def decide(
    case: Case,
    knowledge: Knowledge,
    tracer: Tracer,
    exchange: Exchange,
    *,
    sure: bool = True,
    base: Base | None = None,
) -> Decision:
    """Gate, score and rank every offered option of one use case.

    Without `sure` no confidence is worked out. With `base`, what the changed answer cannot move is taken
    from there.
    """
    view, pointers = view_of(case)
    rate = day_rate(tracer, exchange)
    scene = Scene(case, tracer, shared=base.shared if base else None)
    budget = budget_usd(case, tracer, exchange)
    passed: list[Candidate] = []
    barred: list[Barred] = []
    openings: dict[OptionId, Opened] = {}
    estimates: dict[Contender, Outline] = {}
    danger = gates.harm(case)
    shelf = admitted(case, view, tracer)
    for approach, deployment in knowledge.options.offered():
        method = method_of(case, view, approach, deployment, tracer)
        option = OptionId(approach=approach, deployment=deployment, method=method)
        former = base.openings.get(option) if base else None
        opened = openings[option] = consequences(
            option,
            case,
            planned=is_planned(case, option),
            day_rate=rate,
            knowledge=knowledge,
            tracer=tracer,
            before=Before(opened=former, word=base.word) if base and former else None,
        )
        verdicts = list(gates.before_money(case, view, approach, deployment, tracer))
        verdicts += gates.by_law(refusing(opened.findings, knowledge))
        if refusals := tuple(verdict for verdict in verdicts if verdict.holds):
            barred.append(Barred(id=option, refusals=refusals, opened=opened))
            continue
        models = base_models(case, view, shelf, approach, deployment, tracer)
        if isinstance(models, Verdict):
            barred.append(Barred(id=option, refusals=(models,), opened=opened))
            continue
        asked = {choice: Contender(option=option, model=choice.key, duties=opened.total) for choice in models}
        for contender in asked.values():
            same = base.estimate(contender, knowledge) if base else None
            estimates[contender] = same or outline(scene, contender, exchange)
        model = min(models, key=lambda choice: estimates[asked[choice]].cost.p50)
        money = estimates[asked[model]]
        first_year = exchange.to_usd(money.first_year)
        verdicts += gates.after_money(case, approach, first_year, budget, money.weeks, tracer, exchange)
        if refusals := tuple(verdict for verdict in verdicts if verdict.holds):
            barred.append(Barred(id=option, refusals=refusals, opened=opened, first_year=first_year))
            continue
        passed.append(
            Candidate(
                id=option,
                model=model,
                opened=opened,
                estimate=money,
                conditions=(*verdicts, *((danger,) if danger and not danger.holds else ())),
                values=value(view, figures(option, opened, money, knowledge, exchange), tracer),
            )
        )
    found = Decision(
        case=case,
        view=view,
        pointers=pointers,
        outcome="recommend",
        first_get=(),
        why=(),
        candidates=(),
        scores=(),
        weights={},
        doubt=None,
        confidence=(),
        approach_confidence=None,
        barred=tuple(barred),
        openings=openings,
        estimates=estimates,
    )
    if gates.about_no_language(case)[0] and not gates.trains_on_own_records(case, tracer):
        return replace(found, outcome="classical_model", why=nearest_gates(case, barred, knowledge))
    if (danger and danger.holds) or not passed:
        why = (danger,) if danger and danger.holds else nearest_gates(case, barred, knowledge)
        first = tuple(gates.what_to_get(verdict, knowledge) for verdict in why)
        return replace(found, outcome="not_yet", why=why, first_get=first)
    return ranked(found, passed, knowledge, tracer, exchange, sure)


def is_planned(case: Case, option: OptionId) -> bool:
    planned = case.use_case.planned
    return planned is not None and (planned.approach, planned.deployment) == (
        option.approach,
        option.deployment,
    )


def figures(
    option: OptionId, opened: Opened, money: Outline, knowledge: Knowledge, exchange: Exchange
) -> Option:
    return Option(
        name=option.approach,
        deployment_name=option.deployment,
        approach=knowledge.options.approaches[option.approach],
        deployment=knowledge.options.deployments[option.deployment],
        cost=usd(money.apart, exchange),
        cost_said=f"{about(money.cost.p50)} {exchange.code}",
        weeks=float(money.weeks.likely),
        days=float(opened.total.days.likely),
        open_gaps=opened.total.gaps,
        people=float(money.staff.likely),
    )


def value(view: View, option: Option, tracer: Tracer) -> dict[Criterion, Value]:
    return {name: score(view, option, tracer) for name, (score, _) in SCORES.items()}


def ranked(
    found: Decision,
    passed: Sequence[Candidate],
    knowledge: Knowledge,
    tracer: Tracer,
    exchange: Exchange,
    sure: bool,
) -> Decision:
    """The decision with its candidates in order, best mean score first, and what doubt leaves of that order."""
    stated = priorities(found.case, knowledge)
    completed = list(completed_scores(found, passed, knowledge, tracer, exchange, sure))
    weighed = None
    if sure:
        pairs = [(candidate.id.approach, candidate.id.deployment) for candidate in passed]
        weighed = doubt(pairs, completed, stated, float(tracer.likely("doubt.score")))
    scores = mean_scores(completed, stated) if weighed is None else weighed.scores
    order = sorted(range(len(passed)), key=lambda i: (-round(float(scores[i]), 6), i))
    candidates = tuple(passed[index] for index in order)
    central = central_of(stated)
    found = replace(
        found,
        candidates=candidates,
        scores=tuple(float(scores[index]) for index in order),
        weights=dict(zip(CRITERIA, map(float, central), strict=True)),
    )
    if weighed is None:
        return found
    weighed = reordered(weighed, order)
    keep = [kept(candidate, found, tracer) for candidate in candidates]
    first = candidates[0].id.approach
    most = max(share for share, other in zip(keep, candidates, strict=True) if other.id.approach == first)
    return replace(
        found,
        doubt=weighed,
        confidence=tuple(
            sure_percent(float(share) * part) for share, part in zip(weighed.confidence, keep, strict=True)
        ),
        approach_confidence=sure_percent(weighed.approach_confidence[first] * most),
    )


def sure_percent(share: float) -> int:
    """A share of draws as a whole percentage, 99 at the most: judged scores and 10,000 draws make nothing certain."""
    return min(99, round(100 * share))


def completed_scores(
    found: Decision,
    passed: Sequence[Candidate],
    knowledge: Knowledge,
    tracer: Tracer,
    exchange: Exchange,
    sure: bool,
) -> Iterator[Completed]:
    """For each criterion the scores of all options, once for each way its unanswered questions could turn out."""
    low_mid_high = [turns(candidate, found.case, knowledge, exchange) for candidate in passed]
    worst = least_leads(passed, found.case, tracer, exchange) if sure else {}
    for name in CRITERIA:
        score, reads = SCORES[name]
        turned = TURNED if name in ("cost", "compliance_effort") else ((1, 1.0),)
        ways = [
            (seen, which, share * part)
            for seen, share in completions(found.view, reads, knowledge.options)
            for which, part in turned
        ]
        scores = [
            [score(seen, turn[which], tracer).score for turn in low_mid_high] for seen, which, _ in ways
        ]
        yield Completed(np.array(scores), np.array([share for _, _, share in ways]), worst.get(name))


def least_leads(
    passed: Sequence[Candidate], case: Case, tracer: Tracer, exchange: Exchange
) -> Mapping[Criterion, NDArray[np.float64]]:
    """The least lead of each option over each other one in the criteria that duties move."""
    open_work = work([candidate.opened for candidate in passed])
    costs = np.array([usd(candidate.estimate.apart, exchange) for candidate in passed])
    ends = at_ends(case, [one.contender for one in passed], tracer) if open_amounts(case) else ()
    return {
        "cost": least_in_cost(cost_curve(tracer), [costs, *ends]),
        "compliance_effort": least_in_effort(open_work, effort_curve(tracer)),
    }


def usd(amount: Decimal, exchange: Exchange) -> float:
    return float(exchange.to_usd(amount))


def knows_volume(case: Case) -> bool:
    """Whether the answers that volume is made of are given."""
    use = case.use_case
    return None not in (use.requests_per_day, use.input_tokens, use.output_tokens)


def reordered(weighed: Doubt, order: Sequence[int]) -> Doubt:
    """The same figures with the options in another order."""
    place = list(order)
    return replace(
        weighed,
        scores=weighed.scores[place],
        values=weighed.values[:, place],
        confidence=weighed.confidence[place],
        regret=weighed.regret[place],
        max_regret=weighed.max_regret[place],
        acceptability=weighed.acceptability[place],
        pairwise=weighed.pairwise[np.ix_(place, place)],
        central=weighed.central[place],
    )


def turns(candidate: Candidate, case: Case, knowledge: Knowledge, exchange: Exchange) -> tuple[Option, ...]:
    """The option's figures as they could turn out: equal three times where every answer behind them is known."""
    likely = figures(candidate.id, candidate.opened, candidate.estimate, knowledge, exchange)
    total, volume_known = candidate.opened.total, knows_volume(case)
    if volume_known and not total.unknown:
        return likely, likely, likely
    cost, days = candidate.estimate.cost, total.days
    return tuple(
        Option(
            name=likely.name,
            deployment_name=likely.deployment_name,
            approach=likely.approach,
            deployment=likely.deployment,
            cost=likely.cost if volume_known else likely.cost * float(amount / cost.p50),
            cost_said=likely.cost_said,
            weeks=likely.weeks,
            days=float(work) if total.unknown else likely.days,
            open_gaps=likely.open_gaps,
            people=likely.people,
        )
        for amount, work in ((cost.p10, days.low), (cost.p50, days.likely), (cost.p90, days.high))
    )


def kept(candidate: Candidate, found: Decision, tracer: Tracer) -> float:
    """The share of confidence that is left: less for each open question, and for each gate that waits on one."""
    return math.prod(shares_left(candidate, found, tracer).values())


def shares_left(candidate: Candidate, found: Decision, tracer: Tracer) -> dict[str | None, float]:
    """The judged share of confidence that each open question leaves, by the pointer of its answer.

    A gate that waits on no single answer stands under None.
    """
    left: dict[str | None, float] = {}

    def leave(pointer: str | None, share: Decimal) -> None:
        left[pointer] = left.get(pointer, 1.0) * float(share)

    for pointer in dict.fromkeys(verdict.answer for verdict in candidate.conditions):
        leave(pointer, tracer.likely("doubt.condition"))
    for name, row in tracer.knowledge.options.unknowns.items():
        if getattr(found.view, name) is None:
            leave(found.pointers[name], row.keep)
    if found.view.task is None:
        leave(found.pointers["task"], tracer.likely("doubt.task"))
    for amount in AMOUNTS:
        if getattr(found.case.use_case, amount) is None:
            leave(found.case.at(amount), tracer.likely("doubt.amount"))
    return left


def budget_usd(case: Case, tracer: Tracer, exchange: Exchange) -> Decimal | None:
    """What may be spent in a year, in US dollars."""
    amount, _, _, in_usd = gates.yearly_budget(case, tracer)
    if amount is None or in_usd:
        return amount
    return exchange.to_usd(exchange.of(case.inputs.organisation.annual_ai_budget))  # type: ignore[arg-type]


def distance(approach: Approach, case: Case, knowledge: Knowledge) -> tuple[bool, Decimal, Decimal]:
    """How far an approach lies: nearest is what trains nothing, then what asks for less text, then what fits best."""
    row, task = knowledge.options.approaches[approach], case.use_case.task_type
    text = knowledge.facts[row.token_floor].values[-1].low if row.token_floor else None
    return row.trains, text or Decimal(0), -row.fit[task] if task else Decimal(0)


def stand_in(decision: Decision, knowledge: Knowledge) -> Approach:
    """The approach whose duties show what a use case without a recommended option will open.

    A classical model opens the duties of a small one trained on the same records; a use case that is not yet
    ready those of its nearest approach.
    """
    if decision.outcome == "classical_model":
        return "small_domain_model"
    offered = dict.fromkeys(option.approach for option in decision.openings)
    return min(offered, key=lambda approach: distance(approach, decision.case, knowledge))


def nearest_gates(case: Case, barred: Sequence[Barred], knowledge: Knowledge) -> tuple[Verdict, ...]:
    """The gates that shut the nearest of the options, and no other option's.

    An option that only misses something lies nearer than one that is not wanted; then comes one that trains
    nothing, one that only its money or its time refuses, and one that fewer gates refuse.
    """

    def way(item: Barred) -> tuple[bool, bool, bool, int, Decimal, Decimal, Decimal]:
        unwanted = any(verdict.rule in gates.LAST_TO_LIFT for verdict in item.refusals)
        trains, text, fit = distance(item.id.approach, case, knowledge)
        early = item.first_year is None
        return unwanted, trains, early, len(item.refusals), text, fit, item.first_year or Decimal(0)

    return tuple(dict.fromkeys(min(barred, key=way).refusals))
