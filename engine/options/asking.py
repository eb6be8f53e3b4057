"""Which unanswered questions are worth answering: what each could change, and the confidence that answers return."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from operator import itemgetter
from typing import get_args

from engine.duties.consequences import Opened
from engine.inputs import BudgetBand, Money, TaskType
from engine.options.changes import (
    AMOUNTS,
    OPEN_AMOUNTS,
    Amount,
    Change,
    amount_of,
    changed,
    choices,
    with_amount,
)
from engine.options.decide import ranked, shares_left
from engine.options.gates import BANDS
from engine.options.tables import Unknown
from engine.options.weighing import Weighing, named
from engine.options.words import shown
from engine.result import Question
from engine.sentences import counted, percent, small_start

ASKED: dict[str, Unknown] = {
    "requests_per_day": "requests",
    "labelled_examples": "labels",
    "corpus_tokens": "corpus",
    "domain_specificity": "domain",
    "differentiation_need": "differentiation",
    "ml_engineers": "engineers",
}
"""The amounts whose likely values stand in the table of unknowns, with their names there."""
BUDGET = "annual_ai_budget"
QUARTERS = 4


@dataclass(slots=True)
class Worth:
    """What one open question is worth: whether it could flip the answer, the mean points of confidence it returns."""

    flips: bool = False
    points: float = 0.0
    said: list[str] = field(default_factory=list)


def worth_asking(weighing: Weighing) -> tuple[Question, ...]:
    """Open questions: first those that could flip the answer, then by the points of confidence they return.

    A question is left out where no answer that was tried flips the recommendation, it takes no confidence from
    the first option, and no gate of the first three options waits on it.
    """
    found: dict[str, Worth] = {}
    tried = by_pointer(open_changes(weighing))
    for pointer, changes in tried.items():
        note_flips(found.setdefault(pointer, Worth()), weighing, changes)
    if weighing.decision.candidates:
        for pointer, share in left_open(weighing).items():
            note_confidence(found.setdefault(pointer, Worth()), weighing, tried.get(pointer, ()), share)
        note_duties(found, weighing)
        note_gates(found, weighing)
    order = sorted(found.items(), key=lambda item: (not item[1].flips, -item[1].points, item[0]))
    return tuple(Question(answer=at, worth=" ".join(worth.said)) for at, worth in order if worth.said)


def by_pointer(changes: Iterator[Change]) -> dict[str, list[Change]]:
    grouped: dict[str, list[Change]] = {}
    for change in changes:
        grouped.setdefault(change.pointer, []).append(change)
    return grouped


def open_changes(weighing: Weighing) -> Iterator[Change]:
    """A few answers to each open question of the case."""
    decision = weighing.decision
    case, view = decision.case, decision.view
    yield from (change for change in choices(case) if change.was is None)
    for amount in (*AMOUNTS, *OPEN_AMOUNTS):
        if amount.field == BUDGET:
            yield from budgets(weighing, amount)
        elif amount_of(case, amount) is None:
            for number in numbers(weighing, amount):
                yield with_amount(case, amount, number)
    if view.task is None:
        for task in get_args(TaskType):
            yield changed(case, "use_cases", case.index, "task_type", task)
    if view.quality is None and case.assets:
        place = case.inputs.data_assets.index(case.assets[0])
        for quality in weighing.knowledge.options.unknowns["quality"].values:
            yield changed(case, "data_assets", place, "quality", quality)


def numbers(weighing: Weighing, amount: Amount) -> Sequence[Decimal]:
    """A few numbers that an unanswered amount could be."""
    if amount.field in ASKED:
        row = weighing.knowledge.options.unknowns[ASKED[amount.field]]
        return tuple(Decimal(str(value)) for value in row.values)
    middle = (amount.least * amount.most).sqrt() if amount.tenfold else (amount.least + amount.most) / 2
    return amount.least, middle, amount.most


def budgets(weighing: Weighing, amount: Amount) -> Iterator[Change]:
    """Yearly budgets that could be answered: within the band, and no less than what four stated quarters hold."""
    case, exchange = weighing.decision.case, weighing.exchange
    organisation = case.inputs.organisation
    if organisation.annual_ai_budget is not None:
        return
    band = organisation.annual_ai_budget_band
    if band is None:
        offered = [with_amount(case, amount, number) for number in numbers(weighing, amount)]
    else:
        offered = [
            changed(case, "organisation", 0, BUDGET, Money(amount=number, currency="USD"))
            for number in ends(weighing, amount, band)
        ]
    least = stated_year(weighing)
    yield from (change for change in offered if exchange.of(change.to) >= least)


def ends(weighing: Weighing, amount: Amount, band: BudgetBand) -> tuple[Decimal, Decimal]:
    """The least and the most of a band in US dollars."""
    order = get_args(BudgetBand)
    tracer = weighing.tracer(weighing.decision.case)
    upper = [tracer.likely(BANDS[name]) for name in order if name in BANDS]
    bounds = [amount.least, *upper, amount.most]
    place = order.index(band)
    return bounds[place], bounds[place + 1]


def stated_year(weighing: Weighing) -> Decimal:
    """The most that four quarters in a row are stated to hold, in the result's currency."""
    rows = sorted(weighing.decision.case.inputs.budgets, key=lambda row: row.period)
    held = [
        sum((weighing.exchange.of(part) for part in (row.capex, row.opex) if part), Decimal(0))
        for row in rows
    ]
    years = [sum(held[start : start + QUARTERS], Decimal(0)) for start in range(len(held))]
    return max(years, default=Decimal(0))


