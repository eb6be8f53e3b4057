"""What options are weighed by: the release's approaches, deployments, gates, criteria and base models."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from engine.facts import FactAt, Source
from engine.inputs import Criterion
from engine.knowledge import Knowledge
from engine.options.catalogue import ModelRow
from engine.options.doubt import central_of
from engine.options.tables import CRITERIA, CriterionRow, OptionTables
from strategy.knowledge import current


@dataclass(frozen=True, slots=True)
class Weighed:
    """A criterion with its mean weight, from 0 to 1, and the facts that anchor its scale."""

    key: Criterion
    row: CriterionRow
    weight: Decimal
    worst: FactAt | None
    best: FactAt | None


@dataclass(frozen=True, slots=True)
class CatalogueModel:
    """A base model of the dated catalogue, with the source of its row."""

    key: str
    row: ModelRow
    source: Source


@dataclass(frozen=True, slots=True)
class Method:
    """The tables of the release, the pairs that cannot exist, the default priorities, the catalogue by maker."""

    release: str
    tables: OptionTables
    impossible: tuple[tuple[str, str, str], ...]
    criteria: tuple[Weighed, ...]
    models: tuple[CatalogueModel, ...]


def method() -> Method:
    """The method of the release that this installation serves."""
    knowledge = current()
    tables = knowledge.options
    weights = default_weights(tables)
    return Method(
        release=knowledge.release,
        tables=tables,
        impossible=tuple(
            (tables.approaches[approach].name, tables.deployments[deployment].name, because)
            for (approach, deployment), because in tables.not_offered.items()
        ),
        criteria=tuple(
            Weighed(key, row, weights[key], anchor(row.worst, knowledge), anchor(row.best, knowledge))
            for key, row in sorted(tables.criteria.items(), key=lambda item: item[1].rank)
        ),
        models=tuple(
            CatalogueModel(key, row, knowledge.sources[row.source])
            for key, row in sorted(tables.models.items(), key=lambda item: (item[1].maker, item[1].name))
        ),
    )


def default_weights(tables: OptionTables) -> Mapping[Criterion, Decimal]:
    """The mean weights of an organisation that states no priorities."""
    ranks = {name: Decimal(row.rank) for name, row in tables.criteria.items()}
    means = central_of(ranks)
    return {name: Decimal(f"{mean:.3f}") for name, mean in zip(CRITERIA, means, strict=True)}


def anchor(fact: str | None, knowledge: Knowledge) -> FactAt | None:
    """The fact at an end of a scale; None where the scale needs none."""
    return None if fact is None else knowledge.at(fact, knowledge.price_date)
