"""From an assessment document to the engine's inputs, or every problem that the document has."""

from __future__ import annotations

import dataclasses
import json
import math
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar, cast

from engine.asking import FISCAL_DAY
from engine.inputs import Inputs, MoneyRange, PriceOverride
from engine.links import check_links, check_requirements, quarter
from engine.prices import PriceFact, price_faults, shape_fault
from engine.strict import LONGEST_NUMBER, Problem, Reader, below, nearest, read_value, shown
from engine.vocabulary import FACTS, Kind, Subject

T = TypeVar("T")
DEEPEST = 12
LARGEST = 20_000_000
MONTH = re.compile(r"0?[1-9]|1[0-2]")
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
    document: bytes | str | Mapping[str, Any],
    *,
    requirement_ids: Mapping[str, Collection[str]] | None = None,
    facts: Mapping[str, PriceFact] | None = None,
) -> Inputs:
    """The inputs that a document states. Raises DocumentError with every problem at once.

    With `requirement_ids` (regime to identifiers), answers on requirements that do not exist are refused; with
    the `facts` of a release, own prices of what is no price or estimate there.
    """
    problems: list[Problem] = []
    plain = _parse(document, problems) if isinstance(document, bytes | str) else document
    inputs = read_part(Inputs, plain, "", problems)
    problems += check_links(plain)
    if requirement_ids is not None:
        problems += check_requirements(plain, requirement_ids)
    if facts is not None and inputs is not None:
        problems += price_faults(inputs.price_overrides, facts)
    if problems or inputs is None:
        raise DocumentError(problems)
    return inputs


def read_part(cls: type[T], part: object, where: str, problems: list[Problem]) -> T | None:
    """One record of a document, or the whole; links between records are the caller's to check."""
    found = Reader(problems, settle).record(cls, part, where)
    if isinstance(found, PriceOverride) and (fault := shape_fault(found)):
        problems.append(Problem(where, *fault))
    return found


class _Pairs(list[tuple[str, Any]]):
    """The keys and values of a JSON object as they stand in the text."""


def _parse(data: bytes | str, problems: list[Problem]) -> Any:
    if len(data) > LARGEST:
        raise DocumentError([Problem("", f"{len(data)} bytes", f"at most {LARGEST} bytes")])
    try:
        text = data.decode("utf-8-sig") if isinstance(data, bytes) else data
        raw = json.loads(
            text, object_pairs_hook=_Pairs, parse_int=_number, parse_float=_number, parse_constant=float
        )
    except UnicodeDecodeError as error:
        raise DocumentError([Problem("", f"not UTF-8 at byte {error.start}", "text in UTF-8")]) from error
    except json.JSONDecodeError as error:
        at = f"line {error.lineno}, column {error.colno}"
        raise DocumentError([Problem("", f"not JSON: {error.msg} at {at}", "a JSON object")]) from error
    except RecursionError as error:
        raise DocumentError([Problem("", "nested too deep", f"at most {DEEPEST} levels")]) from error
    return _plain(raw, "", 1, problems)


class _TooLong(str):
    """A number as it stands in the text, with more digits than any answer has."""


def _number(text: str) -> int | Decimal | _TooLong:
    """A number of the text, exactly."""
    try:
        number = Decimal(text) if len(text) <= 2 * LONGEST_NUMBER else None
    except ArithmeticError:
        number = None
    if number is None or (number and abs(number.adjusted()) >= LONGEST_NUMBER):
        return _TooLong(text)
    return int(text) if text.lstrip("-").isdigit() else number


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
    if isinstance(value, _TooLong):
        problems.append(Problem(where, f"{shown(value)} is too long", f"at most {LONGEST_NUMBER} digits"))
        return None
    if isinstance(value, float) and not math.isfinite(value):
        problems.append(Problem(where, f"{shown(value)} is not a number of JSON", "a finite number"))
        return None
    return value


