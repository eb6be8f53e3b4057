"""What a paper is made of, and the look-ups that its sections share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from reports import words
from reports.letters import all_printable
from reports.origins import Sources
from reports.ownprices import OwnPrice, count_used, own_prices

Json = Mapping[str, Any]
ENDS = ("p10", "p50", "p90")
PORTRAIT = {"A4": 656, "Letter": 678}
LANDSCAPE = {"A4": 984, "Letter": 916}
RUN_SHOWN = 8
MOST_SHOWN = 40
"""Use cases that a board can be shown; further ones are counted."""
LIVE = ".live"
"""How the engine ends the id of the gate after which people use it."""


@dataclass(frozen=True)
class Material:
    """The report's header, the run's result and the assessment it was computed from, all of it printable."""

    header: Json
    result: Json
    document: Json

    @classmethod
    def of(cls, header: Json, result: Json, document: Json) -> Material:
        whole = all_printable(result)
        picks = {pick["use_case"]: pick for pick in whole["portfolio"].get("picks") or []}
        whole["use_cases"] = [with_pick(item, picks.get(item["key"])) for item in whole["use_cases"]]
        return cls(all_printable(header), whole, all_printable(document))

    @cached_property
    def sources(self) -> Sources:
        return Sources(self.result["trace"], self.document)

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Use cases by key."""
        return {item["key"]: item["name"] for item in self.result["use_cases"]}

    @property
    def currency(self) -> str:
        return str(self.result["currency"])

    @cached_property
    def chosen(self) -> Sequence[Json]:
        """The use cases that the budgets carry, in the portfolio's order."""
        by_key = {item["key"]: item for item in self.result["use_cases"]}
        return [by_key[key] for key in self.result["portfolio"]["chosen"]]

    @cached_property
    def recommended(self) -> Sequence[Json]:
        """The use cases with a recommended option, those that the budgets carry first."""
        rest = [item for item in self.result["use_cases"] if item["options"] and item not in self.chosen]
        return [*self.chosen, *rest]

    @cached_property
    def in_order(self) -> Sequence[Json]:
        """All use cases: what starts, what could start, what cannot."""
        rest = [item for item in self.result["use_cases"] if item not in self.recommended]
        return [*self.recommended, *rest]

    @property
    def shown(self) -> Sequence[Json]:
        """The use cases that the figures and pages show, the first of `in_order`."""
        return self.in_order[:MOST_SHOWN]

    @property
    def hidden(self) -> int:
        """How many use cases only the run page shows."""
        return len(self.in_order) - len(self.shown)

    @property
    def width(self) -> int:
        """Pixels between the margins of an upright page."""
        return PORTRAIT[self.header["page_size"]]

    @property
    def wide(self) -> int:
        """Pixels between the margins of a page on its side."""
        return LANDSCAPE[self.header["page_size"]]

    @property
    def prices(self) -> str:
        """The day of the price book, and how many prices are the organisation's own."""
        own = count_used(self.result["trace"]["facts"])
        said = words.day(self.result["price_date"])
        return f"{said} and {words.count(own, 'own price')}" if own else said

    @cached_property
    def own_prices(self) -> Sequence[OwnPrice]:
        picks = [(item["name"], best(item)) for item in self.recommended]
        return own_prices(self.sources, self.currency, self.result["use_cases"], picks)

    def live_week(self, key: str) -> Decimal | None:
        """The week of the plan in which people first use it; None where it is not planned."""
        weeks = (gate["week"] for gate in self.result["roadmap"]["gates"] if gate["id"] == key + LIVE)
        return next((Decimal(week) for week in weeks), None)

    def day_of(self, week: Decimal | str) -> date:
        """The day on which a week of the plan begins."""
        return date.fromisoformat(self.result["as_of"]) + timedelta(days=float(week) * 7)

    def month_of(self, week: Decimal | str) -> str:
        return words.month(self.day_of(week))

    def source(self, text: str) -> str:
        """The line under a figure: what it shows, which run, prices of when."""
        run = self.header["run_id"].removeprefix("run_")[:RUN_SHOWN]
        return (
            f"{text} Source: run {run} of {words.day(self.result['as_of'])}, prices of {self.prices}.".strip()
        )


def with_pick(item: Json, pick: Json | None) -> Json:
    """A use case with the option to go for: the one that the portfolio takes, else its own first."""
    wanted = identity(pick["option"]) if pick else None
    picked = [option for option in item["options"] if identity(option) == wanted]
    return {**item, "best": next(iter([*picked, *item["options"]]), None), "pick": pick}


def identity(option: Json) -> tuple[str, str, str | None]:
    """What tells an option from the others of its use case."""
    return option["approach"], option["deployment"], option["method"]


def best(item: Json) -> Json:
    """The option to go for, of a use case that has one."""
    first: Json = item["best"]
    return first


def decisive(item: Json) -> list[Json]:
    """The findings of the recommended option, else of the planned one."""
    if not item["options"]:
        return [row for row in item["findings"] if row["planned"]]
    mine = identity(best(item))
    return [row for row in item["findings"] if identity(row["option"]) == mine]


def due(item: Json) -> list[Json]:
    """The duties that hold today for the recommended (else the planned) option."""
    return [row for row in decisive(item) if row["applies"] == "yes" and row["timing"] == "in_force"]


def blockers(item: Json) -> list[Json]:
    """The open duties that stop its launch."""
    return [row for row in decisive(item) if row["blocker"]]


def together(items: Iterable[Json], what: str) -> dict[str, Decimal] | None:
    """The sums of P10, P50 and P90 of a number of recommended options; None where no option has it."""
    known = [best(item)[what] for item in items if best(item)[what] is not None]
    if not known:
        return None
    return {end: sum((Decimal(row[end]) for row in known), Decimal(0)) for end in ENDS}


def share_of(amount: int, total: int, noun: str = "use case") -> str:
    """`three of five use cases`, `the one use case`, `both use cases`."""
    if amount == total == 1:
        return f"the one {noun}"
    if amount == total:
        return f"{'both' if total == 2 else f'all {words.spelled(total)}'} {noun}s"
    return f"{words.spelled(amount)} of {words.spelled(total)} {noun}s"


def named(items: Iterable[Json], most: int = 4) -> str:
    """The names of some use cases in one run."""
    return words.listed([words.short(item["name"]) for item in items], most)


def picture(markup: str) -> SafeString:
    """A picture made by `reports.charts`, whose texts are escaped there."""
    return mark_safe(markup)  # noqa: S308 (built by an XML writer)


def small_start(text: str) -> str:
    """A clause inside a sentence: without a capital, unless it starts with a name, and without the stop."""
    said = text.strip().rstrip(".")
    return said if said[1:2].isupper() else said[:1].lower() + said[1:]
