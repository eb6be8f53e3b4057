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
from accounts.kept import take
from accounts.roles import SECTION_NAMES, Action, Section, allows
from accounts.versions import Conflict
from inventory.answerform import AnswerForm, form_for
from inventory.models import OrganisationProfile, Record
from inventory.records import InvalidPart, key_field, part_of
from inventory.services import (
    InUse,
    archive_record,
    create_record,
    free_key,
    restore_record,
    update_record,
)
from inventory.shown import NOT_ANSWERED, Links, answer_of, sections

ROWS_A_PAGE = 50


@dataclass(frozen=True)
class RecordPages:
    """How one kind of record is named on its pages, and which services write it.

    `columns` are the questions whose answers a list shows, `given` those that the address of a new record may
    answer already; `single` says that there is one record, with no list and no archive; `away` and `back` are the
    words for taking a record out of use and for bringing it back.
    """

    model: type[Record]
    slug: str
    one: str
    many: str
    purpose: str
    example: str
    edit: Action
    create: Callable[..., Record] = create_record
    update: Callable[..., Record] = update_record
    links: Callable[[], Links] = field(default=dict)
    related: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    given: tuple[str, ...] = ()
    single: bool = False
    away: str = "Archive"
    back: str = "Restore"

    @property
    def url_name(self) -> str:
        return self.slug.replace("-", "_")

    @property
    def section(self) -> Section | None:
        """The section that a limited member may be given; None where no limited member sees these records."""
        return next((section for section in SECTION_NAMES if section == self.url_name), None)

    def urls(self) -> list[URLPattern]:
        name, section = self.url_name, self.section
        may_see, may_edit = organisation_view("view", section), organisation_view(self.edit, section)
        new = path(f"{self.slug}/new/", may_edit(self.new), name=f"{name}_new")
        one = f"{self.slug}/<str:record_id>/"
        show = path(one, may_see(self.show), name=f"{name}_show")
        edit = path(f"{one}edit/", may_edit(self.change), name=f"{name}_edit")
        if self.single:
            return [new, show, edit]
        every = path(f"{self.slug}/", may_see(self.list), name=f"{name}_list")
        archive = path(f"{one}archive/", may_edit(self.archive), name=f"{name}_archive")
        return [every, new, show, edit, archive]

    def context(self, request: MemberRequest, **more: Any) -> dict[str, Any]:
        archived = request.organisation.archived_at is not None
        may_edit = allows(request.member.role, self.edit, archived=archived)
        return {"kind": self, "may_edit": may_edit, **more}

    def find(self, request: MemberRequest, record_id: str) -> Record:
        rows = self.model.with_links()
        record = rows.filter(public_id=record_id).first()
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
        context = self.context(
            request,
            page=found,
            rows=[(record, self._cells(record)) for record in found],
            q=query,
            archived=archived,
        )
        return render(request, "inventory/list.html", context)

    def new(self, request: MemberRequest) -> HttpResponse:
        typed = request.POST if request.method == "POST" else take(request)
        if typed is None:
            given = {name: request.GET[name] for name in self.given if name in request.GET}
            if self.single:
                given["name"] = request.organisation.name
            return self._form(request, self._filled(given))
        form = self._typed(typed)
        if request.method != "POST":
            return self._form(request, form, kept=True)
        part = form.typed_part()
        if key_field(self.model) == "key" and "key" not in part:
            part["key"] = free_key(self.model, part.get("name") or self.one)
        try:
            record = self.create(self.model, part, actor=request.actor)
        except InvalidPart as error:
            form.place(error.problems)
            return self._form(request, form, status=400)
        messages.success(request, f"{self.one} saved.")
        return redirect(f"{self.url_name}_show", request.organisation.slug, record.public_id)

    def show(self, request: MemberRequest, record_id: str) -> HttpResponse:
        record = self.find(request, record_id)
        shown = sections(self.model.answer_type, part_of(record), self.links())
        users = list(getattr(record, self.related).filter(archived_at=None)) if self.related else []
        user_page = "controls_show" if self.related == "control_answers" else "use_cases_show"
        context = self.context(request, record=record, sections=shown, users=users, user_page=user_page)
        return render(request, "inventory/show.html", context)

    def change(self, request: MemberRequest, record_id: str) -> HttpResponse:
        record = self.find(request, record_id)
        typed = request.POST if request.method == "POST" else take(request)
        if typed is None:
            return self._form(request, self._filled(part_of(record)), record)
        form, version = self._typed(typed), typed.get("version", "")
        if request.method != "POST":
            return self._form(request, form, record, version=version, kept=True)
        part = form.typed_part()
        if key_field(self.model) == "key":
            part.setdefault("key", record.key)
        try:
            self.update(
                record,
                part,
                actor=request.actor,
                version=int(version) if version.isascii() and version.isdigit() else 0,
            )
        except InvalidPart as error:
            form.place(error.problems)
            return self._form(request, form, record, status=400, version=version)
        except Conflict as conflict:
            theirs = self._differences(part, part_of(conflict.current))
            return self._form(request, form, conflict.current, status=409, theirs=theirs)
        messages.success(request, f"{self.one} saved.")
        return redirect(f"{self.url_name}_show", request.organisation.slug, record.public_id)

    def archive(self, request: MemberRequest, record_id: str) -> HttpResponse:
        return require_POST(self._archive)(request, record_id)

    def _archive(self, request: MemberRequest, record_id: str) -> HttpResponse:
        record = self.find(request, record_id)
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

    def _filled(self, part: Mapping[str, Any]) -> AnswerForm:
        return form_for(self.model.answer_type)(part=part, links=self.links(), currency=currency())

    def _typed(self, typed: Any) -> AnswerForm:
        return form_for(self.model.answer_type)(typed, links=self.links(), currency=currency())

    def _cells(self, record: Record) -> list[tuple[str, str]]:
        """The headings of a list with the record's answers."""
        answer_type = self.model.answer_type
        return [
            (heading, answer_of(answer_type, record.answers, name)) for name, heading in self.columns.items()
        ]

    def _differences(self, mine: Mapping[str, Any], stored: Mapping[str, Any]) -> list[tuple[str, str, str]]:
        """Question, what I typed, what is stored now; only where they differ."""
        left, right = self._answers(mine), self._answers(stored)
        both = ((question, left.get(question), right.get(question)) for question in left | right)
        return [
            (question, one or NOT_ANSWERED, other or NOT_ANSWERED)
            for question, one, other in both
            if one != other
        ]

    def _answers(self, part: Mapping[str, Any]) -> dict[str, str | None]:
        """Every question of a part with its answer in words."""
        shown = sections(self.model.answer_type, part, self.links())
        return {item.question: item.answer for section in shown for item in section.shown}

    def _form(
        self,
        request: MemberRequest,
        form: AnswerForm,
        record: Record | None = None,
        *,
        status: int = 200,
        version: str | None = None,
        **more: Any,
    ) -> HttpResponse:
        if record is not None and version is None:
            version = str(record.version)
        context = self.context(request, form=form, record=record, version=version, **more)
        return render(request, "inventory/form.html", context, status=status)


def currency() -> str:
    """The currency in which the organisation plans; empty where it was not answered."""
    profile = OrganisationProfile.objects.first()
    return str(profile.answers.get("currency") or "") if profile else ""
