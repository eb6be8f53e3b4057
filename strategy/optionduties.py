"""The options of one use case against each other in duties: what each opens, leaves and costs beside another. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

OPTION = ("approach", "deployment", "method")
OPEN = ("gap", "partial")
Body = Mapping[str, Any]
Named = tuple[str, str, str]
"""A duty: its regime, requirement and title."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """An option's duties, open gaps, blockers and open answers; days and cost of closing them, likely ones.

    Days and cost are None for a planned option that a gate refused: it was not priced.
    """

    duties: int
    gaps: int
    blockers: int
    unknown: int
    days: Decimal | None
    cost: Decimal | None

    def minus(self, other: Sums) -> Sums:
        return Sums(
            duties=self.duties - other.duties,
            gaps=self.gaps - other.gaps,
            blockers=self.blockers - other.blockers,
            unknown=self.unknown - other.unknown,
            days=None if self.days is None or other.days is None else self.days - other.days,
            cost=None if self.cost is None or other.cost is None else self.cost - other.cost,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionDuties:
    """An option beside the one that it is held against. `rank` is None for a planned option that was refused."""

    rank: int | None
    option: Body
    planned: bool
    sums: Sums
    difference: Sums
    opened: tuple[Named, ...]
    spared: tuple[Named, ...]
    gaps_only_here: tuple[Named, ...]
    gaps_closed: tuple[Named, ...]


def option_duties(body: Body, findings: Sequence[Body], against: int = 1) -> tuple[OptionDuties, ...]:
    """Every ranked option of a use case, and a refused planned one, against the option of a rank.

    Empty where there is no option of that rank.
    """
    ranked: Sequence[Body] = body["options"]
    by_option: dict[tuple[Any, ...], list[Body]] = {}
    for finding in findings:
        by_option.setdefault(_id(finding["option"]), []).append(finding)
    options: list[tuple[int | None, Body]] = [(option["rank"], option) for option in ranked]
    known = {_id(option) for option in ranked}
    options += [(None, found[0]["option"]) for key, found in by_option.items() if key not in known]
    base = next((option for option in ranked if option["rank"] == against), None)
    if base is None:
        return ()
    base_found = by_option.get(_id(base), [])
    base_sums = _sums(base, base_found)
    duties, gaps = _duties(base_found), _gaps(base_found)
    rows = []
    for rank, option in options:
        found = by_option.get(_id(option), [])
        sums, own, open_ = _sums(option, found), _duties(found), _gaps(found)
        rows.append(
            OptionDuties(
                rank=rank,
                option={name: option[name] for name in OPTION},
                planned=any(finding["planned"] for finding in found),
                sums=sums,
                difference=sums.minus(base_sums),
                opened=tuple(one for one in own if one not in duties),
                spared=tuple(one for one in duties if one not in own),
                gaps_only_here=tuple(one for one in open_ if one not in gaps),
                gaps_closed=tuple(one for one in gaps if one not in open_),
            )
        )
    return tuple(rows)


def _id(option: Body) -> tuple[Any, ...]:
    return tuple(option[name] for name in OPTION)


def _sums(option: Body, found: Sequence[Body]) -> Sums:
    """The engine's own sums; of a refused option, which has none, the counts of its findings."""
    stated = option.get("consequences")
    if stated:
        return Sums(
            **{name: stated[name] for name in ("duties", "gaps", "blockers", "unknown")},
            days=Decimal(stated["days"]["likely"]),
            cost=Decimal(stated["cost"]["likely"]),
        )
    now = [one for one in found if one["applies"] == "yes" and one["timing"] != "watch"]
    return Sums(
        duties=sum(one["state"] != "not_applicable" for one in now),
        gaps=sum(one["state"] in OPEN for one in now),
        blockers=sum(one["blocker"] for one in now),
        unknown=sum(one["applies"] == "unknown" or one["state"] == "unknown" for one in found),
        days=None,
        cost=None,
    )


def _named(found: Sequence[Body]) -> dict[Named, None]:
    return {(one["regime"], one["requirement_id"], one["title"]): None for one in found}


def _duties(found: Sequence[Body]) -> dict[Named, None]:
    """The duties that apply, in force or to come."""
    return _named(
        [
            one
            for one in found
            if one["applies"] == "yes" and one["state"] != "not_applicable" and one["timing"] != "watch"
        ]
    )


def _gaps(found: Sequence[Body]) -> dict[Named, None]:
    """The duties that are open today."""
    return _named(
        [
            one
            for one in found
            if one["applies"] == "yes" and one["state"] in OPEN and one["timing"] == "in_force"
        ]
    )
