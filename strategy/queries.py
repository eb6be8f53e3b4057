"""Reads about runs that join or count: records by kind, the state of an assessment, progress, stored results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, Literal

from django.db.models import Count, QuerySet, Value

from engine.canonical import digest
from inventory.models import Record, UseCase
from strategy.assessment import gather
from strategy.models import Result, Run, RunPurpose, RunState, Scenario, ScenarioRun, UseCaseResult

Next = Literal["use_case", "analyse", "wait", "repair", "again", "read"]
StepState = Literal["done", "now", "open"]


STAGES = (
    "Snapshot taken",
    "Waiting for a worker",
    "Reading the snapshot",
    "Weighing options",
    "Holding the answers against the law",
    "Planning money and time",
)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an assessment stands: its last run and last finished run, and what to do next."""

    last: Run | None
    finished: Run | None
    next: Next


@dataclass(frozen=True, slots=True)
class Analysis:
    """An analysis of a scenario, and a finished one of its base to hold it against."""

    run: Run
    base: Run | None


@dataclass(frozen=True, slots=True)
class Step:
    """A named stage of a run and whether it is done, going on, or still to come."""

    name: str
    state: StepState


def counts_of(models: Sequence[type[Record]]) -> Mapping[type[Record], int]:
    """How many live records of each kind there are. One query."""
    parts = [
        model.objects.filter(archived_at=None)
        .order_by()
        .values(kind=Value(position))
        .annotate(amount=Count("pk"))
        for position, model in enumerate(models)
    ]
    rows = reduce(lambda one, more: one.union(more, all=True), parts)
    found = {row["kind"]: row["amount"] for row in rows}
    return {model: found.get(position, 0) for position, model in enumerate(models)}


def runs() -> QuerySet[Run]:
    """Runs, newest first, with their snapshots."""
    rows: QuerySet[Run] = Run.objects.select_related("snapshot")
    return rows


def scenarios() -> QuerySet[Scenario]:
    """Scenarios, newest first, with what they stand on; the base's document is left aside."""
    rows: QuerySet[Scenario] = Scenario.objects.select_related("base", "base_run").defer("base__document")
    return rows


def runs_of(scenario: Scenario) -> QuerySet[Run]:
    """The analyses of a scenario, newest first."""
    return runs().filter(pk__in=scenario.analyses.values("run"))


def wanted_runs() -> QuerySet[Run]:
    """Runs that somebody asked for by themselves, newest first: none that is but a step of a comparison."""
    return runs().exclude(purpose=RunPurpose.COMPARISON)


def bases() -> QuerySet[Run]:
    """Finished analyses that a scenario can stand on, or a board paper can print, newest first."""
    return wanted_runs().filter(state=RunState.SUCCEEDED)


def analyses_of(scenario: Scenario) -> list[Analysis]:
    """The analyses of a scenario, newest first, each with one of its base to hold it against. Two queries."""
    made = scenario.analyses.select_related("run").order_by("-run__queued_at", "-run__pk", "-pk")
    analyses = {analysis.run_id: analysis for analysis in reversed(made)}
    of_base = Run.objects.filter(
        state=RunState.SUCCEEDED, snapshot__in={analysis.base_id for analysis in analyses.values()}
    ).order_by("pk")
    partners: dict[int, list[Run]] = {}
    for run in of_base:
        partners.setdefault(run.snapshot_id, []).append(run)
    return [
        Analysis(a.run, _nearest(a.run, partners.get(a.base_id, ()))) for a in reversed(analyses.values())
    ]


def _nearest(run: Run, others: Sequence[Run]) -> Run | None:
    """The analysis that has most in common with a run beside the answers; of equals the newest."""
    shared = ("as_of", "knowledge_digest", "engine_version")
    others = [other for other in others if other.pk != run.pk]
    return max(
        others,
        key=lambda other: ([getattr(other, name) == getattr(run, name) for name in shared], other.pk),
        default=None,
    )


def scenario_names(of: Sequence[Run]) -> dict[int, str]:
    """The names of the scenarios that some runs were computed for, by the run's primary key. One query."""
    rows = ScenarioRun.objects.filter(run__in=[run.pk for run in of if run.purpose == RunPurpose.SCENARIO])
    named = rows.order_by("pk").values_list("run", "scenario__name")
    found: dict[int, list[str]] = {}
    for pk, name in named:
        found.setdefault(pk, []).append(name)
    return {pk: ", ".join(dict.fromkeys(names)) for pk, names in found.items()}


def what_if_of(run: Run) -> list[ScenarioRun]:
    """The scenarios that a run was computed for, with its base; none for the assessment's own. One query."""
    if run.purpose != RunPurpose.SCENARIO:
        return []
    rows = run.scenario_analyses.select_related("scenario", "base").defer("base__document")
    return list({analysis.scenario_id: analysis for analysis in rows}.values())


def standing() -> Standing:
    """The last run, the finished run that answers the assessment as it stands, and the next step.

    Where no finished run has the present answers, the newest finished one stands in for it.
    """
    of_assessment = runs().filter(purpose=RunPurpose.ASSESSMENT)
    last = of_assessment.first()
    done = of_assessment.filter(state=RunState.SUCCEEDED)
    finished = done.first()
    present = digest(gather()) if finished else ""
    if finished and finished.snapshot.digest != present:
        finished = done.filter(snapshot__digest=present).first() or finished
    return Standing(last, finished, _next(last, finished, present))


def _next(last: Run | None, finished: Run | None, present: str) -> Next:
    if not UseCase.objects.filter(archived_at=None).exists():
        return "use_case"
    if last is None:
        return "analyse"
    if last.is_open:
        return "wait"
    if last.state == RunState.FAILED:
        return "repair"
    if finished is None:
        return "analyse"
    return "read" if finished.snapshot.digest == present else "again"


def last_finished() -> Run | None:
    """The assessment's last finished analysis with its result; none before the first. One query."""
    of_assessment = Run.objects.filter(purpose=RunPurpose.ASSESSMENT, state=RunState.SUCCEEDED)
    found: Run | None = of_assessment.select_related("result").first()
    return found


def steps_of(run: Run) -> list[Step]:
    """The stages of a run in order; a worker's own words start with the name of the stage that goes on."""
    waiting, reading = STAGES.index("Waiting for a worker"), STAGES.index("Reading the snapshot")
    said = next((place for place, name in enumerate(STAGES) if run.step.startswith(name)), reading)
    place = said if run.state == RunState.RUNNING else waiting
    return [
        Step(name, "done" if index < place else "now" if index == place else "open")
        for index, name in enumerate(STAGES)
    ]


def words_of(run: Run) -> str:
    """What happens with a run now, in a few words."""
    return run.step or run.get_state_display()


def stored_result(run: Run) -> Result:
    """A finished run's result without its use cases. One query."""
    stored: Result = Result.objects.get(run=run)
    return stored


def answers_of(stored: Result) -> list[dict[str, Any]]:
    """Every use case's part of a result without its findings. One query."""
    return list(UseCaseResult.objects.filter(result=stored).values_list("body", flat=True))


def part_of(stored: Result, key: str) -> UseCaseResult | None:
    """One use case's part of a result, its findings left aside. One query."""
    part: UseCaseResult | None = (
        UseCaseResult.objects.filter(result=stored, key=key).defer("findings").first()
    )
    return part


def findings_of(stored: Result) -> list[UseCaseResult]:
    """The parts of a result with their findings. One query."""
    return list(UseCaseResult.objects.filter(result=stored))
