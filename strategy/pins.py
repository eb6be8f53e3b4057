"""Use cases pinned in, out or to an option: a what-if on an analysis, with the quick answer at once.

A pin is an answer like any other (`pinned` and `pinned_to` of a use case), so a pinned plan is the analysis of a
scenario: frozen, computed by the worker, and held against its base. Every function expects an open scope.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Literal

from django.db import transaction

from accounts.audit import Actor
from engine.analyse import ENGINE_VERSION
from engine.canonical import from_plain
from engine.case import cases
from engine.inputs import Planned
from engine.knowledge import Knowledge
from engine.labels import label
from engine.money.currency import exchange
from engine.plan.chosen import Chosen
from engine.plan.portfolio import quick_answer
from engine.reading import DocumentError, read_document
from engine.result import QuickAnswer, UseCaseResult
from engine.strict import Problem, nearest
from engine.trace import Tracer
from strategy import scenarios
from strategy.models import Run, RunState, Scenario
from strategy.models import UseCaseResult as StoredUseCase
from strategy.overrides import Override, addresses, read_overrides, restored
from strategy.places import Document, Place, name_of
from strategy.queries import what_if_of

FIELDS = ("pinned", "pinned_to")


@dataclass(frozen=True, slots=True)
class Pin:
    """What is decided of a use case: in the plan, out of it, or left to the plan; and in which option."""

    pinned: Literal["in", "out"] | None = None
    to: Planned | None = None

    def answers(self) -> dict[str, Any]:
        """As the document holds it; None where nothing is decided."""
        parts = {name: getattr(self.to, name, None) for name in ("approach", "deployment", "method")}
        return {
            "pinned": self.pinned,
            "pinned_to": {name: part for name, part in parts.items() if part} or None,
        }


def pins_of(document: Document) -> dict[str, Pin]:
    """The pins that a document holds, by use case; those of which nothing is decided too."""
    return {
        row["key"]: Pin(row.get("pinned"), Planned(**row["pinned_to"]) if row.get("pinned_to") else None)
        for row in document.get("use_cases") or ()
    }


@transaction.atomic
def request_pinned_run(
    run: Run, pins: Mapping[str, Pin], *, actor: Actor, knowledge: Knowledge
) -> tuple[Scenario, Run, bool]:
    """Queue the plan of a finished run's answers with some pins instead of those it has; True where it is new.

    The pins are kept as a scenario on the run, or, where the run is itself a scenario's, on that one's base with
    all that it changes. The same pins find the same scenario and run. The caller sends the run to the worker.
    Raises scenarios.Refused, and then nothing is written: for a run without a result, for use cases that are not
    there, for pins that are no answers, and where the pins are those that the base has already.
    """
    base_run, kept = _base_of(run)
    base = scenarios.base_document(base_run)
    there, of_base = pins_of(json.loads(run.snapshot.document)), pins_of(base)
    unknown = sorted(set(pins) - set(there))
    if unknown:
        raise scenarios.Refused(
            Problem(f"/pins/{key}", "no such use case in this analysis", nearest(key, there))
            for key in unknown
        )
    changed = [
        Override(Place("use_cases", key, (name,)), value)
        for key, pin in (there | dict(pins)).items()
        for name, value in pin.answers().items()
        if value != of_base[key].answers()[name]
    ]
    answers = addresses(base, (*kept, *changed))
    if not answers:
        raise scenarios.Refused([Problem("/pins", "they are those of the base", "at least one that differs")])
    scenario = _kept_already(base_run, base, answers, knowledge) or scenarios.create_scenario(
        actor=actor, name=_name(base, changed), answers=answers, base_run=base_run, knowledge=knowledge
    )
    queued, new = scenarios.request_scenario_run(scenario, actor=actor, knowledge=knowledge, as_of=run.as_of)
    return scenario, queued, new


def quick_plan(run: Run, of: Run, knowledge: Knowledge) -> QuickAnswer | None:
    """The greedy answer for a run's pins from another run's answers, before the worker has the best one.

    None where the other run has no result of this release for the same day, use cases and answers, pins apart.
    """
    if of.state != RunState.SUCCEEDED or (of.as_of, of.knowledge_digest, of.engine_version) != (
        run.as_of,
        knowledge.digest,
        ENGINE_VERSION,
    ):
        return None
    document = json.loads(run.snapshot.document)
    if _without_pins(document) != _without_pins(json.loads(of.snapshot.document)):
        return None
    inputs = read_document(document)
    tracer = Tracer(knowledge, run.as_of, inputs.price_overrides)
    stored = StoredUseCase.objects.filter(result__run=of)
    answers = [from_plain(UseCaseResult, {**part.body, "findings": part.findings}) for part in stored]
    if [answer.key for answer in answers] != [use_case.key for use_case in inputs.use_cases]:
        return None
    chosen = tuple(
        Chosen(case=case, answer=answer)
        for case, answer in zip(cases(inputs, run.as_of), answers, strict=True)
    )
    return quick_answer(inputs, chosen, exchange(inputs, tracer), tracer)


def _without_pins(document: Mapping[str, Any]) -> dict[str, Any]:
    plain = deepcopy(dict(document))
    for row in plain.get("use_cases", ()):
        for name in FIELDS:
            row.pop(name, None)
    return plain


def _base_of(run: Run) -> tuple[Run, tuple[Override, ...]]:
    """The run on which new pins stand, and the changed answers that they join."""
    for analysis in what_if_of(run):
        base_run = analysis.scenario.base_run
        if base_run is not None and base_run.state == RunState.SUCCEEDED:
            kept = restored(analysis.overrides)
            return base_run, tuple(item for item in kept if item.place.path[0] not in FIELDS)
    return run, ()


def _kept_already(
    base_run: Run, base: Document, answers: Mapping[str, Any], knowledge: Knowledge
) -> Scenario | None:
    """The scenario that says the same on the same base; None where there is none, or the answers are refused."""
    try:
        overrides = read_overrides(base, answers, knowledge.law.requirement_ids())
    except DocumentError:
        return None
    wanted = [item.stored() for item in overrides]
    on_base: Iterable[Scenario] = Scenario.objects.filter(base_run=base_run, archived_at=None).order_by("pk")
    return next((scenario for scenario in on_base if scenario.overrides == wanted), None)


def _name(base: Document, changed: Iterable[Override]) -> str:
    """What the pins say, short enough for a name."""
    names = {row["key"]: name_of("use_cases", row["key"], row) for row in base["use_cases"]}
    said: dict[str, list[str]] = {}
    for item in changed:
        words = said.setdefault(names[item.place.key], [])
        if item.place.path == ("pinned",):
            words.append(item.value or "free")
        elif item.value:
            words.append("as " + ", ".join(label(part) for part in item.value.values()))
        else:
            words.append("in any option")
    text = "Plan: " + ("; ".join(f"{name} {' '.join(words)}" for name, words in said.items()) or "no pins")
    return text if len(text) <= scenarios.LONGEST_NAME else text[: scenarios.LONGEST_NAME - 1] + "…"
