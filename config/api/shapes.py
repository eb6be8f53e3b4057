"""What the API answers and what it reads, as frozen dataclasses: from these come checks, bodies and the docs.

An answer always holds each of its fields. A body may leave out what has a default.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from accounts.roles import MemberRole
from engine.inputs import Planned
from engine.result import OptionId, QuickAnswer, RegimeResult, Risk, WatchItem


def moment(note: str = "") -> Any:
    return field(metadata={"note": f"{note} RFC 3339, in UTC.".strip(), "format": "date-time"})


def needed(note: str = "") -> Any:
    return field(metadata={"note": note, "required": True})


def noted(note: str, default: Any) -> Any:
    return field(default=default, metadata={"note": note})


def stamp(moment: datetime | None) -> str | None:
    """A moment as the API writes it, like 2026-11-24T09:30:00Z."""
    return moment.isoformat().replace("+00:00", "Z") if moment else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """An organisation that the caller belongs to. An archived one can be read, not changed."""

    id: str
    version: int
    name: str
    slug: str
    time_zone: str
    created_at: str = moment()
    archived: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOrganisation:
    """An organisation to create; the caller becomes its owner."""

    name: str = needed("1 to 200 characters.")
    time_zone: str = noted("A name like Europe/Berlin.", "UTC")


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationSettings:
    """What an organisation is called, and where its day begins."""

    name: str = needed("1 to 200 characters.")
    time_zone: str = needed("A name like Europe/Berlin.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Branding:
    """How board papers look. A paper keeps the branding of the moment in which it was asked for."""

    version: int
    colour: str
    band: str
    footer: str
    confidentiality: str
    logo_sha256: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BrandingSettings:
    """Colours and texts of board papers; what is left out is as Sextant has it."""

    colour: str = noted("Of headings: like #0b6e75, with a contrast to white of 4.5:1 or more.", "")
    band: str = noted("Of the band on the cover: white or dark text must read on it.", "")
    footer: str = noted("A line at the foot of each page; at most 80 characters.", "")
    confidentiality: str = noted("The label of confidentiality; at most 60 characters.", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class LogoUpload:
    """A PNG or JPEG of at most 1 MB and 8 million pixels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaUse:
    """What is used of a quota; `warning` from 80 % on. Storage in bytes."""

    quota: Literal["members", "storage", "runs"]
    used: int
    limit: int
    state: Literal["ok", "warning", "full"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What the organisation uses of what it may, and how long runs of the last 30 days waited for a worker."""

    quotas: tuple[QuotaUse, ...]
    runs_waiting: int
    usual_wait_seconds: int | None
    longest_wait_seconds: int | None
    api_calls_this_month: int
    api_calls_a_minute: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A person's role in an organisation. An archived member was removed and has no access."""

    id: str
    version: int
    email: str
    name: str
    role: MemberRole
    created_at: str = moment()
    archived: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """A person who is asked to join. The link stands in the mail to the address, and nowhere else."""

    id: str
    version: int
    email: str
    role: MemberRole
    state: Literal["open", "expired", "accepted", "revoked"]
    expires_at: str = moment()
    created_at: str = moment()
    created_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewInvitation:
    """A person to invite. The answer is the same whether the address is known to Sextant or not."""

    email: str = needed()
    role: MemberRole = needed()


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberSettings:
    """The role to give a member."""

    role: MemberRole = needed()


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A record: its part of the assessment document, with an id and a version around it.

    The organisation's own answers have no id, and version 0, until somebody gives one.
    """

    id: str | None
    version: int
    created_at: str | None = moment()
    updated_at: str | None = moment()
    archived: bool
    record: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceSource:
    """Where a price was read, and as of when it was true there."""

    id: str
    title: str
    url: str
    as_of: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceValue:
    """A number with its plausible ends, all three equal where there is one number, and from when it holds."""

    low: Decimal
    likely: Decimal
    high: Decimal
    since: date


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPriceBeside:
    """A price of the organisation's own, and whether it counts.

    `open` ones have no number yet, `later` ones hold from a day to come, of `no_place` the release has no such
    price. `behind`: the book's price is of a later day.
    """

    id: str
    version: int
    state: Literal["holds", "later", "open", "withdrawn", "no_place"]
    behind: bool
    record: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class BookPrice:
    """A price or an estimate of the book. `old`: its source was read longer ago than such a price keeps."""

    fact: str
    label: str
    group: str
    unit: str
    kind: Literal["price", "estimate"]
    value: PriceValue
    basis: str
    source: PriceSource
    old: bool
    coming: PriceValue | None
    own: OwnPriceBeside | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceBook:
    """Every price and estimate that an analysis of today counts with, and the organisation's own beside it."""

    as_of: date
    price_date: date
    knowledge_release: str
    prices: tuple[BookPrice, ...]
    no_place: tuple[OwnPriceBeside, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UseCaseTemplate:
    """A use case to start from: its default answers, and those of the data asset that it draws on."""

    key: str
    name: str
    industry: str
    says: str
    use_case: Mapping[str, Any]
    data_asset: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class UseCaseTemplates:
    """The templates of the knowledge release."""

    knowledge_release: str
    templates: tuple[UseCaseTemplate, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodApproach:
    """An approach, and in which deployments it can exist."""

    key: str
    name: str
    meaning: str
    trains: bool
    retrieves: bool
    deployments: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodDeployment:
    """A deployment; `outside` says that a vendor processes the data."""

    key: str
    name: str
    meaning: str
    outside: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodGate:
    """A gate, and what to get first where it leaves no option."""

    key: str
    name: str
    get: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodCriterion:
    """A criterion with its default rank and mean weight; `worst` and `best` name the facts at 0 and 1."""

    key: str
    name: str
    asks: str
    rank: int
    weight: Decimal
    worst: str | None
    best: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodModel:
    """A base model of the dated catalogue; parameters are null where they are not disclosed."""

    key: str
    name: str
    maker: str
    hosted: bool
    open_weights: bool
    licence: Literal["free", "restricted", "closed"]
    licence_name: str
    tier: int
    benchmark: Decimal | None
    parameters: int | None
    context_window: int
    retires_on: date | None
    since: date
    source: PriceSource


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """What options are weighed by in the knowledge release."""

    knowledge_release: str
    approaches: tuple[MethodApproach, ...]
    deployments: tuple[MethodDeployment, ...]
    gates: tuple[MethodGate, ...]
    criteria: tuple[MethodCriterion, ...]
    models: tuple[MethodModel, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EventActor:
    """Who acted."""

    kind: Literal["person", "key", "system"]
    id: str | None
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EventObject:
    """The thing that was acted on; empty texts where it is the whole assessment."""

    type: str
    id: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One entry of the audit trail. `hash` covers the entry and all before it."""

    number: int
    at: str = moment()
    actor: EventActor
    action: str
    object: EventObject
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """How many records an import made, by the document's list."""

    imported: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The assessment as it stood when an analysis was asked for; never changed."""

    id: str
    digest: str = field(metadata={"note": "SHA-256 of the document in canonical form."})
    created_at: str = moment()
    created_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One analysis of one snapshot as of one day."""

    id: str
    state: Literal["queued", "running", "succeeded", "failed", "cancelled"]
    step: str
    as_of: date
    snapshot: str
    input_digest: str
    knowledge_release: str
    knowledge_digest: str
    engine_version: str
    purpose: Literal["assessment", "scenario", "comparison"] = field(
        metadata={
            "note": "What it was asked for first: the assessment, a scenario, or a step of a comparison."
        }
    )
    requested_by: str
    queued_at: str = moment()
    started_at: str | None = moment()
    finished_at: str | None = moment()
    failure: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRun:
    """For which day to analyse; without one, today where the organisation is."""

    as_of: date | None = noted("A date like 2026-11-24.", None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A what-if: some answers changed on a base, which is a finished run's document or the assessment itself.

    `base` is the snapshot of the base as it stood when the scenario was last saved.
    """

    id: str
    version: int
    name: str
    base_run: str | None = field(metadata={"note": "A run's id; null for the assessment as it stands."})
    base: str
    answers: Mapping[str, Any] = field(
        metadata={"note": "Values by JSON pointer, in which records are named by key; null is unknown."}
    )
    created_at: str = moment()
    updated_at: str = moment()
    created_by: str
    archived: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NewScenario:
    """A scenario to make. Pointers lead into the base's document and name records by number or by key."""

    name: str = needed("1 to 200 characters.")
    answers: Mapping[str, Any] = needed('Values by JSON pointer; null or "unknown" blanks an answer.')
    base_run: str | None = noted("The id of a finished run; without one, the assessment as it stands.", None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioSettings:
    """A scenario's name and all of its changed answers, as pointers into the base as it stands now."""

    name: str = needed("1 to 200 characters.")
    answers: Mapping[str, Any] = needed('Values by JSON pointer; null or "unknown" blanks an answer.')


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A question of one record; with an empty path the record itself. The organisation's key is empty."""

    records: str
    key: str
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerChange:
    """An answer that differs; null where it is open or the record is not there."""

    place: Place
    thing: str
    was: Any
    now: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """What is decided of a use case; null leaves it to the plan."""

    pinned: Literal["in", "out"] | None = noted("Whether it is in the plan, or out.", None)
    pinned_to: Planned | None = noted("The option, or a part of one, that it may be taken in.", None)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPins:
    """Pins by use case, instead of those that the analysis has; a use case that is not named keeps its own."""

    pins: Mapping[str, Pin] = needed("By the use case's key.")


@dataclass(frozen=True, slots=True, kw_only=True)
class PinnedPlan:
    """A plan with other pins: the scenario that keeps them, its analysis, and the quick answer until that is done."""

    scenario: str
    run: Run
    quick: QuickAnswer | None = field(
        metadata={"note": "Null where no value is answered, or the release moved on."}
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A use case's answer in short. `option` and `confidence` are null where no option is recommended."""

    key: str
    name: str
    outcome: Literal["recommend", "classical_model", "not_yet"]
    summary: str
    option: OptionId | None
    confidence: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What may go wrong, with mitigation and trigger, and what to watch."""

    risks: tuple[Risk, ...]
    watch: tuple[WatchItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RegimesOfRun:
    """Which regimes apply and why, and how their duties stand."""

    regimes: tuple[RegimeResult, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """What has changed in a scenario's base since the scenario was last saved."""

    changes: tuple[AnswerChange, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FactMoved:
    """A fact that the analyses before and after a leg read with different values."""

    id: str
    label: str
    kind: str
    unit: str
    was: str
    now: str
    since: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """A part of the way from the first run to another: what it changed."""

    causes: tuple[Literal["knowledge", "engine", "own_prices", "answers", "day"], ...]
    answers: tuple[AnswerChange, ...]
    facts: tuple[FactMoved, ...]
    day: tuple[str, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Because:
    """Why a figure moved: the number of the leg, from 0, and the moved facts that the figure rests on."""

    leg: int
    facts: tuple[str, ...]
    applies_from: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """An answer that is not the same in all runs, with its value in each."""

    place: Place
    thing: str
    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureCompared:
    """A figure with its value in each run, null where it has none; and why, for each run but the first."""

    section: str
    about: str = field(metadata={"note": "A use case's key, a regime or a period; empty for the whole."})
    name: str
    label: str
    shape: str = field(metadata={"note": "How to read the values: percentiles, option, day, finding …"})
    values: tuple[Any, ...]
    because: tuple[tuple[Because, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two or three runs. `ways` lead from the first to each other one, in legs that change one thing each.

    A leg of several causes can be taken apart by the analyses that POST asks for, where `finer` says so.
    """

    runs: tuple[Run, ...]
    ways: tuple[tuple[Leg, ...], ...]
    finer: tuple[bool, ...]
    open: bool = field(metadata={"note": "Whether analyses that take the legs apart are on their way."})
    inputs: tuple[Input, ...]
    figures: tuple[FigureCompared, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewComparison:
    """Runs whose differences are to be told apart by the analyses in between."""

    a: str = needed("A finished run's id.")
    b: str = needed("A finished run's id.")
    c: str | None = noted("A third one.", None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonSteps:
    """The analyses that were queued; none where nothing can be told further apart."""

    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A board paper of one run. `header` and the run's result decide every byte of the PDF."""

    id: str
    run: str
    state: Literal["queued", "rendering", "ready", "failed"]
    header: Mapping[str, Any]
    created_at: str = moment()
    finished_at: str | None = moment()
    failure: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReport:
    """A board paper to print of a finished run."""

    run: str = needed("The run's id.")
    author: str = noted("As printed on the cover; at most 200 characters.", "")
    classification: str = noted(
        "At most 200 characters; empty: the organisation's label, or Confidential.", ""
    )
    page_size: Literal["A4", "Letter"] = noted("", "A4")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is wrong: where, what, and what would be right."""

    pointer: str = field(metadata={"note": "JSON pointer into the body; empty for the whole."})
    detail: str
    right: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """RFC 9457. `type` is a page that explains the kind; `instance` names the request in the logs."""

    type: str = field(metadata={"note": "", "format": "uri-reference"})
    title: str
    status: int
    detail: str
    instance: str = field(metadata={"note": "", "format": "uri"})
    errors: tuple[Fault, ...] = field(metadata={"note": "Every fault at once; empty where there is no list."})
