"""The phased plan of what the portfolio took: phases, gates, compliance work, launches and the critical path."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from scipy.special import betainc

from engine.facts import Knowledge
from engine.plan.chosen import Chosen
from engine.plan.compliance import Duty, opens
from engine.plan.evaluation import evaluations
from engine.plan.network import Activity, Slot, chain, schedule
from engine.plan.portfolio import Plan
from engine.plan.quarters import months_later
from engine.plan.sharing import PLATFORM_WEEKS, Shared
from engine.plan.spending import WEEKS, plus, split
from engine.plan.tables import DataCheck, Stage
from engine.plan.track import Track
from engine.plan.ways import Way
from engine.result import Gate, Launch, Phase, PhaseCost, Range, Roadmap, Task
from engine.rounding import tenth, tenth_range, tenth_said, whole_range
from engine.trace import Tracer

RUN_WEEKS = Decimal(26)
"""The first half-year of use, which the plan still shows as a phase."""


@dataclass(frozen=True, slots=True)
class Line:
    """One use case in the plan: its track, the week it starts in, and its duties that are its own to do."""

    item: Chosen
    track: Track
    start: Decimal
    duties: tuple[Duty, ...]

    @property
    def live(self) -> Decimal:
        return self.start + self.track.live.likely


def roadmap(plan: Plan, chosen: Sequence[Chosen], knowledge: Knowledge, tracer: Tracer) -> Roadmap:
    """Lay out the use cases that the portfolio took, each from its quarter on."""
    lines = lines_of(plan, chosen)
    activities = {one.id: one for line in lines for one in network(line, plan)}
    slots = schedule(tuple(activities.values()))
    last = max(lines, key=lambda line: line.live, default=None)
    origins(tracer, knowledge)
    return Roadmap(
        phases=tuple(
            phase
            for line in lines
            for phase in (
                *platform_phases(line, lines, plan),
                *phases(line, activities, slots, plan, knowledge.plan.data_checks),
            )
        ),
        gates=tuple(gate for line in lines for gate in gates(line, slots)),
        tasks=tasks(lines, slots),
        critical_path=chain(last.track.live_id, activities, slots) if last else (),
        cash=plan.result.quarters,
        launches=tuple(launch(line, tracer) for line in lines),
        evaluation=tuple(
            test
            for line in lines
            for test in evaluations(line.item, line.track, line.start, knowledge, tracer)
        ),
    )


def lines_of(plan: Plan, chosen: Sequence[Chosen]) -> list[Line]:
    """The use cases taken, in the document's order. A duty of the organisation is done for the first that needs it."""
    ways: dict[str, Way] = {way.key: way for way in plan.taken}
    taken = [(item, way, way.track) for item in chosen if (way := ways.get(item.key)) and way.track]
    first: dict[str, str] = {}
    for item, _, track in sorted(taken, key=lambda one: one[1].start):
        for duty in track.duties:
            if duty.shared:
                first.setdefault(duty.name, item.key)
    return [
        Line(
            item,
            track,
            plan.calendar.bounds[way.start],
            tuple(duty for duty in track.duties if not duty.shared or first[duty.name] == item.key),
        )
        for item, way, track in taken
    ]


def network(line: Line, plan: Plan) -> list[Activity]:
    """The activities of a use case in the weeks of the programme, with what it waits for in other use cases."""
    track, start = line.track, line.start
    wait = plan.waits.get(line.item.key)
    waits = [f"{key}.live" for key in wait.launches] if wait else []
    if wait:
        tracks = {way.key: way.track for way in plan.taken if way.track}
        waits += [tracks[key].stage_id(tracks[key].stages[-1]) for key in wait.builders]
    found: list[Activity] = []
    for stage in track.stages:
        after = [found[-1].id] if found else waits
        after = [*after, *(opens("data", line.duties) if stage.data else ())]
        weeks = track.option.weeks.likely * stage.share
        found.append(Activity(track.stage_id(stage), weeks, tuple(after), not_before=start))
    for duty in line.duties:
        due = None if duty.due is None else plan.calendar.week_of(duty.due)
        by = None if duty.blocker else due if due is not None else line.live
        found.append(Activity(duty.id, duty.weeks("likely"), duty.after, not_before=start, by=by))
    after = [track.stage_id(track.stages[-1]), *opens("live", line.duties)]
    found.append(Activity(track.live_id, Decimal(0), tuple(after)))
    return found


