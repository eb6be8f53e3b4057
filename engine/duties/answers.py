"""The answers of one use case under the words of the rules, for an option and for each data asset in turn.

A statement about data is true of a use case when one of its data assets makes it true; where the data
assets are not answered, every word about data is unknown.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from engine.case import Case
from engine.duties.expressions import NOTHING, Expression, Needs
from engine.duties.law import Derived
from engine.inputs import DataAsset, FactValue
from engine.result import OptionId
from engine.vocabulary import FACTS, OPTION_WORDS, PREFIXES, RECORDS, WORDS, Subject

SUBJECTS: Mapping[str, Subject] = {prefix: subject for subject, prefix in PREFIXES.items()}
FIELDS: Mapping[Subject, frozenset[str]] = {
    subject: frozenset(spec.name for spec in dataclasses.fields(record))
    for subject, record in RECORDS.items()
}


class Answers:
    """Looks words up for one option and one data asset (None: the use case has none, or says none)."""

    def __init__(
        self,
        case: Case,
        option: OptionId,
        asset: DataAsset | None,
        outside: bool,
        derived: Mapping[str, Derived],
    ) -> None:
        self.case, self.option, self.asset, self.outside, self.derived = case, option, asset, outside, derived
        self._known: dict[str, tuple[Any, Needs]] = {}
        self._shared = case.answers_of(asset, outside)

    def __call__(self, word: str) -> tuple[Any, Needs]:
        """The word's value, None where unknown, and the words that are missing for it.

        What does not depend on the option is looked up once for all options of a use case.
        """
        found = self._shared.get(word) or self._known.get(word)
        if found is None:
            found = self._look_up(word)
            (self._known if self._of_option(word) else self._shared)[word] = found
        return found

    def value_of(self, expression: Expression) -> tuple[Any, Needs]:
        """An expression's value, looked up once like a word's."""
        found = self._shared.get(expression.text)
        if found is None:
            found = expression.evaluate(self)
            if not any(self._of_option(word) for word in expression.words):
                self._shared[expression.text] = found
        return found

    def _of_option(self, word: str) -> bool:
        return self.derived[word].of_option if word in self.derived else word in OPTION_WORDS

    def _look_up(self, word: str) -> tuple[Any, Needs]:
        if word in self.derived:
            return self.derived[word].when.truth(self)
        value = self._answer(word)
        return (None, frozenset((word,))) if value is None else (value, NOTHING)

    def _answer(self, word: str) -> Any:
        prefix, _, name = word.partition(".")
        if prefix == "regime":
            return self._scope(name)
        if word == "vendor.exists":
            return self._vendor_exists()
        if word == "soc2_categories":
            chosen = [scope.soc2_categories for scope in self.case.inputs.regimes if scope.regime == "SOC2"]
            return chosen[0] if chosen else None
        if not name:
            return getattr(self.option, word)
        record = self._record(prefix)
        if record is None:
            return self._of_nothing(prefix, word)
        stated = (
            getattr(record, name, None) if name not in FACTS[SUBJECTS[prefix]] else record.facts.get(name)
        )
        return stated if stated is not None or name not in record.facts else record.facts[name]

    def _record(self, prefix: str) -> Any:
        return {
            "org": self.case.inputs.organisation,
            "data": self.asset,
            "vendor": self.case.vendor if self.outside else None,
            "model": self.case.model,
            "use": self.case.use_case,
        }[prefix]

    def _of_nothing(self, prefix: str, word: str) -> FactValue | None:
        """What holds of a record that is not there: known to be absent gives no, not answered gives unknown."""
        absent = (prefix == "data" and self.case.use_case.data_assets == ()) or (
            prefix == "vendor" and not self.outside
        )
        if not absent:
            return None
        kind = WORDS[word].kind
        return () if kind == "words" else False if kind in ("yes_no", "claim") else None

    def _vendor_exists(self) -> bool | None:
        """On own hardware nobody else takes part; elsewhere somebody does."""
        return self.outside

    def _scope(self, regime: str) -> bool | None:
        return next((s.in_scope for s in self.case.inputs.regimes if s.regime == regime), None)


def pointer(word: str, case: Case, asset: DataAsset | None) -> str:
    """The JSON pointer of the field that answers a word, or of the link that would lead to it."""
    key = word, asset.key if asset else None
    if key not in case.pointers:
        case.pointers[key] = _pointer(word, case, asset)
    return case.pointers[key]


def _pointer(word: str, case: Case, asset: DataAsset | None) -> str:
    prefix, _, name = word.partition(".")
    if prefix == "regime":
        index = next((i for i, scope in enumerate(case.inputs.regimes) if scope.regime == name), None)
        return "/regimes" if index is None else f"/regimes/{index}/in_scope"
    if not name:
        return "/regimes" if word == "soc2_categories" else case.at("planned")
    subject = SUBJECTS[prefix]
    further = name in FACTS[subject] and name not in FIELDS[subject]
    field = f"facts/{name}" if further else name
    if prefix == "org":
        return f"/organisation/{field}"
    if prefix == "use":
        return case.at(field)
    if prefix == "vendor":
        return case.vendor_at(field)
    if prefix == "data":
        return case.at("data_assets") if asset is None else case.asset_at(asset, field)
    if case.model is None:
        return case.at("model")
    return f"/models/{case.inputs.models.index(case.model)}/{field}"
