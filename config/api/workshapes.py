"""What the API answers and reads of remediation: tasks, spans of time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from config.api.shapes import moment, needed, noted
from engine.inputs import Money

TaskState = Literal["open", "started", "done", "dropped"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskSeverity:
    """The factors of the risk that a task takes away, and their points.

    `evidence` is shown, stale or absent; where it does not hold, the points are one step higher.
    """

    legal: str
    sensitivity: str
    exposure: str
    evidence: str
    points: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class RemediationTask:
    """Work that meets one requirement in a use case, or (use_case null) in the whole organisation.

    `finding` is what the analysis `run` found of it, `former_finding` what the one before found.
    """

    id: str
    version: int
    regime: str
    requirement_id: str
    use_case: str | None
    title: str
    text: str
    role: str
    proof: str
    estimate: Mapping[str, str]
    note: str
    owner: str | None
    due: date
    days: Decimal
    cost: Money | None
    waits_for: tuple[str, ...]
    state: TaskState
    finding: str
    former_finding: str
    blocker: bool
    severity: TaskSeverity
    timing: str
    applies_from: date | None
    run: str
    as_of: date
    created_at: str = moment()
    closed_at: str | None = moment()


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTasks:
    """The analysis whose open duties get tasks."""

    run: str = needed("The id of a finished run.")


@dataclass(frozen=True, slots=True, kw_only=True)
class TasksMade:
    """The tasks that were made; none where every open duty had its task."""

    tasks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskSettings:
    """What people decide of a task."""

    text: str = needed("What is to be done.")
    due: date = needed("The day by which it is to be done.")
    days: Decimal = needed("Person-days, from 0.1 to 9999.")
    state: TaskState = needed("Where it stands.")
    note: str = noted("Anything else.", "")
    owner: str | None = noted("The id of a member; null for nobody.", None)
    cost: Money | None = noted("Null where it is not known.", None)
    waits_for: tuple[str, ...] = noted("Ids of tasks that must be done before.", ())


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeSpans:
    """Business days by weight of a duty, months by kind of evidence, and days off. Version 0: nobody set any."""

    version: int
    sla: Mapping[str, int]
    freshness: Mapping[str, int]
    holidays: tuple[date, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeSpansSettings:
    """The organisation's own spans; what is left out stands as the knowledge release has it."""

    sla: Mapping[str, int] = needed("Business days by weight: blocker, unlawful, duty, practice.")
    freshness: Mapping[str, int] = needed("Months by kind of evidence.")
    holidays: tuple[date, ...] = noted("Days off besides Saturdays and Sundays.", ())


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceVersion:
    """One file of a piece of evidence. `holds_until` is its last day: the end it states, or its kind's age."""

    number: int
    filename: str
    media_type: str
    size: int
    sha256: str
    valid_from: date
    valid_until: date | None
    holds_until: date
    uploaded_by: str
    uploaded_at: str = moment()
    review: Literal["pending", "accepted", "rejected"]
    review_reason: str
    reviewed_by: str | None
    reviewed_at: str | None = moment()


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidencePiece:
    """A piece of evidence. `counts_until` is the last day of the version that counts; null: none does."""

    id: str
    version: int
    name: str
    kind: str
    note: str
    links: tuple[str, ...]
    counts_until: date | None
    versions: tuple[EvidenceVersion, ...]
    created_by: str
    created_at: str = moment()
    archived: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceSettings:
    """What is said of a piece of evidence."""

    name: str = needed("1 to 200 characters.")
    kind: str = needed("A kind of evidence, as the spans of time list them.")
    note: str = noted("Anything else.", "")
    links: tuple[str, ...] = noted(
        "What it shows: GDPR/Art. 28(3), with a use case's key behind or not, or COMMON/ and a common control.",
        (),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceUpload:
    """A piece of evidence with its first file; `links` may stand several times."""

    name: str = needed("1 to 200 characters.")
    kind: str = needed("A kind of evidence, as the spans of time list them.")
    valid_from: date = needed("The day from which it holds.")
    valid_until: date | None = noted(
        "The day until which it holds; left out: as long as its kind is believed.", None
    )
    note: str = noted("Anything else.", "")
    links: tuple[str, ...] = noted(
        "What it shows: GDPR/Art. 28(3), with a use case's key behind or not, or COMMON/ and a common control.",
        (),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionUpload:
    """One more file of a piece of evidence."""

    valid_from: date = needed("The day from which it holds.")
    valid_until: date | None = noted(
        "The day until which it holds; left out: as long as its kind is believed.", None
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What somebody else than the uploader says of a version."""

    accept: bool = needed("Whether it shows what it is about.")
    reason: str = noted("Needed for a rejection.", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """A requirement that is left open knowingly: an accepted risk, or an exception. It never makes it met."""

    id: str
    version: int
    kind: Literal["risk", "exception"]
    about: str
    level: Literal["low", "medium", "high"]
    reason: str
    instead: str
    expires_on: date
    accepted_by: str
    accepted_as: str
    accepted_at: str = moment()
    ended_by: str | None
    end_reason: str
    ended_at: str | None = moment()


@dataclass(frozen=True, slots=True, kw_only=True)
class NewWaiver:
    """A risk to accept, or an exception to grant."""

    kind: Literal["risk", "exception"] = needed("An exception also says what stands in its place.")
    about: str = needed("GDPR/Art. 32(1), or with a use case's key behind.")
    level: Literal["low", "medium", "high"] = needed("The role of who accepts limits it.")
    reason: str = needed("Why the risk is bearable.")
    expires_on: date = needed("Its last day, at most a year from now.")
    instead: str = noted("What stands in its place.", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class WaiverEnd:
    """Why a waiver ends before its day."""

    reason: str = needed("In a sentence.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """What somebody said about a task or a piece of evidence."""

    id: str
    text: str
    author: str
    created_at: str = moment()


@dataclass(frozen=True, slots=True, kw_only=True)
class NewComment:
    """Something to say."""

    text: str = needed("1 to 20,000 characters.")


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterName:
    """A register that there is."""

    id: str
    title: str
    purpose: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterNote:
    """Of what day, analysis or law a register is."""

    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterColumn:
    """A column: its key in the rows, and its heading."""

    key: str
    heading: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """A register as it stands; each row holds every column by its key. Numbers with a part are texts."""

    id: str
    title: str
    purpose: str
    limits: str
    head: tuple[RegisterNote, ...]
    columns: tuple[RegisterColumn, ...]
    rows: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionCriterion:
    """A criterion, whether the answers meet it, and the places of those that are missing."""

    id: str
    text: str
    met: Literal["yes", "no", "unknown"]
    needs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalQuestion:
    """A question of law about a use case, as the answers of the last analysis stand. A person decides it."""

    id: str
    use_case: str
    question: str
    name: str
    regime: str
    requirement: str
    asked: Literal["yes", "no", "unknown"]
    proposed: Literal["yes", "no", "unknown"]
    because: str
    criteria: tuple[QuestionCriterion, ...]
    run: str
    decision: str | None
    differs: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Determination:
    """A decision on a question; the newest one of a use case and question stands."""

    id: str
    use_case: str
    question: str
    verdict: Literal["needed", "not_needed"]
    reason: str
    proposed: Literal["yes", "no", "unknown"]
    run: str
    release: str
    decided_by: str
    decided_at: str = moment()


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDetermination:
    """What a person decides of a question, and why."""

    use_case: str = needed("The use case's key.")
    question: str = needed("The question's id, like dpia.")
    verdict: Literal["needed", "not_needed"] = needed("Whether it is needed.")
    reason: str = needed("Why, in a sentence.")
    answer_it: bool | None = noted(
        "Whether to answer the fact of the use case that it decides too; only some questions have one.", None
    )