def phases(
    line: Line,
    activities: dict[str, Activity],
    slots: dict[str, Slot],
    plan: Plan,
    checks: Sequence[DataCheck],
) -> list[Phase]:
    """The stages of a use case, and the first half-year of running."""
    track = line.track
    wait = plan.waits.get(line.item.key)
    found = []
    for stage in track.stages:
        name = track.stage_id(stage)
        weeks = track.option.weeks
        span = Range(
            low=weeks.low * stage.share, likely=weeks.likely * stage.share, high=weeks.high * stage.share
        )
        found.append(
            Phase(
                id=name,
                use_case=line.item.key,
                name=stage.name,
                start_week=tenth(slots[name].start),
                weeks=tenth_range(span),
                cost=plus([cost.amount for cost in track.costs[name]]),
                roles=stage.roles,
                after=activities[name].after,
                costs=track.costs[name],
                checks=(*stage.checks, *data_checks(line, stage, checks)),
                slack=tenth(slots[name].slack),
                because=wait.text if wait and stage == track.stages[0] else "",
            )
        )
    running = max(WEEKS - track.live.likely, Decimal(1))
    half_year = min(RUN_WEEKS / running, Decimal(1))
    costs = tuple(
        PhaseCost(
            item=cost.item,
            kind=cost.kind,
            amount=cost.amount if cost.paid == "launch" else scaled(cost.amount, half_year),
        )
        for cost in track.use
        if cost.paid != "end"
    )
    found.append(
        Phase(
            id=track.stage_id(track.run),
            use_case=line.item.key,
            name=track.run.name,
            start_week=tenth(line.live),
            weeks=Range(low=RUN_WEEKS, likely=RUN_WEEKS, high=RUN_WEEKS),
            cost=plus([cost.amount for cost in costs]),
            roles=track.run.roles,
            after=activities[track.live_id].after,
            costs=costs,
            checks=track.run.checks,
        )
    )
    return found


def data_checks(line: Line, stage: Stage, rows: Sequence[DataCheck]) -> list[str]:
    """What is checked of the use case's data assets, by their kinds, in the stage that first touches data."""
    if not stage.data:
        return []
    kinds = {asset.kind for asset in line.item.case.assets}
    return [row.text for row in rows if row.kind in kinds]


def scaled(amount: Range, share: Decimal) -> Range:
    return whole_range(Range(low=amount.low * share, likely=amount.likely * share, high=amount.high * share))


def platform_phases(line: Line, lines: Sequence[Line], plan: Plan) -> list[Phase]:
    """The platforms whose first user this use case is; they are paid once, beside its first stages."""
    found = []
    for platform in plan.ways.shared:
        users = [one for one in lines if (one.item.key, one.track.option.rank) in platform.offers]
        way = next((way for way in plan.taken if way.key == platform.id), None)
        if way is None or not users or min(users, key=lambda one: one.start) is not line:
            continue
        found.append(platform_phase(platform, plan.calendar.bounds[way.start], users))
    return found


def platform_phase(platform: Shared, start: Decimal, users: Sequence[Line]) -> Phase:
    costs = tuple(
        PhaseCost(item=line.item, kind=line.kind, amount=line.amount)
        for line in platform.lines
        if line.amount.likely
    )
    names = ", ".join(f"“{one.item.case.name}”" for one in users)
    return Phase(
        id=platform.id,
        use_case=min(users, key=lambda one: one.start).item.key,
        name=platform.row.name,
        start_week=tenth(start),
        weeks=Range(low=PLATFORM_WEEKS, likely=PLATFORM_WEEKS, high=PLATFORM_WEEKS),
        cost=plus([cost.amount for cost in costs]),
        roles=("platform engineer",),
        after=(),
        costs=costs,
        because=f"Paid once for {names}.",
    )


def gates(line: Line, slots: dict[str, Slot]) -> list[Gate]:
    """The gate of each stage, the leave to touch data where work blocks it, and go-live."""
    track, key = line.track, line.item.key
    found = []
    for stage, following in zip(track.stages, track.stages[1:], strict=False):
        name = track.stage_id(stage)
        if stage.gate:
            found.append(
                Gate(
                    id=f"{name}.gate",
                    use_case=key,
                    name=stage.gate,
                    week=tenth(slots[name].end),
                    before=track.stage_id(following),
                    passes_when=stage.passes_when,
                    after=(name,),
                )
            )
    blocking = [duty for duty in line.duties if duty.id in opens("data", line.duties)]
    if blocking:
        data = next(track.stage_id(stage) for stage in track.stages if stage.data)
        found.append(
            Gate(
                id=f"{key}.data",
                use_case=key,
                name="Leave to use the data",
                week=tenth(slots[data].start),
                before=data,
                passes_when=tuple(f"Done: {duty.text}" for duty in blocking),
                after=tuple(duty.id for duty in blocking),
            )
        )
    must = [f"Done: {duty.text}" for duty in line.duties if duty.blocker]
    found.append(
        Gate(
            id=track.live_id,
            use_case=key,
            name="Go-live",
            week=tenth(line.live),
            before=track.stage_id(track.run),
            passes_when=tuple(dict.fromkeys([*must, *hand_over(line.item), *track.stages[-1].passes_when])),
            after=(track.stage_id(track.stages[-1]), *opens("live", line.duties)),
        )
    )
    return found


