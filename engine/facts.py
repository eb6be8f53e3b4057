"""What a knowledge release holds: sources, dated facts, and the tables of the rooms that use them.

Rules take these types from here; `engine.knowledge` reads a release from its files.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from engine.duties.law import Law
from engine.options.tables import OptionTables
from engine.plan.tables import PlanTables
from engine.strict import nearest
from engine.templates import Template

Kind = Literal["law", "published", "price", "estimate"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a value was read, and as of when it was true there."""

    id: str
    title: str
    url: str
    as_of: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """A value that holds from a day: one number, a range, or text. `basis` says how an estimate was judged."""

    since: date
    source: str
    value: Decimal | None = None
    low: Decimal | None = None
    likely: Decimal | None = None
    high: Decimal | None = None
    text: str | None = None
    basis: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A fact and its values over time."""

    label: str
    unit: str
    kind: Kind
    values: tuple[Dated, ...]

    @property
    def numeric(self) -> bool:
        """Whether it is a number throughout, and no text."""
        return all(dated.text is None for dated in self.values)


@dataclass(frozen=True, slots=True, kw_only=True)
class FactAt:
    """A fact as it stands on a day; a single value is its own low, likely and high.

    Where the organisation states a price of its own, that one stands here, and `own` says so.
    """

    id: str
    label: str
    unit: str
    kind: Kind
    since: date
    low: Decimal | None
    likely: Decimal | None
    high: Decimal | None
    text: str | None
    source: str
    basis: str
    own: OwnPrice | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPrice:
    """Where an organisation's own price is answered (a JSON pointer), its note, and the value it replaces."""

    answer: str
    note: str
    shipped: FactAt


class NotYet(LookupError):
    """A fact was asked for as of a day before its first value; the text says from which day there is one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """A release: version, digest over its files, sources, facts and the tables of the rooms."""

    release: str
    digest: str
    law_read_on: date
    price_date: date
    old_after_days: Mapping[Kind, int]
    sources: Mapping[str, Source]
    facts: Mapping[str, Fact]
    options: OptionTables
    law: Law
    plan: PlanTables
    templates: Mapping[str, Template]

    def at(self, fact_id: str, as_of: date) -> FactAt:
        """The fact as it stands on a day. Raises LookupError for an unknown fact, NotYet for one that starts later."""
        held = [dated for dated in self._fact(fact_id).values if dated.since <= as_of]
        if not held:
            first = min(dated.since for dated in self._fact(fact_id).values)
            raise NotYet(f"The fact “{fact_id}” has no value before {first}; asked for {as_of}.")
        return self._stated(fact_id, max(held, key=lambda value: value.since))

    def coming(self, fact_id: str, as_of: date) -> FactAt | None:
        """The fact as it will stand next after a day; None where no change is known."""
        later = [dated for dated in self._fact(fact_id).values if dated.since > as_of]
        return self._stated(fact_id, min(later, key=lambda value: value.since)) if later else None

    def later(self, fact_id: str, *days: date) -> Iterator[FactAt]:
        """The fact as it will stand after the last of some days, in the order of time."""
        for dated in sorted(self._fact(fact_id).values, key=lambda value: value.since):
            if dated.since > max(days):
                yield self._stated(fact_id, dated)

    def _fact(self, fact_id: str) -> Fact:
        if fact_id not in self.facts:
            raise LookupError(f"There is no fact “{fact_id}”. Right: {nearest(fact_id, self.facts)}.")
        return self.facts[fact_id]

    def _stated(self, fact_id: str, dated: Dated) -> FactAt:
        fact, single = self.facts[fact_id], dated.value
        return FactAt(
            id=fact_id,
            label=fact.label,
            unit=fact.unit,
            kind=fact.kind,
            since=dated.since,
            low=dated.low if single is None else single,
            likely=dated.likely if single is None else single,
            high=dated.high if single is None else single,
            text=dated.text,
            source=dated.source,
            basis=dated.basis,
        )
