"""What an option opens in a small case, under the shipped knowledge."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from engine.case import Case
from engine.duties.consequences import consequences, refusing
from engine.inputs import Inputs
from engine.knowledge import load
from engine.result import Finding, OptionId, Range
from engine.strict import Problem, read
from engine.trace import Tracer

KNOWLEDGE = load(Path(__file__).parents[3] / "knowledge")
TODAY = date(2026, 11, 24)
RATE = Range(low=Decimal(1), likely=Decimal(1), high=Decimal(1))
EU = {"eu_established": True}
CONTROLLER = {"role": ["controller", "deployer"]}
PERSONAL = {"key": "d", "personal": True}
CLINIC = {"us_covered_entity": True, "us_business_associate": False}
PHI = {"key": "d", "phi": True}


def findings(
    option: str = "rag/public_api",
    *,
    organisation: dict[str, Any] | None = None,
    data: list[dict[str, Any]] | None = None,
    vendor: dict[str, Any] | None = None,
    model: dict[str, Any] | None = None,
    use: dict[str, Any] | None = None,
    as_of: date = TODAY,
    **document: Any,
) -> tuple[Finding, ...]:
    """The findings of one use case in one option."""
    assets = [{"key": f"d{index}", **asset} for index, asset in enumerate(data or [])]
    assets = [{**asset, "key": f"d{index}"} for index, asset in enumerate(assets)]
    plain = {
        "organisation": organisation or {},
        "data_assets": assets,
        "vendors": [{"key": "v", **vendor}] if vendor is not None else [],
        "models": [{"key": "m", **model}] if model is not None else [],
        "use_cases": [
            {
                "key": "u",
                "data_assets": [asset["key"] for asset in assets],
                "vendor": "v" if vendor is not None else None,
                "model": "m" if model is not None else None,
                **(use or {}),
            }
        ],
        **document,
    }
    problems: list[Problem] = []
    inputs = read(Inputs, plain, "", problems)
    assert problems == []
    assert inputs is not None
    approach, _, deployment = option.partition("/")
    return consequences(
        OptionId(approach=approach, deployment=deployment),  # type: ignore[arg-type]
        Case(inputs, 0, as_of),
        planned=False,
        day_rate=RATE,
        knowledge=KNOWLEDGE,
        tracer=Tracer(KNOWLEDGE, as_of),
    ).findings


def seen(rule: str, *args: Any, **kwargs: Any) -> tuple[str, str, str] | None:
    """Applies, timing and state of a rule's finding; None where it does not apply."""
    found = [finding for finding in findings(*args, **kwargs) if finding.rule == rule]
    assert len(found) <= 1
    return (found[0].applies, found[0].timing, found[0].state) if found else None


def refused(*args: Any, **kwargs: Any) -> list[str]:
    return [finding.rule for finding in refusing(findings(*args, **kwargs), KNOWLEDGE)]
