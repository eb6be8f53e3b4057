"""From the findings of an analysis to tasks."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, organisation_view
from strategy.duties import tasks_from
from strategy.models import Run, RunState
from strategy.queries import runs


@organisation_view("edit_compliance")
@require_POST
def make_tasks(request: MemberRequest, run_id: str) -> HttpResponse:
    """A task for each open duty of an analysis that has none yet."""
    run: Run = get_object_or_404(runs(), public_id=run_id, state=RunState.SUCCEEDED)
    made = tasks_from(run, actor=request.actor)
    if made:
        messages.success(request, f"{len(made)} task{'s were' if len(made) > 1 else ' was'} made.")
    else:
        messages.info(request, "Every open duty of this analysis has its task already.")
    return redirect("tasks", request.organisation.slug)
