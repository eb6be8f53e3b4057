"""The result of an analysis part by part, as its pages show it; and pins, with the quick answer at once."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework.request import Request
from rest_framework.response import Response

from config.api import shapes
from config.api.base import answer, found_or_404, read_body, single
from config.api.lists import listed
from config.api.operations import PAGED, Operation, Page
from config.api.problems import ApiProblem
from config.api.runs import RunView, run_shown
from engine.result import (
    OptionId,
    OrganisationResult,
    PortfolioResult,
    Roadmap,
    Trace,
    UseCaseResult,
)
from strategy import pins, scenarios
from strategy.knowledge import current
from strategy.models import Result, Run, RunState
from strategy.models import UseCaseResult as StoredUseCase
from strategy.queries import stored_result
from strategy.tasks import send


class PartView(RunView):
    """A part of a finished run's result."""

    def finished(self, run_id: str) -> Run:
        """The run. Raises a 409 where it has no result."""
        run = self.find(run_id)
        if run.state != RunState.SUCCEEDED:
            raise ApiProblem(409, f"The run has no result: {run.get_state_display().lower()}.")
        return run

    def stored(self, run_id: str) -> Result:
        return stored_result(self.finished(run_id))


class HeadView(PartView):
    """Some fields of the result beside its use cases; one field stands for itself."""

    fields: ClassVar[tuple[str, ...]]

    def get(self, request: Request, organisation_id: str, run_id: str) -> Response:
        head: Any = self.stored(run_id).head
        if len(self.fields) == 1 and isinstance(head[self.fields[0]], dict):
            return single(request, head[self.fields[0]])
        return single(request, {name: head[name] for name in self.fields})


def reads(summary: str, shape: Any) -> dict[str, Operation]:
    return {"GET": Operation(summary, "view", shape, problems=(409,))}


class RunReadiness(HeadView):
    operations = reads("Read how ready the organisation is, and whether to build alone", OrganisationResult)
    fields = ("organisation",)


class RunRoadmap(HeadView):
    operations = reads("Read the roadmap of an analysis", Roadmap)
    fields = ("roadmap",)


class RunRisks(HeadView):
    operations = reads("Read the risks of an analysis and what to watch", shapes.Outlook)
    fields = ("risks", "watch")


class RunRegimes(HeadView):
    operations = reads("Read which regimes apply and how their duties stand", shapes.RegimesOfRun)
    fields = ("regimes",)


class RunTrace(HeadView):
    operations = reads("Read the facts, rules and origins of numbers of an analysis", Trace)
    fields = ("trace",)


def answer_shown(part: StoredUseCase) -> shapes.Answer:
    body = part.body
    best = body["options"][0] if body["outcome"] == "recommend" and body["options"] else None
    return shapes.Answer(
        key=body["key"],
        name=body["name"],
        outcome=body["outcome"],
        summary=body["summary"],
        option=best and OptionId(**{name: best[name] for name in ("approach", "deployment", "method")}),
        confidence=best and best["confidence"],
    )


class RunUseCases(PartView):
    operations = {
        "GET": Operation(
            "List the answers of an analysis in short",
            "view",
            Page(shapes.Answer),
            query=PAGED,
            problems=(409,),
        )
    }

    def get(self, request: Request, organisation_id: str, run_id: str) -> Response:
        parts = StoredUseCase.objects.filter(result=self.stored(run_id)).defer("findings")
        return listed(request, parts, answer_shown, by="key")


class RunUseCase(PartView):
    operations = reads(
        "Read a use case's whole answer: options, money, doubt, reasons, findings", UseCaseResult
    )

    def get(self, request: Request, organisation_id: str, run_id: str, key: str) -> Response:
        parts = StoredUseCase.objects.filter(result=self.stored(run_id), key=key)
        part = found_or_404(parts.first())
        return single(request, {**part.body, "findings": part.findings})


class RunPortfolio(PartView):
    operations = {
        **reads("Read the portfolio of an analysis", PortfolioResult),
        "POST": Operation(
            "Pin use cases in, out or to an option: the quick answer at once, the best plan from a new analysis",
            "run_analysis",
            shapes.PinnedPlan,
            body=shapes.NewPins,
            status=202,
            located=True,
            problems=(409,),
        ),
    }

    def get(self, request: Request, organisation_id: str, run_id: str) -> Response:
        return single(request, self.stored(run_id).head["portfolio"])

    def post(self, request: Request, organisation_id: str, run_id: str) -> Response:
        of = self.finished(run_id)
        wanted = {
            key: pins.Pin(pin.pinned, pin.pinned_to)
            for key, pin in read_body(request, shapes.NewPins).pins.items()
        }
        try:
            scenario, run, new = pins.request_pinned_run(of, wanted, actor=self.actor, knowledge=current())
        except scenarios.Refused as error:
            raise ApiProblem(400, "The pins are refused; nothing was stored.", error.problems) from error
        if new:
            send(run)
        shape = shapes.PinnedPlan(
            scenario=scenario.public_id, run=run_shown(run), quick=pins.quick_plan(run, of, current())
        )
        response = answer(shape, status=202)
        base = self.request.path.partition("/runs/")[0]
        response["Location"] = request.build_absolute_uri(f"{base}/runs/{run.public_id}/")
        response["Retry-After"] = "1"
        return response
