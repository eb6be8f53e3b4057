"""The result of an analysis: what a run stores, a page shows and a report prints.

Every type is a frozen dataclass; field names are those of the result contract (docs/result.schema.json).
Money inside a result is a Decimal amount in `Result.currency`; weeks and days are Decimals.
Confidence is a whole percent. A missing number is None and never zero.
"""

from engine.result.basic import (
    Answer3,
    Level,
    OptionId,
    Origin,
    Outcome,
    Percentiles,
    Range,
    Reason,
    State,
    Timing,
)
from engine.result.duties import Consequences, Coverage, Finding, RegimeResult, Remediation, Severity
from engine.result.options import (
    BreakEven,
    CostLine,
    Question,
    RankedOption,
    RefusedOption,
    SwitchPoint,
    UseCaseResult,
)
from engine.result.plan import (
    Gate,
    LeftOut,
    OrganisationResult,
    Phase,
    PortfolioResult,
    QuarterSpend,
    ReadinessItem,
    Risk,
    Roadmap,
    Task,
    WatchItem,
)
from engine.result.trace import FactUsed, NumberOrigin, RuleFired, Trace
from engine.result.whole import Result

__all__ = [
    "Answer3",
    "BreakEven",
    "Consequences",
    "CostLine",
    "Coverage",
    "FactUsed",
    "Finding",
    "Gate",
    "LeftOut",
    "Level",
    "NumberOrigin",
    "OptionId",
    "OrganisationResult",
    "Origin",
    "Outcome",
    "Percentiles",
    "Phase",
    "PortfolioResult",
    "QuarterSpend",
    "Question",
    "Range",
    "RankedOption",
    "ReadinessItem",
    "Reason",
    "RefusedOption",
    "RegimeResult",
    "Remediation",
    "Result",
    "Risk",
    "Roadmap",
    "RuleFired",
    "Severity",
    "State",
    "SwitchPoint",
    "Task",
    "Timing",
    "Trace",
    "UseCaseResult",
    "WatchItem",
]
