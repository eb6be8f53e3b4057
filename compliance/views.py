"""Pages of regime scopes and control answers."""

from __future__ import annotations

from compliance.models import ControlAnswer, RegimeScope
from compliance.services import create_control_answer, update_control_answer
from inventory.models import UseCase
from inventory.pages import RecordPages
from inventory.shown import Links


def use_case_choices() -> Links:
    return {"use_case": [(u.key, str(u)) for u in UseCase.objects.filter(archived_at=None)]}


REGIME_SCOPES = RecordPages(
    RegimeScope,
    "regimes",
    "Regime",
    "Regimes",
    "A law or standard, and whether it is in scope. Sextant proposes regimes from your answers; you confirm.",
    "For example: SOC 2 with the categories security and confidentiality.",
    "edit_compliance",
    columns={"in_scope": "In scope"},
    given=("regime",),
)
CONTROL_ANSWERS = RecordPages(
    ControlAnswer,
    "controls",
    "Control answer",
    "Control answers",
    "How one requirement stands in the organisation, or for one use case, and what shows it.",
    "For example: GDPR Art. 30(1), implemented, shown by the record of processing.",
    "edit_compliance",
    create=create_control_answer,
    update=update_control_answer,
    links=use_case_choices,
    columns={"status": "State", "evidence": "Evidence"},
    given=("regime", "requirement_id", "use_case"),
)
PAGES = (REGIME_SCOPES, CONTROL_ANSWERS)
