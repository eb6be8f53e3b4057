"""The API's gate: the organisation in the address, the caller's role, the action that the operation declares."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from accounts.access import require, require_proof
from accounts.audit import Actor
from accounts.factors import require_second_factor
from accounts.models import ApiKey, Organisation
from accounts.queries import membership_by_id


class DeclaredAction(BasePermission):
    """Let in who may do the declared action; strangers get the same 404 as for an unknown id."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if not request.user or not request.user.is_authenticated:
            return False
        operation = view.operation(request.method)
        if view.access.kind != "organisation" or operation is None:
            return True
        view.organisation, role, view.actor = self.caller(request, view.kwargs["organisation_id"])
        require(view.organisation, role, operation.action)
        if not isinstance(request.auth, ApiKey):
            require_second_factor(view.organisation, request.user)
            require_proof(request._request, operation.action)
        return True

    def caller(self, request: Request, organisation_id: str) -> tuple[Organisation, str, Actor]:
        if isinstance(request.auth, ApiKey):
            if request.auth.organisation.public_id != organisation_id:
                raise Http404
            return request.auth.organisation, "api_client", Actor.key(request.auth)
        membership = membership_by_id(request.user, organisation_id)
        if membership is None:
            raise Http404
        return membership.organisation, membership.role, Actor.person(request.user, membership.role)
