"""Pages of evidence: upload, versions, review, download."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, organisation_view
from accounts.clock import today
from accounts.versions import Conflict
from compliance import evidence as services
from compliance.evidence import counting, evidence, holds_until, listed
from compliance.forms import CommentForm, EvidenceForm, FileForm, NewEvidenceForm, ReviewForm, place
from compliance.models import Evidence, EvidenceFile, EvidenceVersion, ReviewState
from compliance.policies import Policy, evidence_kinds, policy
from inventory.records import InvalidPart

EVIDENCE_A_PAGE = 50
SANDBOX = "sandbox; default-src 'none'"


@dataclass(frozen=True, slots=True)
class Standing:
    """How a piece of evidence stands: in a word, the last day on which it counts, and whether it counts today."""

    word: str
    until: date | None
    counts: bool


def downloaded(file: EvidenceFile) -> HttpResponse:
    """A file as an attachment that no browser opens by itself, runs, or takes for something else."""
    response = HttpResponse(bytes(file.content), content_type=file.version.media_type)
    response["Content-Disposition"] = content_disposition_header(True, file.version.filename) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = SANDBOX
    return response


@organisation_view("view", section="evidence")
def evidence_list(request: MemberRequest) -> HttpResponse:
    """Evidence with its state and the day until which it holds; archived pieces where they are asked for."""
    archived = request.GET.get("archived") == "1"
    rows = listed().filter(archived_at__isnull=not archived)
    page = Paginator(rows, EVIDENCE_A_PAGE).get_page(request.GET.get("page"))
    spans, day = policy(), today()
    context = {
        "page": page,
        "rows": [
            (row, _standing(row.kind, row.accepted_from, row.accepted_until, row.last_review, spans, day))  # type: ignore[attr-defined]
            for row in page
        ],
        "kinds": evidence_kinds(),
        "archived": archived,
        "query": "&archived=1" if archived else "",
    }
    return render(request, "compliance/evidence_list.html", context)


def _standing(
    kind: str, valid_from: date | None, valid_until: date | None, last: str, spans: Policy, day: date
) -> Standing:
    """How a piece stands by its newest accepted version, else by what its last one's review says."""
    if valid_from is None:
        return Standing(ReviewState(last).label, None, False)
    until = holds_until(kind, valid_from, valid_until, spans)
    return Standing("Accepted" if until >= day else "Expired", until, until >= day)


@organisation_view("edit_compliance")
def new_evidence(request: MemberRequest) -> HttpResponse:
    if request.method != "POST":
        initial = {"valid_from": today(), "links": request.GET.get("link", "")}
        return _new(request, NewEvidenceForm(initial=initial))
    form = NewEvidenceForm(request.POST, request.FILES)
    if not form.is_valid():
        return _new(request, form, status=400)
    try:
        made = services.create_evidence(form.part(), form.sent(), actor=request.actor)
    except InvalidPart as error:
        place(form, error.problems)
        return _new(request, form, status=400)
    messages.success(request, "The evidence was stored. Somebody else must review it before it counts.")
    return redirect("evidence", request.organisation.slug, made.public_id)


def _new(request: MemberRequest, form: NewEvidenceForm, status: int = 200) -> HttpResponse:
    return render(request, "compliance/evidence_new.html", {"form": form}, status=status)


@organisation_view("view", section="evidence")
def show_evidence(request: MemberRequest, evidence_id: str) -> HttpResponse:
    return _show(request, _find(request, evidence_id))


@organisation_view("edit_compliance")
@require_POST
def edit_evidence(request: MemberRequest, evidence_id: str) -> HttpResponse:
    piece, form = _find(request, evidence_id), EvidenceForm(request.POST)
    if not form.is_valid():
        return _show(request, piece, edit=form, status=400)
    typed = request.POST.get("version", "")
    version = int(typed) if typed.isascii() and typed.isdigit() else 0
    try:
        services.change_evidence(piece, form.part(), actor=request.actor, version=version)
    except InvalidPart as error:
        place(form, error.problems)
        return _show(request, piece, edit=form, status=400)
    except Conflict as conflict:
        form.add_error(None, f"{conflict} Save again to store yours.")
        return _show(request, _find(request, evidence_id), edit=form, status=409)
    messages.success(request, "The evidence was saved.")
    return redirect("evidence", request.organisation.slug, evidence_id)


