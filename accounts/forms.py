"""Forms for organisations, members, API keys and the audit trail."""

from __future__ import annotations

import zoneinfo
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone

from accounts.factors import LONGEST_GRACE
from accounts.models import AuditEvent, User
from accounts.roles import MEMBER_ROLES, ROLE_NAMES

ROLE_CHOICES = [(role, ROLE_NAMES[role]) for role in MEMBER_ROLES]


class OrganisationForm(forms.Form):
    """What an organisation is called, and where its day begins."""

    name = forms.CharField(max_length=200, label="Name of the organisation")
    time_zone = forms.ChoiceField(
        label="Time zone",
        choices=lambda: [(z, z) for z in sorted(zoneinfo.available_timezones())],
        initial="UTC",
    )


class InvitationForm(forms.Form):
    """Whom to invite: a list or a CSV, pasted."""

    people = forms.CharField(
        label="Addresses",
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="One a line. A line may name a role of its own: jane@example.org, approver",
    )
    role = forms.ChoiceField(label="Role", choices=ROLE_CHOICES, initial="viewer")


class NewPersonForm(forms.Form):
    """What a person who joins by a link chooses; the address is the invitation's."""

    name = forms.CharField(max_length=200, label="Your name")
    password = forms.CharField(
        label="Choose a password",
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="At least 12 characters. A sentence that only you would say is good.",
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if password := given.get("password"):
            try:
                validate_password(password, User(email=self.email, name=given.get("name", "")))
            except ValidationError as error:
                self.add_error("password", error)
        return given


class SecondFactorForm(forms.Form):
    """Whether everybody needs a second factor, and from when on."""

    needed = forms.TypedChoiceField(
        label="Must everybody sign in with a second factor?",
        choices=[("yes", "Yes"), ("no", "No")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    grace_days = forms.IntegerField(
        label="After how many days of grace?", min_value=0, max_value=LONGEST_GRACE, initial=14
    )


class RoleForm(forms.Form):
    role = forms.ChoiceField(label="Role", choices=ROLE_CHOICES)


class ApiKeyForm(forms.Form):
    name = forms.CharField(max_length=100, label="What is it for?")
    days = forms.IntegerField(label="Valid for how many days?", min_value=1, max_value=365, initial=90)

    def expires_at(self) -> datetime:
        return timezone.now() + timedelta(days=self.cleaned_data["days"])


class TrailFilter(forms.Form):
    """Which entries of the trail to show; days are days where the organisation is, both included."""

    action = forms.CharField(max_length=60, required=False)
    person = forms.CharField(max_length=200, required=False)
    thing = forms.CharField(max_length=200, required=False)
    since = forms.DateField(label="From", required=False)
    until = forms.DateField(label="Until", required=False)

    def wishes(self) -> dict[str, str]:
        """What is asked for and can be understood, by name."""
        self.is_valid()
        names = TrailFilter.base_fields
        return {name: str(self.cleaned_data[name]) for name in names if self.cleaned_data.get(name)}

    def query(self) -> str:
        """The same wishes as the end of an address."""
        wishes = self.wishes()
        return f"&{urlencode(wishes)}" if wishes else ""

    def of(self, events: QuerySet[AuditEvent]) -> QuerySet[AuditEvent]:
        """The events that are asked for; a wish that cannot be understood is left out."""
        self.is_valid()
        wanted: dict[str, Any] = self.cleaned_data
        if wanted.get("action"):
            events = events.filter(action=wanted["action"])
        if wanted.get("person"):
            events = events.filter(actor_label__icontains=wanted["person"])
        if wanted.get("thing"):
            events = events.filter(object_label__icontains=wanted["thing"])
        if wanted.get("since"):
            events = events.filter(at__gte=_midnight(wanted["since"]))
        if wanted.get("until"):
            events = events.filter(at__lt=_midnight(wanted["until"] + timedelta(days=1)))
        return events


class TrailExport(TrailFilter):
    """A file of the filtered trail."""

    format = forms.ChoiceField(choices=[("csv", "CSV"), ("jsonl", "JSON, one entry a line")])


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
