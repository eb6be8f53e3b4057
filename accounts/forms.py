"""Forms for organisations, members, API keys and the audit trail."""

from __future__ import annotations

import zoneinfo
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone

from accounts.branding import TAKEN
from accounts.factors import LONGEST_GRACE
from accounts.models import AuditEvent, Membership, Organisation, User
from accounts.queries import members_of
from accounts.roles import LIMITED, MEMBER_ROLES, ROLE_NAMES, SCOPE_NAMES, SECTION_NAMES
from accounts.sso import ROLES_FOR_NEW
from engine.labels import title

ROLE_CHOICES = [(role, ROLE_NAMES[role]) for role in MEMBER_ROLES]


def typed_again(typed: QueryDict, **now: int) -> QueryDict:
    """What was typed, with the versions that are stored now: whoever was too late can save again."""
    again = typed.copy()
    for name, version in now.items():
        again[name] = str(version)
    return again


class OrganisationForm(forms.Form):
    """What an organisation is called, and where its day begins."""

    name = forms.CharField(max_length=200, label="Name of the organisation")
    time_zone = forms.ChoiceField(
        label="Time zone",
        choices=lambda: [(z, z) for z in sorted(zoneinfo.available_timezones())],
        initial="UTC",
    )


class LookForm(forms.Form):
    """Colours and texts of board papers."""

    colour = forms.CharField(
        label="Colour of headings",
        max_length=20,
        required=False,
        help_text="Like #0b6e75. It must be readable on white: 4.5:1 or more. Empty: Sextant’s.",
    )
    band = forms.CharField(
        label="Colour of the band on the cover",
        max_length=20,
        required=False,
        help_text="The band holds the label of confidentiality, in white or dark, whichever reads better. Empty: no band.",
    )
    footer = forms.CharField(
        label="Line in the footer",
        max_length=80,
        required=False,
        help_text="For example your firm’s full name and register number.",
    )
    confidentiality = forms.CharField(
        label="Label of confidentiality",
        max_length=60,
        required=False,
        help_text="Stands on each page, unless the person who asks for a paper types another one. Empty: Confidential.",
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class LogoForm(forms.Form):
    file = forms.FileField(
        label="Logo",
        help_text=f"{TAKEN[:1].upper()}{TAKEN[1:]}. It is made anew from its pixels; SVG is not taken.",
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


class FindProviderForm(forms.Form):
    email = forms.EmailField(label="Your e-mail address at work")


class DomainForm(forms.Form):
    name = forms.CharField(max_length=253, label="Domain of your mail addresses")


class ProviderForm(forms.Form):
    """An organisation's identity provider."""

    issuer = forms.CharField(
        max_length=300, label="Issuer", help_text="For example https://login.example.org"
    )
    client_id = forms.CharField(max_length=200, label="Client id")
    client_secret = forms.CharField(
        max_length=500,
        required=False,
        label="Client secret",
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text="Empty keeps the one that is stored.",
    )
    role_for_new = forms.ChoiceField(
        label="People who were not invited",
        required=False,
        choices=[("", "are not let in"), *((role, f"join as {ROLE_NAMES[role]}") for role in ROLES_FOR_NEW)],  # type: ignore[index]
    )


class BreakGlassForm(forms.Form):
    """Whether the provider is the only way in, and for whom it is not."""

    only = forms.TypedChoiceField(
        label="Is the provider the only way in?",
        choices=[("yes", "Yes"), ("no", "No")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    break_glass = forms.ChoiceField(
        label="The owner who can still sign in with a password and a second factor", required=False
    )

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owners = members_of(organisation).filter(role="owner")
        self.fields["break_glass"].choices = [("", "–"), *((m.user.public_id, str(m.user)) for m in owners)]  # type: ignore[attr-defined]


class RoleForm(forms.Form):
    role = forms.ChoiceField(label="Role", choices=ROLE_CHOICES)


class OverlapForm(forms.Form):
    days = forms.IntegerField(min_value=0, max_value=30)


class LimitsForm(forms.Form):
    """What a contributor or an auditor sees, and until when a member's access lasts."""

    sections = forms.MultipleChoiceField(
        label="Which sections?", required=False, widget=forms.CheckboxSelectMultiple
    )
    regimes = forms.MultipleChoiceField(
        label="Which regimes?", required=False, widget=forms.CheckboxSelectMultiple
    )
    ends_on = forms.DateField(
        label="Last day of access",
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text="Empty: no end.",
    )

    def __init__(self, *args: Any, member: Membership, regimes: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        possible = LIMITED.get(member.role, frozenset())
        sections, known = self.fields["sections"], self.fields["regimes"]
        sections.choices = [(key, name) for key, name in SECTION_NAMES.items() if key in possible]  # type: ignore[attr-defined]
        known.choices = [(key, title(key)) for key in sorted({*regimes, *member.regimes})]  # type: ignore[attr-defined]
        if member.role != "contributor":
            del self.fields["sections"]
        if member.role != "auditor":
            del self.fields["regimes"]
        if member.role == "auditor":
            self.fields["ends_on"].required = True
            self.fields["ends_on"].help_text = ""

    def ends_at(self) -> datetime | None:
        """The end of the last day, where the organisation is."""
        day = self.cleaned_data["ends_on"]
        return timezone.make_aware(datetime.combine(day + timedelta(days=1), time())) if day else None


class ApiKeyForm(forms.Form):
    name = forms.CharField(max_length=100, label="What is it for?")
    scopes = forms.MultipleChoiceField(
        label="What may it do?", choices=SCOPE_NAMES.items(), widget=forms.CheckboxSelectMultiple
    )
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
