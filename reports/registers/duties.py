"""Registers of duties: gaps, what changed, what does not apply, what is not known, and deadlines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from compliance.duties import OPEN_STATES, Duty
from engine.labels import label, title
from engine.questions import question, steps
from reports.origins import Sources
from reports.registers.material import Analysis, Beside, Material
from reports.registers.register import Cell, Definition, columns, lines

AGES: Final = ((30, "0–30 days"), (60, "31–60 days"), (90, "61–90 days"))
EFFORT_NOTE: Final = "estimate of the rule"


def gaps(material: Material) -> Iterable[Sequence[Cell]]:
    """Duties that apply and are not met, the worst first, with what closes them and who does it."""
    latest = material.latest
    open_ = [duty for duty in latest.duties if duty.is_open] if latest else []
    open_.sort(key=lambda duty: (not duty.blocker, OPEN_STATES.index(duty.state), -duty.points))
    for duty in open_:
        task = next(iter(material.beside_of(duty.key, "task")), None)
        shown = material.beside_of(duty.key, "evidence")
        waived = material.beside_of(duty.key, "risk", "exception")
        yield (
            material.name(duty.use_case),
            lines(material.name(key) for key in duty.use_cases),
            title(duty.regime),
            duty.requirement_id,
            duty.title,
            label(duty.state),
            duty.blocker,
            label(duty.timing),
            duty.applies_from,
            label(duty.legal),
            label(duty.sensitivity),
            label(duty.exposure),
            label(duty.evidence) if duty.evidence else None,
            duty.points,
            lines(duty.because),
            lines(asked(need, material) for need in duty.needs),
            duty.text,
            duty.role,
            *_days(duty),
            duty.proof,
            lines(f"{row.text}, until {row.until}" for row in shown),
            *_task(task, material.day),
            lines(waiver_words(row) for row in waived),
            lines(duty.rules),
            material.knowledge.sources[duty.source].title
            if duty.source in material.knowledge.sources
            else duty.source,
            duty.confidence,
        )


def _days(duty: Duty) -> tuple[Cell, Cell, Cell]:
    low, likely, high = (
        Decimal(duty.estimate[end]) if duty.estimate else None for end in ("low", "likely", "high")
    )
    return low, likely, high


def _task(task: Beside | None, day: date) -> tuple[Cell, ...]:
    if task is None:
        return ("No task yet", None, None, None, None, None, None, None)
    age = (day - task.since).days
    closed = task.state in ("done", "dropped")
    return (
        label(task.state),
        task.by or None,
        task.until,
        not closed and task.until < day,
        None if closed else bucket(age),
        Decimal(str(task.more["days"])),
        f"{task.more['cost']} {task.more['currency']}" if task.more["cost"] is not None else None,
        lines((task.text, task.note)),
    )


def bucket(days: int) -> str:
    """How long a task has been open, in the usual four spans."""
    return next((name for most, name in AGES if days <= most), "over 90 days")


def waiver_words(row: Beside) -> str:
    kind = "Accepted risk" if row.kind == "risk" else "Exception"
    instead = f" Instead: {row.note}" if row.note else ""
    return f"{kind} ({row.state}) until {row.until} by {row.by}: {row.text}{instead}"


def plan_of_action(material: Material) -> Iterable[Sequence[Cell]]:
    """Every open duty as an item of the plan: its weakness, what is planned, by whom, with what, until when."""
    latest = material.latest
    open_ = [duty for duty in latest.duties if duty.is_open] if latest else []
    open_.sort(key=lambda duty: (not duty.blocker, -duty.points / max(duty.days, Decimal(1)), duty.key[1:]))
    for number, duty in enumerate(open_, start=1):
        task = next(iter(material.beside_of(duty.key, "task")), None)
        waived = material.beside_of(duty.key, "risk", "exception")
        yield (
            number,
            f"{title(duty.regime)} {duty.requirement_id}: {duty.title}",
            material.name(duty.use_case),
            lines(duty.because),
            label(duty.state),
            duty.blocker,
            f"{label(duty.legal)}, sensitivity {label(duty.sensitivity)}, exposure {label(duty.exposure)}, "
            f"evidence {label(duty.evidence or 'unknown')}",
            task.text if task else duty.text,
            (task.by if task else "") or f"nobody yet (usually: {duty.role})",
            Decimal(str(task.more["days"])) if task else _days(duty)[1],
            f"{task.more['cost']} {task.more['currency']}"
            if task and task.more["cost"] is not None
            else None,
            duty.applies_from,
            task.until if task else None,
            "Risk accepted" if waived else label(task.state) if task else "not planned",
            lines(waiver_words(row) for row in waived) or None,
        )


def asked(pointer: str, material: Material) -> str:
    """The question at a pointer of the document, with the record that it is about."""
    answer = Sources({"facts": (), "rules": (), "numbers": ()}, material.document).answer(pointer)
    return f"{answer.thing}: {answer.question}" if answer.thing else answer.question


def changes(material: Material) -> Iterable[Sequence[Cell]]:
    """What is open now and was not, is no longer open, or still is."""
    latest, former = material.latest, material.former
    if latest is None or former is None:
        return
    now, before = _open(latest), _open(former)
    known = {duty.key: duty for duty in latest.duties}
    for key in sorted(now.keys() | before.keys(), key=str):
        change = "still open" if key in now and key in before else "new" if key in now else "closed"
        duty = now.get(key) or before[key]
        stands = known.get(key)
        yield (
            change,
            material.name(key[0]),
            title(key[1]),
            key[2],
            duty.title,
            label(before[key].state) if key in before else (None if key not in now else "not open"),
            label(stands.state) if stands else "no longer found",
            duty.blocker,
            former.as_of,
            latest.as_of,
        )


def _open(analysis: Analysis) -> dict[Any, Duty]:
    return {duty.key: duty for duty in analysis.duties if duty.is_open}


def not_applicable(material: Material) -> Iterable[Sequence[Cell]]:
    """What does not apply, and why: regimes, excluded requirements, and those that were answered so."""
    for regime in material.latest.regimes if material.latest else ():
        if regime["applies"] == "no":
            yield "Regime", title(regime["regime"]), None, None, None, regime["because"], "analysis"
    for said in material.said:
        if said.kind == "scope":
            if said.answers.get("in_scope") is False:
                yield "Regime", title(said.regime), None, None, None, "Answered to be out of scope", "answer"
            for left in said.answers.get("exclusions") or ():
                name = left["requirement_id"]
                reason = left.get("reason") or "No reason given: the exclusion does not count"
                yield (
                    "Exclusion",
                    title(said.regime),
                    name,
                    _titled(material, said.regime, name),
                    None,
                    reason,
                    "answer",
                )
        elif said.answers.get("status") == "not_applicable":
            about = (said.regime, said.requirement_id)
            reason = said.answers.get("reason") or "No reason given"
            where = material.name(said.use_case)
            yield (
                "Requirement",
                title(said.regime),
                said.requirement_id,
                _titled(material, *about),
                where,
                reason,
                "answer",
            )


def _titled(material: Material, regime: str, requirement: str) -> str | None:
    row = material.knowledge.law.requirements.get((regime, requirement))
    return row.title if row else None


def unknown(material: Material) -> Iterable[Sequence[Cell]]:
    """Questions that are open, those first that decide most duties, and what they decide."""
    latest = material.latest
    if latest is None:
        return
    decides: dict[str, list[str]] = {}
    for duty in latest.duties:
        if duty.applies == "unknown" or duty.state == "unknown":
            for need in duty.needs:
                decides.setdefault(need, []).append(f"{title(duty.regime)} {duty.requirement_id}")
    for regime in latest.regimes:
        for need in regime["unknown_facts"]:
            decides.setdefault(need, []).append(title(regime["regime"]))
    sources = Sources({"facts": (), "rules": (), "numbers": ()}, material.document)
    for need, names in sorted(decides.items(), key=lambda one: (-len(set(one[1])), one[0])):
        answer = sources.answer(need)
        yield answer.thing, question(steps(need)), need, len(set(names)), lines(names)


def deadlines(material: Material) -> Iterable[Sequence[Cell]]:
    """Duties with a day from which they apply: what is in force since, and what comes, in the order of days."""
    latest = material.latest
    dated = (
        [duty for duty in latest.duties if duty.applies_from is not None and duty.applies != "no"]
        if latest
        else []
    )
    for duty in sorted(dated, key=lambda one: (one.applies_from or date.max, one.regime, one.requirement_id)):
        assert duty.applies_from is not None
        task = next(iter(material.beside_of(duty.key, "task")), None)
        yield (
            duty.applies_from,
            (duty.applies_from - material.day).days,
            label(duty.timing),
            title(duty.regime),
            duty.requirement_id,
            duty.title,
            material.name(duty.use_case),
            "yes" if duty.applies == "yes" else "not answered yet",
            label(duty.state),
            task.by or None if task else None,
            task.until if task else None,
        )


GAPS: Final = Definition(
    "gaps",
    "Gap register",
    "Duties that apply and are not met, or not known to be: what stops a launch first.",
    "No gap was found in the facts given. That is not the same as having none.",
    columns(
        use_case="Use case",
        use_cases="Use cases that it serves",
        regime="Regime",
        requirement="Requirement",
        duty="Duty",
        state="State",
        blocks_launch="Blocks launch",
        timing="Timing",
        applies_from="Applies from",
        legal="Weight in law",
        sensitivity="Sensitivity of the data",
        exposure="Exposure",
        proven="Evidence in the analysis",
        points="Points of risk",
        because="Why it applies",
        missing="What is missing",
        to_do="To do",
        usually_by="Usually done by",
        days_low="Days at least (estimate)",
        days_likely="Days likely (estimate)",
        days_high="Days at most (estimate)",
        proof="Shown by",
        evidence="Evidence that counts",
        task="Task",
        owner="Owner",
        due="Due",
        late="Late",
        age="Open for",
        days="Days planned",
        cost="Cost planned",
        plan="Plan and note",
        accepted="Accepted until",
        rules="Rules",
        source="Source",
        confidence="Read with confidence",
    ),
    gaps,
)
PLAN_OF_ACTION: Final = Definition(
    "plan-of-action",
    "Plan of action",
    "Plan of action and milestones (POA&M): every open duty as one item, blockers first, then what takes most risk "
    "away for a day of work.",
    "No gap was found in the facts given, so there is nothing to plan.",
    columns(
        item="Item",
        weakness="Weakness",
        use_case="Use case",
        because="Why it is one",
        state="State",
        blocks_launch="Blocks launch",
        severity="Severity",
        planned="Planned",
        by="By",
        days="Person-days",
        cost="Cost planned",
        applies_from="Applies from",
        milestone="Done by",
        status="Status",
        accepted="Accepted until",
    ),
    plan_of_action,
)
CHANGES: Final = Definition(
    "changes",
    "What changed",
    "What the last analysis of the assessment found open against the one before: new, closed, still open.",
    "There is nothing to compare yet, or nothing was open in either analysis.",
    columns(
        change="Change",
        use_case="Use case",
        regime="Regime",
        requirement="Requirement",
        duty="Duty",
        before="Before",
        now="Now",
        blocks_launch="Blocks launch",
        former_as_of="Former analysis",
        as_of="Last analysis",
    ),
    changes,
)
NOT_APPLICABLE: Final = Definition(
    "not-applicable",
    "What does not apply",
    "Regimes and requirements that do not apply, each with its reason.",
    "Nothing is answered or found not to apply.",
    columns(
        kind="Kind",
        regime="Regime",
        requirement="Requirement",
        duty="Duty",
        use_case="Use case",
        reason="Reason",
        by="By",
    ),
    not_applicable,
)
UNKNOWN: Final = Definition(
    "unknown",
    "Facts to ask for",
    "Questions that are open and decide whether a duty applies, or how it stands.",
    "No open question decides a duty of the last analysis.",
    columns(
        record="Record",
        question="Question",
        place="Place in the document",
        decides="How many duties it decides",
        duties="Which",
    ),
    unknown,
)
DEADLINES: Final = Definition(
    "deadlines",
    "Deadlines",
    "Duties by the day from which they apply. One that comes later is never a present breach.",
    "No duty of the last analysis has a day of its own.",
    columns(
        applies_from="Applies from",
        days_left="Days left",
        timing="Timing",
        regime="Regime",
        requirement="Requirement",
        duty="Duty",
        use_case="Use case",
        applies="Applies",
        state="State",
        owner="Owner",
        due="Due",
    ),
    deadlines,
)
