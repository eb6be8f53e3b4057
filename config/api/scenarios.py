"""What-if scenarios over the API: kept, changed, analysed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, TypeVar

from rest_framework.request import Request
from rest_framework.response import Response

from accounts.clock import today
from accounts.versions import Conflict
from config.api import shapes
from config.api.base import OrganisationView, found_or_404, read_body, single, stated_version, versioned
from config.api.lists import listed
from config.api.operations import ARCHIVED, PAGED, Operation, Page
from config.api.problems import ApiProblem
from config.api.runs import located, run_shown
from engine.strict import Problem, below, read
from strategy import scenarios
from strategy.answerchanges import AnswerChange
from strategy.knowledge import current
from strategy.models import Scenario
from strategy.overrides import addresses, restored
from strategy.queries import runs, runs_of
from strategy.queries import scenarios as every_scenario
from strategy.services import NothingToAnalyse
from strategy.tasks import send

B = TypeVar("B", shapes.NewScenario, shapes.ScenarioSettings)


def shown(scenario: Scenario) -> shapes.Scenario:
    overrides = restored(scenario.overrides)
    numbered = any(item.place.key.isdigit() for item in overrides)
    return shapes.Scenario(
        id=scenario.public_id,
        version=scenario.version,
        name=scenario.name,
        base_run=scenario.base_run.public_id if scenario.base_run else None,
        base=scenario.base.public_id,
        answers=addresses(scenarios.saved_base(scenario) if numbered else {}, overrides),
        created_at=shapes.stamp(scenario.created_at) or "",
        updated_at=shapes.stamp(scenario.updated_at) or "",
        created_by=scenario.created_by,
        archived=scenario.archived_at is not None,
    )


def changed(change: AnswerChange) -> shapes.AnswerChange:
    place = change.place
    return shapes.AnswerChange(
        place=shapes.Place(records=place.records, key=place.key, path=place.path),
        thing=change.thing,
        was=change.was,
        now=change.now,
    )


def placed(problems: Iterable[Problem], answers: Iterable[str]) -> Iterable[Problem]:
    """The problems with pointers into the body: what is wrong with an answer lies below `answers`."""
    for problem in problems:
        text = next((text for text in answers if f"{problem.where}/".startswith(f"{text}/")), None)
        if text is None:
            where = problem.where if problem.where in ("/name", "/base_run") else "/answers"
            yield Problem(where, problem.what, problem.right)
        else:
            where = below("/answers", text) + problem.where.removeprefix(text)
            yield Problem(where, problem.what, problem.right)


def read_answers(request: Request, cls: type[B]) -> B:
    """The body with its answers as they were given; a null stays, since it blanks an answer.

    Raises a 400 that lists every fault of the body, apart from those of the answers themselves.
    """
    data, problems = request.data, list[Problem]()
    given = data.get("answers") if isinstance(data, dict) else None
    body = read(cls, {**data, "answers": {}} if isinstance(given, dict) else data, "", problems)
    if problems or body is None:
        raise ApiProblem(400, "The scenario is refused; nothing was stored.", problems)
    return replace(body, answers=given)


class ScenarioView(OrganisationView):
    def find(self, scenario_id: str) -> Scenario:
        return found_or_404(every_scenario().filter(public_id=scenario_id).first())

    def handle_exception(self, exc: Exception) -> Response:
        """Turn the services' refusals into problems."""
        if isinstance(exc, Conflict):
            exc = ApiProblem(412, str(exc))
        return super().handle_exception(exc)


class ScenarioList(ScenarioView):
    operations = {
        "GET": Operation(
            "List the what-if scenarios", "view", Page(shapes.Scenario), query=(*PAGED, ARCHIVED)
        ),
        "POST": Operation(
            "Make a what-if scenario",
            "run_analysis",
            shapes.Scenario,
            body=shapes.NewScenario,
            status=201,
            located=True,
        ),
    }

    def get(self, request: Request, organisation_id: str) -> Response:
        return listed(request, every_scenario(), shown, archive=True)

    def post(self, request: Request, organisation_id: str) -> Response:
        body = read_answers(request, shapes.NewScenario)
        base_run = runs().filter(public_id=body.base_run).first() if body.base_run else None
        if body.base_run and base_run is None:
            fault = Problem("/base_run", "no such run", "the id of a finished run of this organisation")
            raise ApiProblem(400, "The scenario is refused; nothing was stored.", [fault])
        try:
            scenario = scenarios.create_scenario(
                actor=self.actor,
                name=body.name,
                answers=body.answers,
                base_run=base_run,
                knowledge=current(),
            )
        except scenarios.Refused as error:
            faults = placed(error.problems, body.answers)
            raise ApiProblem(400, "The scenario is refused; nothing was stored.", faults) from error
        response = versioned(shown(scenario), status=201)
        response["Location"] = request.build_absolute_uri(f"{request.path}{scenario.public_id}/")
        return response


