"""Snapshots, runs, results and board papers over the API: asked for, followed, fetched; never changed."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.http import HttpResponse
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.clock import today
from config.api import shapes
from config.api.base import OrganisationView, answer, found_or_404, read_body, single, unchanged
from config.api.lists import listed
from config.api.operations import PAGED, Content, Operation, Page
from config.api.problems import ApiProblem
from engine.inputs import Inputs
from engine.result import Result as EngineResult
from engine.strict import Problem
from reports import services as report_services
from reports.models import Report, ReportFile, ReportState
from reports.tasks import send as send_report
from strategy import services
from strategy.knowledge import current
from strategy.models import Run, RunState, Snapshot
from strategy.queries import runs
from strategy.tasks import send as send_run


def located(request: Request, shape: Any, address: str) -> Response:
    """202: the thing was asked for, and this is where to follow it."""
    response = answer(shape, status=202)
    response["Location"] = request.build_absolute_uri(address)
    response["Retry-After"] = "1"
    return response


class SnapshotView(OrganisationView):
    def find(self, snapshot_id: str) -> Snapshot:
        return found_or_404(Snapshot.objects.filter(public_id=snapshot_id).first())


def snapshot_shown(snapshot: Snapshot) -> shapes.Snapshot:
    return shapes.Snapshot(
        id=snapshot.public_id,
        digest=snapshot.digest,
        created_at=shapes.stamp(snapshot.created_at) or "",
        created_by=snapshot.created_by,
    )


class SnapshotList(SnapshotView):
    operations = {"GET": Operation("List the snapshots", "view", Page(shapes.Snapshot), query=PAGED)}

    def get(self, request: Request, organisation_id: str) -> Response:
        return listed(request, Snapshot.objects.defer("document"), snapshot_shown)


class SnapshotDetail(SnapshotView):
    operations = {"GET": Operation("Read a snapshot", "view", shapes.Snapshot)}

    def get(self, request: Request, organisation_id: str, snapshot_id: str) -> Response:
        return single(request, snapshot_shown(self.find(snapshot_id)))


class SnapshotDocument(SnapshotView):
    operations = {"GET": Operation("Read the document that a snapshot froze", "export_document", Inputs)}

    def get(self, request: Request, organisation_id: str, snapshot_id: str) -> HttpResponse:
        snapshot = self.find(snapshot_id)
        etag = f'"{snapshot.digest}"'
        return unchanged(request, etag) or HttpResponse(
            snapshot.document, content_type="application/json", headers={"ETag": etag}
        )


def run_shown(run: Run) -> shapes.Run:
    return shapes.Run(
        id=run.public_id,
        state=run.state,  # type: ignore[arg-type]
        step=run.step,
        as_of=run.as_of,
        snapshot=run.snapshot.public_id,
        input_digest=run.snapshot.digest,
        knowledge_release=run.knowledge_release,
        knowledge_digest=run.knowledge_digest,
        engine_version=run.engine_version,
        purpose=run.purpose,  # type: ignore[arg-type]
        requested_by=run.requested_by,
        queued_at=shapes.stamp(run.queued_at) or "",
        started_at=shapes.stamp(run.started_at),
        finished_at=shapes.stamp(run.finished_at),
        failure=run.failure or None,
    )


class RunView(OrganisationView):
    def find(self, run_id: str) -> Run:
        return found_or_404(runs().filter(public_id=run_id).first())

    def accepted(self, run: Run) -> Response:
        base = self.request.path.partition("/runs/")[0]
        return located(self.request, run_shown(run), f"{base}/runs/{run.public_id}/")


class RunList(RunView):
    operations = {
        "GET": Operation("List the analyses", "view", Page(shapes.Run), query=PAGED),
        "POST": Operation(
            "Ask for an analysis; the same answers on the same day find the run that is there",
            "run_analysis",
            shapes.Run,
            body=shapes.NewRun,
            status=202,
            located=True,
            problems=(422,),
        ),
    }

    def get(self, request: Request, organisation_id: str) -> Response:
        return listed(request, runs(), run_shown)

    def post(self, request: Request, organisation_id: str) -> Response:
        as_of = read_body(request, shapes.NewRun).as_of or today()
        try:
            run, new = services.request_run(actor=self.actor, knowledge=current(), as_of=as_of)
        except services.NothingToAnalyse as error:
            raise ApiProblem(422, str(error)) from error
        if new:
            send_run(run)
        return self.accepted(run)


class RunDetail(RunView):
    operations = {"GET": Operation("Follow an analysis", "view", shapes.Run)}

    def get(self, request: Request, organisation_id: str, run_id: str) -> Response:
        return single(request, run_shown(self.find(run_id)))


class RunCancel(RunView):
    operations = {
        "POST": Operation(
            "Cancel an analysis that has not ended", "run_analysis", shapes.Run, problems=(409,)
        )
    }

    def post(self, request: Request, organisation_id: str, run_id: str) -> Response:
        try:
            return answer(run_shown(services.cancel(self.find(run_id), actor=self.actor)))
        except services.NotOpen as error:
            raise ApiProblem(409, str(error)) from error


class RunRetry(RunView):
    operations = {
        "POST": Operation(
            "Analyse the same snapshot again after a failure or a cancel",
            "run_analysis",
            shapes.Run,
            status=202,
            located=True,
        )
    }

    def post(self, request: Request, organisation_id: str, run_id: str) -> Response:
        run, new = services.retry(self.find(run_id), actor=self.actor, knowledge=current())
        if new:
            send_run(run)
        return self.accepted(run)


class RunResult(RunView):
    operations = {"GET": Operation("Read the result of an analysis", "view", EngineResult, problems=(409,))}

    def get(self, request: Request, organisation_id: str, run_id: str) -> Response:
        run = self.find(run_id)
        if run.state != RunState.SUCCEEDED:
            raise ApiProblem(409, f"The run has no result: {run.get_state_display().lower()}.")
        return single(request, services.whole_result(run), tag=run.result.digest)


def report_shown(report: Report) -> shapes.Report:
    return shapes.Report(
        id=report.public_id,
        run=report.run.public_id,
        state=report.state,  # type: ignore[arg-type]
        header=report.header,
        created_at=shapes.stamp(report.created_at) or "",
        finished_at=shapes.stamp(report.finished_at),
        failure=report.failure or None,
    )


class ReportView(OrganisationView):
    def find(self, report_id: str) -> Report:
        return found_or_404(Report.objects.select_related("run").filter(public_id=report_id).first())


class ReportList(ReportView):
    operations = {
        "GET": Operation("List the board papers", "view", Page(shapes.Report), query=PAGED),
        "POST": Operation(
            "Ask for a board paper of a finished analysis",
            "create_report",
            shapes.Report,
            body=shapes.NewReport,
            status=202,
            located=True,
            problems=(409,),
        ),
    }

    def get(self, request: Request, organisation_id: str) -> Response:
        return listed(request, Report.objects.select_related("run"), report_shown)

    def post(self, request: Request, organisation_id: str) -> Response:
        body = read_body(request, shapes.NewReport)
        faults = [
            Problem(f"/{name}", f"{len(text)} characters", "at most 200 characters")
            for name, text in (("author", body.author), ("classification", body.classification))
            if len(text) > 200
        ]
        run = runs().filter(public_id=body.run).first()
        if run is None:
            faults.append(Problem("/run", "no such run", "the id of a run of this organisation"))
        if run is None or faults:
            raise ApiProblem(400, "The board paper was not queued.", faults)
        wishes = asdict(body)
        del wishes["run"]
        try:
            report, new = report_services.request_report(run, actor=self.actor, **wishes)
        except report_services.NoResult as error:
            raise ApiProblem(409, str(error)) from error
        if new:
            send_report(report)
        return located(request, report_shown(report), f"{request.path}{report.public_id}/")


class ReportDetail(ReportView):
    operations = {"GET": Operation("Follow a board paper", "view", shapes.Report)}

    def get(self, request: Request, organisation_id: str, report_id: str) -> Response:
        return single(request, report_shown(self.find(report_id)))


class PdfRenderer(JSONRenderer):
    """Lets a caller ask for a PDF; what is rendered is only ever a problem."""

    media_type = "application/pdf"


class ReportPdf(ReportView):
    renderer_classes = (PdfRenderer, JSONRenderer)
    operations = {
        "GET": Operation(
            "Fetch a board paper",
            "view",
            Content("application/pdf", {"type": "string", "contentMediaType": "application/pdf"}),
            problems=(409,),
        )
    }

    def get(self, request: Request, organisation_id: str, report_id: str) -> HttpResponse:
        report = self.find(report_id)
        if report.state != ReportState.READY:
            raise ApiProblem(409, f"The board paper is not there: {report.get_state_display().lower()}.")
        file = ReportFile.objects.get(report=report)
        etag = f'"{file.sha256}"'
        response = unchanged(request, etag) or HttpResponse(
            bytes(file.pdf), content_type="application/pdf", headers={"ETag": etag}
        )
        response["Content-Disposition"] = f'attachment; filename="board-paper-{report.public_id}.pdf"'
        return response
