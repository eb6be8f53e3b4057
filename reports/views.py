"""Pages of board papers: ask for one, follow it, fetch it."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, organisation_view
from reports import services
from reports.forms import ReportForm
from reports.models import Report, ReportFile, ReportState
from reports.tasks import send

REPORTS_A_PAGE = 25
STEPS = {"Frozen": "done", "Waiting for a worker": "now", "Printing": "open"}


def papers() -> QuerySet[Report]:
    rows: QuerySet[Report] = Report.objects.select_related("run")
    return rows


@organisation_view("view")
def reports(request: MemberRequest) -> HttpResponse:
    """Board papers, newest first."""
    return _reports(request, ReportForm(initial={"run": request.GET.get("run", "")}))


@organisation_view("create_report")
@require_POST
def request_report(request: MemberRequest) -> HttpResponse:
    """Print a board paper of a finished analysis; one that is being made with the same wishes is found."""
    form = ReportForm(request.POST)
    if not form.is_valid():
        return _reports(request, form, status=400)
    report, new = services.request_report(form.cleaned_data["run"], actor=request.actor, **form.wishes())
    if new:
        send(report)
    return redirect("report", request.organisation.slug, report.public_id)


@organisation_view("view")
def report(request: MemberRequest, report_id: str) -> HttpResponse:
    """One board paper: how far it is, why it failed, or where to fetch it."""
    shown: Report = get_object_or_404(papers(), public_id=report_id)
    sha256 = ReportFile.objects.filter(report=shown).values_list("sha256", flat=True).first()
    context = {"report": shown, "steps": _steps(shown), "sha256": sha256}
    return render(request, "reports/report.html", context)


@organisation_view("view")
def report_status(request: MemberRequest, report_id: str) -> HttpResponse:
    """What the page asks while a paper is being made."""
    shown: Report = get_object_or_404(Report, public_id=report_id)
    return JsonResponse({"open": shown.is_open, "text": shown.get_state_display(), "steps": _steps(shown)})


@organisation_view("view")
def report_pdf(request: MemberRequest, report_id: str) -> HttpResponse:
    """The PDF, as a file to keep."""
    file = ReportFile.objects.filter(report__public_id=report_id).first()
    if file is None:
        raise Http404
    response = HttpResponse(bytes(file.pdf), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="board-paper-{report_id}.pdf"'
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def _steps(shown: Report) -> dict[str, str]:
    if shown.state == ReportState.RENDERING:
        return STEPS | {"Waiting for a worker": "done", "Printing": "now"}
    return STEPS


def _reports(request: MemberRequest, form: ReportForm, status: int = 200) -> HttpResponse:
    page = Paginator(papers(), REPORTS_A_PAGE).get_page(request.GET.get("page"))
    printable = form.fields["run"].queryset.exists()  # type: ignore[attr-defined]
    context = {"page": page, "form": form, "printable": printable}
    return render(request, "reports/reports.html", context, status=status)
