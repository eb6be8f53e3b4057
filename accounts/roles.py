"""The one table of roles and actions. Every route names its action; nothing else decides."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, get_args

MemberRole = Literal[
    "owner",
    "admin",
    "editor",
    "compliance_officer",
    "contributor",
    "approver",
    "auditor",
    "viewer",
]
Role = Literal[MemberRole, "api_client"]
Action = Literal[
    "view",
    "edit_inventory",
    "edit_compliance",
    "accept_risk",
    "comment",
    "import_document",
    "export_document",
    "run_analysis",
    "create_report",
    "view_audit",
    "view_members",
    "manage_members",
    "manage_api_keys",
    "manage_organisation",
    "see_usage",
    "manage_sign_in",
    "own_organisation",
]

Section = Literal[
    "organisation",
    "use_cases",
    "data_assets",
    "vendors",
    "base_models",
    "budgets",
    "own_prices",
    "regimes",
    "controls",
    "evidence",
    "duties",
    "tasks",
]
Scope = Literal["read", "write", "analyse", "export"]

ROLE_NAMES: Final[Mapping[Role, str]] = {
    "owner": "Owner",
    "admin": "Admin",
    "editor": "CIO or editor",
    "compliance_officer": "Compliance officer",
    "contributor": "Contributor",
    "approver": "Approver",
    "auditor": "Auditor",
    "viewer": "Viewer",
    "api_client": "API client",
}
ACTION_NAMES: Final[Mapping[Action, str]] = {
    "view": "See records, runs and reports",
    "edit_inventory": "Change the organisation, data, vendors, models, budgets, own prices, use cases",
    "edit_compliance": "Change regime scopes, control answers, tasks and evidence",
    "accept_risk": "Accept a risk or grant an exception until a day",
    "comment": "Comment on tasks and evidence",
    "import_document": "Import an assessment",
    "export_document": "Export the assessment",
    "run_analysis": "Start, cancel and repeat an analysis",
    "create_report": "Make a board paper",
    "view_audit": "See the audit trail",
    "view_members": "See members",
    "manage_members": "Invite and remove members, change roles and limits",
    "manage_api_keys": "Create, replace and revoke API keys",
    "manage_organisation": "Set name, time zone and branding of the organisation",
    "see_usage": "See usage, quotas and access of the server's staff",
    "manage_sign_in": "Set how people must sign in",
    "own_organisation": "Archive and restore the organisation; make, change and remove owners",
}

_EDIT: frozenset[Action] = frozenset(
    {
        "view",
        "edit_inventory",
        "edit_compliance",
        "comment",
        "import_document",
        "export_document",
        "run_analysis",
        "create_report",
        "view_members",
    }
)
_ADMIN: frozenset[Action] = _EDIT | {
    "accept_risk",
    "view_audit",
    "manage_members",
    "manage_api_keys",
    "manage_organisation",
    "see_usage",
}

ALLOWED: Final[Mapping[Role, frozenset[Action]]] = {
    "owner": _ADMIN | {"own_organisation", "manage_sign_in"},
    "admin": _ADMIN,
    "editor": _EDIT,
    "compliance_officer": frozenset(
        {
            "view",
            "edit_compliance",
            "accept_risk",
            "comment",
            "export_document",
            "run_analysis",
            "create_report",
            "view_audit",
            "view_members",
        }
    ),
    "contributor": frozenset({"view", "edit_inventory", "comment"}),
    "approver": frozenset({"view", "accept_risk", "comment", "create_report", "view_members"}),
    "auditor": frozenset({"view", "comment", "view_audit", "view_members"}),
    "viewer": frozenset({"view"}),
    "api_client": frozenset(
        {
            "view",
            "edit_inventory",
            "edit_compliance",
            "comment",
            "import_document",
            "export_document",
            "run_analysis",
            "create_report",
        }
    ),
}
RiskLevel = Literal["low", "medium", "high"]
ACCEPTS_UP_TO: Final[Mapping[Role, RiskLevel]] = {
    "owner": "high",
    "approver": "high",
    "admin": "medium",
    "compliance_officer": "medium",
}
"""The highest level of risk that a role may accept; a role that is not listed accepts none."""
SECTION_NAMES: Final[Mapping[Section, str]] = {
    "organisation": "Organisation",
    "use_cases": "Use cases",
    "data_assets": "Data assets",
    "vendors": "Vendors",
    "base_models": "Base models",
    "budgets": "Budgets",
    "own_prices": "Own prices",
    "regimes": "Regimes",
    "controls": "Control answers",
    "evidence": "Evidence",
    "duties": "Requirements, posture, accepted risks and registers",
    "tasks": "Tasks",
}
LIMITED: Final[Mapping[str, frozenset[Section]]] = {
    "contributor": frozenset(
        {"organisation", "use_cases", "data_assets", "vendors", "base_models", "budgets", "own_prices"}
    ),
    "auditor": frozenset({"regimes", "controls", "evidence", "duties", "tasks"}),
}
"""Roles that see and change nothing of the assessment but some sections: a contributor those that were
assigned, an auditor these, and of them the regimes that were assigned."""
ALWAYS: Final[Mapping[str, frozenset[Section]]] = {"contributor": frozenset({"tasks"})}
"""Sections that a limited role has without being given: of the tasks a contributor sees the own ones alone."""
WITHIN_SECTIONS: Final[frozenset[Action]] = frozenset(
    {
        "view",
        "edit_inventory",
        "edit_compliance",
        "accept_risk",
        "comment",
        "export_document",
        "run_analysis",
        "create_report",
    }
)
SCOPE_NAMES: Final[Mapping[Scope, str]] = {
    "read": "Read records, runs and reports",
    "write": "Change records, comment, import an assessment",
    "analyse": "Start analyses, make board papers",
    "export": "Export the assessment",
}
SCOPED: Final[Mapping[Scope, frozenset[Action]]] = {
    "read": frozenset({"view"}),
    "write": frozenset({"edit_inventory", "edit_compliance", "comment", "import_document"}),
    "analyse": frozenset({"run_analysis", "create_report"}),
    "export": frozenset({"export_document"}),
}
"""Which actions of an API client a key with the scope may do; each action is in exactly one scope."""
STEP_UP: Final[frozenset[Action]] = frozenset(
    {"manage_members", "manage_api_keys", "manage_sign_in", "own_organisation"}
)
"""Who changes something by these must have proven lately who they are."""
KEPT_WHEN_ARCHIVED: Final[frozenset[Action]] = frozenset(
    {"view", "export_document", "view_audit", "view_members", "see_usage", "own_organisation"}
)
SCOPES: Final[tuple[Scope, ...]] = get_args(Scope)
MEMBER_ROLES: Final[tuple[MemberRole, ...]] = get_args(MemberRole)


def allowed(role: str, *, archived: bool = False) -> frozenset[Action]:
    """What a role may do, in an archived organisation or in a live one; an unknown role may do nothing."""
    actions = next((actions for name, actions in ALLOWED.items() if name == role), frozenset())
    return actions & KEPT_WHEN_ARCHIVED if archived else actions


def allows(role: str, action: Action, *, archived: bool = False) -> bool:
    """Whether a role may do an action."""
    return action in allowed(role, archived=archived)


def scope_of(action: Action) -> Scope | None:
    """The scope that a key needs for an action; None for what no key may do."""
    return next((scope for scope, actions in SCOPED.items() if action in actions), None)
