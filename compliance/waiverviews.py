"""Pages of accepted risks and exceptions, and the forms of comments."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, organisation_view
from accounts.clock import today
from accounts.versions import Conflict
from compliance import waivers as services
from compliance.evidence import evidence
from compliance.forms import CommentForm, EndForm, WaiverForm, place
from compliance.models import Evidence, RemediationTask, Waiver
from compliance.waivers import waivers
from inventory.records import InvalidPart

WAIVERS_A_PAGE = 50


@organisation_view("view", section="duties")
def waiver_list(request: MemberRequest) -> HttpResponse:
    """Accepted risks and exceptions, newest first, with whether each still stands."""
    page = Paginator(waivers(), WAIVERS_A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "rows": [(waiver, waiver.holds(today())) for waiver in page]}
    return render(request, "compliance/waivers.html", context)


@organisation_view("accept_risk")
def new_waiver(request: MemberRequest) -> HttpResponse:
    if request.method != "POST":
        return _new(request, WaiverForm(initial={"about": request.GET.get("about", "")}))
    form = WaiverForm(request.POST)
    if not form.is_valid():
        return _new(request, form, status=400)
    try:
        made = services.accept(form.part(), actor=request.actor)
    except InvalidPart as error:
        place(form, error.problems)
        return _new(request, form, status=400)
    messages.success(request, f"It stands until {made.expires_on}, and is shown wherever the gap is.")
    return redirect("waiver", request.organisation.slug, made.public_id)


def _new(request: MemberRequest, form: WaiverForm, status: int = 200) -> HttpResponse:
    return render(request, "compliance/waiver_new.html", {"form": form}, status=status)


@organisation_view("view", section="duties")
def waiver(request: MemberRequest, waiver_id: str) -> HttpResponse:
    return _show(request, _find(waiver_id))


@organisation_view("accept_risk")
@require_POST
def end_waiver(request: MemberRequest, waiver_id: str) -> HttpResponse:
    found, form = _find(waiver_id), EndForm(request.POST)
    if not form.is_valid():
        return _show(request, found, form, status=400)
    try:
        services.end(found, reason=form.cleaned_data["reason"], actor=request.actor)
    except InvalidPart as error:
        place(form, error.problems)
        return _show(request, found, form, status=400)
    except (services.HasEnded, Conflict) as error:
        form.add_error(None, str(error))
        return _show(request, _find(waiver_id), form, status=409)
    messages.success(request, "It was ended.")
    return redirect("waiver", request.organisation.slug, waiver_id)


def _find(waiver_id: str) -> Waiver:
    found: Waiver = get_object_or_404(waivers(), public_id=waiver_id)
    return found


def _show(
    request: MemberRequest, found: Waiver, form: EndForm | None = None, status: int = 200
) -> HttpResponse:
    context = {"waiver": found, "holds": found.holds(today()), "form": form or EndForm()}
    return render(request, "compliance/waiver.html", context, status=status)


@organisation_view("comment", section="tasks")
@require_POST
def comment_task(request: MemberRequest, task_id: str) -> HttpResponse:
    return _comment(request, get_object_or_404(RemediationTask, public_id=task_id), "task")


@organisation_view("comment", section="evidence")
@require_POST
def comment_evidence(request: MemberRequest, evidence_id: str) -> HttpResponse:
    rows = evidence()
    return _comment(request, get_object_or_404(rows, public_id=evidence_id), "evidence")


def _comment(request: MemberRequest, about: RemediationTask | Evidence, page: str) -> HttpResponse:
    form = CommentForm(request.POST)
    if form.is_valid():
        services.comment(about, form.cleaned_data["text"], actor=request.actor)
        messages.success(request, "The comment was stored.")
    else:
        messages.error(request, "Nothing was stored: a comment needs a text of at most 20,000 characters.")
    address = redirect(page, request.organisation.slug, about.public_id)
    address["Location"] += "#comments"
    return address
