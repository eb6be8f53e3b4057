"""Pages of gaps: use cases against regimes, and the options of one use case against each other."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render

from accounts.access import MemberRequest, organisation_view
from strategy import queries
from strategy.models import RunState, UseCaseResult
from strategy.optionduties import option_duties
from strategy.posture import posture_of


@organisation_view("view", section="duties")
def posture(request: MemberRequest) -> HttpResponse:
    """How the duties of every use case stand by the last finished analysis of the assessment."""
    run = queries.last_finished()
    context = {"run": run}
    if run is not None:
        found = posture_of(run.result)
        context |= {
            "posture": found,
            "law_read_on": run.result.head["law_read_on"],
            "rows": [
                (row, [(regime, row.cells.get(regime), row.oldest.get(regime)) for regime in found.regimes])
                for row in found.rows
            ],
            "totals": [(regime, found.totals[regime]) for regime in found.regimes],
        }
    return render(request, "reports/posture.html", context)


@organisation_view("view")
def run_option_duties(request: MemberRequest, run_id: str, key: str) -> HttpResponse:
    """What each option of a use case opens in duties, gaps, days and cost beside the one of a rank."""
    run = get_object_or_404(queries.runs(), public_id=run_id, state=RunState.SUCCEEDED)
    stored = queries.stored_result(run)
    part = get_object_or_404(UseCaseResult, result=stored, key=key)
    asked = request.GET.get("against", "1")
    against = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 4 else 0
    rows = option_duties(part.body, part.findings, against)
    if not rows and (part.body["options"] or against != 1):
        raise Http404
    context = {
        "run": run,
        "use_case": part.body,
        "rows": rows,
        "base": next((row for row in rows if row.rank == against), None),
        "currency": stored.head["currency"],
    }
    return render(request, "reports/option_duties.html", context)
