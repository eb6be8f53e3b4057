"""From an assessment document to the engine's inputs, or every problem that the document has."""

from __future__ import annotations

import dataclasses
import json
import math
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar, cast

from engine.inputs import Inputs, MoneyRange
from engine.strict import Problem, Reader, below, nearest, read_value, shown
from engine.vocabulary import FACTS, Kind, Subject

T = TypeVar("T")
DEEPEST = 12
LARGEST = 20_000_000
KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
CURRENCY = re.compile(r"[A-Z]{3}")
PERIOD = re.compile(r"(?:FY)?(?P<year>\d{4})[- ]?Q(?P<quarter>[1-4])", re.ASCII)
FISCAL_DAY = re.compile(r"(?:\d{4}-|--)?(?P<month>\d{2})-(?P<day>\d{2})", re.ASCII)
MONTH = re.compile(r"0?[1-9]|1[0-2]")
KEYED = {
    "data_assets": "key",
    "vendors": "key",
    "models": "key",
    "use_cases": "key",
    "budgets": "period",
    "regimes": "regime",
}
LEVELS = ("data_maturity", "ai_maturity", "quality")
FRACTIONS = ("domain_specificity", "differentiation_need")
TYPES: Mapping[Kind, Any] = {
    "yes_no": bool,
    "claim": bool | str,
    "word": str,
    "words": tuple[str, ...],
    "text": str,
    "number": int | Decimal,
    "date": date,
}


class DocumentError(ValueError):
    """A document that cannot be used; `problems` lists every fault, and the text has one a line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def parse(data: bytes | str) -> Any:
    """Plain data from JSON text. Raises DocumentError for text that is not JSON, or not plain enough."""
    problems: list[Problem] = []
    plain = _parse(data, problems)
    if problems:
        raise DocumentError(problems)
    return plain


def read_document(
    document: bytes | str | Mapping[str, Any], *, requirement_ids: Mapping[str, Collection[str]] | None = None
) -> Inputs:
    """The inputs that a document states. Raises DocumentError with every problem at once.

    With `requirement_ids` (regime to identifiers), answers on requirements that do not exist are refused.
    """
    problems: list[Problem] = []
    plain = _parse(document, problems) if isinstance(document, bytes | str) else document
    inputs = read_part(Inputs, plain, "", problems)
    problems += check_links(plain)
    if requirement_ids is not None:
        problems += check_requirements(plain, requirement_ids)
    if problems or inputs is None:
        raise DocumentError(problems)
    return inputs


def read_part(cls: type[T], part: object, where: str, problems: list[Problem]) -> T | None:
    """One record of a document, or the whole; links between records are the caller's to check."""
    return Reader(problems, settle).record(cls, part, where)


class _Pairs(list[tuple[str, Any]]):
    """The keys and values of a JSON object as they stand in the text."""


def _parse(data: bytes | str, problems: list[Problem]) -> Any:
    if len(data) > LARGEST:
        raise DocumentError([Problem("", f"{len(data)} bytes", f"at most {LARGEST} bytes")])
    try:
        text = data.decode("utf-8-sig") if isinstance(data, bytes) else data
        raw = json.loads(text, object_pairs_hook=_Pairs, parse_float=Decimal, parse_constant=float)
    except UnicodeDecodeError as error:
        raise DocumentError([Problem("", f"not UTF-8 at byte {error.start}", "text in UTF-8")]) from error
    except json.JSONDecodeError as error:
        at = f"line {error.lineno}, column {error.colno}"
        raise DocumentError([Problem("", f"not JSON: {error.msg} at {at}", "a JSON object")]) from error
    except RecursionError as error:
        raise DocumentError([Problem("", "nested too deep", f"at most {DEEPEST} levels")]) from error
    except ValueError as error:
        raise DocumentError([Problem("", "a number of thousands of digits", "a shorter number")]) from error
    return _plain(raw, "", 1, problems)


def _plain(value: Any, where: str, level: int, problems: list[Problem]) -> Any:
    """The parsed text as plain dicts and lists; a key that stands twice keeps its last value."""
    if isinstance(value, list) and level > DEEPEST:
        problems.append(Problem(where, "nested too deep", f"at most {DEEPEST} levels"))
        return None
    if isinstance(value, _Pairs):
        keys = [key for key, _ in value]
        for key in sorted(set(keys)) if len(set(keys)) < len(keys) else ():
            if keys.count(key) > 1:
                problems.append(
                    Problem(below(where, key), f"{shown(key)} stands twice in one object", "each key once")
                )
        return {key: _plain(item, below(where, key), level + 1, problems) for key, item in value}
    if isinstance(value, list):
        return [_plain(item, below(where, index), level + 1, problems) for index, item in enumerate(value)]
    if isinstance(value, float) and not math.isfinite(value):
        problems.append(Problem(where, f"{shown(value)} is not a number of JSON", "a finite number"))
        return None
    return value


