"""Forms for organisations, members and API keys."""

from __future__ import annotations

import zoneinfo
from datetime import datetime, timedelta

from django import forms
from django.utils import timezone

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


class MemberForm(forms.Form):
    email = forms.EmailField(label="E-mail address")
    name = forms.CharField(max_length=200, label="Name", required=False)
    role = forms.ChoiceField(label="Role", choices=ROLE_CHOICES, initial="viewer")


class RoleForm(forms.Form):
    role = forms.ChoiceField(label="Role", choices=ROLE_CHOICES)


class ApiKeyForm(forms.Form):
    name = forms.CharField(max_length=100, label="What is it for?")
    days = forms.IntegerField(label="Valid for how many days?", min_value=1, max_value=365, initial=90)

    def expires_at(self) -> datetime:
        return timezone.now() + timedelta(days=self.cleaned_data["days"])