@organisation_view("edit_compliance")
@require_POST
def add_evidence_version(request: MemberRequest, evidence_id: str) -> HttpResponse:
    piece, form = _find(request, evidence_id), FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _show(request, piece, file=form, status=400)
    try:
        services.add_version(piece, form.sent(), actor=request.actor)
    except InvalidPart as error:
        place(form, error.problems)
        return _show(request, piece, file=form, status=400)
    messages.success(request, "The version was stored. Somebody else must review it before it counts.")
    return redirect("evidence", request.organisation.slug, evidence_id)


@organisation_view("edit_compliance")
@require_POST
def review_evidence(request: MemberRequest, evidence_id: str, number: int) -> HttpResponse:
    piece, form = _find(request, evidence_id), ReviewForm(request.POST)
    version = get_object_or_404(EvidenceVersion, evidence=piece, number=number)
    if not form.is_valid():
        return _show(request, piece, verdict=form, status=400)
    accept = form.cleaned_data["verdict"] == "accept"
    try:
        services.review(version, accept=accept, reason=form.cleaned_data["reason"], actor=request.actor)
    except InvalidPart as error:
        place(form, error.problems)
        return _show(request, piece, verdict=form, status=400)
    except services.NotReviewable as error:
        form.add_error(None, str(error))
        return _show(request, piece, verdict=form, status=409)
    messages.success(request, "The review was stored.")
    return redirect("evidence", request.organisation.slug, evidence_id)


@organisation_view("edit_compliance")
@require_POST
def archive_evidence(request: MemberRequest, evidence_id: str) -> HttpResponse:
    piece = _find(request, evidence_id)
    archive = piece.archived_at is None
    services.archive_evidence(piece, archive=archive, actor=request.actor)
    done = "archived: it counts no more" if archive else "restored"
    messages.success(request, f"{piece} was {done}.")
    return redirect("evidence", request.organisation.slug, evidence_id)


@organisation_view("view", section="evidence")
def evidence_file(request: MemberRequest, evidence_id: str, number: int) -> HttpResponse:
    """The file of a version, to be kept, never opened in place."""
    rows = EvidenceFile.objects.select_related("version").filter(
        version__evidence=_find(request, evidence_id)
    )
    found = get_object_or_404(rows, version__number=number)
    return downloaded(found)


def _find(request: MemberRequest, evidence_id: str) -> Evidence:
    rows = evidence()
    found: Evidence = get_object_or_404(rows, public_id=evidence_id)
    return found


def _show(
    request: MemberRequest,
    piece: Evidence,
    *,
    edit: EvidenceForm | None = None,
    file: FileForm | None = None,
    verdict: ReviewForm | None = None,
    status: int = 200,
) -> HttpResponse:
    spans, day = policy(), today()
    links = "\n".join(link.path for link in piece.links.all())
    said = {"name": piece.name, "kind": piece.kind, "note": piece.note, "links": links}
    versions = list(piece.versions.all())
    open_ = next((version for version in versions if version.review == ReviewState.PENDING), None)
    counts = counting(piece)
    days = (counts.valid_from, counts.valid_until) if counts else (None, None)
    standing = _standing(piece.kind, *days, versions[0].review, spans, day)
    context = {
        "piece": piece,
        "kind": evidence_kinds().get(piece.kind, piece.kind),
        "standing": standing,
        "versions": [
            (version, holds_until(piece.kind, version.valid_from, version.valid_until, spans))
            for version in versions
        ],
        "today": day,
        "edit": edit or EvidenceForm(initial=said),
        "file": file or FileForm(initial={"valid_from": day}),
        "to_review": open_,
        "may_review": open_ is not None and open_.uploader != request.actor.id,
        "verdict": verdict or ReviewForm(),
        "comments": list(piece.comments.all()),
        "comment_form": CommentForm(),
    }
    return render(request, "compliance/evidence.html", context, status=status)
