"""Usage and quotas over the API."""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from config.api import shapes
from config.api.base import OrganisationView, single
from config.api.operations import Operation
from strategy.usage import usage


class UsageDetail(OrganisationView):
    operations = {"GET": Operation("Read usage and quotas", "see_usage", shapes.Usage)}

    def get(self, request: Request, organisation_id: str) -> Response:
        found = usage()
        return single(
            request,
            shapes.Usage(
                quotas=tuple(
                    shapes.QuotaUse(quota=use.quota, used=use.used, limit=use.limit, state=use.state)
                    for use in found.quotas
                ),
                runs_waiting=found.waits.waiting,
                usual_wait_seconds=found.waits.usual,
                longest_wait_seconds=found.waits.longest,
                api_calls_this_month=found.calls,
                api_calls_a_minute=found.calls_a_minute,
            ),
        )
