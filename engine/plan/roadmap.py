"""The phased plan: stages, compliance work before go-live, gates, critical path and cash."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from engine.facts import Knowledge
from engine.inputs import Inputs
from engine.money.currency import Exchange
from engine.money.ranges import scaled
from engine.plan.chosen import Chosen
from engine.result import Finding, Gate, Phase, PortfolioResult, Range, Roadmap, Task
from engine.rounding import tenth, tenth_range, whole_range
from engine.trace import Tracer

RUN_WEEKS = Decimal(26)
DAYS_A_WEEK = Decimal(5)


@dataclass(frozen=True, slots=True)
class Track:
    """One use case's part of the plan."""

    phases: tuple[Phase, ...]
    gates: tuple[Gate, ...]
    tasks: tuple[Task, ...]

    @property
    def end(self) -> Decimal:
        return self.gates[-1].week


def roadmap(
    inputs: Inputs,
    chosen: Sequence[Chosen],
    taken: PortfolioResult,
    knowledge: Knowledge,
    as_of: date,
    tracer: Tracer,
    exchange: Exchange,
) -> Roadmap:
    """Plan the use cases that the portfolio took. They start one after the other where people are short."""
    tracks: list[Track] = []
    free = Decimal(inputs.organisation.ml_engineers or 0)
    start, busy = Decimal(0), Decimal(0)
    for item in chosen:
        if item.key not in taken.chosen or item.option is None:
            continue
        need = item.option.staff.likely
        if tracks and busy + need > max(free, need):
            start, busy = max(track.end for track in tracks), Decimal(0)
        busy += need
        tracks.append(track_of(item, start, knowledge))
    tracer.origin(
        "/roadmap/phases/*/weeks",
        "estimate",
        facts=sorted({name for row in knowledge.options.approaches.values() for name in (row.weeks,)}),
        how="The option's weeks, split by the stages' shares.",
    )
    return Roadmap(
        phases=tuple(phase for track in tracks for phase in track.phases),
        gates=tuple(gate for track in tracks for gate in track.gates),
        tasks=tuple(task for track in tracks for task in track.tasks),
        critical_path=critical_path(tracks),
        cash=taken.quarters,
    )


def track_of(item: Chosen, start: Decimal, knowledge: Knowledge) -> Track:
    """Stages one after the other; compliance work beside them; go-live waits for both."""
    assert item.option is not None
    assert item.estimate is not None
    phases: list[Phase] = []
    gates: list[Gate] = []
    at, before = start, ""
    weeks, build = item.option.weeks, item.estimate.build
    for number, stage in enumerate(knowledge.plan.stages_of(item.option.approach), 1):
        phase = Phase(
            id=f"{item.key}.{number}",
            use_case=item.key,
            name=stage.name,
            start_week=tenth(at),
            weeks=tenth_range(scaled(weeks, stage.share)),
            cost=whole_range(scaled(build, stage.share)),
            roles=stage.roles,
            after=(before,) if before else (),
        )
        phases.append(phase)
        at += weeks.likely * stage.share
        before = phase.id
        if stage.gate:
            gates.append(
                Gate(
                    id=f"{phase.id}.gate",
                    use_case=item.key,
                    name=stage.gate,
                    week=tenth(at),
                    before=f"{item.key}.{number + 1}",
                    passes_when=stage.passes_when,
                )
            )
    live = f"{item.key}.live"
    tasks = compliance_tasks(item, start, live)
    done = max(
        (task.start_week + task.days.likely / DAYS_A_WEEK for task in tasks if task.blocker), default=at
    )
    opens = max(at, done)
    blockers = [f"{task.text} is done." for task in tasks if task.blocker]
    gates.append(
        Gate(
            id=live,
            use_case=item.key,
            name="Go-live",
            week=tenth(opens),
            before=f"{item.key}.run",
            passes_when=tuple(
                dict.fromkeys(
                    [*blockers, *hand_over(item), "The pilot meets the threshold that was written down."]
                )
            ),
        )
    )
    half_year = item.estimate.fixed_per_month * 6
    run = Phase(
        id=f"{item.key}.run",
        use_case=item.key,
        name="Run and watch",
        start_week=tenth(opens),
        weeks=Range(low=RUN_WEEKS, likely=RUN_WEEKS, high=RUN_WEEKS),
        cost=whole_range(Range(low=half_year, likely=half_year, high=half_year)),
        roles=("business owner", "developer"),
        after=(before, *(task.id for task in tasks if task.blocker)),
    )
    return Track((*phases, run), tuple(gates), tasks)


def hand_over(item: Chosen) -> list[str]:
    if item.case.use_case.error_cost in ("high", "critical"):
        return ["A person takes over where the system is unsure, and this was tested."]
    return []


def compliance_tasks(item: Chosen, start: Decimal, live: str) -> tuple[Task, ...]:
    """Open duties as work, one task for each requirement: blockers first, then by date of application."""
    grouped: dict[tuple[str, str], list[Finding]] = {}
    for finding in item.findings:
        due = finding.applies == "yes" and finding.state in ("gap", "partial", "unknown")
        if due and finding.remediation is not None and finding.timing != "watch":
            grouped.setdefault((finding.regime, finding.requirement_id), []).append(finding)
    ordered = sorted(
        grouped.items(),
        key=lambda pair: (
            not any(finding.blocker for finding in pair[1]),
            pair[1][0].state == "unknown",
            pair[1][0].applies_from or date.min,
            pair[0],
        ),
    )
    tasks: list[Task] = []
    at = start
    for number, ((regime, requirement), findings) in enumerate(ordered, 1):
        remediation = findings[0].remediation
        assert remediation is not None
        blocker = any(finding.blocker for finding in findings)
        upcoming = findings[0].timing == "upcoming"
        tasks.append(
            Task(
                id=f"{item.key}.task.{number}",
                use_case=item.key,
                text=f"{regime} {requirement}: {remediation.text}",
                owner=remediation.owner,
                start_week=tenth(at),
                days=remediation.days,
                closes=(f"{regime} {requirement}",),
                gate=None if upcoming else live,
                blocker=blocker,
                due=findings[0].applies_from if upcoming else None,
            )
        )
        if blocker:
            at += remediation.days.likely / DAYS_A_WEEK
    return tuple(tasks)


def critical_path(tracks: Sequence[Track]) -> tuple[str, ...]:
    """The chain that ends last: the track's phases, and the blocker that go-live waits for, if longer."""
    if not tracks:
        return ()
    last = max(tracks, key=lambda track: (track.end, track.gates[-1].id))
    stages = last.phases[:-1]
    built = stages[-1].start_week + stages[-1].weeks.likely
    if last.end > tenth(built):
        return (*(task.id for task in last.tasks if task.blocker), last.gates[-1].id)
    return (*(phase.id for phase in stages), last.gates[-1].id)
