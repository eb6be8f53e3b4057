"""The record of what an analysis read and decided; it becomes the result's trace."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from engine.canonical import plain_number
from engine.facts import FactAt, Knowledge, NotYet, OwnPrice
from engine.inputs import PriceOverride
from engine.prices import BASE, bounds_of, fault_of
from engine.result import FactUsed, NumberOrigin, Origin, RuleFired, SourceCited, Trace

Bounds = tuple[Decimal, Decimal, Decimal]


class Tracer:
    """Reads facts as they stand on the analysis date, and notes each read, rule and origin.

    Own prices that hold on that day stand before the release's; the others are noted and not used.
    """

    def __init__(self, knowledge: Knowledge, as_of: date, prices: Sequence[PriceOverride] = ()) -> None:
        self.knowledge = knowledge
        self.as_of = as_of
        self._own: dict[str, tuple[str, PriceOverride, Bounds]] = {}
        self._own_later: dict[str, tuple[str, PriceOverride, Bounds]] = {}
        self._ahead: dict[str, tuple[FactAt, ...]] = {}
        self._facts: dict[str, FactAt] = {}
        self._rules: dict[tuple[str, str, tuple[str, ...], tuple[str, ...]], RuleFired] = {}
        self._numbers: dict[str, NumberOrigin] = {}
        self._fired: set[str] = set()
        self._sources: set[str] = set()
        for index, price in enumerate(prices):
            self._admit(f"/price_overrides/{index}", price)

    def _admit(self, pointer: str, price: PriceOverride) -> None:
        fault, bounds = fault_of(price, self.knowledge.facts), bounds_of(price)
        if fault is not None:
            _, what, right = fault
            self.fired("price.unused", f"An own price is not used: {what}. Right: {right}.", (pointer,))
        elif bounds is not None and price.since > self.as_of:
            text = f"The own price of {price.fact} holds from {price.since}; each month is reckoned at the price of its day."
            self.fired("price.later", text, (pointer,), (price.fact,))
            self._own_later[price.fact] = (pointer, price, bounds)
        elif bounds is not None:
            self._own[price.fact] = (pointer, price, bounds)

    def fact(self, fact_id: str) -> FactAt:
        """The fact as it stands on the analysis date. Raises LookupError for an unknown fact.

        For a day before the first known value that first value stands in, and its basis says so.
        """
        if fact_id not in self._facts:
            try:
                self._facts[fact_id] = self.standing(fact_id)
            except NotYet:
                self._facts[fact_id] = self._first_known(fact_id)
            own = self._own.get(fact_id)
            if own is not None and own[1].currency not in (None, BASE):
                self.fact(f"fx.{own[1].currency}")
        return self._facts[fact_id]

    def standing(self, fact_id: str) -> FactAt:
        """The fact as it stands, without a note that it was read. Raises LookupError, and NotYet for early days."""
        shipped = self.knowledge.at(fact_id, self.as_of)
        return self._priced(shipped, self._own[fact_id]) if fact_id in self._own else shipped

    def ahead(self, fact_id: str) -> tuple[FactAt, ...]:
        """The values that a price is known to take after the analysis date, each with its day, first day first.

        An organisation's own price stands until it states another one; the release's next ones do not touch it.
        """
        if fact_id not in self._ahead:
            self._ahead[fact_id] = tuple(self._known_ahead(fact_id))
        return self._ahead[fact_id]

    def _known_ahead(self, fact_id: str) -> Iterator[FactAt]:
        own = self._own_later.get(fact_id)
        if fact_id not in self._own and self.knowledge.facts[fact_id].kind == "price":
            for shipped in self.knowledge.later(fact_id, self.fact(fact_id).since, self.as_of):
                if own is None or shipped.since < own[1].since:
                    yield shipped
        if own is not None:
            yield self._priced(self.fact(fact_id), own)

    def rate(self, fact_id: str) -> Decimal:
        """The likely value of a numeric fact, without a note that it was read."""
        return _number(self.standing(fact_id))

    def _priced(self, shipped: FactAt, stated: tuple[str, PriceOverride, Bounds]) -> FactAt:
        """The organisation's own price in the fact's unit, in place of the shipped one."""
        pointer, price, bounds = stated
        rate = Decimal(1)
        if price.currency not in (None, BASE):
            rate = self.rate(f"fx.{price.currency}")
        low, likely, high = (bound * rate for bound in bounds)
        own = OwnPrice(answer=pointer, note=price.note or "", shipped=shipped)
        return replace(shipped, since=price.since, low=low, likely=likely, high=high, own=own)

    def _first_known(self, fact_id: str) -> FactAt:
        fact = self.knowledge.coming(fact_id, self.as_of)
        assert fact is not None
        early = f"No value is known for {self.as_of}; this is the first one, of {fact.since}."
        first = replace(fact, basis=f"{early} {fact.basis}".strip())
        return self._priced(first, self._own[fact_id]) if fact_id in self._own else first

    def likely(self, fact_id: str) -> Decimal:
        """The likely value of a numeric fact."""
        return _number(self.fact(fact_id))

    def fired(self, rule: str, text: str, answers: Sequence[str] = (), facts: Sequence[str] = ()) -> None:
        """Note a rule that decided something, and the facts that it names."""
        self._note(facts)
        key = (rule, text, tuple(answers), tuple(facts))
        self._fired.add(rule)
        self._rules[key] = RuleFired(rule=rule, text=text, answers=key[2], facts=key[3])

    def _note(self, facts: Sequence[str]) -> None:
        for fact_id in facts:
            self.fact(fact_id)

    def has_fired(self, rule: str) -> bool:
        return rule in self._fired

    def cited(self, source: str) -> None:
        """Note a source that the result names."""
        self._sources.add(source)

    def read(self, families: tuple[str, ...]) -> tuple[str, ...]:
        """The facts read so far whose ids begin with one of some families."""
        return tuple(sorted(fact_id for fact_id in self._facts if fact_id.startswith(families)))

    def origin(
        self,
        pointer: str,
        origin: Origin,
        *,
        answers: Sequence[str] = (),
        facts: Sequence[str] = (),
        how: str = "",
    ) -> None:
        """Note where a number of the result comes from, and the facts that this names."""
        self._note(facts)
        self._numbers[pointer] = NumberOrigin(
            pointer=pointer, origin=origin, answers=tuple(answers), facts=tuple(facts), how=how
        )

    def freeze(self) -> Trace:
        """The trace so far, sorted."""
        for index, fact_id in enumerate(sorted(self._facts)):
            own = self._facts[fact_id].own
            if own is not None:
                pointer, how = f"/trace/facts/{index}/value", "The organisation's own price."
                self.origin(pointer, "answer", answers=(own.answer,), facts=(fact_id,), how=how)
        return Trace(
            facts=tuple(self._used(self._facts[fact_id]) for fact_id in sorted(self._facts)),
            rules=tuple(self._rules[key] for key in sorted(self._rules)),
            numbers=tuple(self._numbers[key] for key in sorted(self._numbers)),
            sources=tuple(self._cited(source) for source in sorted(self._sources | self._of_facts())),
        )

    def _of_facts(self) -> set[str]:
        return {fact.source for fact in self._facts.values()}

    def _cited(self, name: str) -> SourceCited:
        source = self.knowledge.sources[name]
        return SourceCited(id=source.id, title=source.title, url=source.url, as_of=source.as_of)

    def _used(self, fact: FactAt) -> FactUsed:
        source = self.knowledge.sources[fact.source]
        coming = self.knowledge.coming(fact.id, self.as_of)
        return FactUsed(
            id=fact.id,
            label=fact.label,
            kind=fact.kind,
            value=shown(fact),
            unit=fact.unit,
            since=fact.since,
            source=source.id,
            source_title=source.title,
            source_url=source.url,
            basis=fact.basis,
            next_since=coming.since if coming else None,
            next_value=shown(coming) if coming else None,
            answer=fact.own.answer if fact.own else None,
            note=fact.own.note if fact.own else None,
            shipped_value=shown(fact.own.shipped) if fact.own else None,
            shipped_since=fact.own.shipped.since if fact.own else None,
        )


def _number(fact: FactAt) -> Decimal:
    if fact.likely is None:
        raise LookupError(f"The fact {fact.id} has no number.")
    return fact.likely


def shown(fact: FactAt) -> str:
    """A fact's value in words: one number, a range with its likely value, or its text."""
    if fact.text is not None:
        return fact.text
    numbers = [n for n in (fact.low, fact.likely, fact.high) if n is not None]
    if len(set(numbers)) == 1:
        return plain_number(numbers[0])
    return " / ".join("–" if n is None else plain_number(n) for n in (fact.low, fact.likely, fact.high))
