"""Registers over the API: as JSON, and as the same files that pages hand out."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from config.api import workshapes
from config.api.base import OrganisationView, answer
from config.api.operations import Content, Operation, Page
from config.api.problems import ApiProblem
from config.api.proofs import FileRenderer
from reports.registers import REGISTERS
from reports.registers.material import Material
from reports.registers.oscal import NothingAnalysed, assessment_results, plan_of_action
from reports.registers.register import LIMITS, made
from reports.registers.writing import FORMS
from reports.registerviews import exported


class RegisterList(OrganisationView):
    section = "duties"
    operations = {"GET": Operation("List the registers", "view", Page(workshapes.RegisterName))}

    def get(self, request: Request, organisation_id: str) -> Response:
        items = [{"id": d.name, "title": d.title, "purpose": d.purpose} for d in REGISTERS.values()]
        return Response({"items": items, "next": None})


class RegisterDetail(OrganisationView):
    section = "duties"
    operations = {"GET": Operation("Read a register as it stands", "view", workshapes.Register)}

    def get(self, request: Request, organisation_id: str, register: str) -> Response:
        if register not in REGISTERS:
            raise Http404
        found = made(REGISTERS[register], Material())
        return answer(
            workshapes.Register(
                id=register,
                title=found.definition.title,
                purpose=found.definition.purpose,
                limits=LIMITS,
                head=tuple(workshapes.RegisterNote(name=name, value=value) for name, value in found.head),
                columns=tuple(
                    workshapes.RegisterColumn(key=column.key, heading=column.heading)
                    for column in found.definition.columns
                ),
                rows=tuple(found.records()),
            )
        )


class RegisterFile(OrganisationView):
    """A register in one form; `form` is set by the address."""

    renderer_classes = (JSONRenderer, FileRenderer)
    form: str

    def get(self, request: Request, organisation_id: str, register: str) -> HttpResponse:
        return exported(register, self.form)


def _file(form: str, text: str) -> dict[str, Operation]:
    media_type = FORMS[form].media_type.partition(";")[0]
    content = Content(media_type, {"type": "string", "contentMediaType": media_type})
    return {"GET": Operation(f"Fetch a register as {text}", "export_document", content)}


class RegisterCsv(RegisterFile):
    form = "csv"
    operations = _file("csv", "CSV")


class RegisterXlsx(RegisterFile):
    form = "xlsx"
    operations = _file("xlsx", "a workbook; `all` holds every register")


def _oscal(text: str) -> dict[str, Operation]:
    content = Content("application/json", {"type": "object"})
    return {"GET": Operation(text, "export_document", content, problems=(409,))}


class Oscal(OrganisationView):
    operations = _oscal("Read the last analysis as OSCAL assessment results")

    def get(self, request: Request, organisation_id: str) -> Response:
        return Response(self.document(Material(), self.organisation.public_id))

    def document(self, material: Material, organisation: str) -> dict[str, Any]:
        return assessment_results(material, organisation)

    def handle_exception(self, exc: Exception) -> Response:
        """Turn the refusal of a document that there cannot be into a problem."""
        if isinstance(exc, NothingAnalysed):
            exc = ApiProblem(409, str(exc))
        return super().handle_exception(exc)


class OscalPlan(Oscal):
    operations = _oscal("Read what is open as an OSCAL plan of action and milestones")

    def document(self, material: Material, organisation: str) -> dict[str, Any]:
        return plan_of_action(material, organisation)
