"""How a question of the assessment is described: its words, its place on the forms, and which answers it takes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Form:
    """The form of a text: a regular expression that a JSON Schema can hold too, and what it asks for in words."""

    pattern: str
    right: str


KEY = Form(
    r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}", "letters, digits, dots, dashes, underscores; at most 80 characters"
)
CURRENCY = Form(r"[A-Z]{3}", "three letters of ISO 4217, like EUR")
QUARTER = Form(r"(FY)?([0-9]{4})[- ]?Q([1-4])", "a fiscal quarter like 2027-Q1")
FISCAL_DAY = Form(
    r"([0-9]{4}-|--)?(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])|(0?[1-9]|1[0-2])",
    "month and day like 04-01, or the month's number",
)


def ask(
    question: str,
    section: str = "main",
    note: str = "",
    *,
    unit: str = "",
    rows: int = 0,
    least: Any = None,
    most: Any = None,
    form: Form | None = None,
    once: bool = False,
) -> Any:
    """A question that may stay open: its words, the form's section, a note, the unit, rows of text; the least
    and the most that it takes (a number without `least` is 0 or more); the form of a text; whether each item of its list may stand there only `once`."""
    return field(
        default=None,
        metadata={
            "question": question,
            "section": section,
            "note": note,
            "unit": unit,
            "rows": rows,
            "least": least,
            "most": most,
            "form": form,
            "once": once,
        },
    )


def must(question: str, note: str = "", *, most: Any = None, form: Form | None = None) -> Any:
    """A question that the document cannot leave open."""
    return field(
        metadata={
            "question": question,
            "section": "main",
            "note": note,
            "unit": "",
            "rows": 0,
            "required": True,
            "most": most,
            "form": form,
        }
    )


def further(subject: str) -> Any:
    """The map of further facts of `engine.vocabulary`, of which `subject` names the list."""
    return field(
        default_factory=dict,
        metadata={
            "question": "Further facts that duties depend on",
            "section": "facts",
            "note": "",
            "unit": "",
            "rows": 0,
            "facts": subject,
        },
    )
