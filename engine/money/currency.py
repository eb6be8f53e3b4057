"""The result's currency: knowledge holds US dollars, an organisation plans in its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from engine.inputs import Inputs, Money
from engine.prices import BASE
from engine.trace import Tracer


@dataclass(frozen=True, slots=True)
class Exchange:
    """Exchange rates into `code`, as US dollars for one unit."""

    code: str
    rates: Mapping[str, Decimal]

    def of(self, money: Money) -> Decimal:
        """An answered amount in the result's currency. An amount in an unknown currency counts as it stands."""
        if money.currency == self.code:
            return money.amount
        return money.amount * self.rates.get(money.currency, self.rates[self.code]) / self.rates[self.code]

    def usd(self, amount: Decimal) -> Decimal:
        """US dollars in the result's currency."""
        return amount / self.rates[self.code]

    def to_usd(self, amount: Decimal) -> Decimal:
        """An amount of the result's currency in US dollars."""
        return amount * self.rates[self.code]


def exchange(inputs: Inputs, tracer: Tracer) -> Exchange:
    """The exchange of an assessment: its own currency where a rate is known, else US dollars."""
    rates = {BASE: Decimal(1)}
    for fact_id in tracer.knowledge.facts:
        if fact_id.startswith("fx."):
            rates[fact_id.removeprefix("fx.")] = tracer.standing(fact_id).likely or Decimal(1)
    code = inputs.organisation.currency or BASE
    if code not in rates:
        text = f"No exchange rate of {code} is known; the result is in {BASE}."
        tracer.fired("money.currency", text, ("/organisation/currency",))
        code = BASE
    if code != BASE:
        tracer.fact(f"fx.{code}")
    return Exchange(code, rates)
