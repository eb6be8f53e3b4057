"""Pages of remediation: the tasks in their order, one task, and the organisation's spans of time."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, organisation_view
from accounts.clock import today
from accounts.versions import Conflict
from compliance import queries
from compliance.forms import CommentForm, SpansForm, TaskForm, place
from compliance.models import RemediationTask, TaskState
from compliance.policies import policy, set_policy
from compliance.remediation import change_task, plain_task
from compliance.waivers import may_be_waived, waivers
from inventory.records import InvalidPart

TASKS_A_PAGE = 50


@organisation_view("view", section="tasks")
def tasks(request: MemberRequest) -> HttpResponse:
    """Tasks in the order to do them; open ones unless another state is asked for."""
    wanted = {name: request.GET.get(name, "") for name in ("state", "regime", "mine")}
    rows = queries.tasks()
    if wanted["mine"]:
        rows = rows.filter(owner=request.user)
    if wanted["regime"]:
        rows = rows.filter(regime=wanted["regime"])
    states = [wanted["state"]] if wanted["state"] in TaskState.values else list(queries.OPEN)
    queue = queries.queue(rows, states)
    page = Paginator(queue.ids, TASKS_A_PAGE).get_page(request.GET.get("page"))
    found = rows.in_bulk(list(page))
    page.object_list = [found[pk] for pk in page]
    context = {
        "page": page,
        "rows": [
            (number, row, queue.waiting.get(row.pk, 0)) for number, row in enumerate(page, page.start_index())
        ],
        "total": sum(queue.counts.values()),
        "to_do": sum(queue.counts[state] for state in queries.OPEN),
        "states": TaskState.choices,
        "wanted": wanted,
        "today": today(),
        "query": "&" + urlencode({name: value for name, value in wanted.items() if value}),
    }
    return render(request, "compliance/tasks.html", context)


@organisation_view("view", section="tasks")
def task(request: MemberRequest, task_id: str) -> HttpResponse:
    """One task: what the analysis found, what people decided, what it waits for."""
    return _task(request, _find(task_id))


@organisation_view("edit_compliance")
@require_POST
def edit_task(request: MemberRequest, task_id: str) -> HttpResponse:
    found = _find(task_id)
    form = _form(found, request.POST)
    if not form.is_valid():
        return _task(request, found, form, status=400)
    typed = request.POST.get("version", "")
    version = int(typed) if typed.isascii() and typed.isdigit() else 0
    try:
        change_task(found, form.change(), actor=request.actor, version=version)
    except InvalidPart as error:
        place(form, error.problems)
        return _task(request, found, form, status=400)
    except Conflict as conflict:
        form.add_error(None, f"{conflict} Save again to store yours.")
        return _task(request, conflict.current, form, status=409)
    messages.success(request, "The task was saved.")
    return redirect("task", request.organisation.slug, task_id)


def _find(task_id: str) -> RemediationTask:
    found: RemediationTask = get_object_or_404(queries.tasks(), public_id=task_id)
    return found


def _form(task: RemediationTask, typed: Any = None) -> TaskForm:
    others = list(
        queries.tasks().filter(state__in=queries.OPEN).exclude(pk=task.pk) | queries.tasks().filter(lets=task)
    )
    others = list(dict.fromkeys(others))
    return TaskForm(typed, task=task, others=others, initial=plain_task(task))


def _task(
    request: MemberRequest, task: RemediationTask, form: TaskForm | None = None, status: int = 200
) -> HttpResponse:
    context = {
        "task": task,
        "form": form or _form(task),
        "before": list(task.waits_for.select_related("use_case")),
        "after": list(task.lets.select_related("use_case")),
        "comments": list(task.comments.all()),
        "comment_form": CommentForm(),
        "waivers": [
            w
            for w in waivers().filter(regime=task.regime, requirement_id=task.requirement_id)
            if w.holds(today()) and w.use_case_id in (None, task.use_case_id)
        ],
        "may_be_waived": may_be_waived(task.regime, task.requirement_id),
        "link": "/".join(
            filter(None, (task.regime, task.requirement_id, task.use_case and task.use_case.key))
        ),
        "today": today(),
    }
    return render(request, "compliance/task.html", context, status=status)


@organisation_view("view")
def spans(request: MemberRequest) -> HttpResponse:
    """How soon duties are closed, and how long evidence is believed."""
    return _spans(request, SpansForm(spans=policy()))


@organisation_view("edit_compliance")
@require_POST
def change_spans(request: MemberRequest) -> HttpResponse:
    form = SpansForm(request.POST, spans=policy())
    if not form.is_valid():
        return _spans(request, form, status=400)
    typed = request.POST.get("version", "")
    try:
        set_policy(
            sla=form.numbers("sla"),
            freshness=form.numbers("freshness"),
            holidays=form.cleaned_data["holidays"],
            actor=request.actor,
            version=int(typed) if typed.isascii() and typed.isdigit() else -1,
        )
    except InvalidPart as error:
        place(form, error.problems)
        return _spans(request, form, status=400)
    except Conflict as conflict:
        form.add_error(None, f"{conflict} Save again to store yours.")
        return _spans(request, form, status=409)
    messages.success(request, "The spans of time were saved.")
    return redirect("spans", request.organisation.slug)


def _spans(request: MemberRequest, form: SpansForm, status: int = 200) -> HttpResponse:
    return render(request, "compliance/spans.html", {"form": form, "spans": policy()}, status=status)
