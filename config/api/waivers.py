"""Accepted risks, exceptions and comments over the API."""

from __future__ import annotations

from collections.abc import Callable

from rest_framework.request import Request
from rest_framework.response import Response

from compliance import waivers as services
from compliance.evidence import evidence
from compliance.models import Comment, Evidence, RemediationTask, Waiver
from compliance.waivers import WaiverPart, waivers
from config.api import shapes, workshapes
from config.api.base import answer, found_or_404, read_body, single, stated_version, versioned
from config.api.lists import listed
from config.api.operations import PAGED, Operation, Page
from config.api.problems import ApiProblem
from config.api.work import WorkView


def waiver_shown(waiver: Waiver) -> workshapes.Waiver:
    return workshapes.Waiver(
        id=waiver.public_id,
        version=waiver.version,
        kind=waiver.kind,  # type: ignore[arg-type]
        about=waiver.path,
        level=waiver.level,  # type: ignore[arg-type]
        reason=waiver.reason,
        instead=waiver.instead,
        expires_on=waiver.expires_on,
        accepted_by=waiver.accepted_by,
        accepted_as=waiver.accepted_as,
        accepted_at=shapes.stamp(waiver.accepted_at) or "",
        ended_by=waiver.ended_by or None,
        end_reason=waiver.end_reason,
        ended_at=shapes.stamp(waiver.ended_at),
    )


def comment_shown(comment: Comment) -> workshapes.Comment:
    return workshapes.Comment(
        id=comment.public_id,
        text=comment.text,
        author=comment.author,
        created_at=shapes.stamp(comment.created_at) or "",
    )


class WaiverList(WorkView):
    section = "duties"
    operations = {
        "GET": Operation("List accepted risks and exceptions", "view", Page(workshapes.Waiver), query=PAGED),
        "POST": Operation(
            "Accept a risk or grant an exception, as a person",
            "accept_risk",
            workshapes.Waiver,
            body=workshapes.NewWaiver,
            status=201,
            located=True,
        ),
    }

    def get(self, request: Request, organisation_id: str) -> Response:
        return listed(request, waivers(), waiver_shown)

    def post(self, request: Request, organisation_id: str) -> Response:
        body = read_body(request, workshapes.NewWaiver)
        part = WaiverPart(
            kind=body.kind,
            about=body.about,
            level=body.level,
            reason=body.reason,
            instead=body.instead,
            expires_on=body.expires_on,
        )
        made = services.accept(part, actor=self.actor)
        response = versioned(waiver_shown(made), status=201)
        response["Location"] = request.build_absolute_uri(f"{request.path}{made.public_id}/")
        return response


class WaiverDetail(WorkView):
    section = "duties"
    operations = {"GET": Operation("Read an accepted risk or an exception", "view", workshapes.Waiver)}

    def get(self, request: Request, organisation_id: str, waiver_id: str) -> Response:
        return single(request, waiver_shown(found_or_404(waivers().filter(public_id=waiver_id).first())))


class WaiverEnd(WorkView):
    operations = {
        "POST": Operation(
            "End an accepted risk or an exception before its day",
            "accept_risk",
            workshapes.Waiver,
            body=workshapes.WaiverEnd,
            versioned=True,
            problems=(409,),
        )
    }

    def post(self, request: Request, organisation_id: str, waiver_id: str) -> Response:
        waiver = found_or_404(waivers().filter(public_id=waiver_id).first())
        version = stated_version(request)
        reason = read_body(request, workshapes.WaiverEnd).reason
        try:
            ended = services.end(waiver, reason=reason, actor=self.actor, version=version)
        except services.HasEnded as error:
            raise ApiProblem(409, str(error)) from error
        return versioned(waiver_shown(ended))


class CommentView(WorkView):
    """Comments on one kind of thing; `find` gives the thing."""

    find: Callable[..., RemediationTask | Evidence]

    def get(self, request: Request, organisation_id: str, **which: str) -> Response:
        return listed(request, self.find(**which).comments.all(), comment_shown)

    def post(self, request: Request, organisation_id: str, **which: str) -> Response:
        text = read_body(request, workshapes.NewComment).text
        return answer(comment_shown(services.comment(self.find(**which), text, actor=self.actor)), status=201)


def _operations(what: str) -> dict[str, Operation]:
    return {
        "GET": Operation(f"List the comments on {what}", "view", Page(workshapes.Comment), query=PAGED),
        "POST": Operation(
            f"Comment on {what}",
            "comment",
            workshapes.Comment,
            body=workshapes.NewComment,
            status=201,
        ),
    }


class TaskComments(CommentView):
    section = "tasks"
    operations = _operations("a task")

    def find(self, task_id: str) -> RemediationTask:
        return found_or_404(RemediationTask.objects.filter(public_id=task_id).first())


class EvidenceComments(CommentView):
    section = "evidence"
    operations = _operations("a piece of evidence")

    def find(self, evidence_id: str) -> Evidence:
        return found_or_404(evidence().filter(public_id=evidence_id).first())
