"""Pages of what-if scenarios: make one, change an answer in it, analyse it, compare it with its base."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, organisation_view
from accounts.clock import today
from accounts.kept import take
from accounts.versions import Conflict
from engine.strict import Problem
from strategy import asked, queries, scenarios
from strategy.knowledge import current
from strategy.models import Scenario
from strategy.overrides import homeless, restored
from strategy.places import (
    Document,
    address_of,
    answer_of,
    record_at,
)
from strategy.services import NothingToAnalyse
from strategy.tasks import send

SCENARIOS_A_PAGE = 25
MOST_BASES = 50


@dataclass(frozen=True, slots=True)
class Changed:
    """A changed answer as its page shows it; `at` leads to its form, None where its record is gone."""

    number: int
    thing: str
    question: str
    base: str
    now: str
    at: str | None


@organisation_view("view")
def scenario_list(request: MemberRequest) -> HttpResponse:
    """What-if scenarios, newest first."""
    archived = request.GET.get("archived") == "1"
    rows = queries.scenarios().filter(archived_at__isnull=not archived)
    page = Paginator(rows, SCENARIOS_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "strategy/scenarios.html", {"page": page, "archived": archived})


@organisation_view("run_analysis")
def new_scenario(request: MemberRequest) -> HttpResponse:
    """Name a scenario and say what it stands on; `run` and `at` of the address are asked for already."""
    typed = request.POST if request.method == "POST" else take(request)
    given: Any = request.GET if typed is None else typed
    context = {
        "name": given.get("name", ""),
        "run": given.get("run", ""),
        "at": given.get("at", ""),
        "bases": queries.bases()[:MOST_BASES],
        "kept": request.method != "POST" and typed is not None,
    }
    if request.method != "POST":
        return render(request, "strategy/scenario_new.html", context)
    base_run = queries.runs().filter(public_id=context["run"]).first()
    problems: Iterable[Problem] = ()
    if context["run"] and base_run is None:
        problems = [Problem("/base_run", "this analysis is not there", "one of the list")]
    else:
        try:
            scenario = scenarios.create_scenario(
                actor=request.actor,
                name=context["name"],
                answers={},
                base_run=base_run,
                knowledge=current(),
            )
        except scenarios.Refused as refusal:
            problems = refusal.problems
        else:
            page = "change_scenario" if context["at"] else "choose_answer"
            address = reverse(page, args=[request.organisation.slug, scenario.public_id])
            return redirect(address + ("?" + urlencode({"at": context["at"]}) if context["at"] else ""))
    context["errors"] = {problem.where.strip("/"): _sentence(problem) for problem in problems}
    return render(request, "strategy/scenario_new.html", context, status=400)


@organisation_view("view")
def show_scenario(request: MemberRequest, scenario_id: str) -> HttpResponse:
    return _scenario(request, find(scenario_id))


@organisation_view("run_analysis")
@require_POST
def rename_scenario(request: MemberRequest, scenario_id: str) -> HttpResponse:
    """Give a scenario another name."""
    scenario = find(scenario_id)
    name = request.POST.get("name", "")
    try:
        scenarios.rename_scenario(scenario, actor=request.actor, version=stated_version(request), name=name)
    except scenarios.Refused as refusal:
        return _scenario(request, scenario, name=name, error=_sentence(refusal.problems[0]))
    except Conflict as conflict:
        return _scenario(request, conflict.current, name=name, error=str(conflict), status=409)
    messages.success(request, "The scenario is renamed.")
    return redirect("scenario", request.organisation.slug, scenario_id)


@organisation_view("run_analysis")
@require_POST
def archive_scenario(request: MemberRequest, scenario_id: str) -> HttpResponse:
    """Take a scenario out of use, or bring it back."""
    scenario = find(scenario_id)
    if scenario.archived_at is None:
        scenarios.archive_scenario(scenario, actor=request.actor)
        messages.success(request, f"{scenario} was archived. Nothing is lost: it can be restored.")
    else:
        scenarios.restore_scenario(scenario, actor=request.actor)
        messages.success(request, f"{scenario} was restored.")
    return redirect("scenario", request.organisation.slug, scenario_id)


@organisation_view("run_analysis")
@require_POST
def run_scenario(request: MemberRequest, scenario_id: str) -> HttpResponse:
    """Analyse a scenario; the same answers on the same day find the analysis that is there."""
    scenario, typed = find(scenario_id), request.POST.get("as_of", "").strip()
    try:
        as_of = date.fromisoformat(typed) if typed else _usual_day(scenario)
    except ValueError:
        error = f"“{typed}” is no date. Right: a date like 2026-11-24."
        return _scenario(request, scenario, as_of=typed, run_errors=[error])
    try:
        run, new = scenarios.request_scenario_run(
            scenario, actor=request.actor, knowledge=current(), as_of=as_of
        )
    except scenarios.Refused as refusal:
        return _scenario(request, scenario, as_of=typed, run_errors=map(_sentence, refusal.problems))
    except NothingToAnalyse as refusal:
        return _scenario(request, scenario, as_of=typed, run_errors=[str(refusal)])
    if new:
        send(run)
    elif not run.is_open:
        messages.info(request, "This is the analysis of the same answers on the same day.")
    return redirect("run", request.organisation.slug, run.public_id)


def find(scenario_id: str) -> Scenario:
    """The scenario of the open organisation with this id. Raises Http404."""
    found: Scenario = get_object_or_404(queries.scenarios(), public_id=scenario_id)
    return found


def stated_version(request: MemberRequest) -> int:
    """The version that a form was filled in on; 0, which none has, where it says none."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _usual_day(scenario: Scenario) -> date:
    """The day of the base's analysis, so that only answers differ; today for the assessment itself."""
    return scenario.base_run.as_of if scenario.base_run else today()


def _sentence(problem: Problem) -> str:
    return f"{problem.what[:1].upper()}{problem.what[1:]}. Right: {problem.right}."


def _scenario(
    request: MemberRequest,
    scenario: Scenario,
    *,
    name: str | None = None,
    as_of: str = "",
    error: str = "",
    run_errors: Iterable[str] = (),
    status: int = 400,
) -> HttpResponse:
    """The page of a scenario, with what was typed and refused."""
    base = scenarios.base_document(scenario.base_run)
    errors = list(run_errors)
    context = {
        "scenario": scenario,
        "changed": _changed(scenario, base),
        "drift": [asked.told(base, change) for change in scenarios.drift(scenario, base)],
        "analyses": queries.analyses_of(scenario),
        "usual_day": _usual_day(scenario),
        "name": scenario.name if name is None else name,
        "as_of": as_of,
        "error": error,
        "run_errors": errors,
    }
    refused = bool(error or errors)
    return render(request, "strategy/scenario.html", context, status=status if refused else 200)


def _changed(scenario: Scenario, base: Document) -> list[Changed]:
    overrides = restored(scenario.overrides)
    lost = homeless(base, overrides)
    saved = scenarios.saved_base(scenario) if lost else {}
    found = []
    for number, item in enumerate(overrides):
        document = saved if item in lost else base
        row = record_at(document, item.place.records, item.place.key)
        question, now = asked.said(document, item.place, item.value)
        found.append(
            Changed(
                number=number,
                thing=asked.thing_of(item.place, row and row[1]),
                question=question,
                base=asked.said(document, item.place, answer_of(document, item.place))[1],
                now=now,
                at=None if item in lost else address_of(base, asked.whole(item.place)),
            )
        )
    return found
