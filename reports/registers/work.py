"""Registers of what people did: tasks, evidence, accepted risks and exceptions, comments."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final

from compliance import queries
from compliance.determinations import determinations
from compliance.evidence import holds_until, versions
from compliance.models import Comment
from compliance.policies import evidence_kinds, policy
from compliance.waivers import waivers as all_waivers
from engine.labels import label, title
from reports.registers.duties import bucket
from reports.registers.material import EVERYWHERE, Material
from reports.registers.register import Cell, Definition, columns, lines


def _where(thing: Any) -> str:
    return str(thing.use_case) if thing.use_case else EVERYWHERE


def tasks(material: Material) -> Iterable[Sequence[Cell]]:
    for task in queries.tasks().prefetch_related("waits_for__use_case"):
        yield (
            task.public_id,
            title(task.regime),
            task.requirement_id,
            task.title,
            _where(task),
            task.text,
            task.role,
            task.proof,
            label(task.state),
            str(task.owner) if task.owner else None,
            task.due,
            task.is_open and task.due < material.day,
            bucket((material.day - task.created_at.date()).days) if task.is_open else None,
            task.days,
            task.cost,
            task.currency or None,
            lines(str(other) for other in task.waits_for.all()) or None,
            task.note or None,
            label(task.finding),
            label(task.former_finding) if task.former_finding else None,
            task.blocker,
            task.points,
            task.as_of,
            task.created_by,
            task.created_at.date(),
            task.closed_at.date() if task.closed_at else None,
        )


def evidence(material: Material) -> Iterable[Sequence[Cell]]:
    spans, kinds = policy(), evidence_kinds()
    for version in versions():
        piece = version.evidence
        until = holds_until(piece.kind, version.valid_from, version.valid_until, spans)
        yield (
            piece.public_id,
            piece.name,
            kinds.get(piece.kind, piece.kind),
            piece.note or None,
            lines(version.shows),  # type: ignore[attr-defined]
            "archived" if piece.archived_at else "in use",
            version.number,
            version.filename,
            version.media_type,
            version.size,
            version.sha256,
            version.valid_from,
            until,
            until < material.day,
            version.uploaded_by,
            version.uploaded_at.date(),
            version.get_review_display(),
            version.reviewed_by or None,
            version.review_reason or None,
            version.reviewed_at.date() if version.reviewed_at else None,
            piece.created_by,
        )


def waivers(material: Material) -> Iterable[Sequence[Cell]]:
    for waiver in all_waivers():
        yield (
            waiver.public_id,
            waiver.get_kind_display(),
            title(waiver.regime),
            waiver.requirement_id,
            _where(waiver),
            label(waiver.level),
            waiver.reason,
            waiver.instead or None,
            waiver.expires_on,
            _stands(waiver, material.day),
            waiver.accepted_by,
            label(waiver.accepted_as),
            waiver.accepted_at.date(),
            waiver.ended_by or None,
            waiver.end_reason or None,
        )


def _stands(waiver: Any, day: date) -> str:
    if waiver.ended_at is not None:
        return "ended"
    return "yes" if waiver.holds(day) else "expired"


def comments(material: Material) -> Iterable[Sequence[Cell]]:
    for comment in Comment.objects.select_related("task__use_case", "evidence"):
        about = comment.task or comment.evidence
        yield (
            "Task" if comment.task else "Evidence",
            str(about),
            about.public_id if about else None,
            comment.text,
            comment.author,
            comment.created_at.date(),
        )


def decisions(material: Material) -> Iterable[Sequence[Cell]]:
    known: set[tuple[str, str]] = set()
    assistants = material.knowledge.law.assistants
    for one in determinations():
        key = (one.use_case.key, one.question)
        row = assistants[one.question].row if one.question in assistants else None
        yield (
            row.name if row else one.question,
            str(one.use_case),
            f"{title(row.regime)} {row.requirement}" if row else None,
            one.get_verdict_display(),
            "no: decided again later" if key in known else "yes",
            one.reason,
            {"yes": "needed", "no": "not needed"}.get(one.proposed, "not decided by the answers"),
            lines(f"{item['text']}: {item['met']}" for item in one.criteria),
            ", ".join(label(word) for word in one.option.values() if word),
            one.run,
            one.release,
            one.decided_by,
            one.decided_at.date(),
        )
        known.add(key)


TASKS: Final = Definition(
    "tasks",
    "Tasks",
    "Every task, open and closed, with what is decided of it and what the last analysis found.",
    "No task was made yet.",
    columns(
        id="Id", regime="Regime", requirement="Requirement", duty="Duty", use_case="Use case", text="To do",
        role="Usually done by", proof="Shown by", state="State", owner="Owner", due="Due", late="Late",
        age="Open for", days="Days", cost="Cost", currency="Currency", waits_for="Waits for", note="Note",
        finding="Found by the last analysis", former_finding="Found before", blocks_launch="Blocks launch",
        points="Points of risk", as_of="Last analysis as of", created_by="Made by", created="Made on", closed="Closed on",
    ),
    tasks,
    analysis=False,
)  # fmt: skip
EVIDENCE: Final = Definition(
    "evidence",
    "Evidence",
    "Every version of every piece of evidence, with its hash, its days and its review.",
    "No evidence is stored yet.",
    columns(
        id="Id", name="Name", kind="Kind", note="Note", shows="Shows", use="Use", number="Version", filename="File",
        media_type="Type", size="Bytes", sha256="SHA-256", valid_from="Holds from", holds_until="Holds until",
        expired="Expired", uploaded_by="Uploaded by", uploaded="Uploaded on", review="Review",
        reviewed_by="Reviewed by", reason="Reason", reviewed="Reviewed on", created_by="Made by",
    ),
    evidence,
    analysis=False,
)  # fmt: skip
WAIVERS: Final = Definition(
    "accepted-risks",
    "Accepted risks and exceptions",
    "What stays open knowingly: who answers for it, at which level, why, and until when.",
    "No risk is accepted, and no exception granted.",
    columns(
        id="Id", kind="Kind", regime="Regime", requirement="Requirement", use_case="Use case", level="Level",
        reason="Reason", instead="In its place", until="Until", stands="Stands", accepted_by="By",
        accepted_as="In the role", accepted="On", ended_by="Ended by", end_reason="Why it ended",
    ),
    waivers,
    analysis=False,
)  # fmt: skip
COMMENTS: Final = Definition(
    "comments",
    "Comments",
    "What people said about tasks and evidence.",
    "Nobody has commented yet.",
    columns(kind="About a", thing="Thing", id="Id", text="Comment", author="By", created="On"),
    comments,
    analysis=False,
)
DECISIONS: Final = Definition(
    "decisions",
    "Decisions in law",
    "Questions that people decided, with the reason and with what the answers spoke for then.",
    "Nobody has decided a question yet.",
    columns(
        question="Question", use_case="Use case", requirement="Requirement", verdict="Decided", stands="Stands",
        reason="Reason", proposed="The answers spoke for", criteria="Criteria", option="Option", run="Analysis",
        release="Knowledge release", decided_by="By", decided="On",
    ),
    decisions,
    analysis=False,
)  # fmt: skip
