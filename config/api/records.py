"""Records over the API: each is its part of the assessment document, with an id and a version around it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from rest_framework.request import Request
from rest_framework.response import Response

from accounts.roles import Action, Section
from accounts.versions import Conflict
from compliance.models import CommonControlAnswer, ControlAnswer, RegimeScope
from compliance.services import update_control_answer, update_known
from config.api import shapes
from config.api.base import OrganisationView, found_or_404, single, stated_version, versioned
from config.api.lists import listed
from config.api.operations import ARCHIVED, PAGED, Operation, Page, RecordOf
from config.api.problems import ApiProblem
from inventory.models import OrganisationProfile, OwnPrice, Record
from inventory.records import InvalidPart, part_of
from inventory.services import InUse, archive_record, create_record, restore_record, update_record
from strategy.assessment import CREATE
from strategy.ownprices import update_own_price

UPDATE: Mapping[type[Record], Callable[..., Record]] = {
    RegimeScope: update_known,
    CommonControlAnswer: update_known,
    ControlAnswer: update_control_answer,
    OwnPrice: update_own_price,
}
"""The services of kinds that are held against the release; every other kind takes the inventory's."""


def shown(record: Record) -> shapes.Record:
    return shapes.Record(
        id=record.public_id or None,
        version=record.version,
        created_at=shapes.stamp(record.created_at),
        updated_at=shapes.stamp(record.updated_at),
        archived=record.archived_at is not None,
        record=part_of(record),
    )


class RecordView(OrganisationView):
    model: ClassVar[type[Record]]

    def find(self, record_id: str) -> Record:
        rows = self.model.with_links()
        return found_or_404(rows.filter(public_id=record_id).first())

    def create(self, part: Any) -> Record:
        return CREATE.get(self.model, create_record)(self.model, part, actor=self.actor)

    def replace(self, record: Record, part: Any, version: int) -> Record:
        write = UPDATE.get(self.model, update_record)
        return write(record, part, actor=self.actor, version=version)

    def handle_exception(self, exc: Exception) -> Response:
        """Turn the services' refusals into problems."""
        if isinstance(exc, InvalidPart):
            exc = ApiProblem(400, "The record is refused; nothing was stored.", exc.problems)
        if isinstance(exc, Conflict):
            exc = ApiProblem(412, str(exc))
        if isinstance(exc, InUse):
            exc = ApiProblem(409, str(exc))
        return super().handle_exception(exc)


class RecordList(RecordView):
    def get(self, request: Request, organisation_id: str) -> Response:
        rows = self.model.with_links()
        return listed(request, rows, shown, archive=True)

    def post(self, request: Request, organisation_id: str) -> Response:
        record = shown(self.create(request.data))
        response = versioned(record, status=201)
        response["Location"] = request.build_absolute_uri(f"{request.path}{record.id}/")
        return response


class RecordDetail(RecordView):
    def get(self, request: Request, organisation_id: str, record_id: str) -> Response:
        return single(request, shown(self.find(record_id)))

    def put(self, request: Request, organisation_id: str, record_id: str) -> Response:
        record = self.find(record_id)
        return versioned(shown(self.replace(record, request.data, stated_version(request))))

    def delete(self, request: Request, organisation_id: str, record_id: str) -> Response:
        record = self.find(record_id)
        return versioned(shown(archive_record(record, actor=self.actor, version=stated_version(request))))


class RecordRestore(RecordView):
    def post(self, request: Request, organisation_id: str, record_id: str) -> Response:
        record = self.find(record_id)
        return versioned(shown(restore_record(record, actor=self.actor, version=stated_version(request))))


class ProfileDetail(RecordView):
    """The organisation's own answers: one record, which is not archived."""

    model = OrganisationProfile
    section = "organisation"
    operations = {
        "GET": Operation("Read the organisation's own answers", "view", RecordOf(model.answer_type)),
        "PUT": Operation(
            "Replace the organisation's own answers",
            "edit_inventory",
            RecordOf(model.answer_type),
            body=model.answer_type,
            versioned=True,
        ),
    }

    def profile(self) -> Record:
        return OrganisationProfile.objects.first() or OrganisationProfile(
            key=OrganisationProfile.KEY, version=0
        )

    def get(self, request: Request, organisation_id: str) -> Response:
        return single(request, shown(self.profile()))

    def put(self, request: Request, organisation_id: str) -> Response:
        profile, version = self.profile(), stated_version(request)
        if profile.pk is not None:
            return versioned(shown(self.replace(profile, request.data, version)))
        if version != 0:
            raise Conflict(profile)
        return versioned(shown(self.create(request.data)))


def views_for(model: type[Record], edit: Action, section: Section | None) -> tuple[type[RecordView], ...]:
    """The list, detail and restore views of one kind of record."""
    one, many = model._meta.verbose_name, model._meta.verbose_name_plural
    part, record = model.answer_type, RecordOf(model.answer_type)
    listing = {
        "GET": Operation(f"List the {many}", "view", Page(record), query=(*PAGED, ARCHIVED)),
        "POST": Operation(f"Create a {one}", edit, record, body=part, status=201, located=True),
    }
    detail = {
        "GET": Operation(f"Read a {one}", "view", record),
        "PUT": Operation(f"Replace a {one}", edit, record, body=part, versioned=True),
        "DELETE": Operation(f"Archive a {one}", edit, record, versioned=True, problems=(409,)),
    }
    restore = {"POST": Operation(f"Restore an archived {one}", edit, record, versioned=True)}
    kinds = (
        ("List", RecordList, listing),
        ("Detail", RecordDetail, detail),
        ("Restore", RecordRestore, restore),
    )
    return tuple(
        type(
            f"{model.__name__}{name}", (base,), {"model": model, "section": section, "operations": operations}
        )
        for name, base, operations in kinds
    )
