"""Pages of regime scopes and control answers."""

from __future__ import annotations

from compliance.models import CommonControlAnswer, ControlAnswer, RegimeScope
from compliance.services import create_control_answer, create_known, update_control_answer, update_known
from inventory.knowledge import current
from inventory.models import UseCase
from inventory.pages import RecordPages
from inventory.shown import Links


def use_case_choices() -> Links:
    return {"use_case": [(u.key, str(u)) for u in UseCase.objects.filter(archived_at=None)]}


def control_choices() -> Links:
    return {"control": [(one.id, one.title) for one in current().law.crosswalk.controls.values()]}


REGIME_SCOPES = RecordPages(
    RegimeScope,
    "regimes",
    "Regime",
    "Regimes",
    "A law or standard, and whether it is in scope. Sextant proposes regimes from your answers; you confirm.",
    "For example: SOC 2 with the categories security and confidentiality.",
    "edit_compliance",
    create=create_known,
    update=update_known,
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
COMMON_ANSWERS = RecordPages(
    CommonControlAnswer,
    "common-answers",
    "Answer on a common control",
    "Answers on common controls",
    "How a control stands that serves requirements of several regimes. Answer once; each requirement gets its credit.",
    "For example: backups made and restored, implemented, shown by the report of the last restore.",
    "edit_compliance",
    create=create_known,
    update=update_known,
    links=control_choices,
    columns={"status": "State", "evidence": "Evidence"},
    given=("control",),
)
PAGES = (REGIME_SCOPES, CONTROL_ANSWERS, COMMON_ANSWERS)