def settle(spec: dataclasses.Field[Any], value: Any, where: str, problems: list[Problem]) -> Any:
    """What types cannot say: ranges, forms of keys, periods and currencies, the further facts' vocabulary."""
    if "facts" in spec.metadata:
        return _facts(spec.metadata["facts"], value, where, problems)
    if spec.name == "price_overrides":
        found = ((index, shape_fault(price)) for index, price in enumerate(value))
        problems += [Problem(below(where, index), *fault) for index, fault in found if fault]
        return value
    if spec.metadata.get("once"):
        problems += _twice(value, where)
    check = None if isinstance(value, Decimal) else CHECKS.get(spec.name)
    fault = check(value) if check is not None else _fault(spec.metadata, value)
    if fault:
        problems.append(Problem(where, *fault))
    elif spec.name == "period":
        return quarter(value)
    elif spec.name == "fiscal_year_start":
        return _fiscal_day(str(value), where, problems)
    return value


def _twice(items: Sequence[str], where: str) -> Iterator[Problem]:
    """Items of a list that stand in it already."""
    for index, item in enumerate(items):
        first = items.index(item)
        if first < index:
            what = f"{shown(item)} stands at {below(where, first)} already"
            yield Problem(below(where, index), what, "each of them once")


def _fault(asked: Mapping[str, Any], value: Any) -> tuple[str, str] | None:
    """What is wrong with a single answer, and what would be right."""
    form = asked.get("form")
    if form is not None and isinstance(value, str):
        fits = re.fullmatch(form.pattern, value) is not None
        return None if fits else (f"{shown(value)} does not fit", form.right)
    if isinstance(value, bool) or not isinstance(value, int | Decimal | date):
        return None
    least, most = asked.get("least"), asked.get("most")
    if least is None and not isinstance(value, date):
        least = 0
    if least is not None and value < least:
        said = f"{value} is negative" if least == 0 else f"{value} is below {least}"
    elif most is not None and value > most:
        said = f"{value} is above {most}"
    else:
        return None
    if most is None:
        return said, f"{least} or more"
    return said, f"{least}" if least == most else f"{least} to {most}"


def _range_fault(value: MoneyRange) -> tuple[str, str] | None:
    given = [money for money in (value.low, value.likely, value.high) if money is not None]
    if len({money.currency for money in given}) > 1:
        return "more than one currency in a range", "one currency"
    amounts = [money.amount for money in given]
    return None if amounts == sorted(amounts) else ("the range is out of order", "low ≤ likely ≤ high")


def _priorities_fault(value: Mapping[str, Decimal | None]) -> tuple[str, str] | None:
    """Ranks are whole numbers from 1, weights lie between 0 and 1; a mixture says nothing."""
    given = [number for number in value.values() if number is not None]
    ranks = all(number >= 1 and number == number.to_integral_value() for number in given)
    weights = all(0 <= number <= 1 for number in given) and any(given)
    if ranks or weights:
        return None
    return (
        "neither ranks nor weights",
        "ranks from 1 (most important), or weights from 0 to 1, not all of them 0",
    )


CHECKS: Mapping[str, Callable[[Any], tuple[str, str] | None]] = {
    "value": _range_fault,
    "priorities": _priorities_fault,
}
"""What only some fields may get wrong, by the field's name."""


def _fiscal_day(value: str, where: str, problems: list[Problem]) -> str:
    """The first day of the fiscal year as month and day, from that, a whole date or the month's number."""
    if MONTH.fullmatch(value):
        return f"{int(value):02}-01"
    month, day = value[-5:].split("-")
    try:
        return date(2001, int(month), int(day)).strftime("%m-%d")
    except ValueError:
        problems.append(Problem(where, f"{shown(value)} is no day", FISCAL_DAY.right))
        return value


def _facts(subject: Subject, given: Mapping[str, Any], where: str, problems: list[Problem]) -> dict[str, Any]:
    known, found = FACTS[subject], {}
    for key, value in given.items():
        at = below(where, key)
        if key not in known:
            problems.append(Problem(at, f"unknown fact {shown(key)}", nearest(key, known)))
        if key not in known or value is None:
            continue
        fact, attempt = known[key], cast("list[Problem]", [])
        stated = (value,) if fact.kind == "words" and isinstance(value, str) else value
        found[key] = read_value(TYPES[fact.kind], stated, at, attempt)
        if attempt or not fact.fits(found[key]):
            right = nearest(str(value), fact.allowed) if fact.allowed else fact.expected
            problems.append(Problem(at, f"{shown(value)} does not fit", right))
        elif fact.kind == "number" and found[key] < 0:
            problems.append(Problem(at, f"{found[key]} is negative", "0 or more"))
    return found
