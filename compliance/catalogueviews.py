"""Pages of requirements and common controls: what there is, how it stands, what serves what."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render

from accounts.access import MemberRequest, organisation_view
from compliance.catalogue import controls_seen, held, provided, regimes_seen, related, served, tree
from inventory.knowledge import current

ROWS_A_PAGE = 100


@organisation_view("view", section="duties")
def catalogues(request: MemberRequest) -> HttpResponse:
    """Every catalogue of the knowledge release, and how its requirements stand."""
    answers = held()
    trees = [tree(regime, answers) for regime in regimes_seen()]
    trees.sort(key=lambda one: (one.scope is None or not one.scope.answers.get("in_scope"), -len(one.rows)))
    context = {"trees": trees, "sources": current().sources, "law_read_on": current().law_read_on}
    return render(request, "compliance/catalogues.html", context)


@organisation_view("view", section="duties")
def catalogue(request: MemberRequest, regime: str) -> HttpResponse:
    """One catalogue: a hundred rows a page, or the whole tree."""
    found = tree(_known(regime), held(regime))
    whole = request.GET.get("whole") == "1"
    page = Paginator(found.rows, len(found.rows) if whole else ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "tree": found,
        "page": page,
        "whole": whole,
        "query": "&whole=1" if whole else "",
        "source": current().sources[found.catalogue.source],
        "law_read_on": current().law_read_on,
    }
    return render(request, "compliance/catalogue.html", context)


@organisation_view("view", section="duties")
def requirement(request: MemberRequest, regime: str, requirement_id: str) -> HttpResponse:
    """One requirement: its answer, the controls that serve it, and the requirements that it is mapped to."""
    answers = held(_known(regime))
    found = tree(regime, answers)
    row = next((row for row in found.rows if row.requirement.id == requirement_id), None)
    if row is None:
        raise Http404
    ref = (regime, requirement_id)
    requirements = current().law.requirements
    context = {
        "tree": found,
        "row": row,
        "parent": _parent(regime, row.requirement.parent),
        "below": [one for one in found.rows if one.requirement.parent == requirement_id],
        "credits": answers.credits(ref),
        "provided": provided(ref),
        "provided_because": getattr(current().law.providers.rows.get(ref), "because", ""),
        "mapped": [(one, requirements[one.regime, one.requirement].title) for one in related(ref)],
        "source": current().sources[found.catalogue.source],
        "law_read_on": current().law_read_on,
    }
    return render(request, "compliance/requirement.html", context)


@organisation_view("view", section="duties")
def common_controls(request: MemberRequest) -> HttpResponse:
    """Every common control, how it stands, and how many requirements it serves."""
    answers = held()
    crosswalk = current().law.crosswalk
    rows = []
    for control in controls_seen():
        found = served(control, answers)
        whole = sum(one.credit.row.relation in ("equal", "superset") for one in found)
        rows.append(
            {
                "control": control,
                "state": found[0].credit.itself,
                "regimes": sorted({one.row.regime for one in found}),
                "whole": whole,
                "part": len(found) - whole,
            }
        )
    context = {"rows": rows, "crosswalk": crosswalk}
    return render(request, "compliance/common_controls.html", context)


@organisation_view("view", section="duties")
def common_control(request: MemberRequest, control_id: str) -> HttpResponse:
    """One control: its question, its answer, every requirement served, and what stays to be asked of each."""
    crosswalk = current().law.crosswalk
    control = next((one for one in controls_seen() if one.id == control_id), None)
    if control is None:
        raise Http404
    answers = held()
    context = {
        "control": control,
        "crosswalk": crosswalk,
        "answer": answers.common.get(control_id),
        "served": served(control, answers),
    }
    return render(request, "compliance/common_control.html", context)


def _parent(regime: str, parent: str) -> tuple[str, str] | None:
    """What a requirement stands under, which for a profile is in the catalogue that it profiles."""
    known = current().law.requirements
    return (
        (regime, parent)
        if (regime, parent) in known
        else next((ref for ref in known if ref[1] == parent), None)
    )


def _known(regime: str) -> str:
    if regime not in regimes_seen():
        raise Http404
    return regime