def settle(spec: dataclasses.Field[Any], value: Any, where: str, problems: list[Problem]) -> Any:
    """What types cannot say: ranges, forms of keys, periods and currencies, the further facts' vocabulary."""
    if "facts" in spec.metadata:
        return _facts(spec.metadata["facts"], value, where, problems)
    if spec.name == "period":
        return _period(value, where, problems)
    if spec.name == "fiscal_year_start":
        return _fiscal_day(str(value), where, problems)
    if spec.name == "priorities":
        for criterion, rank in value.items():
            if rank < 0:
                right = "a rank from 1, or a weight from 0 to 1"
                problems.append(Problem(below(where, criterion), f"{rank} is negative", right))
    fault = _money_fault(value) if isinstance(value, MoneyRange) else _fault(spec.name, value)
    if fault:
        problems.append(Problem(where, *fault))
    return value


def _fault(name: str, value: Any) -> tuple[str, str] | None:
    """What is wrong with a single answer, and what would be right."""
    if name in LEVELS:
        return None if 1 <= value <= 5 else (f"{value} is outside 1 to 5", "a whole number from 1 to 5")
    if name in FRACTIONS:
        return None if 0 <= value <= 1 else (f"{value} is outside 0 to 1", "a fraction from 0 to 1")
    if name == "growth_per_year":
        return None if value >= -1 else (f"{value} is below -1", "-1 or more: 0.2 means 20 % a year")
    if name == "version":
        return None if value == 1 else (f"version {value}", "1")
    if name == "key" and not KEY.fullmatch(value):
        return shown(value), "letters, digits, dots, dashes, underscores; at most 80"
    if name == "currency" and not CURRENCY.fullmatch(value):
        return shown(value), "three letters of ISO 4217, like EUR"
    if isinstance(value, int | Decimal) and value < 0:
        return f"{value} is negative", "0 or more"
    return None


def _money_fault(value: MoneyRange) -> tuple[str, str] | None:
    given = [money for money in (value.low, value.likely, value.high) if money is not None]
    if len({money.currency for money in given}) > 1:
        return "more than one currency in a range", "one currency"
    amounts = [money.amount for money in given]
    return None if amounts == sorted(amounts) else ("the range is out of order", "low ≤ likely ≤ high")


def _period(value: str, where: str, problems: list[Problem]) -> str:
    found = PERIOD.fullmatch(value)
    if found is None:
        problems.append(Problem(where, shown(value), "a fiscal quarter like 2027-Q1"))
        return value
    return f"{found['year']}-Q{found['quarter']}"


def _fiscal_day(value: str, where: str, problems: list[Problem]) -> str:
    """The first day of the fiscal year as month and day, from that, a whole date or the month's number."""
    if MONTH.fullmatch(value):
        return f"{int(value):02}-01"
    found = FISCAL_DAY.fullmatch(value)
    try:
        if found is not None:
            return date(2001, int(found["month"]), int(found["day"])).strftime("%m-%d")
    except ValueError:
        pass
    problems.append(Problem(where, shown(value), "month and day like 04-01, or the month's number"))
    return value


def _facts(subject: Subject, given: Mapping[str, Any], where: str, problems: list[Problem]) -> dict[str, Any]:
    known, found = FACTS[subject], {}
    for key, value in given.items():
        at = below(where, key)
        if key not in known:
            problems.append(Problem(at, f"unknown fact {shown(key)}", nearest(key, known)))
            continue
        fact, attempt = known[key], cast("list[Problem]", [])
        stated = (value,) if fact.kind == "words" and isinstance(value, str) else value
        found[key] = read_value(TYPES[fact.kind], stated, at, attempt)
        if attempt or not fact.fits(found[key]):
            right = nearest(str(value), fact.allowed) if fact.allowed else fact.expected
            problems.append(Problem(at, f"{shown(value)} does not fit", right))
    return found


