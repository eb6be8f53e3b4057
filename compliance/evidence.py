"""Evidence: taken in, linked to what it is about, looked at by somebody else, and counted only while it holds."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import transaction
from django.db.models import DateField, Max, OuterRef, Prefetch, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Concat, JSONObject
from django.utils import timezone

from accounts.audit import Actor, record_event
from accounts.quotas import refusal, stored_bytes
from accounts.versions import lock
from compliance.duties import Key
from compliance.links import COMMON, controlled, linked, wholly_by
from compliance.models import (
    CompliancePolicy,
    ControlAnswer,
    Evidence,
    EvidenceFile,
    EvidenceLink,
    EvidenceVersion,
    ReviewState,
)
from compliance.policies import Policy, evidence_kinds, policy, policy_of
from compliance.uploads import TAKEN, NotTaken, examined
from engine.strict import LONGEST_TEXT, Problem, nearest
from inventory.models import UseCase
from inventory.records import InvalidPart

MOST_LINKS = 500


class NotReviewable(Exception):
    """A version that this person may not review, or that was reviewed already; the text says which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidencePart:
    """What is said of a piece of evidence. `links` read `GDPR/Art. 28(3)`, with a use case's key
    behind or not, or `COMMON/` and a common control's id."""

    name: str
    kind: str
    note: str
    links: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFile:
    """A file as it was sent, and from when until when it holds; `valid_until` None: by its kind's age alone."""

    filename: str
    content: bytes
    valid_from: date
    valid_until: date | None


def evidence() -> QuerySet[Evidence]:
    """Pieces of evidence with their links and versions, newest first; no bytes of files. Three queries."""
    links = EvidenceLink.objects.order_by("pk").select_related("use_case")
    versions = EvidenceVersion.objects.order_by("-number")
    rows: QuerySet[Evidence] = Evidence.objects.prefetch_related(
        Prefetch("links", links), Prefetch("versions", versions)
    )
    return rows


def listed() -> QuerySet[Evidence]:
    """Pieces for a list: what each shows, its newest accepted version's days, its last version's review. One query."""
    links = EvidenceLink.objects.order_by("pk").filter(evidence=OuterRef("pk"))
    versions = EvidenceVersion.objects.filter(evidence=OuterRef("pk")).order_by("-number")
    accepted = versions.filter(review=ReviewState.ACCEPTED)
    about = Concat(
        "regime", Value(" "), "requirement_id", Coalesce(Concat(Value(", "), "use_case__key"), Value(""))
    )
    rows: QuerySet[Evidence] = Evidence.objects.annotate(
        shows=ArraySubquery(links.values(about=about)),
        accepted_from=Subquery(accepted.values("valid_from")[:1]),
        accepted_until=Subquery(accepted.values("valid_until")[:1]),
        last_review=Subquery(versions.values("review")[:1]),
    )
    return rows


def versions() -> QuerySet[EvidenceVersion]:
    """Every version with its piece and the requirements that it shows, by name. One query."""
    links = EvidenceLink.objects.filter(evidence=OuterRef("evidence")).order_by("pk")
    path = Concat(
        "regime", Value("/"), "requirement_id", Coalesce(Concat(Value("/"), "use_case__key"), Value(""))
    )
    rows: QuerySet[EvidenceVersion] = EvidenceVersion.objects.select_related("evidence").annotate(
        shows=ArraySubquery(links.values(path=path))
    )
    return rows.order_by("evidence__name", "evidence_id", "-number")


def counting(piece: Evidence) -> EvidenceVersion | None:
    """The version that counts: the newest accepted one. Reads the versions that were fetched along."""
    accepted = [version for version in piece.versions.all() if version.review == ReviewState.ACCEPTED]
    return max(accepted, key=lambda version: version.number, default=None)


def holds_until(kind: str, valid_from: date, valid_until: date | None, spans: Policy) -> date:
    """The last day on which a file is believed: the end it states, or its kind's age, whichever is sooner."""
    by_age = spans.fresh_until(kind, valid_from)
    return by_age if valid_until is None else min(valid_until, by_age)


