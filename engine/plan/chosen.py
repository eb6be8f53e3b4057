"""What the plan is made of: each use case with its answer, and the options that may be planned."""

from __future__ import annotations

from dataclasses import dataclass

from engine.case import Case
from engine.duties.answers import Answers
from engine.duties.expressions import Expression, Truth
from engine.facts import Knowledge
from engine.result import Finding, OptionId, RankedOption, UseCaseResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    case: Case
    answer: UseCaseResult

    @property
    def key(self) -> str:
        return self.case.use_case.key

    @property
    def option(self) -> RankedOption | None:
        """The recommended option."""
        return self.answer.options[0] if self.answer.options else None

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings of the recommended option, else those of the planned one, else those of what stands in."""
        if self.option is not None:
            return self.findings_of(self.option)
        found = self.answer.findings
        planned = tuple(finding for finding in found if finding.planned)
        return planned or tuple(finding for finding in found if finding.option == found[0].option)

    def findings_of(self, option: RankedOption) -> tuple[Finding, ...]:
        wanted = id_of(option)
        return tuple(finding for finding in self.answer.findings if finding.option == wanted)

    @property
    def allowed(self) -> tuple[RankedOption, ...]:
        """The options that it may be taken in: all, unless it is pinned to one or to a part of one."""
        return tuple(option for option in self.answer.options if self.allows(option))

    def allows(self, option: RankedOption) -> bool:
        pin = self.case.use_case.pinned_to
        return pin is None or (
            pin.approach in (None, option.approach)
            and pin.deployment in (None, option.deployment)
            and pin.method in (None, option.method)
        )


def id_of(option: RankedOption) -> OptionId:
    return OptionId(approach=option.approach, deployment=option.deployment, method=option.method)


def holds(condition: Expression, case: Case, option: OptionId, knowledge: Knowledge) -> Truth:
    """Whether a condition holds for a use case in an option, through any of its data assets; None: not known."""
    outside = knowledge.options.deployments[option.deployment].outside
    seen = [
        condition.truth(Answers(case, option, asset, outside, knowledge.law.derived))[0]
        for asset in (case.assets or (None,))
    ]
    if any(seen):
        return True
    return None if None in seen else False
