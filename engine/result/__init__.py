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
from engine.result.outlook import OrganisationResult, ReadinessItem, Risk, WatchItem
from engine.result.plan import (
    Dimension,
    Evaluation,
    Gate,
    Launch,
    LeftKind,
    LeftOut,
    Limit,
    MoreBudget,
    Phase,
    PhaseCost,
    Pick,
    PortfolioResult,
    QuarterSpend,
    QuickAnswer,
    Roadmap,
    SharedCost,
    Task,
)
from engine.result.trace import FactUsed, NumberOrigin, RuleFired, Trace
from engine.result.whole import Result

__all__ = [
    "Answer3",
    "BreakEven",
    "Consequences",
    "CostLine",
    "Coverage",
    "Dimension",
    "Evaluation",
    "FactUsed",
    "Finding",
    "Gate",
    "Launch",
    "LeftKind",
    "LeftOut",
    "Level",
    "Limit",
    "MoreBudget",
    "NumberOrigin",
    "OptionId",
    "OrganisationResult",
    "Origin",
    "Outcome",
    "Percentiles",
    "Phase",
    "PhaseCost",
    "Pick",
    "PortfolioResult",
    "QuarterSpend",
    "Question",
    "QuickAnswer",
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
    "SharedCost",
    "State",
    "SwitchPoint",
    "Task",
    "Timing",
    "Trace",
    "UseCaseResult",
    "WatchItem",
]