def proven(pieces: Iterable[Evidence], spans: Policy) -> dict[Key, date]:
    """Until when evidence shows each requirement, by use case (None: everywhere), requirement and regime."""
    found: dict[Key, date] = {}
    for piece in pieces:
        version = counting(piece)
        if version is None or piece.archived_at is not None:
            continue
        until = holds_until(piece.kind, version.valid_from, version.valid_until, spans)
        for link in piece.links.all():
            key = (link.use_case.key if link.use_case else None), link.regime, link.requirement_id
            found[key] = max(until, found.get(key, until))
    return found


def evidence_for_answers(pieces: Iterable[Evidence], spans: Policy) -> dict[Key, dict[str, date]]:
    """What accepted evidence says of each requirement, by kind: until when it holds, the longest one each."""
    found: dict[Key, dict[str, date]] = {}
    for piece in pieces:
        for key, until in proven([piece], spans).items():
            kinds = found.setdefault(key, {})
            kinds[piece.kind] = max(until, kinds.get(piece.kind, until))
    return found


@dataclass(frozen=True, slots=True)
class Proof:
    """A link of evidence that holds on a day: what it is about (use case None: everywhere), since when, until when."""

    use_case: str | None
    regime: str
    requirement_id: str
    piece: int
    since: date
    until: date


def proofs(day: date) -> list[Proof]:
    """Every link of accepted evidence in use that holds on a day. One query, the spans of time included."""
    accepted = EvidenceVersion.objects.filter(
        evidence=OuterRef("evidence"), review=ReviewState.ACCEPTED
    ).order_by("-number")
    spans = CompliancePolicy.objects.values(
        found=JSONObject(version="version", sla="sla", freshness="freshness", holidays="holidays")
    )
    rows = (
        EvidenceLink.objects.filter(evidence__archived_at=None)
        .annotate(since=Subquery(accepted.values("valid_from")[:1]), spans=Subquery(spans[:1]))
        .exclude(since=None)
        .values_list(
            "use_case__key", "regime", "requirement_id", "evidence", "since",
            Subquery(accepted.values("valid_until")[:1]), "evidence__kind", "spans",
        )
    )  # fmt: skip
    found: list[Proof] = []
    policy_then: Policy | None = None
    for use_case, regime, requirement, piece, since, stated, kind, own in rows:
        policy_then = policy_then or policy_of(CompliancePolicy(**own) if own else None)
        until = holds_until(kind, since, stated, policy_then)
        if since <= day <= until:
            found.append(Proof(use_case, regime, requirement, piece, since, until))
    return found


def oldest() -> Mapping[tuple[str, str | None], date]:
    """The day of the oldest answer or accepted evidence, by regime and use case (None: everywhere). One query."""
    answered = (
        ControlAnswer.objects.filter(archived_at=None)
        .order_by()
        .values_list("regime", "use_case__key", Cast("updated_at", DateField()))
    )
    shown = (
        EvidenceLink.objects.filter(
            evidence__archived_at=None, evidence__versions__review=ReviewState.ACCEPTED
        )
        .order_by()
        .values_list("regime", "use_case__key", "evidence__versions__valid_from")
    )
    found: dict[tuple[str, str | None], date] = {}
    for regime, use_case, day in answered.union(shown, all=True):
        key = regime, use_case
        found[key] = min(day, found.get(key, day))
    return found


def is_proven(key: Key, day: date) -> bool:
    """Whether evidence that holds on a day shows a requirement: there, everywhere, or by a common control that
    meets it whole. Five queries at most."""
    use_case, regime, requirement = key
    controls = wholly_by(regime, requirement)
    about = Q(links__regime=regime, links__requirement_id=requirement)
    about |= Q(links__regime=COMMON, links__requirement_id__in=controls)
    found = proven(evidence().filter(about).distinct(), policy())
    keys: list[Key] = [(use_case, regime, requirement), (None, regime, requirement)]
    keys += [(None, COMMON, control) for control in controls]
    return any(found[key] >= day for key in keys if key in found)


