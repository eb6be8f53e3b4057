"""The board paper: from a report's header, the run's result and its assessment to the PDF's bytes.

Nothing else is read, so the same report prints to the same bytes. One room here and one template under
`templates/paper/` for each section.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from reports import fonts
from reports.paper.answer import answer
from reports.paper.assumptions import assumptions
from reports.paper.cases import cases
from reports.paper.compliance import compliance
from reports.paper.cover import cover
from reports.paper.evidence import evidence
from reports.paper.material import Json, Material
from reports.paper.options import options
from reports.paper.roadmap import roadmap
from reports.paper.tables import tables
from reports.paper.watch import watch
from reports.render import render_pdf

SECTIONS = {
    "cover": cover,
    "answer": answer,
    "watch": watch,
    "options": options,
    "compliance": compliance,
    "roadmap": roadmap,
    "assumptions": assumptions,
    "cases": cases,
    "tables": tables,
    "evidence": evidence,
}


def print_paper(header: Json, result: Json, document: Json, logo: bytes | None = None) -> bytes:
    """The board paper as a tagged PDF. Raises RenderError with a reason that a person can act on."""
    return render_pdf(
        html_of(header, result, document),
        identifier=header["report_id"],
        timestamp=datetime.fromisoformat(header["created_at"]),
        logo=logo,
    )


def html_of(header: Json, result: Json, document: Json) -> str:
    """The paper's page of HTML."""
    paper = Material.of(header, result, document)
    return render_to_string("paper/paper.html", {"face": mark_safe(fonts.FACE), **context(paper)})  # noqa: S308


def context(paper: Material) -> dict[str, Any]:
    """What the templates show: the header and one part for each section."""
    return {
        "header": paper.header,
        "result": paper.result,
        "draft": paper.header["status"] == "DRAFT",
        **{name: build(paper) for name, build in SECTIONS.items()},
    }
