"""What a use case's answers speak for where a person decides a question of law. Never a verdict."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from engine.case import Case
from engine.duties.answers import Answers, pointer
from engine.duties.assistants import Assistant, AssistantRow
from engine.duties.expressions import Needs, Truth
from engine.duties.law import Derived
from engine.inputs import DataAsset
from engine.result import Answer3, OptionId


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """A criterion, whether the answers meet it, and the JSON pointers of those that are missing."""

    id: str
    text: str
    met: Answer3
    needs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What the answers speak for. `asked` is no where the question does not arise."""

    asked: Answer3
    proposed: Answer3
    because: str
    criteria: tuple[Criterion, ...]

    @property
    def met(self) -> int:
        return sum(criterion.met == "yes" for criterion in self.criteria)

    @property
    def open(self) -> int:
        return sum(criterion.met == "unknown" for criterion in self.criteria)


def propose(
    assistant: Assistant, case: Case, option: OptionId, outside: bool, derived: Mapping[str, Derived]
) -> Proposal:
    """What a use case's answers speak for in an option; a criterion is met where one data asset meets it."""
    assets: list[DataAsset | None] = [*case.assets] or [None]
    envs = [(asset, Answers(case, option, asset, outside, derived)) for asset in assets]

    def truth(text: str) -> tuple[Truth, tuple[str, ...]]:
        seen = [(asset, *assistant.expressions[text].truth(answers)) for asset, answers in envs]
        if any(value for _, value, _ in seen):
            return True, ()
        missing = [
            one for asset, value, needs in seen if value is None for one in _pointers(needs, case, asset)
        ]
        return (None if any(value is None for _, value, _ in seen) else False), tuple(dict.fromkeys(missing))

    row = assistant.row
    criteria = []
    for criterion in row.criteria:
        met, needs = truth(criterion.when)
        criteria.append(Criterion(id=criterion.id, text=criterion.text, met=_said(met), needs=needs))
    asked, _ = truth(row.only)
    proposed, _ = truth(row.proposes)
    if row.at_least is not None and not proposed:
        proposed = _counted(criteria, row.at_least, proposed)
    if asked is False:
        proposed = False
    elif asked is None and proposed:
        proposed = None
    return Proposal(
        asked=_said(asked),
        proposed=_said(proposed),
        because=_because(row, asked, proposed),
        criteria=tuple(criteria),
    )


def _counted(criteria: Collection[Criterion], least: int, otherwise: Truth) -> Truth:
    """Whether enough criteria are met; unknown while open ones could still decide."""
    met = sum(criterion.met == "yes" for criterion in criteria)
    open_ = sum(criterion.met == "unknown" for criterion in criteria)
    if met >= least:
        return True
    return None if met + open_ >= least else otherwise


def _because(row: AssistantRow, asked: Truth, proposed: Truth) -> str:
    if asked is False:
        return "The answers put the use case outside of it."
    if proposed is None:
        return "Answers are missing that decide it."
    return row.yes if proposed else row.no


def _said(truth: Truth) -> Answer3:
    return "unknown" if truth is None else "yes" if truth else "no"


def _pointers(needs: Needs, case: Case, asset: DataAsset | None) -> list[str]:
    return [pointer(word, case, asset) for word in sorted(needs)]
