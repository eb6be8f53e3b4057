"""docs/roles.md: the table of roles and actions in words, made from the one that is enforced."""

from __future__ import annotations

from collections.abc import Iterable

from accounts.roles import (
    ACTION_NAMES,
    ALLOWED,
    KEPT_WHEN_ARCHIVED,
    LIMITED,
    ROLE_NAMES,
    SCOPE_NAMES,
    SCOPED,
    SECTION_NAMES,
    STEP_UP,
    Action,
)


def roles_page() -> str:
    """The text of docs/roles.md."""
    rows = [
        [name, *("yes" if action in ALLOWED[role] else "–" for role in ROLE_NAMES)]
        for action, name in ACTION_NAMES.items()
    ]
    scopes = [[f"`{scope}`", name, _actions(SCOPED[scope])] for scope, name in SCOPE_NAMES.items()]
    return "\n".join(
        [
            "# Roles",
            "",
            "Who may do what. `manage.py write_docs` makes this page from `accounts/roles.py`, which every page and "
            "API operation asks; the page *Roles* in the product shows the same table.",
            "",
            *_table(["Action", *ROLE_NAMES.values()], rows),
            "",
            "An archived organisation can be read: of these actions, "
            f"{_actions(KEPT_WHEN_ARCHIVED)} are left.",
            "",
            "## Fresh proof",
            "",
            "Changes of these kinds ask again for password, code or passkey when the last proof is older than 15 "
            f"minutes: {_actions(STEP_UP)}.",
            "",
            "## Sections",
            "",
            "Two roles see a part of the assessment and nothing else of it: no analysis, board paper, what-if, "
            "comparison or export, on no page and not over the API.",
            "",
            f"- A **contributor** sees and changes the sections that an admin gave: {_sections('contributor')}. "
            "Without any, none. The tasks that were given to them they see always, and comment on them. Where a record of theirs may name another one, they see that one's name.",
            f"- An **auditor** reads {_sections('auditor')} of the regimes that an admin gave, and the audit "
            "trail, comments on tasks and evidence, until the day that was set; without one, for 30 days. Each page that an auditor opens is "
            "entered in the trail.",
            "",
            "Any member's access but an owner's can be given an end.",
            "",
            "## API keys",
            "",
            "A key is an API client, limited to its scopes.",
            "",
            *_table(["Scope", "Meaning", "Actions"], scopes),
            "",
        ]
    )


def _actions(actions: Iterable[Action]) -> str:
    chosen = frozenset(actions)
    return "; ".join(name[:1].lower() + name[1:] for action, name in ACTION_NAMES.items() if action in chosen)


def _sections(role: str) -> str:
    return ", ".join(name.lower() for key, name in SECTION_NAMES.items() if key in LIMITED[role])


def _table(heads: list[str], rows: list[list[str]]) -> list[str]:
    lines = [heads, ["---"] * len(heads), *rows]
    return [f"| {' | '.join(cells)} |" for cells in lines]
