"""A number of a result, named in words: what it is, of which option or thing, and how it reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.questions import steps
from reports import words
from reports.origins import at, said

NAMES = {
    "confidence": "Confidence",
    "score": "Score",
    "regret": "Regret",
    "cost": "Cost over the programme",
    "npv": "Net present value",
    "capex": "Cost to build",
    "opex": "Running cost",
    "payback": "Payback",
    "loss": "Chance of a loss",
    "over_budget": "Chance to break the yearly budget",
    "acceptability": "Ranks in the draws",
    "weeks": "Weeks to launch",
    "staff": "Staff, full-time equivalents",
    "break_even": "Break-even volume",
    "consequences": "Duties that it opens",
    "days": "Days of compliance work",
    "cost_lines": "Cost line",
    "phases": "Phase",
    "cash": "Planned money",
    "quarters": "Planned money",
    "coverage": "Duties met",
    "value_lost_to_cap": "Value lost to the cap",
    "spend": "Planned money",
}
OF_PHASES = {"weeks": "Weeks that the phase takes", "cost": "Cost of the phase"}
PERCENT = ("confidence", "loss", "over_budget")
MONEY = ("value_lost_to_cap", "spend", "available")


@dataclass(frozen=True, slots=True)
class Number:
    """What a number is called, what it belongs to (the nearest first), and its value in words."""

    name: str
    of: tuple[str, ...]
    value: str


def number_at(pointer: str, result: Mapping[str, Any], currency: str) -> Number:
    """The number at a JSON pointer of a result with its use cases."""
    parts = steps(pointer)
    owners = [
        owner for n in range(2, len(parts) + 1) if (owner := _owner(parts[:n], at(result, parts[:n]), result))
    ]
    names = [part for part in parts if not part.isdigit()]
    known = NAMES | OF_PHASES if "phases" in names else NAMES
    name = known.get(names[-1]) or words.sentence(names[-1].replace("_", " ")).rstrip(".") if names else ""
    return Number(name, tuple(reversed(owners)), _value(names[-1:], at(result, parts), currency))


def _owner(parts: Sequence[str], thing: Any, result: Mapping[str, Any]) -> str:
    """The name of a thing on the way to a number; nothing for a list or the number itself."""
    if not isinstance(thing, Mapping) or not parts[-1].isdigit():
        return ""
    if parts[-2] == "options":
        return words.option(dict(thing))
    if parts[-2] == "regimes":
        return words.regime(thing["regime"])
    if parts[-2] in ("cash", "quarters"):
        return words.quarter(thing["period"])
    names = {use_case["key"]: use_case["name"] for use_case in result["use_cases"]}
    own = words.clean(thing.get("name") or thing.get("item") or thing.get("text") or "")
    return f"{own}, {names[thing['use_case']]}" if thing.get("use_case") in names else own


def _value(name: Sequence[str], value: Any, currency: str) -> str:
    if value is None:
        return "not computed"
    if isinstance(value, Mapping):
        return _compound(name, value, currency)
    if name and name[0] in PERCENT:
        return words.percent(value)
    if name and name[0] in MONEY:
        return words.money(value, currency)
    return said(value)


def _compound(name: Sequence[str], value: Mapping[str, Any], currency: str) -> str:
    if "within" in value:
        return f"{said(value['p50'])} months, in {words.percent(value['within'])} of cases"
    if "p50" in value:
        return words.percentiles(dict(value), currency)
    if "amount" in value:
        return _value(["cost"], value["amount"], currency)
    if "spend" in value:
        return words.money(value["spend"], currency)
    if "likely" in value:
        if name == ["cost"]:
            return words.money_range(value["low"], value["likely"], value["high"], currency)
        return words.spread(dict(value))
    if "met" in value:
        return f"{value['met']} of {value['applicable']}"
    if "requests_per_month" in value:
        return f"{words.number(value['requests_per_month'])} requests a month"
    if "duties" in value:
        return f"{value['duties']} apply, {value['gaps']} gaps, {value['unknown']} not known"
    return said(value)
