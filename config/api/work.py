"""Remediation over the API: tasks, and the organisation's spans of time."""

from __future__ import annotations

from django.db.models import Prefetch
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.versions import Conflict
from compliance import queries
from compliance.models import RemediationTask, TaskDependency, TaskState
from compliance.policies import Policy, policy, set_policy
from compliance.remediation import TaskChange, change_task
from config.api import shapes, workshapes
from config.api.base import (
    OrganisationView,
    answer,
    found_or_404,
    read_body,
    single,
    stated_version,
    versioned,
)
from config.api.lists import listed
from config.api.operations import PAGED, Operation, Page, Parameter
from config.api.problems import ApiProblem
from engine.inputs import Money
from engine.strict import Problem, nearest
from inventory.records import InvalidPart
from strategy.duties import tasks_from
from strategy.models import RunState
from strategy.queries import runs

STATE = Parameter("state", {"type": "string", "enum": TaskState.values}, "Only tasks in this state.")
REGIME = Parameter("regime", {"type": "string"}, "Only of this regime.")


class WorkView(OrganisationView):
    """Turns the refusals of the services into problems."""

    def handle_exception(self, exc: Exception) -> Response:
        if isinstance(exc, InvalidPart):
            exc = ApiProblem(400, "The body is refused; nothing was stored.", exc.problems)
        if isinstance(exc, Conflict):
            exc = ApiProblem(412, str(exc))
        return super().handle_exception(exc)


def task_shown(task: RemediationTask) -> workshapes.RemediationTask:
    return workshapes.RemediationTask(
        id=task.public_id,
        version=task.version,
        regime=task.regime,
        requirement_id=task.requirement_id,
        use_case=task.use_case.public_id if task.use_case else None,
        title=task.title,
        text=task.text,
        role=task.role,
        proof=task.proof,
        estimate=task.estimate,
        note=task.note,
        owner=task.owner.public_id if task.owner else None,
        due=task.due,
        days=task.days,
        cost=Money(amount=task.cost, currency=task.currency) if task.cost is not None else None,
        waits_for=tuple(link.before.public_id for link in task.dependencies.all()),
        state=task.state,  # type: ignore[arg-type]
        finding=task.finding,
        former_finding=task.former_finding,
        blocker=task.blocker,
        severity=workshapes.TaskSeverity(
            legal=task.legal,
            sensitivity=task.sensitivity,
            exposure=task.exposure,
            evidence=task.evidence,
            points=task.points,
        ),
        timing=task.timing,
        applies_from=task.applies_from,
        run=task.run,
        as_of=task.as_of,
        created_at=shapes.stamp(task.created_at) or "",
        closed_at=shapes.stamp(task.closed_at),
    )


class TaskView(WorkView):
    section = "tasks"

    def tasks(self):  # type: ignore[no-untyped-def]
        links = TaskDependency.objects.select_related("before").order_by("before_id")
        return queries.tasks().prefetch_related(Prefetch("dependencies", links))

    def find(self, task_id: str) -> RemediationTask:
        return found_or_404(self.tasks().filter(public_id=task_id).first())


class TaskList(TaskView):
    operations = {
        "GET": Operation(
            "List the tasks", "view", Page(workshapes.RemediationTask), query=(*PAGED, STATE, REGIME)
        ),
        "POST": Operation(
            "Make a task for each open duty of an analysis that has none yet",
            "edit_compliance",
            workshapes.TasksMade,
            body=workshapes.NewTasks,
        ),
    }

    def get(self, request: Request, organisation_id: str) -> Response:
        rows = self.tasks()
        state, regime = (request.query_params.get(name) for name in ("state", "regime"))
        if state is not None and state not in TaskState.values:
            fault = Problem("", f"state is “{state[:40]}”", nearest(state, TaskState.values))
            raise ApiProblem(400, "The address has a parameter that cannot be.", [fault])
        if state is not None:
            rows = rows.filter(state=state)
        if regime is not None:
            rows = rows.filter(regime=regime)
        return listed(request, rows, task_shown)

    def post(self, request: Request, organisation_id: str) -> Response:
        wanted = read_body(request, workshapes.NewTasks).run
        run = runs().filter(public_id=wanted, state=RunState.SUCCEEDED).first()
        if run is None:
            fault = Problem("/run", "no such finished run", "the id of a finished run of this organisation")
            raise ApiProblem(400, "No task was made.", [fault])
        made = tasks_from(run, actor=self.actor)
        return answer(workshapes.TasksMade(tasks=tuple(task.public_id for task in made)))


class TaskDetail(TaskView):
    operations = {
        "GET": Operation("Read a task", "view", workshapes.RemediationTask),
        "PUT": Operation(
            "Change what is decided of a task",
            "edit_compliance",
            workshapes.RemediationTask,
            body=workshapes.TaskSettings,
            versioned=True,
        ),
    }

    def get(self, request: Request, organisation_id: str, task_id: str) -> Response:
        return single(request, task_shown(self.find(task_id)))

    def put(self, request: Request, organisation_id: str, task_id: str) -> Response:
        task, version = self.find(task_id), stated_version(request)
        body = read_body(request, workshapes.TaskSettings)
        change = TaskChange(
            text=body.text,
            note=body.note,
            owner=body.owner,
            due=body.due,
            days=body.days,
            cost=body.cost.amount if body.cost else None,
            currency=body.cost.currency if body.cost else "",
            waits_for=body.waits_for,
            state=body.state,
        )
        change_task(task, change, actor=self.actor, version=version)
        return versioned(task_shown(self.find(task_id)))


def spans_shown(spans: Policy) -> workshapes.TimeSpans:
    return workshapes.TimeSpans(
        version=spans.version, sla=spans.sla, freshness=spans.freshness, holidays=spans.holidays
    )


class Spans(WorkView):
    operations = {
        "GET": Operation("Read the spans of time", "view", workshapes.TimeSpans),
        "PUT": Operation(
            "Set the organisation's own spans of time",
            "edit_compliance",
            workshapes.TimeSpans,
            body=workshapes.TimeSpansSettings,
            versioned=True,
        ),
    }

    def get(self, request: Request, organisation_id: str) -> Response:
        return single(request, spans_shown(policy()))

    def put(self, request: Request, organisation_id: str) -> Response:
        version = stated_version(request)
        body = read_body(request, workshapes.TimeSpansSettings)
        spans = set_policy(
            sla=body.sla,
            freshness=body.freshness,
            holidays=body.holidays,
            actor=self.actor,
            version=version,
        )
        return versioned(spans_shown(spans))
