"""How forms, days and names are drawn on every page."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

from django import forms, template
from django.forms import BoundField
from django.utils import timezone
from django.utils.dateformat import format as formatted
from django.utils.safestring import SafeString, mark_safe

from accounts.models import AuditEvent

register = template.Library()
CHOICES = (forms.RadioSelect, forms.CheckboxSelectMultiple)
THINGS = {
    "usecase": "use case",
    "dataasset": "data asset",
    "basemodel": "base model",
    "regimescope": "regime",
    "controlanswer": "control answer",
    "ownprice": "own price",
    "organisationprofile": "organisation's answers",
    "run": "analysis",
    "report": "board paper",
    "api_key": "API key",
    "remediationtask": "task",
    "compliancepolicy": "spans of time",
    "waiver": "accepted risk",
    "determination": "decision in law",
}


@register.filter
def is_group(field: BoundField) -> bool:
    """Whether a field is drawn as several boxes, which need a frame with the question."""
    return isinstance(field.field.widget, CHOICES)


@register.filter
def styled(field: BoundField, note: str = "") -> SafeString:
    """The control of a field in the pages' look; `note` is the id of the words that belong to it."""
    widget = field.field.widget
    kind = "form-select" if isinstance(widget, forms.Select) else "form-control"
    if isinstance(widget, forms.CheckboxInput):
        kind = "form-check-input"
    attrs: dict[str, Any] = {"class": kind + (" is-invalid" if field.errors else "")}
    if note or field.help_text or field.errors:
        attrs["aria-describedby"] = note or f"{field.auto_id}_note"
    if field.errors:
        attrs["aria-invalid"] = "true"
    return field.as_widget(attrs=attrs)


@register.filter
def day(value: date | str | None) -> str:
    """`24 Nov 2026`, of a date, a moment or a date's text; nothing where there is none."""
    if not value:
        return ""
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    given = date.fromisoformat(value) if isinstance(value, str) else value
    return formatted(given, "j M Y")


@register.filter
def moment(value: datetime | None) -> str:
    """`24 Nov 2026, 21:22 UTC`, in the organisation's time zone; nothing where there is none."""
    return formatted(timezone.localtime(value), "j M Y, H:i T") if value else ""


@register.filter
def initials(name: object) -> str:
    """At most two letters that stand for a person."""
    words = [word for word in str(name).split() if word[:1].isalnum()]
    return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper()


@register.filter
def current(here: str, room: str) -> SafeString:
    """Marks a link of the menu that leads to the page that is open, or to the room it lies in."""
    if not here.startswith(room):
        return mark_safe("")
    return mark_safe(f' aria-current="{"page" if here == room else "true"}"')  # noqa: S308 — two fixed words


@register.filter
def sentence(title: str) -> str:
    """A title as the product writes them: `Reset My Password` reads `Reset my password`."""
    first, *rest = title.split() or [""]
    lowered = (word.lower() if word.istitle() else word for word in rest)
    return " ".join([first.capitalize() if first.istitle() else first, *lowered])


@register.filter
def deed(action: str) -> str:
    """An action of the audit trail in words: `usecase.created` reads `Use case created`."""
    thing, _, done = action.partition(".")
    said = f"{THINGS.get(thing, thing.replace('_', ' '))} {done.replace('_', ' ')}"
    return said[:1].upper() + said[1:]


@register.filter
def changes(event: AuditEvent) -> list[tuple[str, str, str]]:
    """What an event changed: the name of each part that differs, its old and its new content."""
    before, after = event.before or {}, event.after or {}
    return [
        (name.replace("_", " "), _content(before.get(name)), _content(after.get(name)))
        for name in sorted({*before, *after})
        if before.get(name) != after.get(name)
    ]


def _content(value: Any) -> str:
    if isinstance(value, str) or value is None:
        return value or "–"
    return json.dumps(value, ensure_ascii=False, indent=1).replace('"', "")
