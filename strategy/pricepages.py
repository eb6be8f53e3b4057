"""Pages of the price book, and of the organisation's own prices inside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from accounts.access import MemberRequest
from accounts.clock import today
from accounts.roles import Section
from engine.prices import open_to_own
from inventory.models import OwnPrice
from inventory.pages import RecordPages
from inventory.services import archive_record, restore_record
from inventory.shown import Links
from strategy.knowledge import current
from strategy.ownprices import create_own_price, update_own_price
from strategy.pricebook import PriceBook, Priced, price_book

SHOWN: Mapping[str, tuple[str, Callable[[Priced], bool]]] = {
    "": ("Prices, pay and rates", lambda row: row.is_money),
    "estimates": ("Estimates of work, time and size", lambda row: not row.is_money),
    "own": ("With a price of your own", lambda row: row.own is not None),
    "old": ("Old, or older than the book", lambda row: row.old or (row.own is not None and row.own.behind)),
    "all": ("Everything", lambda row: True),
}


def book() -> PriceBook:
    """The price book of this installation today, with the open organisation's own prices. One query."""
    return price_book(current(), today(), OwnPrice.objects.all())


def fact_links() -> Links:
    """The facts that an own price may stand before, by id, each with what it is in words."""
    return {
        "fact": [
            (name, f"{fact.label}, {fact.unit} ({name})")
            for name, fact in current().facts.items()
            if open_to_own(fact)
        ]
    }


class PricePages(RecordPages):
    """Own prices have the price book for their list; each one's pages show the book's price beside it."""

    @property
    def section(self) -> Section:
        return "own_prices"

    def list(self, request: MemberRequest) -> HttpResponse:
        whole = book()
        query, show = request.GET.get("q", "").strip(), request.GET.get("show", "")
        _, wanted = SHOWN.get(show, SHOWN[""])
        rows = [row for row in whole.prices if wanted(row) and found(row, query)]
        context = self.context(
            request,
            book=whole,
            groups=[(name, [*part]) for name, part in groupby(rows, key=lambda row: row.group)],
            count=len(rows),
            q=query,
            show=show,
            shown=[(name, words, sum(map(test, whole.prices))) for name, (words, test) in SHOWN.items()],
            price_date=current().price_date,
            release=current().release,
        )
        return render(request, "strategy/prices.html", context)

    def context(self, request: MemberRequest, **more: Any) -> dict[str, Any]:
        record = more.get("record")
        fact_id = record.key if record is not None else request.GET.get("fact", "")
        known = fact_id in current().facts and open_to_own(current().facts[fact_id])
        beside = "strategy/includes/book_price.html"
        about = price_book(current(), today(), [record] if record is not None else [])
        row = next((row for row in about.prices if known and row.fact.id == fact_id), None)
        return super().context(request, beside=beside if row else "", row=row, **more)

    def _archive(self, request: MemberRequest, record_id: str) -> HttpResponse:
        record = self.find(request, record_id)
        if record.archived_at is None:
            archive_record(record, actor=request.actor)
            messages.success(request, f"Your price of {record} is withdrawn: the price book's counts again.")
        else:
            restore_record(record, actor=request.actor)
            messages.success(request, f"Your price of {record} counts again.")
        return redirect(f"{self.url_name}_show", request.organisation.slug, record.public_id)


def found(row: Priced, query: str) -> bool:
    """Whether every word of a search stands in the fact's id, its words or its source."""
    text = f"{row.fact.id} {row.fact.label} {row.source.title}".lower()
    return all(word in text for word in query.lower().split())


PRICES = PricePages(
    OwnPrice,
    "prices",
    "Own price",
    "Own prices",
    "What you pay, or expect to pay, instead of a price or an estimate of the price book. "
    "Results computed with it say so beside each amount.",
    "For example: an H100 for 2.10 USD an hour, by the contract of May.",
    "edit_inventory",
    create=create_own_price,
    update=update_own_price,
    links=fact_links,
    given=("fact",),
    away="Withdraw",
    back="Bring back",
)
