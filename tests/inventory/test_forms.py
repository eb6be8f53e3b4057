"""Every form takes “not answered” for every question, and re-shows every text that it refuses."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client

from accounts.models import AuditEvent
from accounts.tenancy import scope
from compliance.views import PAGES as COMPLIANCE
from inventory.answerform import AnswerForm, form_for
from inventory.formfields import NONE
from inventory.models import Vendor
from inventory.pages import RecordPages
from inventory.records import part_of
from inventory.views import PAGES as INVENTORY
from inventory.views import USE_CASES
from tests.world import World

SignIn = Callable[[World, str], Client]
KINDS = (*INVENTORY, *COMPLIANCE)
LISTED = [pages for pages in KINDS if not pages.single]
IDENTITY: dict[str, dict[str, str]] = {
    "budgets": {"period": "2031-Q1"},
    "regimes": {"regime": "CCPA"},
    "controls": {"regime": "CCPA", "requirement_id": "11 CCR 7220"},
    "common-answers": {"control": "logging"},
}
NONSENSE = "12 o'clock <b>&"


def named(pages: RecordPages) -> str:
    return pages.url_name


def sent(form: AnswerForm, **answers: str) -> dict[str, Any]:
    """What a browser sends of a form in which only some answers were typed."""
    open_fields = {name: form[name].value() or "" for name in form.fields}
    return {**{name: value for name, value in open_fields.items() if value}, **answers}


@pytest.mark.parametrize("pages", LISTED, ids=named)
def test_not_answered_is_an_answer_to_every_question(
    world: World, sign_in: SignIn, pages: RecordPages
) -> None:
    client = sign_in(world, "north/owner")
    base = f"/o/{world.north.slug}/{pages.slug}/"
    form = client.get(f"{base}new/").context["form"]
    answer = client.post(f"{base}new/", sent(form, **IDENTITY.get(pages.slug, {})))
    assert answer.status_code == 302, answer.context["form"].errors
    with scope(world.north):
        record = pages.model.objects.latest("id")
        assert record.answers == {}
        identity = set(IDENTITY.get(pages.slug, {"key": ""}))
        assert set(part_of(record)) == identity
    shown = client.get(answer["Location"]).context["sections"]
    answered = {item.name for section in shown for item in section.shown if item.answer is not None}
    assert answered == identity


@pytest.mark.parametrize("pages", KINDS, ids=named)
def test_every_answer_can_be_taken_back(world: World, sign_in: SignIn, pages: RecordPages) -> None:
    client = sign_in(world, "north/owner")
    with scope(world.north):
        record = pages.model.objects.first()
    base = f"/o/{world.north.slug}/{pages.slug}/{record.public_id}/"
    identity = {name: part_of(record)[name] for name in IDENTITY.get(pages.slug, {})}
    assert client.post(f"{base}edit/", {"version": record.version, **identity}).status_code == 302
    with scope(world.north):
        record.refresh_from_db()
        assert (record.answers, record.name) == ({}, "")


@pytest.mark.parametrize("pages", KINDS, ids=named)
def test_saving_a_form_as_it_came_changes_nothing(world: World, sign_in: SignIn, pages: RecordPages) -> None:
    client = sign_in(world, "north/owner")
    with scope(world.north):
        record = pages.model.objects.first()
        before, events = part_of(record), AuditEvent.objects.count()
    base = f"/o/{world.north.slug}/{pages.slug}/{record.public_id}/"
    form = client.get(f"{base}edit/").context["form"]
    assert client.post(f"{base}edit/", {**sent(form), "version": record.version}).status_code == 302
    with scope(world.north):
        record.refresh_from_db()
        assert part_of(record) == before
        assert AuditEvent.objects.count() == events


@pytest.mark.parametrize(
    "pages", [p for p in LISTED if p.slug not in ("regimes", "controls", "common-answers")], ids=named
)
def test_a_refused_form_shows_every_text_again_and_names_every_question(
    world: World, sign_in: SignIn, pages: RecordPages
) -> None:
    client = sign_in(world, "north/owner")
    base = f"/o/{world.north.slug}/{pages.slug}/"
    blank: AnswerForm = client.get(f"{base}new/").context["form"]
    strict = {
        field.name: question
        for section in blank.sections()
        for question in section.questions
        for field in question.fields
        if "decimal" in str(field) or 'type="date"' in str(field)
    }
    with scope(world.north):
        count = pages.model.objects.count()
    answer = client.post(f"{base}new/", {**dict.fromkeys(strict, NONSENSE), "name": "Kept name"})
    assert answer.status_code == 400
    form: AnswerForm = answer.context["form"]
    page = unescape(answer.content.decode())
    assert page.count(f'value="{NONSENSE}"') == len(strict)
    assert 'value="Kept name"' in page or "name" not in form.fields
    faulty = {question.name: question for question in form.faulty()}
    assert set(faulty) >= {question.name for question in strict.values()}
    for question in faulty.values():
        assert f'<a href="#{question.first}">{question.label}</a>' in page
        assert all("Right: " in error for error in question.errors)
    with scope(world.north):
        assert pages.model.objects.count() == count


def test_a_short_name_is_made_from_the_name(world: World, sign_in: SignIn) -> None:
    client, base = sign_in(world, "north/editor"), f"/o/{world.north.slug}/vendors/"
    for _ in range(3):
        client.post(f"{base}new/", {"name": "Ünser Cloud & Co."})
    with scope(world.north):
        keys = list(Vendor.objects.values_list("key", flat=True))
    assert keys == ["model-vendor", "unser-cloud-co", "unser-cloud-co-2", "unser-cloud-co-3"]


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("1,250,000", "1250000"),
        ("1 250 000.50", "1250000.50"),
        ("1250000", "1250000"),
        ("0,5", "0,5"),
        ("12,34", "12,34"),
    ],
)
def test_only_marks_between_thousands_are_taken_out_of_a_number(typed: str, read: str) -> None:
    form = form_for(USE_CASES.model.answer_type)(
        QueryDict(f"requests_per_day={typed}&value.low={typed}&value.currency=eur")
    )
    assert form.typed_part() == {
        "requests_per_day": read,
        "value": {"low": {"amount": read, "currency": "EUR"}},
    }


def test_a_currency_alone_is_no_amount() -> None:
    form = form_for(USE_CASES.model.answer_type)(QueryDict("value.currency=EUR"), currency="EUR")
    assert form.typed_part() == {}


def test_new_amounts_start_in_the_currency_in_which_the_organisation_plans(
    world: World, sign_in: SignIn
) -> None:
    page = sign_in(world, "north/editor").get(f"/o/{world.north.slug}/budgets/new/")
    form: AnswerForm = page.context["form"]
    assert form["capex.currency"].value() == "EUR"
    assert [section.answered for section in form.sections()] == [0]


def test_none_of_them_is_an_answer_and_nothing_ticked_is_none() -> None:
    form_type = form_for(USE_CASES.model.answer_type)
    assert form_type(QueryDict(f"hard_constraints={NONE}")).typed_part() == {"hard_constraints": []}
    assert form_type(QueryDict("")).typed_part() == {}


def test_the_address_of_a_new_control_answer_may_name_what_it_is_about(world: World, sign_in: SignIn) -> None:
    client = sign_in(world, "north/compliance_officer")
    query = "regime=GDPR&requirement_id=Art.+28%283%29&status=implemented"
    form = client.get(f"/o/{world.north.slug}/controls/new/?{query}").context["form"]
    assert (form["regime"].value(), form["requirement_id"].value()) == ("GDPR", "Art. 28(3)")
    assert form["status"].value() == ""


def test_a_list_shows_answers_in_words(world: World, sign_in: SignIn) -> None:
    page = sign_in(world, "north/viewer").get(f"/o/{world.north.slug}/use-cases/")
    assert page.context["rows"][0][1] == [
        ("Department", "Not answered"),
        ("Task", "Answer questions from knowledge"),
        ("Volume", "2,000 requests a day"),
    ]


def test_amounts_and_ranges_read_as_one_answer(world: World, sign_in: SignIn) -> None:
    client, base = sign_in(world, "north/editor"), f"/o/{world.north.slug}/use-cases/"
    typed = {"name": "Worth", "value.low": "90,000", "value.likely": "120,000.50", "value.currency": "EUR"}
    answer = client.post(f"{base}new/", typed)
    with scope(world.north):
        record = USE_CASES.model.objects.get(key="worth")
    assert Decimal(record.answers["value"]["likely"]["amount"]) == Decimal("120000.50")
    shown = {
        item.name: item.answer
        for section in client.get(answer["Location"]).context["sections"]
        for item in section.shown
    }
    assert shown["value"] == "low 90,000 EUR, likely 120,000.50 EUR"


def test_what_a_template_gave_is_named_by_its_question_and_confirmed_by_a_tick(
    world: World, sign_in: SignIn
) -> None:
    client = sign_in(world, "north/editor")
    edit = client.post(f"/o/{world.north.slug}/templates/contract-analysis/")["Location"]
    form: AnswerForm = client.get(edit).context["form"]
    choices = dict(form.fields["defaults"].choices)
    assert choices["error_cost"] == "What does a wrong answer cost?"
    assert form["defaults"].value() == list(choices)[:-1]
    confirmed = [name for name in form["defaults"].value() if name != "error_cost"]
    assert client.post(edit, {**sent(form), "defaults": confirmed, "version": 1}).status_code == 302
    with scope(world.north):
        stored = USE_CASES.model.objects.get(key="contract-analysis").answers
    assert stored["defaults"] == confirmed
    assert stored["error_cost"] == form["error_cost"].value()


def test_a_record_without_a_template_is_not_asked_about_one(world: World, sign_in: SignIn) -> None:
    form: AnswerForm = (
        sign_in(world, "north/editor").get(f"/o/{world.north.slug}/use-cases/new/").context["form"]
    )
    assert "template" not in {section.key for section in form.sections()}
