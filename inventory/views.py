"""Pages of the inventory: the organisation's own answers and its records."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpResponse
from django.shortcuts import redirect, render

from accounts.access import MemberRequest, organisation_view
from inventory.models import BaseModel, Budget, DataAsset, OrganisationProfile, Record, UseCase, Vendor
from inventory.pages import RecordPages
from inventory.shown import Links


def choices(model: type[Record]) -> Sequence[tuple[str, str]]:
    return [(record.key, str(record)) for record in model.objects.filter(archived_at=None)]


def use_case_links() -> Links:
    others = choices(UseCase)
    return {
        "vendor": choices(Vendor),
        "model": choices(BaseModel),
        "data_assets": choices(DataAsset),
        "requires": others,
        "excludes": others,
    }


DATA_ASSETS = RecordPages(
    DataAsset,
    "data-assets",
    "Data asset",
    "Data assets",
    "A body of data that a use case draws on: how large it is, who is in it, what you may do with it.",
    "For example: discharge letters, 4 million pages, health data, may not leave the EU.",
    "edit_inventory",
    related="use_cases",
    columns={"kind": "Kind", "sensitivity": "Sensitivity", "tokens": "Text"},
)
VENDORS = RecordPages(
    Vendor,
    "vendors",
    "Vendor",
    "Vendors",
    "A firm whose service sees your data: which contracts are signed, and what it may do with inputs.",
    "For example: a cloud in the US with a data processing agreement, certified under the DPF.",
    "edit_inventory",
    related="use_cases",
    columns={
        "country": "Country",
        "dpa_signed": "Processing agreement",
        "trains_on_inputs": "Trains on inputs",
    },
)
BASE_MODELS = RecordPages(
    BaseModel,
    "base-models",
    "Base model",
    "Base models",
    "A model that you start from: its size, its licence, who placed it on which market.",
    "For example: an open-weights model of 8 billion parameters under a free licence.",
    "edit_inventory",
    related="use_cases",
    columns={"kind": "Kind", "parameters": "Size", "licence": "Licence"},
)
BUDGETS = RecordPages(
    Budget,
    "budgets",
    "Budget",
    "Budgets",
    "The money of one fiscal quarter: what may be invested, what may be spent on running.",
    "For example: 2027-Q1, 200,000 EUR to invest, 50,000 EUR to run, 30,000 EUR committed.",
    "edit_inventory",
    columns={"capex": "To invest", "opex": "To run", "committed": "Committed"},
)
USE_CASES = RecordPages(
    UseCase,
    "use-cases",
    "Use case",
    "Use cases",
    "Something that AI is to do: how often, for whom, on which data, and what a mistake costs.",
    "For example: answer nurses' questions from 12,000 guidelines, with sources.",
    "edit_inventory",
    links=use_case_links,
    related="control_answers",
    columns={"department": "Department", "task_type": "Task", "requests_per_day": "Volume"},
)
PROFILE = RecordPages(
    OrganisationProfile,
    "organisation",
    "Organisation",
    "Organisation",
    "What is true of the whole organisation: where it works, what it may spend, which law it is under.",
    "",
    "edit_inventory",
    single=True,
)
PAGES = (DATA_ASSETS, VENDORS, BASE_MODELS, BUDGETS, USE_CASES, PROFILE)


@organisation_view("view", section="organisation")
def profile(request: MemberRequest) -> HttpResponse:
    """The organisation's own answers: shown, or asked for where nobody has answered yet."""
    slug, record = request.organisation.slug, OrganisationProfile.objects.first()
    if record is not None:
        return redirect("organisation_show", slug, record.public_id)
    empty = PROFILE.context(request)
    if empty["may_edit"]:
        return redirect("organisation_new", slug)
    return render(request, "inventory/unanswered.html", empty)
