"""Writes of own prices: records like the others, held against the release that they stand before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from accounts.audit import Actor
from engine.inputs import PriceOverride
from engine.prices import fault_of
from engine.reading import read_part
from engine.strict import Problem
from inventory.models import OwnPrice
from inventory.records import InvalidPart
from inventory.services import create_record, update_record
from strategy.knowledge import current


def create_own_price(
    model: type[OwnPrice], part: Mapping[str, Any], *, actor: Actor, position: int | None = None
) -> OwnPrice:
    """Store a price of the organisation's own. Raises InvalidPart; then nothing is written."""
    _hold_against_release(part)
    return create_record(model, part, actor=actor, position=position)


def update_own_price(
    record: OwnPrice, part: Mapping[str, Any], *, actor: Actor, version: int | None = None
) -> OwnPrice:
    """Replace an own price; an equal one changes nothing. Raises InvalidPart or Conflict; then nothing is written."""
    _hold_against_release(part)
    return update_record(record, part, actor=actor, version=version)


def _hold_against_release(part: Mapping[str, Any]) -> None:
    """Raise InvalidPart with every fault of a price, that the release has no place for it among them."""
    problems: list[Problem] = []
    price = read_part(PriceOverride, part, "", problems)
    fault = fault_of(price, current().facts) if price is not None else None
    if fault is not None:
        field, what, right = fault
        problems.append(Problem(f"/{field}", what, right))
    if problems:
        raise InvalidPart(problems)
