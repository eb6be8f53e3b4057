"""The page of settings. Currency and fiscal year are answers of the organisation's own record, shown and changed here too."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from accounts import services
from accounts.access import MemberRequest, organisation_view
from accounts.forms import OrganisationForm, typed_again
from accounts.versions import Conflict
from engine.inputs import Organisation as Answers
from inventory.models import OrganisationProfile
from inventory.records import InvalidPart, part_of
from inventory.services import create_record, update_record

PLANNING = ("currency", "fiscal_year_start")


def _asked(name: str) -> forms.CharField:
    question = Answers.__dataclass_fields__[name].metadata
    note = f"{question['note']} Empty: not answered."
    return forms.CharField(label=question["question"], max_length=20, required=False, help_text=note)


class SettingsForm(OrganisationForm):
    """Name, time zone, currency and the start of the fiscal year; `planned` is the version of the two answers."""

    currency = _asked("currency")
    fiscal_year_start = _asked("fiscal_year_start")
    planned = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)


@organisation_view("view", section="open")
def settings(request: MemberRequest) -> HttpResponse:
    """What the organisation is called, where its day begins, in what it plans; and how it ends."""
    stored = _stored(request)
    return _page(request, SettingsForm(initial=stored), stored=stored)


@organisation_view("manage_organisation")
@require_POST
def change_settings(request: MemberRequest) -> HttpResponse:
    """Store all of it, or, where one thing is wrong or somebody else was quicker, nothing."""
    form = SettingsForm(request.POST)
    if not form.is_valid():
        return _page(request, form, 400)
    typed = form.cleaned_data
    try:
        with transaction.atomic():
            services.change_organisation(
                name=typed["name"],
                time_zone=typed["time_zone"],
                actor=request.actor,
                version=typed["version"] or 0,
            )
            if typed["planned"] is not None:
                _plan({name: typed[name] for name in PLANNING}, typed["planned"], request)
    except services.Refused as refusal:
        form.add_error(refusal.where.strip("/") or None, str(refusal))
        return _page(request, form, 400)
    except InvalidPart as error:
        for problem in error.problems:
            name = problem.where.strip("/").partition("/")[0]
            said = f"{problem.what[:1].upper()}{problem.what[1:]}. Right: {problem.right}."
            form.add_error(name if name in form.fields else None, said)
        return _page(request, form, 400)
    except Conflict as conflict:
        request.organisation.refresh_from_db()
        stored = _stored(request)
        form.data = typed_again(request.POST, version=stored["version"], planned=stored["planned"])
        now = ", ".join(str(stored[name]) for name in ("name", "time_zone", *PLANNING) if stored[name])
        form.add_error(None, f"{conflict} Stored now: {now}.")
        return _page(request, form, 409)
    messages.success(request, "The settings were saved.")
    return redirect("settings", request.organisation.slug)


def _plan(typed: dict[str, str], version: int, request: MemberRequest) -> None:
    """Store the two answers with the organisation's others; where nothing was answered and nothing is, nothing."""
    answered = {name: value.strip() for name, value in typed.items() if value.strip()}
    record = OrganisationProfile.objects.first()
    if record is not None:
        rest = {name: value for name, value in part_of(record).items() if name not in PLANNING}
        update_record(record, rest | answered, actor=request.actor, version=version)
    elif answered:
        name = {"name": request.organisation.name}
        create_record(OrganisationProfile, name | answered, actor=request.actor)


def _stored(request: MemberRequest) -> dict[str, Any]:
    record = OrganisationProfile.objects.first()
    answers = record.answers if record is not None else {}
    return {
        "name": request.organisation.name,
        "time_zone": request.organisation.time_zone,
        **{name: answers.get(name) or "" for name in PLANNING},
        "version": request.organisation.version,
        "planned": record.version if record is not None else 0,
    }


def _page(
    request: MemberRequest, form: SettingsForm, status: int = 200, stored: dict[str, Any] | None = None
) -> HttpResponse:
    limit = request.member.open_sections()
    context = {
        "form": form,
        "stored": stored or _stored(request),
        "sees_answers": limit is None or "organisation" in limit,
    }
    return render(request, "accounts/settings.html", context, status=status)