@transaction.atomic
def create_evidence(part: EvidencePart, file: NewFile, *, actor: Actor) -> Evidence:
    """A piece of evidence with its first version, to be reviewed. Raises InvalidPart; then nothing is written."""
    problems: list[Problem] = []
    links = _links(part, problems)
    upload = _upload(file, problems)
    problems += _faults(part, file)
    if problems or upload is None:
        raise InvalidPart(problems)
    piece = Evidence(name=part.name.strip(), kind=part.kind, note=part.note.strip(), created_by=actor.label)
    piece.save()
    _save_links(piece, links)
    version = _add(piece, file, upload, actor)
    record_event(
        actor=actor,
        action="evidence.created",
        obj=piece,
        after={**plain_evidence(piece), "sha256": version.sha256},
    )
    return piece


@transaction.atomic
def add_version(piece: Evidence, file: NewFile, *, actor: Actor) -> EvidenceVersion:
    """One more version, to be reviewed; the accepted one before counts until then. Raises InvalidPart."""
    stored: Evidence = lock(Evidence.objects.all(), piece, None)
    problems: list[Problem] = []
    upload = _upload(file, problems)
    problems += _day_faults(file)
    if stored.archived_at is not None:
        problems.append(Problem("", "the evidence is archived", "restore it first"))
    if problems or upload is None:
        raise InvalidPart(problems)
    version = _add(stored, file, upload, actor)
    _touch(stored)
    after = {"number": version.number, "filename": version.filename, "sha256": version.sha256}
    record_event(actor=actor, action="evidence.version_added", obj=stored, after=after)
    return version


@transaction.atomic
def review(version: EvidenceVersion, *, accept: bool, reason: str, actor: Actor) -> EvidenceVersion:
    """Accept or reject a version, once, by somebody else than who uploaded it.

    Raises NotReviewable, or InvalidPart for a rejection without a reason; then nothing is written.
    """
    rows = EvidenceVersion.objects.select_for_update(of=("self",)).select_related("evidence")
    stored: EvidenceVersion = rows.get(pk=version.pk)
    if stored.review != ReviewState.PENDING:
        raise NotReviewable(f"This version was reviewed already: {stored.get_review_display().lower()}.")
    if stored.uploader == actor.id:
        raise NotReviewable("Who uploaded a file does not review it. Somebody else must.")
    if len(reason) > LONGEST_TEXT or (not accept and not reason.strip()):
        right = "why, in a sentence" if not accept else f"at most {LONGEST_TEXT} characters"
        raise InvalidPart([Problem("/reason", "is empty or too long", right)])
    stored.review = ReviewState.ACCEPTED if accept else ReviewState.REJECTED
    stored.review_reason, stored.reviewed_at = reason.strip(), timezone.now()
    stored.reviewer, stored.reviewed_by = actor.id, actor.label
    stored.save()
    _touch(stored.evidence)
    record_event(
        actor=actor,
        action=f"evidence.{stored.review}",
        obj=stored.evidence,
        after={"number": stored.number, "reason": stored.review_reason},
    )
    return stored


@transaction.atomic
def change_evidence(
    piece: Evidence, part: EvidencePart, *, actor: Actor, version: int | None = None
) -> Evidence:
    """Change what is said of a piece of evidence. Raises InvalidPart or Conflict; then nothing is written."""
    stored: Evidence = lock(Evidence.objects.all(), piece, version)
    problems: list[Problem] = []
    links = _links(part, problems)
    problems += _part_faults(part)
    if problems:
        raise InvalidPart(problems)
    before = plain_evidence(stored)
    stored.name, stored.kind, stored.note = part.name.strip(), part.kind, part.note.strip()
    after = {"name": stored.name, "kind": stored.kind, "note": stored.note, "links": [o.path for o in links]}
    if {**after, "links": set(part.links)} == {**before, "links": set(before["links"])}:
        return stored
    _save_links(stored, links)
    stored.version += 1
    stored.save()
    record_event(
        actor=actor, action="evidence.changed", obj=stored, before=before, after=plain_evidence(stored)
    )
    return stored


