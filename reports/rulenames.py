"""What a rule is called: `gate.egress` reads “Gate: No data may leave”, `AIR047` reads “Duty rule 47”."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from reports import words
from strategy.knowledge import current

KINDS: Mapping[str, str] = {
    "AIR": "Duty rule",
    "BAN": "Prohibition rule",
    "criterion": "Criterion",
    "gate": "Gate",
    "readiness": "Readiness",
    "remark": "Remark",
    "risk": "Risk",
}
NUMBERED = re.compile(r"(AIR|BAN)0*(\w+)", re.ASCII)


def rule_name(rule: str) -> str:
    """The name of a rule that a result cites; of one that this release has no name for, its own words."""
    kind, _, rest = rule.partition(".")
    if found := NUMBERED.fullmatch(rule):
        return f"{KINDS[found[1]]} {found[2]}"
    if kind == "baseline":
        return f"Every requirement of {words.regime(rest)}"
    tables: Mapping[str, Mapping[Any, Any]] = {
        "gate": current().options.gates,
        "criterion": current().options.criteria,
    }
    row = tables.get(kind, {}).get(rest)
    first = KINDS.get(kind) or words.clean(kind.replace("_", " ")).capitalize()
    said = row.name if row is not None else words.clean(rest.replace("_", " "))
    return f"{first}: {said}" if said else first
