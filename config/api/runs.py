"""Runs, results and board papers over the API: asked for, followed, fetched; never changed."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import Http404, HttpResponse
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from config.api.base import OrganisationView, page
from config.api.problems import ApiProblem
from engine.strict import Problem
from reports import services as report_services
from reports.models import Report, ReportFile, ReportState
from reports.tasks import send as send_report
from strategy import services
from strategy.knowledge import current
from strategy.models import Run, RunState
from strategy.tasks import send as send_run


def stamp(moment: Any) -> str | None:
    return moment.isoformat().replace("+00:00", "Z") if moment else None


def shown(run: Run) -> dict[str, Any]:
    """A run as the API shows it."""
    return {
        "id": run.public_id,
        "state": run.state,
        "step": run.step,
        "as_of": run.as_of.isoformat(),
        "snapshot": run.snapshot.public_id,
        "input_digest": run.snapshot.digest,
        "knowledge_release": run.knowledge_release,
        "knowledge_digest": run.knowledge_digest,
        "engine_version": run.engine_version,
        "requested_by": run.requested_by,
        "queued_at": stamp(run.queued_at),
        "started_at": stamp(run.started_at),
        "finished_at": stamp(run.finished_at),
        "failure": run.failure or None,
    }


class RunView(OrganisationView):
    def find(self, run_id: str) -> Run:
        found = Run.objects.select_related("snapshot").filter(public_id=run_id).first()
        if found is None:
            raise Http404
        return found

    def accepted(self, run: Run) -> Response:
        response = Response(shown(run), status=202)
        base = self.request.path.split("/runs/")[0]
        response["Location"] = self.request.build_absolute_uri(f"{base}/runs/{run.public_id}/")
        response["Retry-After"] = "1"
        return response


class RunList(RunView):
    actions = {"GET": "view", "POST": "run_analysis"}

    def get(self, request: Request, organisation_id: str) -> Response:
        return page(request, Run.objects.select_related("snapshot"), shown)

    def post(self, request: Request, organisation_id: str) -> Response:
        as_of = self.wanted_day(request.data)
        try:
            run, new = services.request_run(actor=self.actor, knowledge=current(), as_of=as_of)
        except services.NothingToAnalyse as error:
            raise ApiProblem(422, str(error)) from error
        if new:
            send_run(run)
        return self.accepted(run)

    def wanted_day(self, data: Any) -> date:
        if not isinstance(data, dict) or set(data) - {"as_of"}:
            raise ApiProblem(400, "Right: an object with as_of, or an empty one.")
        given = data.get("as_of")
        if given is None:
            return timezone.localdate()
        try:
            return date.fromisoformat(given)
        except (TypeError, ValueError) as error:
            fault = Problem("/as_of", f"“{given}” is no date", "a date like 2026-11-24")
            raise ApiProblem(400, "The run was not queued.", [fault]) from error


class RunDetail(RunView):
    actions = {"GET": "view"}

    def get(self, request: Request, organisation_id: str, run_id: str) -> Response:
        return Response(shown(self.find(run_id)))


class RunCancel(RunView):
    actions = {"POST": "run_analysis"}

    def post(self, request: Request, organisation_id: str, run_id: str) -> Response:
        try:
            return Response(shown(services.cancel(self.find(run_id), actor=self.actor)))
        except services.NotOpen as error:
            raise ApiProblem(409, str(error)) from error


class RunRetry(RunView):
    actions = {"POST": "run_analysis"}

    def post(self, request: Request, organisation_id: str, run_id: str) -> Response:
        run, new = services.retry(self.find(run_id), actor=self.actor, knowledge=current())
        if new:
            send_run(run)
        return self.accepted(run)


class RunResult(RunView):
    actions = {"GET": "view"}

    def get(self, request: Request, organisation_id: str, run_id: str) -> Response:
        run = self.find(run_id)
        if run.state != RunState.SUCCEEDED:
            raise ApiProblem(409, f"The run has no result: {run.get_state_display().lower()}.")
        return Response(services.whole_result(run))


def report_shown(report: Report) -> dict[str, Any]:
    return {
        "id": report.public_id,
        "run": report.run.public_id,
        "state": report.state,
        "header": report.header,
        "created_at": stamp(report.created_at),
        "finished_at": stamp(report.finished_at),
        "failure": report.failure or None,
    }


class ReportView(OrganisationView):
    def find(self, report_id: str) -> Report:
        found = Report.objects.select_related("run").filter(public_id=report_id).first()
        if found is None:
            raise Http404
        return found


class ReportList(ReportView):
    actions = {"GET": "view", "POST": "create_report"}
    wishes = ("author", "classification", "page_size")

    def get(self, request: Request, organisation_id: str) -> Response:
        return page(request, Report.objects.select_related("run"), report_shown)

    def post(self, request: Request, organisation_id: str) -> Response:
        data = request.data
        if not isinstance(data, dict) or set(data) - {"run", *self.wishes} or "run" not in data:
            raise ApiProblem(
                400, "Right: an object with run, and if wanted author, classification, page_size."
            )
        faults = [
            Problem(f"/{key}", "not text of 1 to 200 characters", "text of 1 to 200 characters")
            for key, value in data.items()
            if not isinstance(value, str) or not 0 < len(value) <= 200
        ]
        if data.get("page_size", "A4") not in ("A4", "Letter"):
            faults.append(Problem("/page_size", "unknown size", "A4 or Letter"))
        if faults:
            raise ApiProblem(400, "The board paper was not queued.", faults)
        run = Run.objects.filter(public_id=data["run"]).first()
        if run is None:
            raise ApiProblem(
                400, "The board paper was not queued.", [Problem("/run", "no such run", "a run's id")]
            )
        try:
            report, new = report_services.request_report(
                run, actor=self.actor, **{key: data[key] for key in self.wishes if key in data}
            )
        except report_services.NoResult as error:
            raise ApiProblem(409, str(error)) from error
        if new:
            send_report(report)
        response = Response(report_shown(report), status=202)
        response["Location"] = request.build_absolute_uri(f"{request.path}{report.public_id}/")
        response["Retry-After"] = "1"
        return response


class ReportDetail(ReportView):
    actions = {"GET": "view"}

    def get(self, request: Request, organisation_id: str, report_id: str) -> Response:
        return Response(report_shown(self.find(report_id)))


class ReportPdf(ReportView):
    actions = {"GET": "view"}

    def get(self, request: Request, organisation_id: str, report_id: str) -> HttpResponse:
        report = self.find(report_id)
        if report.state != ReportState.READY:
            raise ApiProblem(409, f"The board paper is not there: {report.get_state_display().lower()}.")
        file = ReportFile.objects.get(report=report)
        response = HttpResponse(bytes(file.pdf), content_type="application/pdf")
        response["Content-Disposition"] = f'attachment; filename="board-paper-{report.public_id}.pdf"'
        return response
