"""From an assessment document to the engine's inputs, or every problem that the document has."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from typing import Any, TypeVar, cast

from engine.inputs import Inputs, Money, MoneyRange
from engine.strict import Problem, nearest, read
from engine.vocabulary import FACTS, Subject

T = TypeVar("T")
DEEPEST = 12
LARGEST = 20_000_000
KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
PERIOD = re.compile(r"(FY)?\d{4}-?Q[1-4]")
FISCAL_DAY = re.compile(r"(\d{4}-|--)?(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?")
CURRENCY = re.compile(r"[A-Z]{3}")
LEVELS = {"data_maturity", "ai_maturity", "quality"}
FRACTIONS = {"domain_specificity", "differentiation_need"}
MAY_BE_NEGATIVE = {"growth_per_year"}


class DocumentError(ValueError):
    """A document that cannot be used; `problems` lists every fault, and the text has one a line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def parse(data: bytes | str) -> Any:
    """Plain data from JSON text. Raises DocumentError for text that is not JSON, or not plain enough."""
    if len(data) > LARGEST:
        raise DocumentError([Problem("", f"{len(data)} bytes", f"at most {LARGEST} bytes")])
    problems: list[Problem] = []

    def no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        keys = [key for key, _ in pairs]
        for key in sorted({key for key in keys if keys.count(key) > 1}):
            problems.append(Problem("", f"the key “{key}” stands twice in one object", "each key once"))
        return dict(pairs)

    def no_constant(word: str) -> None:
        problems.append(Problem("", f"{word} is not a number of JSON", "a finite number"))

    try:
        text = data.decode("utf-8-sig") if isinstance(data, bytes) else data
        plain = json.loads(
            text, object_pairs_hook=no_duplicates, parse_constant=no_constant, parse_float=Decimal
        )
    except UnicodeDecodeError as error:
        raise DocumentError([Problem("", f"not UTF-8 at byte {error.start}", "text in UTF-8")]) from error
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise DocumentError([Problem("", f"not JSON: {error.msg} at {where}", "a JSON object")]) from error
    except (RecursionError, ValueError) as error:
        raise DocumentError([Problem("", "not JSON that can be read", "plain JSON")]) from error
    if problems:
        raise DocumentError(problems)
    if _depth(plain) > DEEPEST:
        raise DocumentError([Problem("", "nested too deep", f"at most {DEEPEST} levels")])
    return plain


def read_document(
    document: bytes | str | Mapping[str, Any], *, requirement_ids: Mapping[str, Collection[str]] | None = None
) -> Inputs:
    """The inputs that a document states. Raises DocumentError with every problem at once.

    With `requirement_ids` (regime to identifiers), control answers on unknown requirements are refused.
    """
    plain = parse(document) if isinstance(document, bytes | str) else document
    problems: list[Problem] = []
    if isinstance(plain, Mapping):
        plain = _version_apart(plain, problems)
    inputs = read(Inputs, plain, "", problems)
    if inputs is None:
        raise DocumentError(problems)
    problems += check_values(inputs, "") + check_links(inputs)
    if requirement_ids is not None:
        problems += check_requirements(inputs, requirement_ids)
    if problems:
        raise DocumentError(problems)
    return inputs


def read_part(cls: type[T], part: Mapping[str, Any], where: str, problems: list[Problem]) -> T | None:
    """One record of a document, with the same checks of its values; links are the caller's to check."""
    found = read(cls, part, where, problems)
    if found is not None:
        problems += check_values(found, where)
    return found if not problems else None


def _version_apart(plain: Mapping[str, Any], problems: list[Problem]) -> dict[str, Any]:
    version = str(plain.get("version", "1"))
    if version not in ("1", "1.0"):
        problems.append(Problem("/version", f"version {version[:20]}", "1"))
    lists = {f.name for f in dataclasses.fields(Inputs) if f.default == ()}
    cleaned = {key: value for key, value in plain.items() if not (key in lists and value in (None, "unknown"))}
    return {**cleaned, "version": 1}


def check_values(value: Any, where: str) -> list[Problem]:
    """What types cannot say: ranges, forms of keys, periods, currencies, further facts; through all parts."""
    problems: list[Problem] = []
    if isinstance(value, Money):
        if not CURRENCY.fullmatch(value.currency):
            problems.append(Problem(f"{where}/currency", f"“{value.currency}”", "three letters of ISO 4217, like EUR"))
        if value.amount < 0:
            problems.append(Problem(f"{where}/amount", f"{value.amount} is negative", "0 or more"))
        return problems
    if isinstance(value, MoneyRange):
        amounts = [m.amount for m in (value.low, value.likely, value.high) if m is not None]
        if amounts != sorted(amounts):
            problems.append(Problem(where, "the range is out of order", "low ≤ likely ≤ high"))
        currencies = {m.currency for m in (value.low, value.likely, value.high) if m is not None}
        if len(currencies) > 1:
            problems.append(Problem(where, "more than one currency in a range", "one currency"))
    for spec in dataclasses.fields(value):
        item, at = getattr(value, spec.name), f"{where}/{spec.name}"
        if isinstance(item, tuple):
            for index, part in enumerate(item):
                if dataclasses.is_dataclass(part):
                    problems += check_values(part, f"{at}/{index}")
        elif dataclasses.is_dataclass(item):
            problems += check_values(item, at)
        elif isinstance(item, Mapping):
            problems += check_mapping(item, spec.metadata.get("facts"), at)
        elif item is not None:
            problems += check_scalar(spec.name, item, at)
    return problems


