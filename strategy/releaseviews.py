"""The page of knowledge releases: what changed from one to another, and what that touches here."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode

from accounts.access import MemberRequest, organisation_view
from engine.releases import KINDS
from strategy.models import KnowledgeRelease
from strategy.releases import changes_between, known_releases, reach_of

CHANGES_A_PAGE = 100


@organisation_view("view")
def changes(request: MemberRequest) -> HttpResponse:
    """What changed between two kept releases, the last two unless others are asked for."""
    kept = known_releases()
    if len(kept) < 2:
        return render(request, "strategy/knowledge_changes.html", {"kept": kept})
    old, new = _asked(request, kept, "from", kept[-2]), _asked(request, kept, "to", kept[-1])
    found = changes_between(old, new)
    wanted = request.GET.get("kind", "")
    shown = [one for one in found if not wanted or one.kind == wanted]
    query = {"from": old.digest[:12], "to": new.digest[:12], "kind": wanted}
    context = {
        "kept": kept,
        "old": old,
        "new": new,
        "counts": [(kind, sum(one.kind == kind for one in found)) for kind in KINDS],
        "total": len(found),
        "wanted": wanted,
        "page": Paginator(shown, CHANGES_A_PAGE).get_page(request.GET.get("page")),
        "query": "&" + urlencode({name: value for name, value in query.items() if value}),
        "reach": reach_of(found, new),
    }
    return render(request, "strategy/knowledge_changes.html", context)


def _asked(
    request: HttpRequest, kept: list[KnowledgeRelease], name: str, default: KnowledgeRelease
) -> KnowledgeRelease:
    """The kept release whose digest starts as the address says."""
    start = request.GET.get(name, "")
    if not start:
        return default
    found = next((one for one in kept if one.digest.startswith(start)), None)
    if found is None:
        raise Http404
    return found
