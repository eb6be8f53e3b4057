"""The overview, and the pages that start, follow and stop analyses. What a result says is shown by `reports`."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, organisation_view
from accounts.clock import today
from accounts.roles import allows
from compliance.views import PAGES as COMPLIANCE_PAGES
from engine.templates import Template
from inventory.models import OrganisationProfile
from inventory.views import PAGES as INVENTORY_PAGES
from strategy import queries, services
from strategy.knowledge import current
from strategy.method import method as method_of_release
from strategy.models import Run
from strategy.pricepages import PRICES
from strategy.tasks import send
from strategy.templates import NoTemplate, start_from_template
from strategy.usage import quotas

RUNS_A_PAGE = 25
COUNTED = tuple(
    pages for pages in (*INVENTORY_PAGES, PRICES, *COMPLIANCE_PAGES) if pages.slug != "organisation"
)


@organisation_view("view", section="open")
def overview(request: MemberRequest) -> HttpResponse:
    """Where the assessment stands, and what comes next. Who is limited to sections sees which."""
    limit = request.member.open_sections()
    if limit is not None:
        given = [pages for pages in (*INVENTORY_PAGES, PRICES, *COMPLIANCE_PAGES) if pages.section in limit]
        return render(request, "strategy/given.html", {"given": given})
    counts = queries.counts_of([pages.model for pages in COUNTED])
    standing, profile = queries.standing(), OrganisationProfile.objects.first()
    may_see_usage = allows(request.member.role, "see_usage")
    context = {
        "nearly_full": [use for use in quotas() if use.state != "ok"] if may_see_usage else [],
        "counts": [(pages, counts[pages.model]) for pages in COUNTED],
        "organisation_answers": len(profile.answers) if profile else 0,
        "standing": standing,
    }
    if standing.finished is not None:
        stored = queries.stored_result(standing.finished)
        context |= {"currency": stored.head["currency"], "use_cases": queries.answers_of(stored)}
    return render(request, "strategy/overview.html", context)


@organisation_view("view")
def templates(request: MemberRequest) -> HttpResponse:
    """Use cases to start from, by industry."""
    rows: dict[str, list[tuple[str, Template]]] = {}
    for key, template in current().templates.items():
        rows.setdefault(template.industry, []).append((key, template))
    return render(request, "strategy/templates.html", {"industries": sorted(rows.items())})


@organisation_view("view")
def method(request: MemberRequest) -> HttpResponse:
    """What options are weighed by: approaches, deployments, gates, criteria and base models."""
    return render(request, "strategy/method.html", {"method": method_of_release()})


@organisation_view("edit_inventory")
@require_POST
def use_template(request: MemberRequest, key: str) -> HttpResponse:
    try:
        made = start_from_template(key, knowledge=current(), actor=request.actor)
    except NoTemplate as missing:
        raise Http404("No such template.") from missing
    messages.success(request, f"“{made}” was made. Its answers are defaults: confirm or change them.")
    return redirect("use_cases_edit", request.organisation.slug, made.public_id)


@organisation_view("view")
def runs(request: MemberRequest) -> HttpResponse:
    return _runs(request)


@organisation_view("run_analysis")
@require_POST
def start_run(request: MemberRequest) -> HttpResponse:
    """Analyse the assessment as it stands; the same answers on the same day find the run that is there."""
    typed = request.POST.get("as_of", "").strip()
    try:
        as_of = date.fromisoformat(typed) if typed else today()
    except ValueError:
        return _runs(request, typed=typed, error=f"“{typed}” is no date. Right: a date like 2026-11-24.")
    try:
        run, new = services.request_run(actor=request.actor, knowledge=current(), as_of=as_of)
    except services.NothingToAnalyse as refusal:
        return _runs(request, typed=typed, error=str(refusal))
    if new:
        send(run)
    elif not run.is_open:
        messages.info(request, "Nothing has changed since: this is the analysis of the same answers.")
    return redirect("run", request.organisation.slug, run.public_id)


@organisation_view("run_analysis")
@require_POST
def cancel_run(request: MemberRequest, run_id: str) -> HttpResponse:
    run = get_object_or_404(Run, public_id=run_id)
    try:
        services.cancel(run, actor=request.actor)
        messages.success(request, "The analysis was cancelled. Your answers are untouched.")
    except services.NotOpen as refusal:
        messages.error(request, str(refusal))
    return redirect("run", request.organisation.slug, run_id)


@organisation_view("run_analysis")
@require_POST
def retry_run(request: MemberRequest, run_id: str) -> HttpResponse:
    """Analyse the same snapshot once more, after a failure or a cancel."""
    run = get_object_or_404(queries.runs(), public_id=run_id)
    again, new = services.retry(run, actor=request.actor, knowledge=current())
    if new:
        send(again)
    return redirect("run", request.organisation.slug, again.public_id)


@organisation_view("view")
def run_status(request: MemberRequest, run_id: str) -> HttpResponse:
    """What the run page asks while a run is open."""
    run: Run = get_object_or_404(Run, public_id=run_id)
    steps = {step.name: step.state for step in queries.steps_of(run)}
    return JsonResponse({"open": run.is_open, "text": queries.words_of(run), "steps": steps})


def _runs(request: MemberRequest, *, typed: str = "", error: str = "") -> HttpResponse:
    page = Paginator(queries.wanted_runs(), RUNS_A_PAGE).get_page(request.GET.get("page"))
    names = queries.scenario_names(page.object_list)
    rows = [(run, names.get(run.pk, "")) for run in page]
    context = {"page": page, "rows": rows, "typed": typed, "error": error, "today": today()}
    return render(request, "strategy/runs.html", context, status=400 if error else 200)
