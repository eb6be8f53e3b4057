"""The questions that people decide, for the use cases of the last analysis: what its answers speak for, what stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from compliance.determinations import standing
from compliance.models import Determination
from engine.case import Case
from engine.duties.assistants import Assistant
from engine.duties.proposals import Proposal, propose
from engine.inputs import Inputs
from engine.reading import read_document
from engine.result import OptionId
from reports.registers.material import Material


@dataclass(frozen=True, slots=True)
class Asked:
    """A question about a use case in the option that counts, and the decision that stands (None: none yet)."""

    use_case: str
    name: str
    assistant: Assistant
    option: OptionId
    proposal: Proposal
    stands: Determination | None

    @property
    def differs(self) -> bool:
        """Whether the decision that stands is not what the answers speak for now."""
        spoken = {"yes": "needed", "no": "not_needed"}.get(self.proposal.proposed)
        return self.stands is not None and spoken is not None and self.stands.verdict != spoken


def asked(material: Material) -> list[Asked]:
    """Every question for every use case of the last analysis. Three queries."""
    latest = material.latest
    if latest is None:
        return []
    inputs, decided = read_document(material.document), standing()
    return [
        one
        for index, use_case in enumerate(inputs.use_cases)
        if use_case.key in latest.options
        for one in _of(material, inputs, index, latest.options, decided)
    ]


def asked_about(material: Material, use_case: str, question: str) -> Asked | None:
    """One question for one use case; None where the last analysis does not hold it. Three queries."""
    return next(
        (one for one in asked(material) if (one.use_case, one.assistant.id) == (use_case, question)), None
    )


def _of(
    material: Material,
    inputs: Inputs,
    index: int,
    options: Mapping[str, OptionId],
    decided: Mapping[tuple[str, str], Determination],
) -> Sequence[Asked]:
    case = Case(inputs, index, material.latest.as_of if material.latest else material.day)
    key = case.use_case.key
    option, knowledge = options[key], material.knowledge
    outside = knowledge.options.deployments[option.deployment].outside
    return [
        Asked(
            key,
            case.name,
            assistant,
            option,
            propose(assistant, case, option, outside, knowledge.law.derived),
            decided.get((key, assistant.id)),
        )
        for assistant in knowledge.law.assistants.values()
    ]