@transaction.atomic
def archive_evidence(piece: Evidence, *, archive: bool, actor: Actor, version: int | None = None) -> Evidence:
    """Take evidence out of use, so that it counts no more, or back into it. Raises Conflict."""
    stored: Evidence = lock(Evidence.objects.all(), piece, version)
    if (stored.archived_at is not None) == archive:
        return stored
    stored.archived_at = timezone.now() if archive else None
    stored.version += 1
    stored.save()
    record_event(actor=actor, action="evidence.archived" if archive else "evidence.restored", obj=stored)
    return stored


def plain_evidence(piece: Evidence) -> dict[str, Any]:
    """What is said of a piece of evidence, as the trail holds it."""
    links = EvidenceLink.objects.filter(evidence=piece).select_related("use_case").order_by("pk")
    return {
        "name": piece.name,
        "kind": piece.kind,
        "note": piece.note,
        "links": [link.path for link in links],
    }


def _touch(piece: Evidence) -> None:
    """A new version of the piece as a whole: who read it before reads it again."""
    piece.version += 1
    piece.save()


def _add(piece: Evidence, file: NewFile, upload: Any, actor: Actor) -> EvidenceVersion:
    last = EvidenceVersion.objects.filter(evidence=piece).aggregate(last=Max("number"))["last"]
    version = EvidenceVersion.objects.create(
        evidence=piece,
        number=(last or 0) + 1,
        filename=upload.filename,
        media_type=upload.media_type,
        size=len(upload.content),
        sha256=hashlib.sha256(upload.content).hexdigest(),
        valid_from=file.valid_from,
        valid_until=file.valid_until,
        uploader=actor.id,
        uploaded_by=actor.label,
    )
    EvidenceFile.objects.create(version=version, content=upload.content)
    return version


def _upload(file: NewFile, problems: list[Problem]) -> Any:
    try:
        upload = examined(file.filename, file.content)
    except NotTaken as refused:
        problems.append(Problem("/file", str(refused), TAKEN))
        return None
    full = refusal("storage", stored_bytes(), len(upload.content))
    if full is not None:
        said, _, right = full.partition(" Right: ")
        problems.append(Problem("/file", said.rstrip("."), right.rstrip(".")))
    return upload


def _faults(part: EvidencePart, file: NewFile) -> list[Problem]:
    return [*_part_faults(part), *_day_faults(file)]


def _part_faults(part: EvidencePart) -> Iterable[Problem]:
    if not 1 <= len(part.name.strip()) <= 200:
        yield Problem("/name", f"{len(part.name.strip())} characters", "1 to 200 characters")
    if part.kind not in evidence_kinds():
        yield Problem("/kind", f"unknown kind “{part.kind[:40]}”", nearest(part.kind, evidence_kinds()))
    if len(part.note) > LONGEST_TEXT:
        yield Problem("/note", f"{len(part.note)} characters", f"at most {LONGEST_TEXT}")


def _day_faults(file: NewFile) -> Iterable[Problem]:
    if file.valid_until is not None and file.valid_until < file.valid_from:
        yield Problem("/valid_until", "is before the day from which it holds", "that day or a later one")


def _links(part: EvidencePart, problems: list[Problem]) -> list[EvidenceLink]:
    """The links that a part names; adds a problem for each that leads nowhere."""
    if len(part.links) > MOST_LINKS:
        problems.append(Problem("/links", f"{len(part.links)} links", f"at most {MOST_LINKS}"))
        return []
    use_cases = {use_case.key: use_case for use_case in UseCase.objects.filter(archived_at=None)}
    found = []
    for index, path in enumerate(dict.fromkeys(part.links)):
        link = controlled(path) or linked(path, use_cases)
        if isinstance(link, Problem):
            problems.append(Problem(f"/links/{index}", link.what, link.right))
        else:
            found.append(EvidenceLink(regime=link[1], requirement_id=link[2], use_case=link[0]))
    return found


def _save_links(piece: Evidence, links: Sequence[EvidenceLink]) -> None:
    EvidenceLink.objects.filter(evidence=piece).delete()
    for link in links:
        link.evidence = piece
    EvidenceLink.objects.bulk_create(links)
