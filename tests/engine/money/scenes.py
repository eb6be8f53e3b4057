"""A scene of the clinic's one use case, and the shapes of models with published counts."""

from __future__ import annotations

import copy
from decimal import Decimal
from typing import Any

from engine.case import Case, cases
from engine.money.currency import Exchange, exchange
from engine.money.figures import Scene
from engine.money.proposal import Contender
from engine.reading import read_document
from engine.result import Consequences, OptionId, Range
from engine.trace import Tracer
from tests.engine.clinic import DOCUMENT, KNOWLEDGE, TODAY, Change

NO_DAYS = Range(low=Decimal(0), likely=Decimal(0), high=Decimal(0))
NO_DUTIES = Consequences(duties=0, gaps=0, blockers=0, unknown=0, days=NO_DAYS, cost=NO_DAYS)


def case_of(*changes: Change) -> Case:
    """The clinic's use case with changes made to its document."""
    document = copy.deepcopy(DOCUMENT)
    for change in changes:
        change(document)
    return cases(read_document(document), TODAY)[0]


def scene_of(*changes: Change, **settings: Any) -> Scene:
    case = case_of(*changes)
    return Scene(case, Tracer(KNOWLEDGE, TODAY, case.inputs.price_overrides), **settings)


def dollars(scene: Scene) -> Exchange:
    return exchange(scene.case.inputs, scene.tracer)


def contender(option: str, model: str, method: str | None = None) -> Contender:
    """An option written `approach/deployment` on a model of the catalogue, without duties."""
    approach, deployment = option.split("/")
    named = OptionId(approach=approach, deployment=deployment, method=method)  # type: ignore[arg-type]
    return Contender(option=named, model=model, duties=NO_DUTIES)
