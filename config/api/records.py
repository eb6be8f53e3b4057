"""Records over the API: each is its part of the assessment document, with an id and a version around it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import Http404
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.roles import Action
from accounts.versions import Conflict
from compliance.models import ControlAnswer
from compliance.services import create_control_answer, update_control_answer
from config.api.base import OrganisationView, etag, page, stated_version
from config.api.problems import ApiProblem
from inventory.models import OrganisationProfile, Record
from inventory.records import InvalidPart, part_of
from inventory.services import InUse, archive_record, create_record, update_record
from strategy.assessment import linked


def shown(record: Record) -> dict[str, Any]:
    """A record as the API shows it."""
    return {
        "id": record.public_id,
        "version": record.version,
        "created_at": record.created_at.isoformat().replace("+00:00", "Z"),
        "updated_at": record.updated_at.isoformat().replace("+00:00", "Z"),
        "archived": record.archived_at is not None,
        "record": part_of(record),
    }


class RecordView(OrganisationView):
    model: ClassVar[type[Record]]
    edit: ClassVar[Action]

    def answer(self, record: Record, status: int = 200) -> Response:
        return Response(shown(record), status=status, headers={"ETag": etag(record.version)})

    def save(self, part: Any, existing: Record | None, version: int | None) -> Record:
        """Create or replace a record, turning refusals into problems."""
        if not isinstance(part, dict):
            raise ApiProblem(400, "The body must be a JSON object: the record's part of the document.")
        try:
            if existing is None:
                if self.model is ControlAnswer:
                    return create_control_answer(ControlAnswer, part, actor=self.actor)
                return create_record(self.model, part, actor=self.actor)
            if isinstance(existing, ControlAnswer):
                return update_control_answer(existing, part, actor=self.actor, version=version)
            return update_record(existing, part, actor=self.actor, version=version)
        except InvalidPart as error:
            raise ApiProblem(400, "The record is refused; nothing was stored.", error.problems) from error
        except Conflict as error:
            raise ApiProblem(412, str(error)) from error


class RecordList(RecordView):
    def get(self, request: Request, organisation_id: str) -> Response:
        rows = linked(self.model)
        if request.query_params.get("archived") != "true":
            rows = rows.filter(archived_at=None)
        return page(request, rows, shown)

    def post(self, request: Request, organisation_id: str) -> Response:
        response = self.answer(self.save(request.data, None, None), status=201)
        response["Location"] = request.build_absolute_uri(f"{request.path}{response.data['id']}/")
        return response


class RecordDetail(RecordView):
    def find(self, record_id: str) -> Record:
        record = linked(self.model).filter(public_id=record_id).first()
        if record is None:
            raise Http404
        return record

    def get(self, request: Request, organisation_id: str, record_id: str) -> Response:
        record = self.find(record_id)
        if request.headers.get("If-None-Match") == etag(record.version):
            return Response(status=304, headers={"ETag": etag(record.version)})
        return self.answer(record)

    def put(self, request: Request, organisation_id: str, record_id: str) -> Response:
        record = self.find(record_id)
        return self.answer(self.save(request.data, record, stated_version(request)))

    def delete(self, request: Request, organisation_id: str, record_id: str) -> Response:
        record = self.find(record_id)
        try:
            return self.answer(archive_record(record, actor=self.actor, version=stated_version(request)))
        except Conflict as error:
            raise ApiProblem(412, str(error)) from error
        except InUse as error:
            raise ApiProblem(409, str(error)) from error


class ProfileDetail(RecordDetail):
    """The organisation's own answers; there is always one."""

    model = OrganisationProfile
    edit = "edit_inventory"
    actions = {"GET": "view", "PUT": "edit_inventory"}
    http_method_names = ["get", "put", "options"]

    def find(self, record_id: str) -> Record:
        record = OrganisationProfile.objects.first()
        return record or create_record(OrganisationProfile, {}, actor=self.actor)

    def get(self, request: Request, organisation_id: str, record_id: str = "") -> Response:
        return super().get(request, organisation_id, record_id)

    def put(self, request: Request, organisation_id: str, record_id: str = "") -> Response:
        return super().put(request, organisation_id, record_id)


def views_for(model: type[Record], edit: Action) -> tuple[type[RecordList], type[RecordDetail]]:
    """The list and detail views of one kind of record."""
    name = model.__name__
    listed = type(
        f"{name}List", (RecordList,), {"model": model, "edit": edit, "actions": {"GET": "view", "POST": edit}}
    )
    detail = type(
        f"{name}Detail",
        (RecordDetail,),
        {"model": model, "edit": edit, "actions": {"GET": "view", "PUT": edit, "DELETE": edit}},
    )
    return listed, detail
