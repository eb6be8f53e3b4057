"""Pages of registers, and the same registers as files."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from accounts.access import MemberRequest, organisation_view
from accounts.clock import today
from engine.canonical import canonical
from reports.registers import REGISTERS
from reports.registers.material import Material
from reports.registers.oscal import NothingAnalysed, assessment_results, plan_of_action
from reports.registers.register import LIMITS, Definition, Register, made
from reports.registers.writing import FORMS

ROWS_A_PAGE = 100
ALL = "all"


@organisation_view("view", section="duties")
def registers(request: MemberRequest) -> HttpResponse:
    """What registers there are."""
    context = {"definitions": REGISTERS.values(), "forms": FORMS}
    return render(request, "reports/registers.html", context)


@organisation_view("view", section="duties")
def register(request: MemberRequest, name: str) -> HttpResponse:
    """One register, a hundred rows a page."""
    shown = made(_known(name), Material())
    context = {
        "register": shown,
        "definition": shown.definition,
        "page": Paginator(shown.rows, ROWS_A_PAGE).get_page(request.GET.get("page")),
        "forms": FORMS,
        "limits": LIMITS,
    }
    return render(request, "reports/register.html", context)


@organisation_view("export_document")
def register_file(request: MemberRequest, name: str, form: str) -> HttpResponse:
    """A register as a file; `all` puts every register into one workbook, or one JSON document."""
    return exported(name, form)


@organisation_view("export_document")
def oscal_file(request: MemberRequest) -> HttpResponse:
    """The last analysis as OSCAL assessment results."""
    try:
        document = assessment_results(Material(), request.organisation.public_id)
    except NothingAnalysed as error:
        messages.error(request, str(error))
        return redirect("registers", request.organisation.slug)
    return attached(canonical(document), "application/json", "oscal-assessment-results.json")


@organisation_view("export_document")
def oscal_plan(request: MemberRequest) -> HttpResponse:
    """What is open as an OSCAL plan of action and milestones."""
    try:
        document = plan_of_action(Material(), request.organisation.public_id)
    except NothingAnalysed as error:
        messages.error(request, str(error))
        return redirect("registers", request.organisation.slug)
    return attached(canonical(document), "application/json", "oscal-plan-of-action.json")


def exported(name: str, form: str) -> HttpResponse:
    """The file of a register. Raises Http404 for a register or a form that there is not."""
    if form not in FORMS or (name == ALL and form == "csv"):
        raise Http404
    material = Material()
    found: list[Register] = [made(definition, material) for definition in _chosen(name)]
    return attached(FORMS[form].write(found), FORMS[form].media_type, f"{name}-{today().isoformat()}.{form}")


def attached(content: bytes, media_type: str, filename: str) -> HttpResponse:
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response


def _chosen(name: str) -> list[Definition]:
    return list(REGISTERS.values()) if name == ALL else [_known(name)]


def _known(name: str) -> Definition:
    if name not in REGISTERS:
        raise Http404
    return REGISTERS[name]
