"""Single changes of an assessment: the answers that a what-if varies, and how far."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Literal

from engine.case import Case
from engine.inputs import Money

Side = Literal["below", "above"]
Record = Literal["organisation", "use_cases", "vendors", "data_assets"]
PREFIX = {"organisation": "org", "use_cases": "use", "vendors": "vendor", "data_assets": "data"}

USE_CHOICES: dict[str, tuple[Any, ...]] = {
    "knowledge_change_rate": ("static", "monthly", "daily"),
    "citations_required": (True, False),
    "latency": ("batch", "interactive", "realtime_ms"),
    "sensitivity": ("public", "internal", "confidential", "special_category"),
    "hard_constraints": ((), ("no_data_egress",), ("eu_hosting",)),
    "error_cost": ("low", "high", "critical"),
    "safeguards": (("human_handover",), ()),
}
VENDOR_CHOICES: dict[str, tuple[Any, ...]] = {
    "baa_signed": (True, False),
    "dpa_signed": (True, False),
    "trains_on_inputs": (False, True),
}
ASSET_CHOICES: dict[str, tuple[Any, ...]] = {"contract_forbids_training": (True, False)}
ORGANISATION_CHOICES: dict[str, tuple[Any, ...]] = {
    "infrastructure": (("cloud",), ("cloud", "own_gpu_cluster"))
}


@dataclass(frozen=True, slots=True)
class Amount:
    """A number that is varied: the least and most that is tried, whole or a fraction, evenly or tenfold."""

    record: Record
    field: str
    least: Decimal
    most: Decimal
    tenfold: bool = True


AMOUNTS: tuple[Amount, ...] = (
    Amount("use_cases", "requests_per_day", Decimal(10), Decimal(50_000_000)),
    Amount("use_cases", "labelled_examples", Decimal(1), Decimal(1_000_000)),
    Amount("use_cases", "corpus_tokens", Decimal(10_000), Decimal(1_000_000_000_000)),
    Amount("use_cases", "output_tokens", Decimal(1), Decimal(50_000)),
    Amount("use_cases", "deadline_months", Decimal(1), Decimal(60), tenfold=False),
    Amount("use_cases", "domain_specificity", Decimal(0), Decimal(1), tenfold=False),
    Amount("use_cases", "differentiation_need", Decimal(0), Decimal(1), tenfold=False),
    Amount("organisation", "ml_engineers", Decimal(1), Decimal(200)),
    Amount("organisation", "annual_ai_budget", Decimal(10_000), Decimal(100_000_000)),
)
OPEN_AMOUNTS: tuple[Amount, ...] = (
    Amount("use_cases", "users", Decimal(1), Decimal(100_000)),
    Amount("use_cases", "input_tokens", Decimal(1), Decimal(100_000)),
    Amount("use_cases", "growth_per_year", Decimal(0), Decimal(1), tenfold=False),
)
"""Amounts that are tried only while they are not answered."""
FRACTIONS = ("domain_specificity", "differentiation_need", "growth_per_year")
RESOLVED = ("labelled_examples", "corpus_tokens", "sensitivity", "knowledge_change_rate")
"""Answers of a use case that its data assets can give."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A case with one answer changed; `was` is None where it is unanswered. `word` names it as the law does."""

    pointer: str
    word: str
    was: Any
    to: Any
    case: Case


def choices(case: Case) -> Iterator[Change]:
    """Every single change of an answer that is one of a few words."""
    for record, index, fields in (
        ("use_cases", case.index, USE_CHOICES),
        ("vendors", None if case.vendor is None else case.inputs.vendors.index(case.vendor), VENDOR_CHOICES),
        *(("data_assets", case.inputs.data_assets.index(asset), ASSET_CHOICES) for asset in case.assets),
        ("organisation", 0, ORGANISATION_CHOICES),
    ):
        if index is None:
            continue
        for field, values in fields.items():
            was = answered(case, record, index, field)
            for to in values:
                if to != was:
                    yield changed(case, record, index, field, to)


def amount_of(case: Case, amount: Amount) -> Decimal | None:
    """The number as it is answered, also where a data asset says it; None where it is not."""
    said = answered(case, amount.record, case.index, amount.field)
    if isinstance(said, Money):
        return said.amount
    return None if said is None else Decimal(said)


def with_amount(case: Case, amount: Amount, number: Decimal) -> Change:
    """The case with another number."""
    to: Any = number if amount.field in FRACTIONS else int(number)
    if amount.field == "annual_ai_budget":
        stated = case.inputs.organisation.annual_ai_budget
        currency = stated.currency if stated else case.inputs.organisation.currency or "USD"
        to = Money(amount=number, currency=currency)
    return changed(case, amount.record, case.index, amount.field, to)


def grid(amount: Amount, was: Decimal) -> tuple[Sequence[Decimal], Sequence[Decimal]]:
    """Numbers to try below and above the answered one, nearest first."""
    if not amount.tenfold:
        below = [was - (was - amount.least) * step / 3 for step in (1, 2, 3)] if was > amount.least else []
        above = [was + (amount.most - was) * step / 3 for step in (1, 2, 3)] if was < amount.most else []
        return below, above
    start = max(was, amount.least)
    below = [start / factor for factor in (4, 40, 400) if start / factor >= amount.least]
    above = [start * factor for factor in (4, 40, 400, 4000) if start * factor <= amount.most]
    return below, above


def changed(case: Case, record: str, index: int, field: str, to: Any) -> Change:
    """The case with one field of one record set anew."""
    row = _row(case, record, index)
    new = replace(row, **{field: to})
    if record == "organisation":
        inputs = replace(case.inputs, organisation=new)
        pointer = f"/organisation/{field}"
    else:
        rows = list(getattr(case.inputs, record))
        rows[index] = new
        inputs = replace(case.inputs, **{record: tuple(rows)})  # type: ignore[arg-type]
        pointer = f"/{record}/{index}/{field}"
    return Change(
        pointer=pointer,
        word=f"{PREFIX[record]}.{field}",
        was=answered(case, record, index, field),
        to=to,
        case=Case(inputs, case.index, case.as_of),
    )


def answered(case: Case, record: str, index: int, field: str) -> Any:
    """An answer as the rules read it: the record's own, else what the use case's data assets say; None if open."""
    own = getattr(_row(case, record, index), field)
    if own is not None or record != "use_cases" or field not in RESOLVED:
        return own
    return getattr(case, field).value


def _row(case: Case, record: str, index: int) -> Any:
    return case.inputs.organisation if record == "organisation" else getattr(case.inputs, record)[index]


Judge = Callable[[Change], bool]


def threshold(case: Case, amount: Amount, flips: Judge) -> Iterator[tuple[Side, Decimal, Change]]:
    """For each direction the number nearest to the answered one at which the answer flips, to two digits."""
    was = amount_of(case, amount)
    if was is None:
        return
    below, above = grid(amount, was)
    for side, numbers in (("below", below), ("above", above)):
        inner = was
        for number in numbers:
            change = with_amount(case, amount, number)
            if not flips(change):
                inner = number
                continue
            outer = number
            for _ in range(7):
                middle = (inner * outer).sqrt() if amount.tenfold and inner > 0 else (inner + outer) / 2
                tried = with_amount(case, amount, middle)
                if flips(tried):
                    outer, change = middle, tried
                else:
                    inner = middle
            yield ("below" if side == "below" else "above"), outer, change
            break
