"""What a person says about a board paper before it is printed."""

from __future__ import annotations

from typing import Any

from django import forms

from strategy.models import Run, RunPurpose
from strategy.queries import bases

PAGE_SIZES = [("A4", "A4"), ("Letter", "US Letter")]


class RunChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Run) -> str:
        of = "" if obj.purpose == RunPurpose.ASSESSMENT else f"{obj.get_purpose_display()} as"
        return f"{of or 'As'} of {obj.as_of:%Y-%m-%d}, asked for on {obj.queued_at:%Y-%m-%d %H:%M} UTC"


class ReportForm(forms.Form):
    run = RunChoice(
        queryset=None,
        to_field_name="public_id",
        label="Analysis",
        empty_label=None,
        error_messages={
            "invalid_choice": "There is no finished analysis of that name. Choose one of the list."
        },
    )
    author = forms.CharField(
        label="Author", max_length=200, required=False, help_text="As printed on the cover; empty for none."
    )
    classification = forms.CharField(
        label="Confidentiality",
        max_length=200,
        required=False,
        help_text="Empty: your organisation’s own label, or “Confidential”.",
    )
    page_size = forms.ChoiceField(label="Page size", choices=PAGE_SIZES, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["run"].queryset = bases()  # type: ignore[attr-defined]

    def wishes(self) -> dict[str, str]:
        """What was wished for, without what was left open."""
        named = ("author", "classification", "page_size")
        return {name: self.cleaned_data[name] for name in named if self.cleaned_data[name]}
