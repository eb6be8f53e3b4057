"""Pages of the audit trail: read it, filter it, check it, take it along."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, organisation_view
from accounts.audit import head, record_event
from accounts.chain import verify
from accounts.forms import TrailExport, TrailFilter
from accounts.models import AuditCounter, AuditEvent
from accounts.spreadsheet import table

EVENTS_A_PAGE = 50
HEADS = ("number", "at", "actor_kind", "actor_id", "actor_label", "action",
         "object_type", "object_id", "object_label", "before", "after", "key_id", "hash")  # fmt: skip


@organisation_view("view_audit")
def audit_trail(request: MemberRequest) -> HttpResponse:
    """The trail, newest first, by action, person, thing and day."""
    form = TrailFilter(request.GET)
    page = Paginator(form.of(AuditEvent.objects.all()), EVENTS_A_PAGE).get_page(request.GET.get("page"))
    actions = AuditEvent.objects.order_by("action").values_list("action", flat=True).distinct()
    context = {"page": page, "actions": list(actions), "form": form, "query": form.query()}
    return render(request, "accounts/audit_trail.html", context)


@organisation_view("view_audit")
def audit_check(request: MemberRequest) -> HttpResponse:
    """Whether the trail is as it was written, and the first entry that is not."""
    context = {"broken": verify(), "counter": AuditCounter.objects.first()}
    return render(request, "accounts/audit_check.html", context)


@organisation_view("view_audit")
@require_POST
def export_audit(request: MemberRequest) -> HttpResponse:
    """The filtered trail as a file, oldest first. That somebody took it along is an entry too."""
    form = TrailExport(request.POST)
    if not form.is_valid():
        return render(request, "errors/400.html", status=400)
    rows = [_row(event) for event in form.of(AuditEvent.objects.all()).order_by("number").iterator()]
    kind = form.cleaned_data["format"]
    after = {"format": kind, "entries": len(rows), "filter": form.wishes(), "head": head()}
    record_event(actor=request.actor, action="audit_trail.exported", after=after)
    text = table([HEADS, *_cells(rows)]) if kind == "csv" else "".join(f"{json.dumps(row)}\n" for row in rows)
    media = "text/csv" if kind == "csv" else "application/jsonl"
    response = HttpResponse(text, content_type=f"{media}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="audit-trail.{kind}"'
    return response


def _row(event: AuditEvent) -> dict[str, Any]:
    return {name: getattr(event, name) for name in HEADS} | {"at": event.at.isoformat()}


def _cells(rows: list[dict[str, Any]]) -> Iterator[list[Any]]:
    for row in rows:
        yield [json.dumps(cell) if isinstance(cell, dict) else cell for cell in row.values()]
