"""How options, answers and numbers are called in the sentences of a result."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from engine.facts import Knowledge
from engine.result import OptionId


def option_name(option: OptionId, knowledge: Knowledge) -> str:
    """An option in words: “Retrieval from own documents, own cloud account”."""
    approach = knowledge.options.approaches[option.approach].name
    deployment = knowledge.options.deployments[option.deployment].name
    return f"{approach}, {deployment[0].lower()}{deployment[1:]}"


def question_name(pointer: str) -> str:
    """The name of the answer that a JSON pointer ends in: “Requests per day”."""
    return pointer.rsplit("/", 1)[-1].replace("_", " ").capitalize()


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
    return str(value).replace("_", " ")
