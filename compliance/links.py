"""How people name what something is about: `GDPR/Art. 28(3)`, or `GDPR/Art. 28(3)/assistant` in one use case.

Evidence may also be about a common control, `COMMON/access-reviews`, and so about all that the control serves.
"""

from __future__ import annotations

from collections.abc import Mapping

from engine.duties.relations import FULL
from engine.strict import Problem, nearest
from inventory.knowledge import current
from inventory.models import UseCase

COMMON = "COMMON"


def linked(path: str, use_cases: Mapping[str, UseCase]) -> tuple[UseCase | None, str, str] | Problem:
    """The use case (None: everywhere), regime and requirement that a path names, or what is wrong with it."""
    law = current().law
    regime, _, rest = path.strip().partition("/")
    if regime not in law.catalogues:
        return Problem("", f"unknown regime “{regime[:40]}”", nearest(regime, law.catalogues))
    if (regime, rest) in law.requirements:
        return None, regime, rest
    requirement, _, key = rest.rpartition("/")
    if (regime, requirement) not in law.requirements:
        wrong = requirement or rest
        right = nearest(wrong, law.requirement_ids()[regime])
        return Problem("", f"{regime} has no requirement “{wrong[:60]}”", right)
    if key not in use_cases:
        return Problem("", f"“{key[:80]}” is not a use case", "the key of one that is not archived")
    return use_cases[key], regime, requirement


def controlled(path: str) -> tuple[None, str, str] | Problem | None:
    """The common control that a path names, or what is wrong with it; None for a path of another kind."""
    lead, _, name = path.strip().partition("/")
    if lead != COMMON:
        return None
    controls = current().law.crosswalk.controls
    if name not in controls:
        return Problem("", f"there is no common control “{name[:60]}”", nearest(name, controls))
    return None, COMMON, name


def wholly_by(regime: str, requirement: str) -> list[str]:
    """The common controls that meet a requirement whole where they are in place: equal to it, or a superset."""
    serving = current().law.crosswalk.serving.get((regime, requirement), ())
    return [control.id for control, row in serving if row.relation in FULL]
