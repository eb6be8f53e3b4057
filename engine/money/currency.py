"""The result's currency: knowledge holds US dollars, an organisation plans in its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from typing import Any, TypeVar

from engine.inputs import Budget, Inputs, Money, MoneyRange, Organisation, UseCase
from engine.prices import BASE
from engine.trace import Tracer

Owner = TypeVar("Owner", Organisation, Budget, UseCase)


@dataclass(frozen=True, slots=True)
class Exchange:
    """Exchange rates into `code`, as US dollars for one unit."""

    code: str
    rates: Mapping[str, Decimal]

    def of(self, money: Money) -> Decimal:
        """An answered amount in the result's currency. Raises LookupError where no rate of its own is known."""
        if money.currency == self.code:
            return money.amount
        if money.currency not in self.rates:
            raise LookupError(
                f"No exchange rate of {money.currency} is known. Right: {', '.join(self.rates)}."
            )
        return money.amount * self.rates[money.currency] / self.rates[self.code]

    def usd(self, amount: Decimal) -> Decimal:
        """US dollars in the result's currency."""
        return amount / self.rates[self.code]

    def to_usd(self, amount: Decimal) -> Decimal:
        """An amount of the result's currency in US dollars."""
        return amount * self.rates[self.code]


def in_known_currencies(inputs: Inputs, tracer: Tracer) -> Inputs:
    """The inputs in which an amount in a currency without a known rate counts as not answered; each is noted."""
    return replace(
        inputs,
        organisation=_in_known(inputs.organisation, "/organisation", tracer),
        budgets=tuple(_in_known(row, f"/budgets/{i}", tracer) for i, row in enumerate(inputs.budgets)),
        use_cases=tuple(_in_known(row, f"/use_cases/{i}", tracer) for i, row in enumerate(inputs.use_cases)),
    )


def _in_known(owner: Owner, at: str, tracer: Tracer) -> Owner:
    unknown: dict[str, Any] = {}
    for spec in fields(owner):
        value = getattr(owner, spec.name)
        ends = (value.low, value.likely, value.high) if isinstance(value, MoneyRange) else (value,)
        codes = {end.currency for end in ends if isinstance(end, Money)}
        for code in codes - {BASE}:
            if f"fx.{code}" in tracer.knowledge.facts:
                tracer.fact(f"fx.{code}")
                continue
            text = f"No exchange rate of {code} is known; the amount counts as not answered."
            tracer.fired("money.currency", text, (f"{at}/{spec.name}",))
            unknown[spec.name] = None
    return replace(owner, **unknown) if unknown else owner


def exchange(inputs: Inputs, tracer: Tracer) -> Exchange:
    """The exchange of an assessment: its own currency where a rate is known, else US dollars."""
    rates = {BASE: Decimal(1)}
    for fact_id in tracer.knowledge.facts:
        if fact_id.startswith("fx."):
            rates[fact_id.removeprefix("fx.")] = tracer.rate(fact_id)
    code = inputs.organisation.currency or BASE
    if code not in rates:
        text = f"No exchange rate of {code} is known; the result is in {BASE}."
        tracer.fired("money.currency", text, ("/organisation/currency",))
        code = BASE
    if code != BASE:
        tracer.fact(f"fx.{code}")
    return Exchange(code, rates)