class ScenarioDetail(ScenarioView):
    operations = {
        "GET": Operation("Read a what-if scenario", "view", shapes.Scenario),
        "PUT": Operation(
            "Replace a scenario's name and changed answers",
            "run_analysis",
            shapes.Scenario,
            body=shapes.ScenarioSettings,
            versioned=True,
        ),
        "DELETE": Operation("Archive a what-if scenario", "run_analysis", shapes.Scenario, versioned=True),
    }

    def get(self, request: Request, organisation_id: str, scenario_id: str) -> Response:
        return single(request, shown(self.find(scenario_id)))

    def put(self, request: Request, organisation_id: str, scenario_id: str) -> Response:
        scenario, version = self.find(scenario_id), stated_version(request)
        body = read_answers(request, shapes.ScenarioSettings)
        try:
            saved = scenarios.update_scenario(
                scenario,
                actor=self.actor,
                version=version,
                name=body.name,
                answers=body.answers,
                knowledge=current(),
            )
        except scenarios.Refused as error:
            faults = placed(error.problems, body.answers)
            raise ApiProblem(400, "The scenario is refused; nothing was stored.", faults) from error
        return versioned(shown(saved))

    def delete(self, request: Request, organisation_id: str, scenario_id: str) -> Response:
        scenario, version = self.find(scenario_id), stated_version(request)
        return versioned(shown(scenarios.archive_scenario(scenario, actor=self.actor, version=version)))


class ScenarioRestore(ScenarioView):
    operations = {
        "POST": Operation(
            "Restore an archived what-if scenario", "run_analysis", shapes.Scenario, versioned=True
        )
    }

    def post(self, request: Request, organisation_id: str, scenario_id: str) -> Response:
        scenario, version = self.find(scenario_id), stated_version(request)
        return versioned(shown(scenarios.restore_scenario(scenario, actor=self.actor, version=version)))


class ScenarioDrift(ScenarioView):
    operations = {
        "GET": Operation(
            "Read what has changed in a scenario's base since it was saved", "view", shapes.Drift
        )
    }

    def get(self, request: Request, organisation_id: str, scenario_id: str) -> Response:
        scenario = self.find(scenario_id)
        changes = scenarios.drift(scenario, scenarios.base_document(scenario.base_run))
        return single(request, shapes.Drift(changes=tuple(map(changed, changes))))


class ScenarioRuns(ScenarioView):
    operations = {
        "GET": Operation("List the analyses of a scenario", "view", Page(shapes.Run), query=PAGED),
        "POST": Operation(
            "Ask for an analysis of a scenario; the same answers on the same day find the run that is there",
            "run_analysis",
            shapes.Run,
            body=shapes.NewRun,
            status=202,
            located=True,
            problems=(422,),
        ),
    }

    def get(self, request: Request, organisation_id: str, scenario_id: str) -> Response:
        return listed(request, runs_of(self.find(scenario_id)), run_shown)

    def post(self, request: Request, organisation_id: str, scenario_id: str) -> Response:
        scenario, wanted = self.find(scenario_id), read_body(request, shapes.NewRun).as_of
        base_run: Any = scenario.base_run
        as_of = wanted or (base_run.as_of if base_run else today())
        try:
            run, new = scenarios.request_scenario_run(
                scenario, actor=self.actor, knowledge=current(), as_of=as_of
            )
        except scenarios.Refused as error:
            detail = "The scenario no longer fits its base; nothing was queued."
            raise ApiProblem(422, detail, placed(error.problems, ())) from error
        except NothingToAnalyse as error:
            raise ApiProblem(422, str(error)) from error
        if new:
            send(run)
        base = self.request.path.partition("/scenarios/")[0]
        return located(request, run_shown(run), f"{base}/runs/{run.public_id}/")