def hand_over(item: Chosen) -> list[str]:
    if item.case.use_case.error_cost in ("high", "critical"):
        return ["A person takes over where the system is unsure, and this was tested."]
    return []


def tasks(lines: Sequence[Line], slots: dict[str, Slot]) -> tuple[Task, ...]:
    """The open duties as work; one of the organisation stands once, with its part of every use case's cost."""
    parts = {line.item.key: dict(duty_costs(line)) for line in lines}
    found = []
    for line in lines:
        data = set(opens("data", line.duties))
        for duty in line.duties:
            others = [
                one.item.key
                for one in lines
                if duty.shared
                and one is not line
                and any(other.shared and other.name == duty.name for other in one.track.duties)
            ]
            costs = [parts[key][duty.name] for key in (line.item.key, *others)]
            live = line.track.live_id
            found.append(
                Task(
                    id=duty.id,
                    use_case=line.item.key,
                    text=duty.text,
                    owner=duty.remediation.owner,
                    start_week=tenth(slots[duty.id].start),
                    days=duty.days,
                    closes=(duty.name,),
                    gate=f"{line.item.key}.data" if duty.id in data else None if duty.due else live,
                    blocker=duty.blocker,
                    due=duty.due,
                    step=duty.step.id,
                    after=duty.after,
                    also_for=tuple(others),
                    slack=tenth(slots[duty.id].slack),
                    cost=plus(costs),
                )
            )
    return tuple(found)


def duty_costs(line: Line) -> list[tuple[str, Range]]:
    """The cost line of compliance work in parts, by the weight of each open duty."""
    found = line.track.duties
    weights = [max(duty.weight, Decimal("0.1")) for duty in found]
    return (
        list(zip((duty.name for duty in found), split(line.track.compliance, weights), strict=True))
        if found
        else []
    )


def launch(line: Line, tracer: Tracer) -> Launch:
    """When a use case goes live, and whether that meets its deadline."""
    live = line.track.live
    week = Range(low=line.start + live.low, likely=line.live, high=line.start + live.high)
    months = line.item.case.use_case.deadline_months
    said = f"Live in week {tenth_said(week.likely)} ({tenth_said(week.low)} to {tenth_said(week.high)})"
    if months is None:
        text = f"{said}; no deadline is answered."
        return Launch(
            use_case=line.item.key,
            week=tenth_range(week),
            deadline_week=None,
            chance=None,
            missed=None,
            because=text,
        )
    deadline = Decimal((months_later(tracer.as_of, months) - tracer.as_of).days) / 7
    chance, missed = chance_by(deadline, week), week.likely > deadline
    text = (
        f"{said}, {tenth_said(abs(deadline - week.likely))} weeks {'after' if missed else 'before'} its deadline "
        f"in week {tenth_said(deadline)}, which is met in {chance} of 100 cases."
    )
    if missed:
        tracer.fired("roadmap.deadline", text, (line.item.case.at("deadline_months"),))
    return Launch(
        use_case=line.item.key,
        week=tenth_range(week),
        deadline_week=tenth(deadline),
        chance=chance,
        missed=missed,
        because=text,
    )


def chance_by(deadline: Decimal, week: Range) -> int:
    """The whole percent of cases in which a PERT-distributed week lies before a deadline."""
    if week.high <= week.low:
        return 100 if week.likely <= deadline else 0
    place = min(max((deadline - week.low) / (week.high - week.low), Decimal(0)), Decimal(1))
    mode = float((week.likely - week.low) / (week.high - week.low))
    return round(100 * float(betainc(1 + 4 * mode, 5 - 4 * mode, float(place))))


def origins(tracer: Tracer, knowledge: Knowledge) -> None:
    """Where the roadmap's numbers come from."""
    weeks = sorted({row.weeks for row in knowledge.options.approaches.values()})
    for pointer, facts, how in (
        ("/roadmap/phases/*/weeks", weeks, "The option's weeks, split by the stages' shares."),
        ("/roadmap/phases/*/cost", (), "The option's cost lines: each in the stages it belongs to."),
        (
            "/roadmap/phases/*/slack",
            (),
            "Critical-path method over stages, duties and what waits for people.",
        ),
        (
            "/roadmap/tasks/*/cost",
            ("people.day_rate",),
            "The compliance line in parts, by the days of the duties.",
        ),
        ("/roadmap/tasks/*/days", (), "Judged with each rule of the law."),
        (
            "/roadmap/launches/*",
            weeks,
            "Stages and blocking duties at the least, likely and most weeks; the chance from a PERT curve.",
        ),
        ("/roadmap/cash/*", (), "The portfolio's own quarters."),
    ):
        tracer.origin(pointer, "estimate", facts=facts, how=how)
