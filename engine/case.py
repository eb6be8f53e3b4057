"""One use case with everything that it refers to, and its answers with their JSON pointers.

A value that no single field answers (labelled examples, say, which the use case or its data assets may
state) is resolved here once, so that every rule reads the same answer and cites the same field.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Generic, TypeVar

from engine.inputs import (
    BaseModel,
    CommonControlAnswer,
    ControlAnswer,
    DataAsset,
    Inputs,
    Sensitivity,
    UseCase,
    Vendor,
)

T = TypeVar("T")

SENSITIVITY_ORDER: tuple[Sensitivity, ...] = (
    "public",
    "internal",
    "confidential",
    "regulated_personal",
    "special_category",
)


@dataclass(frozen=True, slots=True)
class Answered(Generic[T]):
    """A resolved answer (None where unknown) and the pointer of the field that gives or would give it."""

    value: T | None
    pointer: str


@dataclass(frozen=True)
class Case:
    """A use case of an assessment as of a day, with its linked records resolved."""

    inputs: Inputs
    index: int
    as_of: date

    @cached_property
    def use_case(self) -> UseCase:
        return self.inputs.use_cases[self.index]

    @cached_property
    def name(self) -> str:
        return self.use_case.name or self.use_case.key

    @cached_property
    def assets(self) -> tuple[DataAsset, ...]:
        """The data assets in the order of their keys, so that the document's order never matters."""
        wanted = self.use_case.data_assets or ()
        found = (asset for asset in self.inputs.data_assets if asset.key in wanted)
        return tuple(sorted(found, key=lambda asset: asset.key))

    @cached_property
    def vendor(self) -> Vendor | None:
        return next((v for v in self.inputs.vendors if v.key == self.use_case.vendor), None)

    @cached_property
    def model(self) -> BaseModel | None:
        return next((m for m in self.inputs.models if m.key == self.use_case.model), None)

    @cached_property
    def controls(self) -> dict[tuple[str, str], tuple[int, ControlAnswer]]:
        """The answer on each requirement with its place: that for this use case, else for the whole organisation."""
        found: dict[tuple[str, str], tuple[int, ControlAnswer]] = {}
        for index, answer in enumerate(self.inputs.controls):
            ref = (answer.regime, answer.requirement_id)
            if answer.use_case == self.use_case.key or (answer.use_case is None and ref not in found):
                found[ref] = (index, answer)
        return found

    @cached_property
    def standings(self) -> dict[tuple[tuple[str, str], str], Any]:
        """How requirements stand by people's answers and by who provides them, as far as it was worked out."""
        return {}

    @cached_property
    def pointers(self) -> dict[tuple[str, str | None], str]:
        """The JSON pointers of words, by data asset, as far as they were made (see `duties.answers`)."""
        return {}

    @cached_property
    def _answers(self) -> dict[tuple[str | None, bool], dict[str, Any]]:
        return {}

    def answers_of(self, asset: DataAsset | None, outside: bool) -> dict[str, Any]:
        """What the words of the rules mean for a data asset, as far as it was looked up (see `duties.answers`)."""
        return self._answers.setdefault((asset.key if asset else None, outside), {})

    @cached_property
    def common_controls(self) -> dict[str, tuple[int, CommonControlAnswer]]:
        """The answer on each common control with its place."""
        return {answer.control: (index, answer) for index, answer in enumerate(self.inputs.common_controls)}

    @cached_property
    def exclusions(self) -> frozenset[tuple[str, str]]:
        """The requirements that were excluded with a reason."""
        return frozenset(
            (scope.regime, left.requirement_id)
            for scope in self.inputs.regimes
            for left in scope.exclusions or ()
            if left.reason
        )

    def at(self, field: str) -> str:
        """The JSON pointer of a field of this use case."""
        return f"/use_cases/{self.index}/{field}"

    def asset_at(self, asset: DataAsset, field: str) -> str:
        return f"/data_assets/{self.inputs.data_assets.index(asset)}/{field}"

    def vendor_at(self, field: str) -> str:
        """The pointer of the vendor's field; of the use case's `vendor` while none is named."""
        if self.vendor is None:
            return self.at("vendor")
        return f"/vendors/{self.inputs.vendors.index(self.vendor)}/{field}"

    @cached_property
    def for_customers(self) -> Answered[bool]:
        """Whether people outside use it: it is not for internal use only, or, where that is open, a service online."""
        if self.use_case.internal_only is not None:
            return Answered(not self.use_case.internal_only, self.at("internal_only"))
        return Answered(self.use_case.online_service or None, self.at("online_service"))

    @cached_property
    def of_records(self) -> bool:
        """Whether it works on figures or pictures alone, with no word, written or spoken, in them."""
        if self.use_case.task_type == "prediction_nontext":
            return True
        kinds = self.use_case.modality
        return bool(kinds) and not {"text", "audio"} & set(kinds or ())

    @cached_property
    def labelled_examples(self) -> Answered[int]:
        """Labelled examples: the use case's own figure, else the sum over its data assets that state one."""
        return self._count("labelled_examples", "labelled_examples")

    @cached_property
    def corpus_tokens(self) -> Answered[int]:
        """Tokens of the body of text: the use case's own figure, else the sum over its data assets."""
        return self._count("corpus_tokens", "tokens")

    @cached_property
    def sensitivity(self) -> Answered[Sensitivity]:
        """The highest sensitivity stated by the use case or one of its data assets."""
        stated = [Answered(self.use_case.sensitivity, self.at("sensitivity"))]
        stated += [Answered(asset.sensitivity, self.asset_at(asset, "sensitivity")) for asset in self.assets]
        known = [answer for answer in stated if answer.value is not None]
        if not known:
            return Answered(None, self.at("sensitivity"))
        return max(known, key=lambda answer: SENSITIVITY_ORDER.index(answer.value))  # type: ignore[arg-type]

    @cached_property
    def knowledge_change_rate(self) -> Answered[str]:
        """How often the knowledge changes: the use case's own answer, else its fastest data asset."""
        order = ("static", "yearly", "monthly", "weekly", "daily")
        if self.use_case.knowledge_change_rate is not None:
            return Answered(self.use_case.knowledge_change_rate, self.at("knowledge_change_rate"))
        known = [asset for asset in self.assets if asset.update_rate is not None]
        if not known:
            return Answered(None, self.at("knowledge_change_rate"))
        fastest = max(known, key=lambda asset: order.index(asset.update_rate or "static"))
        return Answered(fastest.update_rate, self.asset_at(fastest, "update_rate"))

    def _count(self, own: str, of_asset: str) -> Answered[int]:
        stated = getattr(self.use_case, own)
        if stated is not None:
            return Answered(stated, self.at(own))
        known = [(asset, getattr(asset, of_asset)) for asset in self.assets]
        known = [(asset, count) for asset, count in known if count is not None]
        if not known:
            return Answered(None, self.at(own))
        largest = max(known, key=lambda pair: pair[1])[0]
        return Answered(sum(count for _, count in known), self.asset_at(largest, of_asset))


def cases(inputs: Inputs, as_of: date) -> tuple[Case, ...]:
    """Every use case of the assessment, in the document's order."""
    return tuple(Case(inputs, index, as_of) for index in range(len(inputs.use_cases)))
