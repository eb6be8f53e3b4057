"""What registers are made of, each part read once and only where a register needs it: one query a part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import DateField, JSONField, OuterRef, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Cast, Coalesce, JSONObject, NullIf

from accounts.clock import today
from accounts.tenancy import sees
from compliance.duties import Duty, Key, Part, duties
from compliance.evidence import holds_until
from compliance.links import COMMON, wholly_by
from compliance.models import (
    CommonControlAnswer,
    CompliancePolicy,
    ControlAnswer,
    EvidenceLink,
    EvidenceVersion,
    RegimeScope,
    RemediationTask,
    ReviewState,
    Waiver,
)
from compliance.policies import policy_of
from engine.case import Case
from engine.duties.standing import Standing, standing_of
from engine.inputs import Inputs
from engine.knowledge import Knowledge
from engine.reading import read_part
from engine.result import OptionId
from inventory.knowledge import current
from strategy.duties import CountingFindings
from strategy.models import Run, RunPurpose, RunState, Snapshot, UseCaseResult

EVERYWHERE = "Whole organisation"


@dataclass(frozen=True, slots=True)
class Analysis:
    """An analysis of the assessment as registers need it: when, under which law, its duties and regimes."""

    run: str
    pk: int
    as_of: date
    law_read_on: str
    knowledge_release: str
    currency: str
    names: Mapping[str, str]
    options: Mapping[str, OptionId]
    duties: tuple[Duty, ...]
    regimes: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Beside:
    """What people put beside a requirement: a task, evidence that counts, an accepted risk or an exception.

    `until` is the last day on which evidence or a waiver stands, or the day by which a task is due.
    """

    kind: str
    id: str
    text: str
    note: str
    by: str
    state: str
    since: date
    until: date
    more: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Said:
    """What people answered: a regime's scope, how a requirement or a common control stands."""

    kind: str
    regime: str
    requirement_id: str
    use_case: str
    use_case_name: str
    answers: Mapping[str, Any]


class Material:
    """The parts, each read when it is first asked for."""

    def __init__(self) -> None:
        self.day = today()

    @property
    def knowledge(self) -> Knowledge:
        return current()

    @cached_property
    def latest(self) -> Analysis | None:
        """The last finished analysis of the assessment. One query."""
        return _analysis(0)

    @cached_property
    def former(self) -> Analysis | None:
        """The finished analysis before the last one. One query."""
        return _analysis(1)

    @cached_property
    def document(self) -> Mapping[str, Any]:
        """The document of the last analysis. One query; empty where there is none."""
        if self.latest is None:
            return {}
        found: Any = (
            Snapshot.objects.filter(runs=self.latest.pk)
            .annotate(parsed=Cast("document", JSONField()))
            .values_list("parsed", flat=True)
            .first()
        )
        return found or {}

    @cached_property
    def beside(self) -> Mapping[Key, Sequence[Beside]]:
        """What stands beside each requirement, by use case (None: everywhere), regime and requirement. One query."""
        found: dict[Key, list[Beside]] = {}
        for kind, key, regime, requirement, use_case, text, note, by, state, since, until, more in _beside():
            if kind == "evidence":
                spans = policy_of(CompliancePolicy(**more["spans"]) if more["spans"] else None)
                until = holds_until(state, since, until, spans)
                if until < self.day:
                    continue
            if kind in ("risk", "exception") and until < self.day:
                continue
            row = Beside(kind, key, text, note, by, state, since, until, more)
            found.setdefault((use_case or None, regime, requirement), []).append(row)
        return found

    def beside_of(self, key: Key, *kinds: str) -> list[Beside]:
        """What of some kinds stands beside a requirement: there, everywhere, or at a control that meets it whole."""
        use_case, *about = key
        own = self.beside.get(key, ())
        everywhere = self.beside.get((None, *about), ()) if use_case is not None else ()  # type: ignore[arg-type]
        by_controls = [
            row
            for control in wholly_by(key[1], key[2])
            for row in self.beside.get((None, COMMON, control), ())
        ]
        return [row for row in (*own, *everywhere, *by_controls) if row.kind in kinds]

    @cached_property
    def said(self) -> Sequence[Said]:
        """What people answered of regimes, requirements and common controls. One query."""
        return [Said(*row) for row in _said()]

    @cached_property
    def case(self) -> Case:
        """The answers for the whole organisation as the engine reads them. No further query."""
        plain: dict[str, Any] = {"use_cases": [{"key": "organisation"}]}
        for said in self.said:
            if said.use_case:
                continue
            names = {"scope": {"regime": said.regime}, "common": {"control": said.requirement_id}}
            about = {"regime": said.regime, "requirement_id": said.requirement_id}
            lists = {"scope": "regimes", "common": "common_controls", "answer": "controls"}
            part = {**said.answers, **names.get(said.kind, about)}
            plain.setdefault(lists[said.kind], []).append(part)
        inputs = read_part(Inputs, plain, "", [])
        assert inputs is not None, "stored answers were read before they were stored"
        return Case(inputs, 0, self.day)

    def standing(self, regime: str, requirement: str) -> Standing:
        """How a requirement stands in the whole organisation, by people's answers and common controls."""
        return standing_of((regime, requirement), self.case, True, self.knowledge.law)

    def name(self, use_case: str | None) -> str:
        """How a use case is called; the whole organisation where there is none."""
        if use_case is None or use_case == "":
            return EVERYWHERE
        return (self.latest.names if self.latest else {}).get(use_case, use_case)


