"""What people type about tasks and spans of time. The services judge it; a form only reads it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms

from accounts.queries import members_of
from accounts.tenancy import open_organisation
from compliance.evidence import EvidencePart, NewFile
from compliance.models import RemediationTask, TaskState, WaiverKind
from compliance.policies import Policy, evidence_kinds
from compliance.remediation import TaskChange
from compliance.uploads import TAKEN
from compliance.waivers import WaiverPart
from engine.strict import LONGEST_TEXT, Problem

NO_SUCH = {"invalid_choice": "There is no such thing here. Choose one of the list."}
WEIGHTS = {
    "blocker": "Blocks a launch",
    "unlawful": "Unlawful while open",
    "duty": "Duty of a law",
    "practice": "Good practice",
}
LONG = forms.Textarea(attrs={"rows": 3})


def place(form: forms.Form, problems: Iterable[Problem]) -> None:
    """Put refusals of a service beside the fields that they are about."""
    for problem in problems:
        name = problem.where.strip("/").replace("/", "_")
        known = [name, name.partition("_")[0], name.rpartition("_")[0]]
        field = next((candidate for candidate in known if candidate in form.fields), None)
        form.add_error(field, f"{problem.what[:1].upper()}{problem.what[1:]}. Right: {problem.right}.")


def day_field(label: str, *, required: bool = True, help_text: str = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        help_text=help_text or "A date like 2026-11-24.",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class TaskForm(forms.Form):
    """What people decide of a task."""

    text = forms.CharField(label="What is to be done?", widget=LONG, strip=True)
    state = forms.ChoiceField(label="State", choices=TaskState.choices)
    owner = forms.ChoiceField(label="Who does it?", required=False, error_messages=NO_SUCH)
    due = day_field("Due")
    days = forms.DecimalField(label="Effort in person-days", max_digits=7, decimal_places=1)
    cost = forms.DecimalField(label="Cost", required=False, max_digits=16, decimal_places=2)
    currency = forms.CharField(label="Currency of the cost", required=False, max_length=3)
    waits_for = forms.MultipleChoiceField(
        label="Waits for",
        required=False,
        help_text="Open tasks that must be done before this one.",
        error_messages=NO_SUCH,
    )
    note = forms.CharField(label="Note", required=False, widget=LONG)

    def __init__(
        self, *args: Any, task: RemediationTask, others: list[RemediationTask], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        people = [(m.user.public_id, str(m.user)) for m in members_of(open_organisation())]
        self.fields["owner"].choices = [("", "Nobody yet"), *people]  # type: ignore[attr-defined]
        self.fields["waits_for"].choices = [(other.public_id, str(other)) for other in others]  # type: ignore[attr-defined]
        if not others:
            del self.fields["waits_for"]

    def change(self) -> TaskChange:
        typed = self.cleaned_data
        return TaskChange(
            text=typed["text"],
            note=typed["note"],
            owner=typed["owner"] or None,
            due=typed["due"],
            days=typed["days"],
            cost=typed["cost"],
            currency=typed["currency"].upper(),
            waits_for=tuple(typed.get("waits_for", ())),
            state=typed["state"],
        )


class EvidenceForm(forms.Form):
    """What is said of a piece of evidence."""

    name = forms.CharField(
        label="What is it?", max_length=200, help_text="For example SOC 2 report of the model vendor."
    )
    kind = forms.ChoiceField(
        label="Kind", choices=lambda: list(evidence_kinds().items()), error_messages=NO_SUCH
    )
    links = forms.CharField(
        label="Which requirements does it show?",
        required=False,
        widget=LONG,
        help_text="One a line, like GDPR/Art. 28(3), GDPR/Art. 28(3)/assistant for one use case only, "
        "or COMMON/ and the id of a common control.",
    )
    note = forms.CharField(label="Note", required=False, widget=LONG)

    def part(self) -> EvidencePart:
        typed = self.cleaned_data
        lines = (line.strip() for line in typed["links"].splitlines())
        links = tuple(line for line in lines if line)
        return EvidencePart(name=typed["name"], kind=typed["kind"], note=typed["note"], links=links)


class FileForm(forms.Form):
    """A file and the days from and until which it holds."""

    file = forms.FileField(label="File", help_text=f"{TAKEN}. Pictures are made anew; SVG is not taken.")
    valid_from = day_field("Holds from", help_text="The day of the report, of the review, of the signature.")
    valid_until = day_field(
        "Holds until", required=False, help_text="Empty: as long as its kind is believed."
    )

    def sent(self) -> NewFile:
        typed = self.cleaned_data
        return NewFile(
            filename=typed["file"].name,
            content=typed["file"].read(),
            valid_from=typed["valid_from"],
            valid_until=typed["valid_until"],
        )


class NewEvidenceForm(FileForm, EvidenceForm):
    """A piece of evidence with its first file."""

    field_order = ("name", "kind", "file", "valid_from", "valid_until", "links", "note")


class ReviewForm(forms.Form):
    """What a reviewer says of a version."""

    verdict = forms.ChoiceField(
        label="Does it show what it is about?",
        choices=[("accept", "Accept it"), ("reject", "Reject it")],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label="Why?",
        required=False,
        widget=LONG,
        help_text="Needed for a rejection: it goes back to who uploaded it.",
    )


class WaiverForm(forms.Form):
    """What a person says who accepts a risk or grants an exception."""

    kind = forms.ChoiceField(
        label="What is it?", choices=WaiverKind.choices, widget=forms.RadioSelect, initial="risk"
    )
    about = forms.CharField(
        label="Which requirement stays open?",
        help_text="Like GDPR/Art. 32(1), or GDPR/Art. 32(1)/assistant for one use case only.",
    )
    level = forms.ChoiceField(
        label="How high is the risk?",
        choices=[("low", "Low"), ("medium", "Medium"), ("high", "High")],
        widget=forms.RadioSelect,
        help_text="Your role decides up to which level you may accept one.",
    )
    reason = forms.CharField(label="Why is it bearable?", widget=LONG)
    instead = forms.CharField(
        label="What stands in its place?", required=False, widget=LONG, help_text="Needed for an exception."
    )
    expires_on = day_field("Until", help_text="After that day it no longer stands. At most a year from now.")

    def part(self) -> WaiverPart:
        return WaiverPart(**self.cleaned_data)


class EndForm(forms.Form):
    reason = forms.CharField(label="Why does it end?", widget=LONG)


class CommentForm(forms.Form):
    text = forms.CharField(label="Comment", widget=LONG, max_length=LONGEST_TEXT)


class SpansForm(forms.Form):
    """The organisation's spans of time: one field a weight and a kind of evidence."""

    holidays = forms.CharField(
        label="Days off",
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="One date a line, like 2026-12-25. Saturdays and Sundays never count.",
    )

    def __init__(self, *args: Any, spans: Policy, **kwargs: Any) -> None:
        initial = {f"sla_{name}": days for name, days in spans.sla.items()}
        initial |= {f"freshness_{name}": months for name, months in spans.freshness.items()}
        initial["holidays"] = "\n".join(day.isoformat() for day in spans.holidays)
        super().__init__(*args, initial=initial, **kwargs)
        kinds = evidence_kinds()
        numbers = {f"sla_{name}": f"{WEIGHTS[name]}: business days to close it" for name in spans.sla}
        numbers |= {f"freshness_{name}": f"{kinds[name]}: months believed" for name in spans.freshness}
        for name, label in numbers.items():
            self.fields[name] = forms.IntegerField(label=label)
        self.order_fields([*numbers, "holidays"])

    def clean_holidays(self) -> tuple[date, ...]:
        found = []
        for line in self.cleaned_data["holidays"].split():
            try:
                found.append(date.fromisoformat(line))
            except ValueError as error:
                raise forms.ValidationError(
                    f"“{line[:40]}” is no date. Right: a date like 2026-12-25."
                ) from error
        return tuple(found)

    def numbers(self, part: str) -> dict[str, int]:
        """The typed spans of a part, by name."""
        lead = f"{part}_"
        return {
            name.removeprefix(lead): span for name, span in self.cleaned_data.items() if name.startswith(lead)
        }
