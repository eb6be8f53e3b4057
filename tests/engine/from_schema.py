"""Documents made from `docs/assessment.schema.json`, for hypothesis: what the schema allows, the reader takes."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from engine.links import quarter
from tests.engine.clinic import ROOT

SCHEMA: dict[str, Any] = json.loads((ROOT / "docs" / "assessment.schema.json").read_bytes())
LISTS = ("data_assets", "vendors", "models", "use_cases")
TOP_LISTS = (*LISTS, "budgets", "regimes", "controls", "common_controls", "price_overrides")
LARGEST = 10**12


@cache
def named(name: str) -> SearchStrategy[Any]:
    return values(SCHEMA["$defs"][name])


def values(schema: dict[str, Any]) -> SearchStrategy[Any]:
    """Values that a part of the schema allows; numbers stay below the length that the reader takes."""
    if "$ref" in schema:
        return st.deferred(lambda: named(schema["$ref"].rpartition("/")[2]))
    if "anyOf" in schema:
        return st.one_of([values(part) for part in schema["anyOf"]])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    return {
        "object": objects,
        "array": lambda part: st.lists(values(part["items"]), max_size=2),
        "string": texts,
        "boolean": lambda part: st.booleans(),
        "integer": lambda part: st.integers(part["minimum"], part.get("maximum", LARGEST)),
        "number": lambda part: st.decimals(
            part["minimum"], part.get("maximum", LARGEST), allow_nan=False, places=4
        ).map(float),
    }[schema["type"]](schema)


def objects(schema: dict[str, Any]) -> SearchStrategy[dict[str, Any]]:
    if "properties" not in schema:
        return st.dictionaries(
            values(schema["propertyNames"]), values(schema["additionalProperties"]), max_size=3
        )
    parts = {name: values(part) for name, part in schema["properties"].items()}
    needed = {name: parts.pop(name) for name in schema.get("required", ())}
    return st.fixed_dictionaries(needed, optional=parts)


def texts(schema: dict[str, Any]) -> SearchStrategy[str]:
    if schema.get("format") == "date":
        return st.dates().map(str)
    if "pattern" in schema:
        return st.from_regex(schema["pattern"].replace(r"\d", "[0-9]"), fullmatch=True)
    return st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=12)


def tied(document: dict[str, Any]) -> dict[str, Any]:
    """The document with what no schema can say put right: keys once, references that lead somewhere, ranges
    in order, one answer for a requirement, days that exist, an analysis of our time."""
    rows = {name: listed(document, name) for name in TOP_LISTS}
    for name in LISTS:
        for number, row in enumerate(rows[name]):
            row["key"] = f"{name}-{number}"
    document["regimes"] = list({row["regime"]: row for row in rows["regimes"]}.values())
    document["budgets"] = list({quarter(row["period"]): row for row in rows["budgets"]}.values())
    document["common_controls"] = list({row["control"]: row for row in rows["common_controls"]}.values())
    keys = {name: [row["key"] for row in rows[name]] for name in LISTS}
    for number, row in enumerate(rows["controls"]):
        row["requirement_id"] = f"{number}"
        point(row, "use_case", keys["use_cases"])
    for row in rows["use_cases"]:
        point(row, "vendor", keys["vendors"])
        point(row, "model", keys["models"])
        if isinstance(row.get("data_assets"), list):
            row["data_assets"] = keys["data_assets"][: len(row["data_assets"])]
        for field in ("requires", "excludes"):
            if isinstance(row.get(field), list):
                row[field] = []
        if isinstance(row.get("value"), dict):
            in_order(row["value"])
    for number, row in enumerate(rows["price_overrides"]):
        row["fact"] = f"fact-{number}"
        if isinstance(row.get("value"), int | float | str) and row["value"] != "unknown":
            for end in ("low", "likely", "high"):
                row.pop(end, None)
        for end in ("low", "high"):
            if end in row:
                row[end] = row.get("likely")
    organisation = document.get("organisation")
    if isinstance(organisation, dict):
        if isinstance(organisation.get("priorities"), dict):
            organisation["priorities"] = dict.fromkeys(organisation["priorities"], 1)
        start = organisation.get("fiscal_year_start")
        if isinstance(start, str) and "-" in start:
            organisation["fiscal_year_start"] = f"{start[:-2]}28"
    if document.get("as_of") not in (None, "unknown"):
        document["as_of"] = "2026-11-24"
    return document


def listed(document: dict[str, Any], name: str) -> list[dict[str, Any]]:
    rows = document.get(name)
    return rows if isinstance(rows, list) else []


def point(row: dict[str, Any], field: str, keys: list[str]) -> None:
    """A reference to the first record, or none where there is no record."""
    if row.get(field) not in (None, "unknown"):
        row[field] = keys[0] if keys else None


def in_order(value: dict[str, Any]) -> None:
    given = [part for part in (value.get(end) for end in ("low", "likely", "high")) if isinstance(part, dict)]
    for part in given:
        part |= {"amount": given[0]["amount"], "currency": given[0]["currency"]}


def documents() -> SearchStrategy[dict[str, Any]]:
    """Whole documents with at least one record of each kind."""
    parts = {name: values(part) for name, part in SCHEMA["properties"].items()}
    for name in TOP_LISTS:
        parts[name] = st.lists(
            values(SCHEMA["properties"][name]["anyOf"][0]["items"]), min_size=1, max_size=2
        )
    return st.fixed_dictionaries(parts).map(tied)
