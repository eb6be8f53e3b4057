"""What ties the records of a document together: keys, references, the order of use cases, requirements.

Works on the plain document, so that its faults are listed beside those of single fields.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from engine.asking import QUARTER
from engine.strict import UNKNOWN, Problem, nearest, shown

KEYED = {
    "data_assets": "key",
    "vendors": "key",
    "models": "key",
    "use_cases": "key",
    "budgets": "period",
    "regimes": "regime",
    "common_controls": "control",
    "price_overrides": "fact",
}

COMMON = "common_controls"


def quarter(text: str) -> str | None:
    """A fiscal quarter in its one form, `2027-Q1`; None for what is no quarter."""
    found = re.fullmatch(QUARTER.pattern, text)
    return f"{found[2]}-Q{found[3]}" if found else None


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
        problems += _twice(
            [(f"{at}/{key}", _named(key, row[key])) for at, row in _rows(plain, name) if row.get(key)]
        )
    problems += _twice(
        [
            (f"{at}/requirement_id", " ".join(_known(row, ("regime", "requirement_id", "use_case"))))
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
    """Control answers and exclusions on requirements that their regime does not have, and answers on common
    controls that `ids` does not list under `common_controls`."""
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
    ] + [
        Problem(f"{at}/control", f"there is no common control {shown(name)}", nearest(name, ids[COMMON]))
        for at, row in _rows(plain, COMMON)
        if COMMON in ids and isinstance(name := row.get("control"), str) and name not in ids[COMMON]
    ]


def _named(key: str, name: object) -> str:
    return (quarter(str(name)) if key == "period" else None) or str(name)


def _known(row: Mapping[str, object], fields: Sequence[str]) -> Iterator[str]:
    """The answers of some fields, without those that are unknown."""
    return (str(row[field]) for field in fields if row.get(field) not in (None, "", UNKNOWN))


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
    if not isinstance(key, str) or key == UNKNOWN or key in known:
        return []
    right = nearest(key, known) if known else f"a key of {name}, which is empty"
    return [Problem(where, f"there is no {shown(key)} in {name}", right)]