def check_scalar(name: str, item: Any, at: str) -> list[Problem]:
    if name in LEVELS and not 1 <= item <= 5:
        return [Problem(at, f"{item} is outside 1 to 5", "a whole number from 1 to 5")]
    if name in FRACTIONS and not 0 <= item <= 1:
        return [Problem(at, f"{item} is outside 0 to 1", "a fraction from 0 to 1")]
    if isinstance(item, int | Decimal) and not isinstance(item, bool) and item < 0 and name not in MAY_BE_NEGATIVE:
        return [Problem(at, f"{item} is negative", "0 or more")]
    if name == "growth_per_year" and item < -1:
        return [Problem(at, f"{item} is below -1", "-1 or more: 0.2 means 20 % a year")]
    if name == "key" and not KEY.fullmatch(item):
        return [Problem(at, f"“{item[:80]}”", "letters, digits, dots, dashes, underscores; at most 80")]
    if name == "period" and not PERIOD.fullmatch(item):
        return [Problem(at, f"“{item[:40]}”", "a fiscal quarter like 2027-Q1")]
    if name == "currency" and not CURRENCY.fullmatch(item):
        return [Problem(at, f"“{item[:40]}”", "three letters of ISO 4217, like EUR")]
    if name == "fiscal_year_start" and not is_fiscal_start(item):
        return [Problem(at, f"“{str(item)[:40]}”", "month and day like 04-01, or the month's number")]
    return []


def is_fiscal_start(item: str | int) -> bool:
    if isinstance(item, int) or item.isdigit():
        return 1 <= int(item) <= 12
    return FISCAL_DAY.fullmatch(item) is not None


def check_mapping(item: Mapping[str, Any], subject: str | None, at: str) -> list[Problem]:
    if subject is None:
        return [
            Problem(f"{at}/{key}", f"{value} is negative", "a rank from 1, or a weight from 0 to 1")
            for key, value in item.items()
            if value < 0
        ]
    known = FACTS[cast(Subject, subject)]
    problems = []
    for key, value in item.items():
        if key not in known:
            problems.append(Problem(f"{at}/{key}", f"unknown fact “{key}”", nearest(key, known)))
        elif not known[key].fits(value):
            problems.append(Problem(f"{at}/{key}", f"“{value}” does not fit", known[key].expected))
    return problems


def check_links(inputs: Inputs) -> list[Problem]:
    """Keys that stand twice, and references to keys that are not there."""
    problems: list[Problem] = []
    keys = {}
    for name in ("data_assets", "vendors", "models", "use_cases"):
        keys[name] = [record.key for record in getattr(inputs, name)]
        problems += _twice(name, keys[name], "key")
    problems += _twice("budgets", [budget.period for budget in inputs.budgets], "period")
    problems += _twice("regimes", [scope.regime for scope in inputs.regimes], "regime")
    answered = ["/".join((c.regime, c.requirement_id, c.use_case or "")) for c in inputs.controls]
    problems += _twice("controls", answered, "requirement_id")
    for index, use_case in enumerate(inputs.use_cases):
        links = [("vendor", use_case.vendor, "vendors"), ("model", use_case.model, "models")]
        links += [(f"data_assets/{i}", key, "data_assets") for i, key in enumerate(use_case.data_assets or ())]
        for field, key, name in links:
            if key is not None and key not in keys[name]:
                problems.append(_no_such(f"/use_cases/{index}/{field}", key, name, keys[name]))
    for index, control in enumerate(inputs.controls):
        if control.use_case is not None and control.use_case not in keys["use_cases"]:
            problems.append(
                _no_such(f"/controls/{index}/use_case", control.use_case, "use_cases", keys["use_cases"])
            )
    return problems


def check_requirements(inputs: Inputs, ids: Mapping[str, Collection[str]]) -> list[Problem]:
    """Control answers and exclusions on requirements that their regime does not have."""
    named = [(f"/controls/{i}/requirement_id", c.regime, c.requirement_id) for i, c in enumerate(inputs.controls)]
    named += [
        (f"/regimes/{i}/exclusions/{j}/requirement_id", scope.regime, exclusion.requirement_id)
        for i, scope in enumerate(inputs.regimes)
        for j, exclusion in enumerate(scope.exclusions or ())
    ]
    return [
        Problem(where, f"{regime} has no requirement “{requirement}”", nearest(requirement, ids.get(regime, ())))
        for where, regime, requirement in named
        if requirement not in ids.get(regime, ())
    ]


def _twice(name: str, keys: list[str], field: str) -> list[Problem]:
    first: dict[str, int] = {}
    problems = []
    for index, key in enumerate(keys):
        if key in first:
            problems.append(
                Problem(f"/{name}/{index}/{field}", f"“{key}” stands already at /{name}/{first[key]}", "one record a key")
            )
        first.setdefault(key, index)
    return problems


def _no_such(where: str, key: str, name: str, known: list[str]) -> Problem:
    right = nearest(key, known) if known else f"a key of {name}, which is empty"
    return Problem(where, f"there is no “{key}” in {name}", right)


def _depth(value: Any) -> int:
    level, layer = 0, [value]
    while layer:
        level += 1
        layer = [
            item
            for part in layer
            if isinstance(part, dict | list)
            for item in (part.values() if isinstance(part, dict) else part)
        ]
    return level


