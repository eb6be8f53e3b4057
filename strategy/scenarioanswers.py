"""Pages that change the answers of a scenario: choose the record, then its question, then say what if."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, organisation_view
from accounts.kept import take
from accounts.versions import Conflict
from engine.reading import DocumentError
from engine.strict import Problem
from inventory.answerform import AnswerForm, form_for
from inventory.questions import Question
from strategy import asked, scenarios
from strategy.knowledge import current
from strategy.models import Scenario
from strategy.overrides import restored
from strategy.places import (
    ORGANISATION,
    Document,
    Place,
    address_of,
    answer_of,
    inside,
    place_at,
    pointer,
    record_at,
    steps,
)
from strategy.scenarioviews import find, stated_version


@organisation_view("run_analysis")
def choose_answer(request: MemberRequest, scenario_id: str) -> HttpResponse:
    """Choose the answer to change: first the record, then, at `of`, its question."""
    scenario = find(scenario_id)
    base = scenarios.base_document(scenario.base_run)
    context: dict[str, Any] = {"scenario": scenario, "things": asked.things(base)}
    of = request.GET.get("of", "")
    if of:
        records, key = _record(base, of)
        found = record_at(base, records, key)
        of = pointer((records, *filter(None, (key,))))
        context |= {
            "of": of,
            "thing": asked.thing_of(Place(records, key, ()), found and found[1]),
            "sections": [
                (section, [(item, f"{of}/{item.name.replace('.', '/')}") for item in section.shown])
                for section in asked.questions(base, records, key)
            ],
            "changed": {
                address_of(base, asked.whole(item.place))
                for item in restored(scenario.overrides)
                if (item.place.records, item.place.key) == (records, key)
            },
        }
    return render(request, "strategy/scenario_choose.html", context)


@organisation_view("run_analysis")
def change_scenario(request: MemberRequest, scenario_id: str) -> HttpResponse:
    """Change one answer in a scenario: the question `at` a pointer into the base, with the form's own field."""
    scenario = find(scenario_id)
    base = scenarios.base_document(scenario.base_run)
    place = _question_at(base, request.GET.get("at", ""))
    typed = request.POST if request.method == "POST" else take(request)
    form, question = _form(base, place, typed, _value_in(scenario, base, place))
    if typed is None or request.method != "POST":
        return _answer(request, scenario, base, place, question, kept=typed is not None)
    try:
        saved = scenarios.change_answer(
            scenario,
            actor=request.actor,
            version=stated_version(request),
            at=address_of(base, place),
            value=_typed(form, place),
            knowledge=current(),
        )
    except scenarios.Refused as refusal:
        below = len(steps(address_of(base, place))) - len(place.path)
        form.place([Problem(_below(p.where, below), p.what, p.right) for p in refusal.problems])
        return _answer(request, scenario, base, place, question, form=form, status=400)
    except Conflict as conflict:
        return _answer(request, conflict.current, base, place, question, conflict=True, status=409)
    if any(inside(item.place, place) for item in restored(saved.overrides)):
        messages.success(request, "The answer is changed in this scenario. The assessment stays as it is.")
    else:
        messages.info(request, "That is what the base says too, so nothing is changed there.")
    return redirect("scenario", request.organisation.slug, scenario_id)


@organisation_view("run_analysis")
@require_POST
def take_out_answer(request: MemberRequest, scenario_id: str, number: int) -> HttpResponse:
    """Let an answer be as in the base again: the one with that number on the scenario's page."""
    scenario = find(scenario_id)
    overrides = restored(scenario.overrides)
    if number >= len(overrides):
        raise Http404
    try:
        scenarios.as_in_base(
            scenario, actor=request.actor, version=stated_version(request), place=overrides[number].place
        )
        messages.success(request, "The answer is as in the base again.")
    except Conflict as conflict:
        messages.error(request, str(conflict))
    return redirect("scenario", request.organisation.slug, scenario_id)


def _record(base: Document, of: str) -> tuple[str, str]:
    """The record that the address names. Raises Http404 where it is not there."""
    try:
        place = place_at(base, f"{of}/any")
    except DocumentError as error:
        raise Http404 from error
    return place.records, place.key


def _question_at(base: Document, at: str) -> Place:
    """The question that the address names. Raises Http404 for one that no form asks."""
    try:
        place = asked.whole(place_at(base, at))
    except DocumentError as error:
        raise Http404 from error
    names = {
        item.name for section in asked.questions(base, place.records, place.key) for item in section.shown
    }
    if ".".join(place.path) not in names:
        raise Http404
    return place


def _value_in(scenario: Scenario, base: Document, place: Place) -> Any:
    """The answer as the scenario has it: its own where it changes it, or a part of it, else the base's."""
    overrides = [item for item in restored(scenario.overrides) if inside(item.place, place)]
    return answer_of(scenarios.with_overrides(base, overrides), place)


def _form(base: Document, place: Place, typed: Any, value: Any) -> tuple[AnswerForm, Question]:
    """The record's form, and the one question of it that is asked."""
    part: Any = value
    for name in reversed(place.path):
        part = {name: part}
    currency = (base.get(ORGANISATION) or {}).get("currency") or ""
    form = form_for(asked.TYPES[place.records])(
        typed, part=part, links=asked.links_of(base), currency=currency
    )
    return form, _question(form, place)


def _question(form: AnswerForm, place: Place) -> Question:
    name = ".".join(place.path)
    return next(q for section in form.sections() for q in section.questions if q.name == name)


def _typed(form: AnswerForm, place: Place) -> Any:
    value: Any = form.typed_part()
    for name in place.path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _below(where: str, parts: int) -> str:
    """A pointer into a document as one into the record."""
    return "/" + "/".join(where.split("/")[parts + 1 :])


def _answer(
    request: MemberRequest,
    scenario: Scenario,
    base: Document,
    place: Place,
    question: Question,
    *,
    form: AnswerForm | None = None,
    kept: bool = False,
    conflict: bool = False,
    status: int = 200,
) -> HttpResponse:
    row = record_at(base, place.records, place.key)
    context = {
        "scenario": scenario,
        "of": pointer((place.records, *filter(None, (place.key,)))),
        "thing": asked.thing_of(place, row and row[1]),
        "question": _question(form, place) if form else question,
        "others": [str(error) for error in form.non_field_errors()] if form else [],
        "base": asked.said(base, place, answer_of(base, place))[1],
        "kept": kept,
        "conflict": conflict,
    }
    return render(request, "strategy/scenario_answer.html", context, status=status)
