"""Remarks: what is said plainly beside a use case's answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from engine.money.account import Account
from engine.options.criteria import fits_context
from engine.options.decide import Decision
from engine.options.loss import loss_remark, signed
from engine.questions import question
from engine.result import Reason
from engine.rounding import about
from engine.trace import Tracer


def remarks(
    decision: Decision, accounts: Sequence[Account], tracer: Tracer, currency: str
) -> Iterator[Reason]:
    """What should be said plainly beside the answer. `accounts` are of the options, in their order."""
    yield from of_answers(decision, tracer)
    yield from loss_remark(decision.case, accounts, currency)
    if accounts:
        yield from price_remark(accounts[0], decision.pointers["requests"], currency)
        yield from end_remark(accounts[0], decision, currency)


def of_answers(decision: Decision, tracer: Tracer) -> Iterator[Reason]:
    """What single answers call for."""
    case = decision.case
    retrieves = any(candidate.id.approach == "rag" for candidate in decision.candidates)
    if retrieves and fits_context(decision.view, tracer):
        fits = tracer.likely("context.fits")
        yield Reason(
            direction="note",
            text=f"The body of text fits into a model's context ({fits:,} tokens): an index is optional.",
            answer=case.corpus_tokens.pointer,
            rule="remark.context",
            facts=("context.fits",),
        )
    if case.use_case.defaults:
        names = ", ".join(f"“{question(['use_cases', name])}”" for name in case.use_case.defaults)
        yield Reason(
            direction="note",
            text=f"These answers are a template's defaults and not yet confirmed: {names}.",
            answer=case.at("defaults"),
            rule="remark.defaults",
        )
    if decision.outcome == "recommend" and case.use_case.error_cost in ("high", "critical"):
        yield Reason(
            direction="note",
            text="A wrong answer costs much: a person takes over where the system is unsure, and a gate tests it.",
            answer=case.at("error_cost"),
            rule="remark.hand_over",
        )


def price_remark(account: Account, answer: str, currency: str) -> Iterator[Reason]:
    """The next known prices behind an option's bill with their month, and what they change over the programme.

    `answer` is the pointer of the volume that is priced.
    """
    if not account.price_changes:
        return
    changed = sum(
        (line.amount.likely for line in account.cost_lines if line.since and line.paid != "day"), Decimal(0)
    )
    said = " ".join(change.text for change in account.price_changes)
    yield Reason(
        direction="note",
        text=(
            f"{said} Each month is reckoned at the price of its day; that changes the three years by "
            f"{signed(changed)} {currency}."
        ),
        answer=answer,
        rule="remark.price",
        facts=tuple(dict.fromkeys(change.fact for change in account.price_changes)),
    )


def end_remark(account: Account, decision: Decision, currency: str) -> Iterator[Reason]:
    """That the service or the model behind an option ends within the programme, and what the move takes."""
    for line in account.cost_lines:
        if line.paid == "day":
            yield Reason(
                direction="against",
                text=(
                    f"The service behind it ends on {line.since}; the cost holds a move to another one, "
                    f"about {about(line.amount.likely)} {currency}."
                ),
                answer=next(iter(line.answers), decision.case.at("vendor")),
                rule="remark.retirement",
                facts=line.facts,
            )
