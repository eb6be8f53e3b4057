"""Evidence over the API: upload as a form, versions, review, download."""

from __future__ import annotations

from typing import Any, TypeVar

from django.http import HttpResponse
from rest_framework.parsers import MultiPartParser
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from compliance import evidence as services
from compliance.evidence import EvidencePart, NewFile, counting, evidence, holds_until
from compliance.evidenceviews import downloaded
from compliance.models import Evidence, EvidenceFile, EvidenceVersion
from compliance.policies import Policy, policy
from compliance.uploads import LARGEST, TAKEN
from config.api import shapes, workshapes
from config.api.base import found_or_404, read_body, single, stated_version, unchanged, versioned
from config.api.lists import listed
from config.api.operations import ARCHIVED, PAGED, Content, Operation, Page
from config.api.problems import ApiProblem
from config.api.work import WorkView
from config.uploads import BESIDE_THE_FILE
from engine.strict import Problem, read

T = TypeVar("T")


def version_shown(piece: Evidence, version: EvidenceVersion, spans: Policy) -> workshapes.EvidenceVersion:
    return workshapes.EvidenceVersion(
        number=version.number,
        filename=version.filename,
        media_type=version.media_type,
        size=version.size,
        sha256=version.sha256,
        valid_from=version.valid_from,
        valid_until=version.valid_until,
        holds_until=holds_until(piece.kind, version.valid_from, version.valid_until, spans),
        uploaded_by=version.uploaded_by,
        uploaded_at=shapes.stamp(version.uploaded_at) or "",
        review=version.review,  # type: ignore[arg-type]
        review_reason=version.review_reason,
        reviewed_by=version.reviewed_by or None,
        reviewed_at=shapes.stamp(version.reviewed_at),
    )


def evidence_shown(piece: Evidence, spans: Policy) -> workshapes.EvidencePiece:
    version = counting(piece)
    until = (
        holds_until(piece.kind, version.valid_from, version.valid_until, spans)
        if version and piece.archived_at is None
        else None
    )
    return workshapes.EvidencePiece(
        id=piece.public_id,
        version=piece.version,
        name=piece.name,
        kind=piece.kind,
        note=piece.note,
        links=tuple(link.path for link in piece.links.all()),
        counts_until=until,
        versions=tuple(version_shown(piece, version, spans) for version in piece.versions.all()),
        created_by=piece.created_by,
        created_at=shapes.stamp(piece.created_at) or "",
        archived=piece.archived_at is not None,
    )


class EvidenceView(WorkView):
    section = "evidence"

    def find(self, evidence_id: str) -> Evidence:
        return found_or_404(evidence().filter(public_id=evidence_id).first())

    def handle_exception(self, exc: Exception) -> Response:
        if isinstance(exc, services.NotReviewable):
            exc = ApiProblem(409, str(exc))
        return super().handle_exception(exc)

    def shown(self, evidence_id: str, status: int = 200) -> Response:
        return versioned(evidence_shown(self.find(evidence_id), policy()), status=status)


class UploadView(EvidenceView):
    """Reads a body as multipart/form-data, whose size is judged before it is read."""

    parser_classes = (MultiPartParser,)

    def sent(self, request: Request, cls: type[T]) -> tuple[T, NewFile]:
        """The form's fields as the dataclass that describes them, and its file. Raises a 400 or 413."""
        if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST + BESIDE_THE_FILE:
            raise ApiProblem(413, f"The body is larger than {LARGEST + BESIDE_THE_FILE} bytes.")
        lists = {"links"} & set(cls.__dataclass_fields__)  # type: ignore[attr-defined]
        typed: dict[str, Any] = {
            name: values if name in lists else values[-1]
            for name, values in request.data.lists()
            if name != "file"
        }
        problems: list[Problem] = []
        body = read(cls, typed, "", problems)
        file = request.FILES.get("file")
        if file is None:
            problems.append(Problem("/file", "“file” is missing", TAKEN))
        if problems or body is None or file is None:
            raise ApiProblem(400, "The upload is refused; nothing was stored.", problems)
        new = NewFile(
            filename=file.name or "",
            content=file.read(),
            valid_from=body.valid_from,  # type: ignore[attr-defined]
            valid_until=body.valid_until,  # type: ignore[attr-defined]
        )
        return body, new