def _analysis(back: int) -> Analysis | None:
    """The last finished analysis of the assessment, or one so many before it. One query."""
    finished = Run.objects.filter(state=RunState.SUCCEEDED, purpose=RunPurpose.ASSESSMENT)
    wanted = finished.order_by("-queued_at", "-pk").values("pk")[back : back + 1]
    rows = list(
        UseCaseResult.objects.filter(result__run=Subquery(wanted))
        .annotate(counting=CountingFindings())
        .values_list(
            "key",
            "body__name",
            "counting",
            "result__run__public_id",
            "result__run__pk",
            "result__run__as_of",
            "result__run__knowledge_release",
            "result__head__law_read_on",
            "result__head__currency",
            "result__head__regimes",
        )
    )
    if not rows:
        return None
    _, _, _, run, pk, as_of, release, law_read_on, currency, regimes = rows[0]
    parts, options = [], {}
    for key, _, findings, *_ in rows:
        findings = [finding for finding in findings if sees(finding["regime"])]
        planned = [finding for finding in findings if finding["planned"]]
        for finding in (planned or findings)[:1]:
            options[key] = OptionId(**finding["option"])
        parts.append(Part(use_case=key, findings=planned or findings, day_cost=None))
    return Analysis(
        run=run,
        pk=pk,
        as_of=as_of,
        law_read_on=law_read_on,
        knowledge_release=release,
        currency=currency,
        names={row[0]: row[1] for row in rows},
        options=options,
        duties=duties(parts),
        regimes=[regime for regime in regimes if sees(regime["regime"])],
    )


def _text(name: str) -> Any:
    return Coalesce(Cast(name, TextField()), Value(""), output_field=TextField())


def _beside() -> QuerySet[Any]:
    """Tasks, evidence with an accepted version, and waivers that nobody ended, in one shape. One query."""
    accepted = EvidenceVersion.objects.filter(
        evidence=OuterRef("evidence"), review=ReviewState.ACCEPTED
    ).order_by("-number")
    spans = CompliancePolicy.objects.values_list(
        JSONObject(version="version", sla="sla", freshness="freshness", holidays="holidays")
    )
    nothing = Cast(Value("{}"), JSONField())
    tasks = RemediationTask.objects.order_by().values_list(
        Value("task", output_field=TextField()),
        _text("public_id"),
        _text("regime"),
        _text("requirement_id"),
        _text("use_case__key"),
        _text("text"),
        _text("note"),
        Coalesce(NullIf("owner__name", Value("")), "owner__email", Value(""), output_field=TextField()),
        _text("state"),
        Cast("created_at", DateField()),
        "due",
        JSONObject(days="days", cost="cost", currency="currency", role="role", former="former_finding"),
    )
    evidence = (
        EvidenceLink.objects.filter(evidence__archived_at=None)
        .annotate(held_from=Subquery(accepted.values("valid_from")[:1]))
        .exclude(held_from=None)
        .order_by()
        .values_list(
            Value("evidence", output_field=TextField()),
            _text("evidence__public_id"),
            _text("regime"),
            _text("requirement_id"),
            _text("use_case__key"),
            _text("evidence__name"),
            _text("evidence__note"),
            Coalesce(Subquery(accepted.values("uploaded_by")[:1]), Value(""), output_field=TextField()),
            _text("evidence__kind"),
            "held_from",
            Subquery(accepted.values("valid_until")[:1]),
            JSONObject(spans=Subquery(spans[:1])),
        )
    )
    waivers = (
        Waiver.objects.filter(ended_at=None)
        .order_by()
        .values_list(
            _text("kind"),
            _text("public_id"),
            _text("regime"),
            _text("requirement_id"),
            _text("use_case__key"),
            _text("reason"),
            _text("instead"),
            _text("accepted_by"),
            _text("level"),
            Cast("accepted_at", DateField()),
            "expires_on",
            nothing,
        )
    )
    return tasks.union(evidence, waivers, all=True)


def _said() -> QuerySet[Any]:
    """Answers on regimes, requirements and common controls in one shape. One query."""
    empty = Value("", output_field=TextField())
    scopes = RegimeScope.objects.filter(archived_at=None).order_by()
    answers = ControlAnswer.objects.filter(archived_at=None, use_case__archived_at=None).order_by()
    common = CommonControlAnswer.objects.filter(archived_at=None).order_by()
    named = Coalesce(
        NullIf("use_case__name", Value("")), "use_case__key", Value(""), output_field=TextField()
    )
    return answers.values_list(
        Value("answer", output_field=TextField()),
        _text("regime"),
        _text("requirement_id"),
        _text("use_case__key"),
        named,
        "answers",
    ).union(
        scopes.values_list(
            Value("scope", output_field=TextField()), _text("key"), empty, empty, empty, "answers"
        ),
        common.values_list(
            Value("common", output_field=TextField()), empty, _text("key"), empty, empty, "answers"
        ),
        all=True,
    )
