"""The analyses on the way from one run to another: found, asked for, and read with their results."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from accounts.audit import Actor, record_event
from engine.analyse import ENGINE_VERSION
from engine.canonical import digest
from engine.knowledge import Knowledge
from strategy.comparison import Comparison, Journey, compare
from strategy.figures import Json
from strategy.models import Result, Run, RunPurpose, RunState, UseCaseResult
from strategy.services import find_or_queue, keep_snapshot
from strategy.ways import Ground, Leg, Release, in_one, way

Stop = tuple[str, date]
FAILED = (RunState.FAILED, RunState.CANCELLED)


@dataclass(frozen=True, slots=True)
class Told:
    """A comparison, with the runs' documents and currencies and the names of their use cases by key.

    `finer` says for each run but the first whether its causes could be told further apart.
    `open` says that the analyses for it are on their way, `failed` that one of them came to nothing.
    """

    comparison: Comparison
    documents: tuple[Json, ...]
    currencies: tuple[str, ...]
    names: Mapping[str, str]
    finer: tuple[bool, ...]
    open: bool
    failed: bool


def ground_of(run: Run) -> Ground:
    """All that decided a run."""
    document: dict[str, Any] = json.loads(run.snapshot.document)
    return Ground(document, run.as_of, Release(run.knowledge_digest, run.engine_version))


def release_of(knowledge: Knowledge) -> Release:
    """What this installation computes with."""
    return Release(knowledge.digest, ENGINE_VERSION)


def told(runs: Sequence[Run], knowledge: Knowledge) -> Told:
    """The first finished run compared with each of the others, by the finest way that is computed. Three queries."""
    here, grounds = release_of(knowledge), [ground_of(run) for run in runs]
    ways = [_ways(grounds[0], ground, here) for ground in grounds[1:]]
    between = _found([leg for each in ways for legs in each for leg in legs[:-1]], here)
    chosen = [
        next(legs for legs in each if all(_done(between.get(_stop(leg))) for leg in legs[:-1]))
        for each in ways
    ]
    wanted = [between.get(_stop(leg)) for each in ways for leg in each[0][:-1]]
    steps = [[between[_stop(leg)] for leg in legs[:-1]] for legs in chosen]
    results = _results((*runs, *(run for found in steps for run in found)))
    journeys = [
        Journey(legs, tuple(results[run.pk] for run in (runs[0], *found, *((last,) if legs else ()))))
        for legs, found, last in zip(chosen, steps, runs[1:], strict=True)
    ]
    return Told(
        comparison=compare(grounds[0].document, journeys),
        documents=tuple(ground.document for ground in grounds),
        currencies=tuple(results[run.pk]["currency"] for run in runs),
        names={body["key"]: body["name"] for run in runs for body in results[run.pk]["use_cases"]},
        finer=tuple(len(legs) < len(each[0]) for legs, each in zip(chosen, ways, strict=True)),
        open=any(run is not None and run.is_open for run in wanted),
        failed=any(run is not None and run.state in FAILED for run in wanted),
    )


@transaction.atomic
def request_between(runs: Sequence[Run], *, actor: Actor, knowledge: Knowledge) -> list[Run]:
    """Queue the analyses by which each cause can be told from the others; those that are new.

    The caller sends them to the worker. Nothing is queued where nothing can be told further apart.
    """
    here, grounds = release_of(knowledge), [ground_of(run) for run in runs]
    queued: list[Run] = []
    for ground in grounds[1:]:
        for leg in way(grounds[0], ground, here, apart=True)[:-1]:
            snapshot = keep_snapshot(leg.to.document, actor=actor)
            run, new = find_or_queue(snapshot, leg.to.as_of, knowledge, actor, RunPurpose.COMPARISON)
            if new:
                after = {
                    "as_of": leg.to.as_of.isoformat(),
                    "comparison": [compared.public_id for compared in runs],
                }
                record_event(actor=actor, action="run.requested", obj=run, after=after)
                queued.append(run)
    return queued


def _ways(one: Ground, other: Ground, here: Release) -> list[tuple[Leg, ...]]:
    """The ways between two grounds, the finest first; the last one needs no analysis in between."""
    finest, fine = (way(one, other, here, apart=apart) for apart in (True, False))
    return [finest, fine, in_one(one, other)]


def _stop(leg: Leg) -> Stop:
    return digest(leg.to.document), leg.to.as_of


def _found(legs: Iterable[Leg], here: Release) -> Mapping[Stop, Run]:
    """The analyses on the way by what they are of: the last one of each, and no failed one beside another."""
    stops = {_stop(leg) for leg in legs}
    if not stops:
        return {}
    rows = Run.objects.select_related("snapshot").filter(
        snapshot__digest__in={document for document, _ in stops},
        knowledge_digest=here.knowledge,
        engine_version=here.engine,
    )
    found: dict[Stop, Run] = {}
    for run in sorted(rows, key=lambda run: (run.state not in FAILED, run.pk)):
        found[run.snapshot.digest, run.as_of] = run
    return found


def _done(run: Run | None) -> bool:
    return run is not None and run.state == RunState.SUCCEEDED


def _results(runs: Iterable[Run]) -> dict[int, dict[str, Any]]:
    """The whole results of some finished runs, by the run's primary key. Two queries."""
    keys = {run.pk for run in runs}
    heads = Result.objects.filter(run__in=keys)
    found = {stored.pk: {**stored.head, "use_cases": []} for stored in heads}
    for part in UseCaseResult.objects.filter(result__in=list(found)).order_by("result", "position"):
        found[part.result_id]["use_cases"].append({**part.body, "findings": part.findings})
    return {stored.run_id: found[stored.pk] for stored in heads}