class EvidenceList(UploadView):
    operations = {
        "GET": Operation(
            "List the evidence", "view", Page(workshapes.EvidencePiece), query=(*PAGED, ARCHIVED)
        ),
        "POST": Operation(
            "Upload evidence; it counts once somebody else has accepted it",
            "edit_compliance",
            workshapes.EvidencePiece,
            body=workshapes.EvidenceUpload,
            status=201,
            located=True,
            upload=True,
        ),
    }

    def get(self, request: Request, organisation_id: str) -> Response:
        spans = policy()
        return listed(request, evidence(), lambda piece: evidence_shown(piece, spans), archive=True)

    def post(self, request: Request, organisation_id: str) -> Response:
        body, file = self.sent(request, workshapes.EvidenceUpload)
        part = EvidencePart(name=body.name, kind=body.kind, note=body.note, links=body.links)
        piece = services.create_evidence(part, file, actor=self.actor)
        response = self.shown(piece.public_id, status=201)
        response["Location"] = request.build_absolute_uri(f"{request.path}{piece.public_id}/")
        return response


class EvidenceDetail(EvidenceView):
    operations = {
        "GET": Operation("Read a piece of evidence", "view", workshapes.EvidencePiece),
        "PUT": Operation(
            "Change what is said of a piece of evidence",
            "edit_compliance",
            workshapes.EvidencePiece,
            body=workshapes.EvidenceSettings,
            versioned=True,
        ),
        "DELETE": Operation(
            "Archive evidence, so that it counts no more",
            "edit_compliance",
            workshapes.EvidencePiece,
            versioned=True,
        ),
    }

    def get(self, request: Request, organisation_id: str, evidence_id: str) -> Response:
        return single(request, evidence_shown(self.find(evidence_id), policy()))

    def put(self, request: Request, organisation_id: str, evidence_id: str) -> Response:
        piece, version = self.find(evidence_id), stated_version(request)
        body = read_body(request, workshapes.EvidenceSettings)
        part = EvidencePart(name=body.name, kind=body.kind, note=body.note, links=body.links)
        services.change_evidence(piece, part, actor=self.actor, version=version)
        return self.shown(evidence_id)

    def delete(self, request: Request, organisation_id: str, evidence_id: str) -> Response:
        piece, version = self.find(evidence_id), stated_version(request)
        services.archive_evidence(piece, archive=True, actor=self.actor, version=version)
        return self.shown(evidence_id)


class EvidenceRestore(EvidenceView):
    operations = {
        "POST": Operation(
            "Restore archived evidence", "edit_compliance", workshapes.EvidencePiece, versioned=True
        )
    }

    def post(self, request: Request, organisation_id: str, evidence_id: str) -> Response:
        piece, version = self.find(evidence_id), stated_version(request)
        services.archive_evidence(piece, archive=False, actor=self.actor, version=version)
        return self.shown(evidence_id)


class EvidenceVersions(UploadView):
    operations = {
        "POST": Operation(
            "Upload one more version; the accepted one before counts until it is accepted",
            "edit_compliance",
            workshapes.EvidencePiece,
            body=workshapes.VersionUpload,
            status=201,
            upload=True,
        )
    }

    def post(self, request: Request, organisation_id: str, evidence_id: str) -> Response:
        piece = self.find(evidence_id)
        _, file = self.sent(request, workshapes.VersionUpload)
        services.add_version(piece, file, actor=self.actor)
        return self.shown(evidence_id, status=201)


class EvidenceReview(EvidenceView):
    operations = {
        "POST": Operation(
            "Accept or reject a version, as somebody else than its uploader",
            "edit_compliance",
            workshapes.EvidencePiece,
            body=workshapes.Review,
            problems=(409,),
        )
    }

    def post(self, request: Request, organisation_id: str, evidence_id: str, number: int) -> Response:
        rows = EvidenceVersion.objects.filter(evidence__public_id=evidence_id, number=number)
        version = found_or_404(rows.first())
        body = read_body(request, workshapes.Review)
        services.review(version, accept=body.accept, reason=body.reason, actor=self.actor)
        return self.shown(evidence_id)


class FileRenderer(JSONRenderer):
    """Lets a caller ask for a file of any kind; what is rendered is only ever a problem."""

    media_type = "*/*"


class EvidenceContent(EvidenceView):
    renderer_classes = (JSONRenderer, FileRenderer)
    operations = {
        "GET": Operation(
            "Fetch the file of a version",
            "view",
            Content("application/octet-stream", {"type": "string", "format": "binary"}),
        )
    }

    def get(self, request: Request, organisation_id: str, evidence_id: str, number: int) -> HttpResponse:
        rows = EvidenceFile.objects.select_related("version")
        named = rows.filter(version__evidence=self.find(evidence_id), version__number=number)
        file = found_or_404(named.first())
        etag = f'"{file.version.sha256}"'
        response = unchanged(request, etag) or downloaded(file)
        response["ETag"] = etag
        return response
