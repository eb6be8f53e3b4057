"""Platforms that use cases share: who could share each, and what of their cost lines it carries once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from engine.facts import Knowledge
from engine.plan.chosen import Chosen, holds, id_of
from engine.plan.spending import Span, use_span
from engine.plan.tables import Platform
from engine.result import CostLine, Range, RankedOption
from engine.rounding import whole

PLATFORM_WEEKS = Decimal(13)
"""A platform is built within a quarter; its first use case starts beside it."""

Offer = tuple[str, int]
"""An option that may be planned: the use case's key, and the option's rank."""


@dataclass(frozen=True, slots=True)
class Shared:
    """A platform that at least two use cases could share: what it carries of their cost lines, and who needs it."""

    row: Platform
    lines: tuple[CostLine, ...]
    offers: frozenset[Offer]

    @property
    def id(self) -> str:
        return f"platform.{self.row.id}"

    @property
    def cost(self) -> Decimal:
        return sum((line.amount.likely for line in self.lines), Decimal(0))

    def spans(self) -> tuple[Span, ...]:
        """Its money, from its own week 0 on: what is paid for building it within a quarter, then for running it."""
        return tuple(
            Span(line.kind, line.amount.likely, Decimal(0), PLATFORM_WEEKS)
            if line.paid == "build"
            else use_span(line, PLATFORM_WEEKS, 0.0)
            for line in self.lines
        )


def platforms(offers: Sequence[tuple[Chosen, RankedOption]], knowledge: Knowledge) -> tuple[Shared, ...]:
    """The platforms worth forming: those that options of two use cases need.

    An option needs one where the condition holds and it has all its cost lines. The platform carries of each
    line the smallest amount among them, so that alone it costs what it takes away and sharing never saves too much.
    """
    found = []
    for row in knowledge.plan.platforms:
        condition = knowledge.plan.conditions[row.when]
        needing = [
            (item, option)
            for item, option in offers
            if holds(condition, item.case, id_of(option), knowledge)
            and all(amount_of(option, name) for name in row.lines)
        ]
        if len({item.key for item, _ in needing}) < 2:
            continue
        lines = tuple(
            shared_line(name, share, [option for _, option in needing]) for name, share in row.lines.items()
        )
        offered = frozenset((item.key, option.rank) for item, option in needing)
        found.append(Shared(row, lines, offered))
    return tuple(found)


def amount_of(option: RankedOption, name: str) -> Decimal:
    """The likely amount of a cost line; nothing where the option has none of that name."""
    return sum((line.amount.likely for line in option.cost_lines if line.key == name), Decimal(0))


def shared_line(name: str, share: Decimal, options: Sequence[RankedOption]) -> CostLine:
    """What a platform carries of a cost line: the share of the smallest amount among the options."""
    amount = min(whole(amount_of(option, name) * share) for option in options)
    line = next(line for line in options[0].cost_lines if line.key == name)
    return replace(line, amount=Range(low=amount, likely=amount, high=amount))


def carried(offer: Offer, shared: Sequence[Shared]) -> Mapping[str, Decimal]:
    """What platforms carry of an option's cost lines."""
    total: dict[str, Decimal] = {}
    for platform in shared:
        if offer in platform.offers:
            for line in platform.lines:
                total[line.key] = total.get(line.key, Decimal(0)) + line.amount.likely
    return total
