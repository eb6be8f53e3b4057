"""Comparisons of runs over the API: what differs and why."""

from __future__ import annotations

from collections.abc import Mapping

from rest_framework.request import Request
from rest_framework.response import Response

from config.api import shapes
from config.api.base import OrganisationView, found_or_404, read_body, single
from config.api.operations import Operation, Parameter
from config.api.problems import ApiProblem
from config.api.runs import located, run_shown
from config.api.scenarios import changed
from engine.strict import Problem
from strategy.comparison import Because, Difference, Moved
from strategy.journeys import Told, request_between, told
from strategy.knowledge import current
from strategy.models import Run, RunState
from strategy.queries import runs
from strategy.tasks import send

RUN = {"type": "string"}


def compared(found: list[Run], answer: Told, *, whole: bool) -> shapes.Comparison:
    comparison = answer.comparison
    return shapes.Comparison(
        runs=tuple(map(run_shown, found)),
        ways=tuple(tuple(map(leg, legs)) for legs in comparison.moved),
        finer=answer.finer,
        open=answer.open,
        inputs=tuple(
            shapes.Input(
                place=shapes.Place(records=i.place.records, key=i.place.key, path=i.place.path),
                thing=i.thing,
                values=i.values,
            )
            for i in comparison.inputs
        ),
        figures=tuple(map(figure, comparison.figures if whole else comparison.differences)),
    )


def leg(moved: Moved) -> shapes.Leg:
    return shapes.Leg(
        causes=moved.causes,
        answers=tuple(map(changed, moved.answers)),
        facts=tuple(
            shapes.FactMoved(
                id=f.id, label=f.label, kind=f.kind, unit=f.unit, was=f.was, now=f.now, since=f.since
            )
            for f in moved.facts
        ),
        day=moved.day,
    )


def figure(difference: Difference) -> shapes.FigureCompared:
    return shapes.FigureCompared(
        section=difference.section,
        about=difference.about,
        name=difference.name,
        label=difference.label,
        shape=difference.shape,
        values=difference.values,
        because=tuple(tuple(map(because, each)) for each in difference.because),
    )


def because(reason: Because) -> shapes.Because:
    return shapes.Because(
        leg=reason.leg, facts=tuple(fact.id for fact in reason.facts), applies_from=reason.applies_from
    )


class Comparisons(OrganisationView):
    operations = {
        "GET": Operation(
            "Compare two or three analyses",
            "view",
            shapes.Comparison,
            query=(
                Parameter("a", RUN, "The run that the others are held against."),
                Parameter("b", RUN, "Another run."),
                Parameter("c", RUN, "A third one, if wanted."),
                Parameter(
                    "all",
                    {"type": "boolean", "default": False},
                    "Whether to list figures that are equal too.",
                ),
            ),
            problems=(404, 409),
        ),
        "POST": Operation(
            "Ask for the analyses by which the causes of the differences can be told apart",
            "run_analysis",
            shapes.ComparisonSteps,
            body=shapes.NewComparison,
            status=202,
            located=True,
            problems=(404, 409),
        ),
    }

    def get(self, request: Request, organisation_id: str) -> Response:
        asked = request.query_params
        whole = asked.get("all", "false")
        if whole not in ("true", "false"):
            self.refuse("all", whole, "true or false")
        for name in ("a", "b"):
            if not asked.get(name):
                self.refuse(name, "", "a finished run's id")
        found = self.find(asked)
        return single(request, compared(found, told(found, current()), whole=whole == "true"))

    def post(self, request: Request, organisation_id: str) -> Response:
        body = read_body(request, shapes.NewComparison)
        asked = {name: run for name, run in (("a", body.a), ("b", body.b), ("c", body.c)) if run}
        queued = request_between(self.find(asked), actor=self.actor, knowledge=current())
        for run in queued:
            send(run)
        query = "&".join(f"{name}={run}" for name, run in asked.items())
        steps = shapes.ComparisonSteps(runs=tuple(map(run_shown, queued)))
        return located(request, steps, f"{request.path}?{query}")

    def find(self, asked: Mapping[str, str]) -> list[Run]:
        """The runs that were named. Raises a problem for one that is not there, is named twice, or has no result."""
        ids = [asked[name] for name in ("a", "b", "c") if asked.get(name)]
        rows = {run.public_id: run for run in runs().filter(public_id__in=ids)}
        found = [found_or_404(rows.get(name)) for name in ids]
        if len(rows) < len(ids):
            self.refuse("b", ids[0], "each run once")
        for run in found:
            if run.state != RunState.SUCCEEDED:
                raise ApiProblem(409, f"{run.public_id} has no result: {run.get_state_display().lower()}.")
        return found

    def refuse(self, name: str, text: str, right: str) -> None:
        fault = Problem("", f"{name} is “{text[:40]}”", right)
        raise ApiProblem(400, "The runs to compare are not named.", [fault])
