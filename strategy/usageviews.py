"""The page of usage and quotas."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from accounts.access import MemberRequest, organisation_view
from strategy.usage import usage


@organisation_view("see_usage")
def usage_page(request: MemberRequest) -> HttpResponse:
    """What is used of what may be, and how long analyses wait."""
    return render(request, "strategy/usage.html", {"usage": usage()})
