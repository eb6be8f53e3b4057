"""Where everything in a result comes from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from engine.result.basic import Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class FactUsed:
    """A knowledge fact that the analysis read, as it stood on the analysis date.

    A later value that the release knows already is shown in `next_value` from `next_since`, and not used.
    Where the organisation states a price of its own, `value` and `since` are its, `answer` is the JSON pointer
    of it, and what the release has stands in `shipped_value` since `shipped_since`.
    """

    id: str
    label: str
    kind: Literal["law", "published", "price", "estimate"]
    value: str
    unit: str
    since: date
    source: str
    source_title: str
    source_url: str
    basis: str
    next_since: date | None = None
    next_value: str | None = None
    answer: str | None = None
    note: str | None = None
    shipped_value: str | None = None
    shipped_since: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceCited:
    """A source that something in the result names, and as of when it was true there."""

    id: str
    title: str
    url: str
    as_of: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFired:
    """A rule that the result names, with the answers and facts that decided it."""

    rule: str
    text: str
    answers: tuple[str, ...]
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberOrigin:
    """Where a number of the result comes from: its JSON pointer (or pattern with `*`) and its sources."""

    pointer: str
    origin: Origin
    answers: tuple[str, ...]
    facts: tuple[str, ...]
    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """Every fact, rule and source that the result names, and where each of its numbers comes from."""

    facts: tuple[FactUsed, ...]
    rules: tuple[RuleFired, ...]
    numbers: tuple[NumberOrigin, ...]
    sources: tuple[SourceCited, ...] = ()
