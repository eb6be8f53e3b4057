"""Which question of the assessment a place of the document answers, in the words of the forms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.inputs import (
    BaseModel,
    Budget,
    CommonControlAnswer,
    ControlAnswer,
    DataAsset,
    Organisation,
    PriceOverride,
    RegimeScope,
    UseCase,
    Vendor,
)
from engine.vocabulary import PREFIXES, WORDS, Subject

SUBJECTS: Mapping[str, Subject] = {
    "organisation": "organisation",
    "data_assets": "data",
    "vendors": "vendor",
    "models": "model",
    "use_cases": "use",
}
RECORDS: Mapping[str, Any] = {
    "organisation": Organisation,
    "data_assets": DataAsset,
    "vendors": Vendor,
    "models": BaseModel,
    "use_cases": UseCase,
    "budgets": Budget,
    "price_overrides": PriceOverride,
    "regimes": RegimeScope,
    "controls": ControlAnswer,
    "common_controls": CommonControlAnswer,
}


def steps(pointer: str) -> list[str]:
    """The parts of a JSON pointer."""
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]


def question(parts: Sequence[str]) -> str:
    """The question at a place of the document; where none is asked there, the place's name as words."""
    names = [part for part in parts[1:] if not part.isdigit() and part != "facts"]
    if parts and parts[0] == "price_overrides" and not names:
        return "Own price"
    if not names:
        return as_words(parts[-1]) if parts else ""
    subject = SUBJECTS.get(parts[0])
    fact = WORDS.get(f"{PREFIXES[subject]}.{names[0]}") if subject else None
    if fact is not None:
        return fact.meaning
    spec = RECORDS[parts[0]].__dataclass_fields__.get(names[0]) if parts[0] in RECORDS else None
    return str(spec.metadata["question"]) if spec and spec.metadata else as_words(names[-1])


def as_words(name: str) -> str:
    """A name of the document standing alone: `deadline_months` reads `Deadline months`."""
    said = name.replace("_", " ")
    return said[:1].upper() + said[1:]