def note_flips(worth: Worth, weighing: Weighing, changes: Sequence[Change]) -> None:
    """Say which answers would lead to another recommendation, and to which."""
    by_name: dict[str, list[str]] = {}
    for change in changes:
        if weighing.flips(change):
            name = named(weighing.decide(change), weighing.knowledge)
            by_name.setdefault(name, []).append(f"“{shown(change.to)}”")
    if by_name:
        leads = "; ".join(f"{' or '.join(tos)} would lead to: {small_start(n)}" for n, tos in by_name.items())
        worth.flips = True
        worth.said.append(f"It could change the answer. {leads}.")


def left_open(weighing: Weighing) -> dict[str, float]:
    """The share of the first option's confidence that each open question leaves, by its pointer."""
    decision = weighing.decision
    shares = shares_left(decision.candidates[0], decision, weighing.tracer(decision.case))
    return {pointer: share for pointer, share in shares.items() if pointer is not None}


def note_confidence(worth: Worth, weighing: Weighing, changes: Sequence[Change], share: float) -> None:
    """Say how sure the first option would be, at the least and at the most of the answers tried.

    Where no single answer could be tried, the `share` of confidence that the open question leaves is said.
    """
    now = weighing.decision.confidence[0]
    decisions = [(weighing.decide(change, sure=True), change) for change in changes]
    then = [(found.confidence[0], shown(change.to)) for found, change in decisions if found.confidence]
    if not then:
        worth.points = now / share - now
        worth.said.append(f"While it is open, {percent(share)} of the confidence is left.")
        return
    low, at_low = min(then, key=itemgetter(0))
    high, at_high = max(then, key=itemgetter(0))
    worth.points = sum(sure for sure, _ in then) / len(then) - now
    returned = f"{high} %" if low == high else f"{low} % (“{at_low}”) to {high} % (“{at_high}”)"
    worth.said.append(f"Answered, the first option would be {returned} sure instead of {now} %.")


def note_duties(found: dict[str, Worth], weighing: Weighing) -> None:
    """Say what the open questions about duties take from confidence together, at the answer most duties wait on."""
    decision = weighing.decision
    unknown = [
        finding
        for finding in decision.candidates[0].opened.findings
        if finding.needs and "unknown" in (finding.applies, finding.state)
    ]
    if not unknown:
        return
    settled = [replace(one, opened=without_questions(one.opened)) for one in decision.candidates]
    tracer = weighing.tracer(decision.case)
    then = ranked(decision, settled, weighing.knowledge, tracer, weighing.exchange, True)
    first = next(place for place, one in enumerate(then.candidates) if one.id == decision.candidates[0].id)
    sure, now = then.confidence[first], decision.confidence[0]
    if sure <= now:
        return
    waits = Counter(need for finding in unknown for need in finding.needs)
    pointer, _ = min(waits.items(), key=lambda item: (-item[1], item[0]))
    worth = found.setdefault(pointer, Worth())
    worth.points += sure - now
    worth.said.append(
        f"{counted(len(unknown), 'duty waits', 'duties wait')} on answers, most on this one; that leaves their effort "
        f"uncertain. Were it as is likely, the first option would be {sure} % sure instead of {now} %."
    )


def without_questions(opened: Opened) -> Opened:
    """The duties with those left out of which an answer is still missing; the total stays at what is likely."""
    known = tuple(one for one in opened.findings if "unknown" not in (one.applies, one.state))
    return Opened(findings=known, total=replace(opened.total, unknown=0), possible={})


def note_gates(found: dict[str, Worth], weighing: Weighing) -> None:
    """Say which gates of the first three options wait on an answer."""
    waiting = {
        verdict.answer: verdict.text
        for candidate in weighing.decision.candidates[:3]
        for verdict in candidate.conditions
        if verdict.answer is not None
    }
    for pointer, text in waiting.items():
        worth = found.setdefault(pointer, Worth())
        worth.said.append(f"A gate waits on it, and confidence with it: {text}")
