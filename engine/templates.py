"""Use cases to start from: default answers for what many organisations want, judged and marked as defaults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.inputs import DataAsset, UseCase
from engine.reading import read_part
from engine.strict import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A use case to start from, with the data asset that it draws on; `article` names the checklist's rows."""

    name: str
    industry: str
    says: str
    article: tuple[str, ...]
    use_case: UseCase
    data_asset: DataAsset


def read_templates(raw: Mapping[str, Mapping[str, Any]], problems: list[Problem]) -> dict[str, Template]:
    """The templates of `templates/*.toml` by id; adds a problem for each default that is no legal answer."""
    found: dict[str, Template] = {}
    for name, table in raw.items():
        for key, part in table.get("templates", {}).items():
            keyed = {
                field: {"key": key, **value} if isinstance(value, Mapping) else value
                for field, value in part.items()
            }
            template = read_part(Template, keyed, f"{name}: templates.{key}", problems)
            if template is not None:
                found[key] = template
    return found
