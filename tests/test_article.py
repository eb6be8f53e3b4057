"""Everything that the founding article names has a home in the product, and the home exists."""

from __future__ import annotations

import csv
import dataclasses
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import get_args

import pytest
from django.urls import get_resolver

from engine.inputs import BaseModel, Budget, DataAsset, Method, Organisation, RegimeId, UseCase, Vendor
from engine.money.bill import ITEMS
from engine.result import ModelTest
from strategy.knowledge import current
from tests.engine.examples import result

ROOT = Path(__file__).parents[1]
ROWS = list(csv.DictReader((ROOT / "docs" / "article-coverage.csv").open()))
RECORDS = {
    "organisation": Organisation,
    "data_assets": DataAsset,
    "vendors": Vendor,
    "models": BaseModel,
    "budgets": Budget,
    "use_cases": UseCase,
}


def homes() -> Mapping[str, Collection[str]]:
    """What may be a home, by kind."""
    known = current()
    plan, options = known.plan, known.options
    tests = {field.name: field for field in dataclasses.fields(ModelTest)}
    assert "test" in tests
    return {
        "option": options.approaches,
        "deployment": options.deployments,
        "method": get_args(Method),
        "criterion": options.criteria,
        "gate": options.gates,
        "model_test": ("business_need", "benchmarks", "licence", "infrastructure"),
        "fact": known.facts,
        "field": {f"{name}.{f.name}" for name, kind in RECORDS.items() for f in dataclasses.fields(kind)},
        "law": {rule.id for rule in known.law.rules},
        "regime": get_args(RegimeId),
        "stage": {stage.id for stage in plan.stages},
        "data_check": {check.kind for check in plan.data_checks},
        "risk": {risk.id for risk in plan.risks},
        "watch": {row.id for row in plan.watch},
        "evaluation": {row.id for row in plan.evaluation},
        "line": ITEMS,
        "template": known.templates,
        "readiness": result("hospital-group").organisation.readiness,
        "page": {str(name) for name in get_resolver().reverse_dict if isinstance(name, str)},
    }


def test_all_186_rows_are_there_once() -> None:
    assert [row["id"] for row in ROWS] == [f"S{number:03}" for number in range(1, 187)]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_each_home_exists(row: dict[str, str]) -> None:
    kind, _, name = row["home"].partition(":")
    if kind == "text":
        path, _, anchor = name.partition("#")
        assert f'<a id="{anchor}">' in (ROOT / path).read_text()
        return
    assert name in homes()[kind]


def test_a_template_names_its_own_rows() -> None:
    for row in ROWS:
        kind, _, name = row["home"].partition(":")
        if kind == "template":
            assert row["id"] in current().templates[name].article or row["id"] in ("S146",)
