"""The price book: every price and estimate that an organisation may replace by its own, and its own beside it. Pure."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from engine.facts import FactAt, Knowledge, NotYet, Source
from engine.inputs import PriceOverride
from engine.prices import BASE, bounds_of, fault_of, open_to_own
from engine.reading import read_part
from inventory.models import OwnPrice
from inventory.records import part_of

State = Literal["holds", "later", "open", "withdrawn", "no_place"]
GROUPS: Mapping[str, tuple[str, ...]] = {
    "Hardware": ("price.gpu.", "price.server.", "price.storage"),
    "Applications, tools and data": (
        "price.seat.",
        "price.saas.",
        "price.mlops.",
        "price.label.",
        "price.data.",
    ),
    "Tokens of hosted models": ("price.",),
    "Pay": ("people.day_rate",),
    "Exchange rates": ("fx.",),
    "Budgets and scales": ("budget.", "anchor.cost."),
    "Work and people": ("days.", "people."),
    "Weeks": ("weeks.",),
}
OTHERS = "Other estimates"
MONEY = tuple(GROUPS)[:6]
SPAN = re.compile(
    r"(?P<year>\d{4})(-(?P<month>\d{2})(-(?P<day>\d{2}))?|-Q(?P<quarter>[1-4])|-(?P<until>\d{4}))?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """A price of the organisation's own. `behind`: the book's price is of a later day; `fault`: why it has no place."""

    record: OwnPrice
    price: PriceOverride
    state: State
    behind: bool = False
    fault: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Priced:
    """A fact of the book as it stands, what comes after it, its source, and the own price beside it."""

    fact: FactAt
    coming: FactAt | None
    source: Source
    group: str
    old: bool
    own: Own | None

    @property
    def is_money(self) -> bool:
        return self.group in MONEY


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceBook:
    """The whole book on a day, by group; `no_place` are own prices of what the release does not have."""

    as_of: date
    prices: tuple[Priced, ...]
    no_place: tuple[Own, ...]


def price_book(knowledge: Knowledge, as_of: date, records: Iterable[OwnPrice]) -> PriceBook:
    """The book of a release on a day, with an organisation's own prices, withdrawn ones among them."""
    own = {record.key: record for record in records}
    names = [name for name, fact in knowledge.facts.items() if open_to_own(fact)]
    rows = [_priced(knowledge, name, as_of, own.get(name)) for name in names]
    order = (*GROUPS, OTHERS)
    rows.sort(key=lambda row: order.index(row.group))
    strays = [record for key, record in own.items() if key not in names and record.archived_at is None]
    return PriceBook(
        as_of=as_of, prices=tuple(rows), no_place=tuple(_own(record, knowledge, as_of) for record in strays)
    )


def _priced(knowledge: Knowledge, name: str, as_of: date, record: OwnPrice | None) -> Priced:
    coming = knowledge.coming(name, as_of)
    try:
        fact = knowledge.at(name, as_of)
    except NotYet:
        assert coming is not None
        fact, coming = coming, knowledge.coming(name, coming.since)
    source, group = knowledge.sources[fact.source], group_of(name)
    return Priced(
        fact=fact,
        coming=coming,
        source=source,
        group=group,
        old=group in MONEY and is_old(source, as_of, knowledge.old_after_days[fact.kind]),
        own=_own(record, knowledge, as_of, fact.since) if record is not None else None,
    )


def _own(record: OwnPrice, knowledge: Knowledge, as_of: date, shipped: date | None = None) -> Own:
    price = read_part(PriceOverride, part_of(record), "", [])
    assert price is not None
    fault = fault_of(price, knowledge.facts)
    state: State = "holds"
    if record.archived_at is not None:
        state = "withdrawn"
    elif fault is not None:
        state = "no_place"
    elif bounds_of(price) is None:
        state = "open"
    elif price.since > as_of:
        state = "later"
    behind = state == "holds" and shipped is not None and price.since < shipped
    return Own(record=record, price=price, state=state, behind=behind, fault=fault[1] if fault else "")


def group_of(fact_id: str) -> str:
    """The part of the book in which a fact stands: the first whose beginnings fit."""
    return next((group for group, starts in GROUPS.items() if fact_id.startswith(starts)), OTHERS)


def is_old(source: Source, as_of: date, days: int) -> bool:
    """Whether a source was true so many days ago that its price may have moved."""
    return as_of - last_day(source.as_of) > timedelta(days=days)


def last_day(as_of: str) -> date:
    """The last day of a source's `as_of`: `2026`, `2026-05`, `2026-Q2`, `2026-05-31` or `2023-2026`."""
    found = SPAN.fullmatch(as_of)
    assert found is not None
    year = int(found["until"] or found["year"])
    month = 3 * int(found["quarter"]) if found["quarter"] else int(found["month"] or 12)
    return date(year, month, int(found["day"] or monthrange(year, month)[1]))


def own_amount(price: PriceOverride) -> str:
    """An own price as it was stated: `2.5 USD`, `1 / 2 / 3 EUR`, or `5` where it is no money; empty while it is open."""
    bounds = bounds_of(price)
    if bounds is None:
        return ""
    numbers = [f"{number:f}" for number in bounds]
    return " / ".join(numbers if len(set(numbers)) > 1 else numbers[:1])


def currency_of(price: PriceOverride, fact: FactAt) -> str:
    """The unit in which an own price is stated."""
    return fact.unit.replace(BASE, price.currency) if price.currency else fact.unit
