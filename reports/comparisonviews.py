"""The pages that hold two or three analyses against each other."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, organisation_view
from reports.comparing import LETTERS, Reading
from reports.words import day
from strategy import queries
from strategy.journeys import Told, request_between, told
from strategy.knowledge import current
from strategy.models import Run, RunState
from strategy.tasks import send

MOST_CHOICES = 100


@organisation_view("view")
def comparison(request: MemberRequest) -> HttpResponse:
    """What differs between the analyses `a`, `b` and perhaps `c`, and why; without two of them, a choice."""
    ticked = request.GET.getlist("run")
    ids = [name for name in (ticked or map(request.GET.get, "abc")) if name]
    found, error = _named(ids)
    if ticked and not error:
        return redirect(_address(request, sorted(found, key=lambda run: run.pk)))
    if not found:
        error = error if ticked or len(ids) > 1 else ""
        context = {
            "choices": queries.bases()[:MOST_CHOICES],
            "letters": [(letter.lower(), request.GET.get(letter.lower(), "")) for letter in LETTERS],
            "error": error,
        }
        return render(request, "reports/comparison_choose.html", context, status=400 if error else 200)
    answer = told(found, current())
    reading, heads = _reading(found, answer), _heads(found)
    whole = request.GET.get("all") == "1"
    context = {
        "heads": heads,
        "query": urlencode(_asked(found)),
        "ways": [
            {"letter": letter, "legs": legs, "finer": finer}
            for letter, legs, finer in zip(LETTERS[1:], reading.legs, answer.finer, strict=False)
        ],
        "finer": any(answer.finer),
        "on_the_way": answer.open,
        "failed": answer.failed,
        "inputs": reading.inputs(),
        "groups": reading.groups(whole=whole),
        "equal": len(answer.comparison.figures) - len(answer.comparison.differences),
        "differing": len(answer.comparison.differences),
        "whole": whole,
    }
    return render(request, "reports/comparison.html", context)


@organisation_view("view")
def comparison_table(request: MemberRequest) -> HttpResponse:
    """Every difference as a CSV file."""
    found, _ = _named([name for name in map(request.GET.get, "abc") if name])
    if not found:
        return redirect("comparison", request.organisation.slug)
    heads = [f"{head['letter']}: {head['name']}, as of {day(head['run'].as_of)}" for head in _heads(found)]
    table = _reading(found, told(found, current())).table(heads)
    response = HttpResponse(table, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="comparison.csv"'
    return response


@organisation_view("run_analysis")
@require_POST
def tell_apart(request: MemberRequest) -> HttpResponse:
    """Ask for the analyses by which each cause can be told from the others."""
    found, _ = _named([name for name in map(request.POST.get, "abc") if name])
    if not found:
        raise Http404
    queued = request_between(found, actor=request.actor, knowledge=current())
    for run in queued:
        send(run)
    if queued:
        noun = "analysis is" if len(queued) == 1 else "analyses are"
        messages.info(request, f"{len(queued)} {noun} on the way. Look again in a moment.")
    return redirect(_address(request, found))


def _named(ids: list[str]) -> tuple[list[Run], str]:
    """The two or three finished runs with some ids, in their order; or none, and what is wrong with the choice."""
    if len(ids) > len(LETTERS):
        return [], "At most three analyses can be compared. Right: two or three."
    if len(set(ids)) < len(ids):
        return [], "An analysis was chosen twice. Right: each one once."
    if len(ids) < 2:
        return [], "One analysis was chosen. Right: two or three."
    rows = {run.public_id: run for run in queries.runs().filter(public_id__in=ids)}
    found = [rows[name] for name in ids if name in rows]
    if len(found) < len(ids) or any(run.state != RunState.SUCCEEDED for run in found):
        return [], "One of these analyses is not there or has no result. Right: finished ones of the list."
    return found, ""


def _asked(found: list[Run]) -> dict[str, str]:
    return {letter.lower(): run.public_id for letter, run in zip(LETTERS, found, strict=False)}


def _address(request: MemberRequest, found: list[Run]) -> str:
    page: str = reverse("comparison", args=[request.organisation.slug])
    return f"{page}?{urlencode(_asked(found))}"


def _heads(found: list[Run]) -> list[dict[str, Any]]:
    """The analyses with their letters, and what each is of."""
    named = queries.scenario_names(found)
    return [
        {"letter": letter, "run": run, "name": named.get(run.pk) or run.get_purpose_display()}
        for letter, run in zip(LETTERS, found, strict=False)
    ]


def _reading(found: list[Run], answer: Told) -> Reading:
    return Reading(answer.comparison, answer.documents, answer.currencies, answer.names)
