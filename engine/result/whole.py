"""A whole result."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from engine.result.duties import RegimeResult
from engine.result.options import UseCaseResult
from engine.result.outlook import OrganisationResult, Risk, WatchItem
from engine.result.plan import PortfolioResult, Roadmap
from engine.result.trace import Trace


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    version: str
    as_of: date
    engine_version: str
    knowledge_release: str
    knowledge_digest: str
    law_read_on: date
    input_digest: str
    currency: str
    price_date: date
    organisation: OrganisationResult
    use_cases: tuple[UseCaseResult, ...]
    regimes: tuple[RegimeResult, ...]
    portfolio: PortfolioResult
    roadmap: Roadmap
    risks: tuple[Risk, ...]
    watch: tuple[WatchItem, ...]
    trace: Trace
