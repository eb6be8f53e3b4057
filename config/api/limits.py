"""How often somebody may call the API: each organisation, whoever calls for it, has its own minute."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from accounts.calls import count_this_month, counted_this_minute, name_of
from accounts.models import ApiKey


class CallsAMinute(BaseThrottle):
    """Refuses what is beyond API_CALLS_A_MINUTE until the next minute begins.

    Calls are counted for the organisation of the address, else of the key; else for the person or the network address.
    """

    seconds: int

    def allow_request(self, request: Request, view: Any) -> bool:
        organisation = getattr(view, "organisation", None)
        if organisation is None and isinstance(request.auth, ApiKey):
            organisation = request.auth.organisation
        if organisation is not None:
            who = name_of(organisation.pk)
            count_this_month(organisation.pk)
        elif request.user.is_authenticated:
            who = f"u:{request.user.pk}"
        else:
            who = f"a:{_address(request)}"
        calls, self.seconds = counted_this_minute(who)
        return calls <= settings.API_CALLS_A_MINUTE

    def wait(self) -> int:
        return self.seconds


def _address(request: Request) -> str:
    try:
        return str(get_adapter().get_client_ip(request._request))
    except PermissionDenied:
        return ""
