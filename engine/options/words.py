"""How options, answers and numbers are called in the sentences of a result."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from engine.facts import Knowledge
from engine.labels import label
from engine.result import OptionId
from engine.sentences import small_start


def option_name(option: OptionId, knowledge: Knowledge) -> str:
    """An option in words: “Retrieval from own documents, own cloud account”."""
    approach = knowledge.options.approaches[option.approach].name
    return f"{approach}, {small_start(knowledge.options.deployments[option.deployment].name)}"


def shown(value: Any) -> str:
    """An answer in words."""
    if value is None:
        return "not answered"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(shown(item) for item in value) or "none"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if hasattr(value, "amount"):
        return f"{value.amount:,.0f} {value.currency}"
    return label(str(value))