def _rows(plain: object, name: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The objects of a document's list, with their pointers; nothing where the list is none."""
    rows = plain.get(name) if isinstance(plain, Mapping) else None
    for index, row in enumerate(rows if isinstance(rows, list | tuple) else ()):
        if isinstance(row, Mapping):
            yield f"/{name}/{index}", row


def check_links(plain: object) -> list[Problem]:
    """Keys that stand twice, and references to keys that are not there."""
    problems: list[Problem] = []
    keys = {
        name: [str(row.get(key)) for _, row in _rows(plain, name) if row.get(key)]
        for name, key in KEYED.items()
    }
    for name, key in KEYED.items():
        problems += _twice([(f"{at}/{key}", str(row[key])) for at, row in _rows(plain, name) if row.get(key)])
    problems += _twice(
        [
            (
                f"{at}/requirement_id",
                "/".join(str(row.get(k) or "") for k in ("regime", "requirement_id", "use_case")),
            )
            for at, row in _rows(plain, "controls")
            if row.get("requirement_id")
        ]
    )
    for at, row in _rows(plain, "use_cases"):
        assets = row.get("data_assets")
        links = [(f"{at}/vendor", row.get("vendor"), "vendors"), (f"{at}/model", row.get("model"), "models")]
        if isinstance(assets, list | tuple):
            links += [(f"{at}/data_assets/{i}", key, "data_assets") for i, key in enumerate(assets)]
        for field in ("requires", "excludes"):
            others = row.get(field)
            if isinstance(others, list | tuple):
                links += [(f"{at}/{field}/{i}", key, "use_cases") for i, key in enumerate(others)]
        problems += [p for where, key, name in links for p in _missing(where, key, name, keys[name])]
    problems += check_order(plain)
    for at, row in _rows(plain, "controls"):
        problems += _missing(f"{at}/use_case", row.get("use_case"), "use_cases", keys["use_cases"])
    return problems


def check_order(plain: object) -> list[Problem]:
    """Use cases that wait for themselves, through others too, or that require what they rule out."""
    rows = {str(row.get("key")): (at, row) for at, row in _rows(plain, "use_cases")}
    wanted = {key: _keys(row.get("requires")) for key, (_, row) in rows.items()}
    problems = []
    for key, (at, row) in rows.items():
        if chain := _way_back(key, wanted):
            text = " → ".join(chain)
            problems.append(
                Problem(f"{at}/requires", f"it waits for itself: {text}", "an order without a circle")
            )
        for other in _keys(row.get("excludes")):
            if other == key or other in wanted[key]:
                what = "it rules itself out" if other == key else f"{shown(other)} is required and ruled out"
                problems.append(Problem(f"{at}/excludes", what, "another use case"))
    return problems


def _keys(value: object) -> list[str]:
    return [key for key in value if isinstance(key, str)] if isinstance(value, list | tuple) else []


def _way_back(start: str, wanted: Mapping[str, Sequence[str]]) -> list[str]:
    """The shortest chain of requirements from a use case back to itself; empty where there is none."""
    ways = [[start]]
    seen: set[str] = set()
    for way in ways:
        for following in wanted.get(way[-1], ()):
            if following == start:
                return [*way, start]
            if following not in seen:
                seen.add(following)
                ways.append([*way, following])
    return []


def check_requirements(plain: object, ids: Mapping[str, Collection[str]]) -> list[Problem]:
    """Control answers and exclusions on requirements that their regime does not have."""
    named = [(at, row.get("regime"), row.get("requirement_id")) for at, row in _rows(plain, "controls")]
    for at, scope in _rows(plain, "regimes"):
        named += [
            (f"{at}{below_at}", scope.get("regime"), row.get("requirement_id"))
            for below_at, row in _rows(scope, "exclusions")
        ]
    return [
        Problem(
            f"{at}/requirement_id",
            f"{regime} has no requirement {shown(requirement)}",
            nearest(requirement, ids[regime]),
        )
        for at, regime, requirement in named
        if isinstance(regime, str)
        and regime in ids
        and isinstance(requirement, str)
        and requirement not in ids[regime]
    ]


def _twice(keys: Sequence[tuple[str, str]]) -> list[Problem]:
    first: dict[str, str] = {}
    problems = []
    for where, key in keys:
        if key in first:
            problems.append(
                Problem(where, f"{shown(key)} stands at {first[key]} already", "one record for each")
            )
        first.setdefault(key, where)
    return problems


def _missing(where: str, key: object, name: str, known: list[str]) -> list[Problem]:
    if not isinstance(key, str) or key == "unknown" or key in known:
        return []
    right = nearest(key, known) if known else f"a key of {name}, which is empty"
    return [Problem(where, f"there is no {shown(key)} in {name}", right)]
