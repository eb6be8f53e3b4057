"""Registers of controls: the Statement of Applicability, inherited controls, and every answer as it was given."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final, get_args

from accounts.tenancy import sees
from compliance.links import COMMON
from engine.inputs import Deployment
from engine.labels import label, title
from reports.registers.duties import waiver_words
from reports.registers.material import Material, Said
from reports.registers.register import Cell, Definition, columns, lines

STANDARD: Final = "ISO27001"


def soa(material: Material) -> Iterable[Sequence[Cell]]:
    """Every control of Annex A: whether it is applied and why, how it stands, what shows it, who, by when."""
    if not sees(STANDARD):
        return
    scope = next((said for said in material.said if said.kind == "scope" and said.regime == STANDARD), None)
    excluded = (
        {left["requirement_id"]: left.get("reason") or "" for left in (scope.answers.get("exclusions") or ())}
        if scope
        else {}
    )
    answers = {
        said.requirement_id: said.answers
        for said in material.said
        if said.kind == "answer" and said.regime == STANDARD and not said.use_case
    }
    because: dict[str, list[str]] = {}
    for duty in material.latest.duties if material.latest else ():
        if duty.regime == STANDARD and duty.applies == "yes":
            because.setdefault(duty.requirement_id, []).extend(duty.because)
    for row in material.knowledge.law.catalogues[STANDARD].requirement:
        if row.flag != "control":
            continue
        answer = answers.get(row.id, {})
        left_out = bool(excluded.get(row.id)) or answer.get("status") == "not_applicable"
        key = (None, STANDARD, row.id)
        task = next(iter(material.beside_of(key, "task")), None)
        yield (
            row.id,
            row.title,
            "no" if left_out else "yes",
            lines((excluded.get(row.id, ""), answer.get("reason") or ""))
            if left_out
            else lines((answer.get("reason") or "", *because.get(row.id, ()))) or "Not excluded",
            label(answer["status"]) if answer.get("status") else "not answered",
            label(material.standing(STANDARD, row.id).state),
            _evidence(answer, material, key),
            task.by or None if task else None,
            task.until if task else None,
            label(task.state) if task else None,
            lines(waiver_words(one) for one in material.beside_of(key, "risk", "exception")) or None,
        )


def _evidence(answer: Mapping[str, Any], material: Material, key: tuple[str | None, str, str]) -> str | None:
    told = [f"{label(item.get('kind') or 'evidence')}{_until(item)}" for item in answer.get("evidence") or ()]
    kept = [f"{row.text}, until {row.until}" for row in material.beside_of(key, "evidence")]
    return lines((*told, *kept)) or None


def _until(item: Mapping[str, Any]) -> str:
    return f", until {item['valid_until']}" if item.get("valid_until") else ", no end stated"


def inherited(material: Material) -> Iterable[Sequence[Cell]]:
    """What a provider does for the organisation, what shows it, and whether that still counts."""
    for said in material.said:
        if said.kind == "scope" or said.answers.get("status") != "inherited":
            continue
        key = (said.use_case or None, said.regime or COMMON, said.requirement_id)
        items = said.answers.get("evidence") or ()
        kept = material.beside_of(key, "evidence")
        counts = any(_counts(item, material.day) for item in items) or bool(kept)
        days = [date.fromisoformat(i["valid_until"]) for i in items if _counts(i, material.day)]
        yield (
            title(said.regime) if said.regime else "Common control",
            said.requirement_id,
            _titled(said, material),
            material.name(said.use_case) if not said.use_case_name else said.use_case_name,
            said.answers.get("reason"),
            lines(_by(said, material)) or "nobody else: it does not count",
            lines(f"{label(item.get('kind') or 'evidence')}{_until(item)}{_about(item)}" for item in items),
            lines(f"{row.text}, until {row.until}" for row in kept),
            "yes" if counts else "no: no evidence that is valid and covers the service",
            max((*days, *(row.until for row in kept)), default=None),
        )


def _by(said: Said, material: Material) -> Iterable[str]:
    """Where somebody else provides it, or has a share in it; of a control, what it serves decides in each case."""
    providers = material.knowledge.law.providers
    if said.kind == "common":
        yield "by requirement: see who provides what"
        return
    for deployment in get_args(Deployment):
        by = providers.of((said.regime, said.requirement_id), deployment)
        if by != "customer":
            yield f"{label(deployment)}: {PROVIDES[by]}"


def provided(material: Material) -> Iterable[Sequence[Cell]]:
    """What a provider can do for the organisation, by deployment, and what is answered of it."""
    law = material.knowledge.law
    answers = {
        (said.regime, said.requirement_id): said.answers
        for said in material.said
        if said.kind == "answer" and not said.use_case
    }
    for ref, row in law.providers.rows.items():
        if not sees(ref[0]):
            continue
        answer = answers.get(ref, {})
        yield (
            title(ref[0]),
            ref[1],
            law.requirements[ref].title,
            *(PROVIDES[law.providers.of(ref, deployment)] for deployment in get_args(Deployment)),
            row.because,
            label(answer["status"]) if answer.get("status") else "not answered",
            label(material.standing(*ref).state),
        )


PROVIDES: Final = {"provider": "provider", "shared": "shared", "customer": "organisation"}


def _counts(item: Mapping[str, Any], day: date) -> bool:
    until = item.get("valid_until")
    return until is not None and date.fromisoformat(until) >= day and item.get("covers_service") is not False


def _about(item: Mapping[str, Any]) -> str:
    covers = item.get("covers_service")
    if isinstance(covers, str):
        return f", covers {covers}"
    return {True: ", covers the service", False: ", does not cover the service"}.get(covers, "")  # type: ignore[arg-type]


def _titled(said: Said, material: Material) -> str | None:
    law = material.knowledge.law
    if said.kind == "common":
        control = law.crosswalk.controls.get(said.requirement_id)
        return control.title if control else None
    row = law.requirements.get((said.regime, said.requirement_id))
    return row.title if row else None


def answers(material: Material) -> Iterable[Sequence[Cell]]:
    """Every answer on a regime, a requirement or a common control, as it was given."""
    for said in material.said:
        given = said.answers
        scope = (
            "in scope"
            if given.get("in_scope")
            else "out of scope"
            if given.get("in_scope") is False
            else None
        )
        yield (
            {"scope": "Regime", "answer": "Requirement", "common": "Common control"}[said.kind],
            title(said.regime) if said.regime else None,
            said.requirement_id or None,
            None if said.kind == "scope" else said.use_case_name or material.name(None),
            scope if said.kind == "scope" else label(given["status"]) if given.get("status") else None,
            given.get("reason"),
            lines(
                (
                    *(
                        f"{item.get('kind') or 'evidence'}{_until(item)}{_about(item)}"
                        for item in given.get("evidence") or ()
                    ),
                    *(
                        f"{one['requirement_id']}: {one.get('reason') or ''}"
                        for one in given.get("exclusions") or ()
                    ),
                    *(f"category {name}" for name in given.get("soc2_categories") or ()),
                )
            )
            or None,
        )


SOA: Final = Definition(
    "statement-of-applicability",
    "Statement of Applicability",
    "Every control of ISO/IEC 27001:2022, Annex A, by identifier and in own words: applied or not, why, and how it "
    "stands. It is a draft until a person approves it.",
    "The knowledge release holds no control of ISO 27001.",
    columns(
        control="Control",
        title="In own words",
        applied="Applied",
        reason="Reason",
        status="Answered state",
        stands="Stands, evidence and common controls counted",
        evidence="Evidence",
        owner="Owner",
        due="Due",
        task="Task",
        risk="Accepted risk or exception",
    ),
    soa,
)
INHERITED: Final = Definition(
    "inherited",
    "Inherited controls",
    "What a provider does for the organisation. It counts only while evidence is valid and covers the service.",
    "No requirement is answered to be inherited.",
    columns(
        regime="Regime",
        requirement="Requirement",
        title="In own words",
        use_case="Use case",
        reason="Reason",
        provided="Provided by",
        evidence="Evidence named",
        files="Evidence kept",
        counts="Counts today",
        until="Until",
    ),
    inherited,
    analysis=False,
)
PROVIDED: Final = Definition(
    "who-provides",
    "Who provides what",
    "What a provider meets, or has a share in, by deployment. All that is not listed is the organisation’s own and "
    "cannot be inherited: access, input data, lawful basis, contracts.",
    "The knowledge release lists nothing that a provider meets.",
    columns(
        regime="Regime",
        requirement="Requirement",
        title="In own words",
        vendor_saas="Vendor’s application",
        public_api="Vendor’s shared endpoint",
        private_cloud="Own cloud account",
        on_prem="Own hardware",
        because="Why",
        status="Answered state",
        stands="Stands, as far as anybody can provide it",
    ),
    provided,
    analysis=False,
)
ANSWERS: Final = Definition(
    "answers",
    "Answers on regimes and controls",
    "Everything that was answered of regimes, requirements and common controls.",
    "Nothing is answered yet.",
    columns(
        kind="Kind",
        regime="Regime",
        requirement="Requirement or control",
        use_case="Use case",
        state="State",
        reason="Reason",
        more="Evidence, exclusions, categories",
    ),
    answers,
    analysis=False,
)
