"""One use case: gate every option, score what is left, and say which outcome that is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from engine.case import Case
from engine.duties.consequences import Opened, consequences, refusing
from engine.facts import Knowledge
from engine.inputs import Approach, Criterion
from engine.money.currency import Exchange
from engine.money.estimate import CostEstimate, day_rate, estimate
from engine.options import gates
from engine.options.basemodel import base_model, method_of
from engine.options.criteria import SCORES, Option, Value
from engine.options.doubt import Doubt, doubt, mean_scores
from engine.options.gates import Verdict
from engine.options.tables import CRITERIA
from engine.options.view import Pointers, View, completions, view_of
from engine.result import OptionId, Outcome
from engine.trace import Tracer

READS = ("doubt.score", "doubt.condition")
ENGINEERS_FOR_OWN_RECORDS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An option that passed every gate, with all that was computed for it."""

    id: OptionId
    model: str
    opened: Opened
    estimate: CostEstimate
    conditions: tuple[Verdict, ...]
    values: Mapping[Criterion, Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Barred:
    """An option that a gate removed, with the duties that it would open."""

    id: OptionId
    verdict: Verdict
    opened: Opened


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The outcome for a use case; candidates stand best first, beside their score, confidence and regret."""

    case: Case
    view: View
    pointers: Pointers
    outcome: Outcome
    first_get: tuple[str, ...]
    why: tuple[Verdict, ...]
    candidates: tuple[Candidate, ...]
    scores: tuple[float, ...]
    confidence: tuple[int, ...]
    regret: tuple[float, ...]
    weights: Mapping[Criterion, float]
    barred: tuple[Barred, ...]


def priorities(case: Case, knowledge: Knowledge) -> Mapping[Criterion, Decimal]:
    """The organisation's own priorities, else the default ranks."""
    stated = case.inputs.organisation.priorities
    return stated or {name: Decimal(row.rank) for name, row in knowledge.options.criteria.items()}


def decide(
    case: Case, knowledge: Knowledge, tracer: Tracer, exchange: Exchange, *, sure: bool = True
) -> Decision:
    """Gate, score and rank every offered option of one use case; without `sure`, confidence and regret stay 0."""
    view, pointers = view_of(case)
    rate = day_rate(tracer, exchange)
    budget = budget_usd(case, tracer, exchange)
    passed: list[Candidate] = []
    barred: list[Barred] = []
    classical = is_classical(case, tracer)
    for approach, deployment in knowledge.options.offered():
        method = method_of(case, view, approach, deployment, tracer)
        option = OptionId(approach=approach, deployment=deployment, method=method)
        planned = case.use_case.planned
        same = planned is not None and (planned.approach, planned.deployment) == (approach, deployment)
        opened = consequences(option, case, planned=same, day_rate=rate, knowledge=knowledge, tracer=tracer)
        verdicts = [*wrong_kind(case, approach, tracer)]
        verdicts += gates.before_money(case, view, approach, deployment, tracer)
        verdicts += gates.by_law(case, refusing(opened.findings, knowledge), knowledge)
        if stopped := next((verdict for verdict in verdicts if verdict.holds), None):
            barred.append(Barred(id=option, verdict=stopped, opened=opened))
            continue
        model = base_model(case, approach, deployment)
        money = estimate(case, option, opened.total, model, knowledge, tracer, exchange)
        verdicts += gates.after_money(case, approach, exchange.to_usd(money.first_year), budget, tracer)
        if stopped := next((verdict for verdict in verdicts if verdict.holds), None):
            barred.append(Barred(id=option, verdict=stopped, opened=opened))
            continue
        passed.append(
            Candidate(
                id=option,
                model=model,
                opened=opened,
                estimate=money,
                conditions=tuple(verdicts),
                values=value(view, figures(option, opened, money, knowledge, exchange), tracer),
            )
        )
    missing = safeguards_missing(case)
    outcome: Outcome = "recommend"
    if classical:
        outcome = "classical_model"
    elif missing or not passed:
        outcome = "not_yet"
    why = missing if outcome == "not_yet" and missing else commonest(barred)
    ranked, weighed = rank(case, view, passed, knowledge, tracer, exchange, sure)
    return Decision(
        case=case,
        view=view,
        pointers=pointers,
        outcome=outcome,
        first_get=() if outcome != "not_yet" else tuple(what_to_get(verdict) for verdict in why),
        why=why,
        candidates=tuple(passed[index] for index in ranked) if outcome == "recommend" else (),
        scores=tuple(float(weighed.scores[i]) for i in ranked) if weighed else (),
        confidence=confidences(passed, ranked, weighed, tracer),
        regret=tuple(float(weighed.regret[i]) for i in ranked) if weighed else (),
        weights={} if weighed is None else dict(zip(CRITERIA, map(float, weighed.weights), strict=True)),
        barred=tuple(barred),
    )


def figures(
    option: OptionId, opened: Opened, money: CostEstimate, knowledge: Knowledge, exchange: Exchange
) -> Option:
    return Option(
        name=option.approach,
        deployment_name=option.deployment,
        approach=knowledge.options.approaches[option.approach],
        deployment=knowledge.options.deployments[option.deployment],
        cost=float(exchange.to_usd(money.cost.p50)),
        weeks=float(money.weeks.likely),
        days=float(opened.total.days.likely),
        open_gaps=opened.total.gaps,
        people=float(money.staff.likely),
    )


def value(view: View, option: Option, tracer: Tracer) -> dict[Criterion, Value]:
    return {name: score(view, option, tracer) for name, (score, _) in SCORES.items()}


def rank(
    case: Case,
    view: View,
    passed: Sequence[Candidate],
    knowledge: Knowledge,
    tracer: Tracer,
    exchange: Exchange,
    sure: bool,
) -> tuple[tuple[int, ...], Doubt | None]:
    """The order of the options, best mean score first, and what is known about it under doubt."""
    if not passed:
        return (), None
    low_mid_high = [turns(candidate, case, knowledge, exchange) for candidate in passed]
    completed = []
    for name in CRITERIA:
        score, reads = SCORES[name]
        figure_sets = range(3) if name in ("cost", "compliance_effort") else (1,)
        completed.append(
            np.array(
                [
                    [score(seen, turn[which], tracer).score for turn in low_mid_high]
                    for seen in completions(view, reads)
                    for which in figure_sets
                ]
            )
        )
    spread = float(tracer.likely("doubt.score"))
    pairs = [(candidate.id.approach, candidate.id.deployment) for candidate in passed]
    stated = priorities(case, knowledge)
    weighed = doubt(pairs, completed, stated, spread) if sure else mean_scores(completed, stated)
    order = sorted(range(len(passed)), key=lambda i: (-round(float(weighed.scores[i]), 6), i))
    return tuple(order), weighed


def turns(candidate: Candidate, case: Case, knowledge: Knowledge, exchange: Exchange) -> tuple[Option, ...]:
    """The option's figures as they could turn out: equal three times where every answer behind them is known."""
    likely = figures(candidate.id, candidate.opened, candidate.estimate, knowledge, exchange)
    use, total = case.use_case, candidate.opened.total
    volume_known = None not in (use.requests_per_day, use.input_tokens, use.output_tokens)
    if volume_known and not total.unknown:
        return likely, likely, likely
    cost, days = candidate.estimate.cost, total.days
    return tuple(
        Option(
            name=likely.name,
            deployment_name=likely.deployment_name,
            approach=likely.approach,
            deployment=likely.deployment,
            cost=likely.cost if volume_known else float(exchange.to_usd(amount)),
            weeks=likely.weeks,
            days=float(work) if total.unknown else likely.days,
            open_gaps=likely.open_gaps,
            people=likely.people,
        )
        for amount, work in ((cost.p10, days.low), (cost.p50, days.likely), (cost.p90, days.high))
    )


def confidences(
    passed: Sequence[Candidate], ranked: Sequence[int], weighed: Doubt | None, tracer: Tracer
) -> tuple[int, ...]:
    """Whole percents, lowered for each answer on which a gate still waits."""
    if weighed is None:
        return ()
    keep = float(tracer.likely("doubt.condition"))
    found = []
    for index in ranked:
        waits = len({verdict.answer for verdict in passed[index].conditions})
        found.append(round(100 * float(weighed.confidence[index]) * keep**waits))
    return tuple(found)


def budget_usd(case: Case, tracer: Tracer, exchange: Exchange) -> Decimal | None:
    """What may be spent in a year, in US dollars."""
    amount, _, _, in_usd = gates.yearly_budget(case, tracer)
    if amount is None or in_usd:
        return amount
    return exchange.to_usd(exchange.of(case.inputs.organisation.annual_ai_budget))  # type: ignore[arg-type]


def not_language(case: Case) -> tuple[bool, str]:
    """Whether the task is no task for a language model, and the answer that says so."""
    use = case.use_case
    if use.task_type == "prediction_nontext":
        return True, case.at("task_type")
    if use.task_type is None and use.modality and set(use.modality) <= {"time_series", "tabular"}:
        return True, case.at("modality")
    return False, case.at("task_type")


def trains_on_own_records(case: Case, tracer: Tracer) -> bool:
    """Whether a model of the organisation's own records is in reach: very many records, and people who train."""
    return gates.own_records(case, tracer) and (
        (case.inputs.organisation.ml_engineers or 0) >= ENGINEERS_FOR_OWN_RECORDS
    )


def is_classical(case: Case, tracer: Tracer) -> bool:
    return not_language(case)[0] and not trains_on_own_records(case, tracer)


def wrong_kind(case: Case, approach: Approach, tracer: Tracer) -> list[Verdict]:
    """The gate of tasks that are not about language."""
    other, pointer = not_language(case)
    if not other:
        return []
    if not trains_on_own_records(case, tracer):
        text = (
            "Prediction from numbers is a task for a classical model: gradient boosting, rules or statistics."
        )
        return [gates.refused("gate.modality", pointer, text)]
    if approach in ("small_domain_model", "from_scratch"):
        return []
    return [gates.refused("gate.modality", pointer, "A language model does not predict from such records.")]


def safeguards_missing(case: Case) -> tuple[Verdict, ...]:
    """Where an error can do grave harm, a person must take over; answered without such a safeguard, it waits."""
    use = case.use_case
    if use.error_cost != "critical" or use.safeguards is None:
        return ()
    if {"human_handover", "human_review"} & set(use.safeguards) or use.decision == "human_review":
        return ()
    text = "A wrong answer can do grave harm, and no person takes over when the system is unsure."
    return (gates.refused("gate.harm", case.at("safeguards"), text),)


def commonest(barred: Sequence[Barred]) -> tuple[Verdict, ...]:
    """The one gate each that stops most options, most first; at most three."""
    count = Counter(item.verdict.rule for item in barred)
    first = {item.verdict.rule: item.verdict for item in reversed(barred)}
    return tuple(first[rule] for rule, _ in count.most_common(3))


GET: Mapping[str, str] = {
    "gate.labels": "More labelled examples.",
    "gate.tokens": "A larger body of text.",
    "gate.corpus": "A body of text to answer from, recorded as a data asset.",
    "gate.citations": "A searchable collection of the sources to be cited.",
    "gate.budget": "A budget that carries the first year, or a smaller first step.",
    "gate.team": "People who train models, hired or from a partner.",
    "gate.egress": "Own hardware that can run a model, or leave to send data out.",
    "gate.residency": "A service that keeps the data where they must stay.",
    "gate.retirement": "A service that outlives the plan.",
    "gate.licensed_data": "A base model whose training data are licensed, or the means to train one.",
    "gate.contract": "Leave to train on the data, from the party to the contract.",
    "gate.harm": "A hand-over to a person who decides, tested before go-live.",
    "gate.latency": "A slower answer that is still useful, or labels for a small model.",
}


def what_to_get(verdict: Verdict) -> str:
    """What would open the gate, with why it is shut."""
    return f"{GET[verdict.rule]} {verdict.text}" if verdict.rule in GET else verdict.text
