"""How a bound form field is drawn: Tabler's classes, and its note tied to it for screen readers."""

from __future__ import annotations

from typing import Any

from django import forms, template
from django.forms import BoundField
from django.utils.safestring import SafeString

register = template.Library()
GROUPS = (forms.RadioSelect, forms.CheckboxSelectMultiple)


@register.filter
def is_group(field: BoundField) -> bool:
    return isinstance(field.field.widget, GROUPS)


@register.filter
def styled(field: BoundField) -> SafeString:
    widget = field.field.widget
    kind = "form-select" if isinstance(widget, forms.Select) else "form-control"
    if isinstance(widget, forms.CheckboxInput):
        kind = "form-check-input"
    attrs: dict[str, Any] = {"class": kind + (" is-invalid" if field.errors else "")}
    if field.help_text or field.errors:
        attrs["aria-describedby"] = f"{field.auto_id}_note"
    if field.errors:
        attrs["aria-invalid"] = "true"
    return field.as_widget(attrs=attrs)


@register.filter
def answer(field: BoundField) -> str:
    """A field's answer as a person reads it; “Not answered” where there is none."""
    value = field.value()
    if value in (None, "", []):
        return "Not answered"
    choices = {str(key): str(label) for key, label in getattr(field.field, "choices", ())}
    if isinstance(value, list):
        return ", ".join(choices.get(str(item), str(item)) for item in value)
    return choices.get(str(value), str(value))
