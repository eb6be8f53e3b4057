"""The same five pages for every kind of record: list, create, show, edit, archive."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, organisation_view
from accounts.roles import Action, allows
from accounts.versions import Conflict
from inventory.answerform import form_for
from inventory.models import Record
from inventory.records import InvalidPart, part_of
from inventory.services import (
    InUse,
    archive_record,
    create_record,
    restore_record,
    update_record,
)

ROWS_A_PAGE = 50


@dataclass(frozen=True)
class RecordPages:
    """How one kind of record is named on its pages, and which services write it."""

    model: type[Record]
    slug: str
    one: str
    many: str
    purpose: str
    example: str
    edit: Action
    create: Callable[..., Record] = create_record
    update: Callable[..., Record] = update_record
    links: Callable[[], Mapping[str, Any]] = field(default=dict)
    related: str = ""
    single: bool = False  # one record an organisation: no list, no archive

    @property
    def url_name(self) -> str:
        return self.slug.replace("-", "_")

    def urls(self) -> list[URLPattern]:
        name = self.url_name
        found = [
            path(f"{self.slug}/", organisation_view("view")(self.list), name=f"{name}_list"),
            path(f"{self.slug}/new/", organisation_view(self.edit)(self.new), name=f"{name}_new"),
            path(f"{self.slug}/<str:record_id>/", organisation_view("view")(self.show), name=f"{name}_show"),
            path(
                f"{self.slug}/<str:record_id>/edit/",
                organisation_view(self.edit)(self.change),
                name=f"{name}_edit",
            ),
            path(
                f"{self.slug}/<str:record_id>/archive/",
                organisation_view(self.edit)(self.archive),
                name=f"{name}_archive",
            ),
        ]
        return [
            url for url in found if not self.single or url.name not in (f"{name}_list", f"{name}_archive")
        ]

    def context(self, request: MemberRequest, **more: Any) -> dict[str, Any]:
        archived = request.organisation.archived_at is not None
        may_edit = allows(request.member.role, self.edit, archived=archived)
        return {"kind": self, "may_edit": may_edit, **more}

    def find(self, record_id: str) -> Record:
        record = self.model.objects.filter(public_id=record_id).first()
        if record is None:
            raise Http404
        return record  # type: ignore[no-any-return]

    def list(self, request: MemberRequest) -> HttpResponse:
        archived = request.GET.get("archived") == "1"
        query = request.GET.get("q", "").strip()
        rows = self.model.objects.filter(archived_at__isnull=not archived)
        if query:
            rows = rows.filter(Q(name__icontains=query) | Q(key__icontains=query))
        found = Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
        context = self.context(request, page=found, q=query, archived=archived)
        return render(request, "inventory/list.html", context)

    def new(self, request: MemberRequest) -> HttpResponse:
        form_type = form_for(self.model.answer_type)
        if request.method != "POST":
            part = {"name": request.organisation.name} if self.single else None
            form = form_type(part=part, links=self.links())
            return render(request, "inventory/form.html", self.context(request, form=form))
        form = form_type(request.POST, links=self.links())
        try:
            record = self.create(self.model, form.typed_part(), actor=request.actor)
        except InvalidPart as error:
            form.place(error.problems)
            return render(request, "inventory/form.html", self.context(request, form=form), status=400)
        messages.success(request, f"{self.one} saved.")
        return redirect(f"{self.url_name}_show", request.organisation.slug, record.public_id)

    def show(self, request: MemberRequest, record_id: str) -> HttpResponse:
        record = self.find(record_id)
        form = form_for(self.model.answer_type)(part=part_of(record), links=self.links())
        users = list(getattr(record, self.related).filter(archived_at=None)) if self.related else []
        context = self.context(request, record=record, form=form, users=users)
        return render(request, "inventory/show.html", context)

    def change(self, request: MemberRequest, record_id: str) -> HttpResponse:
        record = self.find(record_id)
        form_type = form_for(self.model.answer_type)
        if request.method != "POST":
            form = form_type(part=part_of(record), links=self.links())
            return self._form(request, form, record)
        form = form_type(request.POST, links=self.links())
        version = request.POST.get("version", "")
        try:
            self.update(
                record,
                form.typed_part(),
                actor=request.actor,
                version=int(version) if version.isascii() and version.isdigit() else 0,
            )
        except InvalidPart as error:
            form.place(error.problems)
            return self._form(request, form, record, status=400)
        except Conflict as conflict:
            theirs = form_type(part=part_of(conflict.current), links=self.links())
            return self._form(request, form, conflict.current, status=409, theirs=_differences(form, theirs))
        messages.success(request, f"{self.one} saved.")
        return redirect(f"{self.url_name}_show", request.organisation.slug, record.public_id)

    def archive(self, request: MemberRequest, record_id: str) -> HttpResponse:
        return require_POST(self._archive)(request, record_id)

    def _archive(self, request: MemberRequest, record_id: str) -> HttpResponse:
        record = self.find(record_id)
        try:
            if record.archived_at is None:
                archive_record(record, actor=request.actor)
                messages.success(request, f"{record} was archived. Nothing is lost: it can be restored.")
            else:
                restore_record(record, actor=request.actor)
                messages.success(request, f"{record} was restored.")
        except (InUse, InvalidPart) as error:
            messages.error(request, str(error))
        return redirect(f"{self.url_name}_show", request.organisation.slug, record.public_id)

    def _form(
        self, request: MemberRequest, form: Any, record: Record, status: int = 200, **more: Any
    ) -> HttpResponse:
        context = self.context(request, form=form, record=record, **more)
        return render(request, "inventory/form.html", context, status=status)


def _differences(mine: Any, theirs: Any) -> list[tuple[str, str, str]]:
    """Question, what I typed, what is stored now; only where they differ."""
    found = []
    for name in mine.fields:
        typed, stored = mine[name].value(), theirs[name].value()
        if (typed or "") != (stored or ""):
            found.append((mine[name].label, typed, stored))
    return found
