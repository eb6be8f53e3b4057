"""Scenarios of compliance: facts of a case in a file, and what the law makes of them, as a lawyer would say it.

Each file of `scenarios/` holds one: the assessment document, the option that is looked at, and what must be
found (`must`), what must stay away (`must_not`) and which regimes apply (`regime`).
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from engine.case import cases
from engine.duties.consequences import consequences
from engine.duties.regimes import regimes
from engine.reading import read_document
from engine.result import Finding, OptionId, RegimeResult
from engine.trace import Tracer
from tests.engine.law.opened import KNOWLEDGE, RATE

FOLDER = Path(__file__).parent / "scenarios"
ASKED = ("applies", "timing", "state", "blocker", "applies_from", "rule")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """What a file says: the document with its option, and what is expected of its findings and regimes."""

    title: str
    law: str
    url: str
    as_of: date
    option: OptionId
    document: Mapping[str, Any]
    must: Sequence[Mapping[str, Any]]
    must_not: Sequence[Mapping[str, Any]]
    regime: Sequence[Mapping[str, Any]]


def files() -> tuple[Path, ...]:
    return tuple(sorted(FOLDER.glob("*.toml")))


def read(path: Path) -> Scenario:
    """The scenario of a file. Raises KeyError, TypeError or ValueError for a file that is none."""
    plain = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    option = OptionId(**plain.pop("option"))
    document = {"version": 1, **plain.pop("document")}
    expected = {name: plain.pop(name, []) for name in ("must", "must_not", "regime")}
    if not any(expected.values()):
        raise ValueError(f"{path.name}: nothing is expected")
    return Scenario(option=option, document=document, **expected, **plain)


def opened(scenario: Scenario) -> tuple[tuple[Finding, ...], dict[str, RegimeResult]]:
    """The findings of the scenario's option, and each regime's result by its name."""
    inputs = read_document(scenario.document)
    tracer = Tracer(KNOWLEDGE, scenario.as_of)
    (case,) = cases(inputs, scenario.as_of)
    found = consequences(
        scenario.option, case, planned=True, day_rate=RATE, knowledge=KNOWLEDGE, tracer=tracer
    ).findings
    results = regimes(inputs, [(case, found)], KNOWLEDGE, scenario.as_of, tracer)
    return found, {result.regime: result for result in results}


def faults(scenario: Scenario) -> Iterator[str]:
    """What was found other than expected, a sentence each."""
    found, by_regime = opened(scenario)
    for wanted in scenario.must:
        named = [finding for finding in found if names(finding, wanted)]
        if not named:
            yield f"missing: {said(wanted)}"
        elif not any(fits(finding, wanted) for finding in named):
            yield f"not as expected: {said(wanted)}; found {', '.join(map(shown, named))}"
    for unwanted in scenario.must_not:
        for finding in found:
            if names(finding, unwanted) and finding.state == unwanted.get("state", finding.state):
                yield f"must not appear: {shown(finding)}"
    for wanted in scenario.regime:
        result = by_regime.get(wanted["regime"])
        applies = result.applies if result else "no"
        if applies != wanted["applies"]:
            yield f"{wanted['regime']} applies: {applies}, not {wanted['applies']}"
        elif result is not None and result.proposed != wanted.get("proposed", result.proposed):
            yield f"{wanted['regime']} proposed: {result.proposed}"


def names(finding: Finding, wanted: Mapping[str, Any]) -> bool:
    """Whether a finding is the one that an expectation names: by regime, requirement and rule."""
    return (
        finding.regime == wanted.get("regime", finding.regime)
        and finding.requirement_id == wanted.get("requirement", finding.requirement_id)
        and finding.rule == wanted.get("rule", finding.rule)
    )


def fits(finding: Finding, wanted: Mapping[str, Any]) -> bool:
    """Whether a finding is as expected in each respect that is asked for."""
    asked = {name: wanted[name] for name in ASKED if name in wanted}
    return all(
        getattr(finding, name) == value for name, value in asked.items()
    ) and finding.state != wanted.get("not_state")


def said(wanted: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in wanted.items())


def shown(finding: Finding) -> str:
    return (
        f"{finding.regime} {finding.requirement_id} ({finding.rule}: applies {finding.applies}, "
        f"{finding.timing} from {finding.applies_from}, {finding.state}, blocker {finding.blocker})"
    )
