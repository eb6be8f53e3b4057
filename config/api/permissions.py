"""The API's gate: the organisation in the address, the caller's role, the action that the operation declares."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from accounts.access import require, require_proof, require_section
from accounts.audit import Actor
from accounts.factors import require_second_factor
from accounts.models import ApiKey
from accounts.queries import membership_by_id
from accounts.roles import Action, scope_of
from accounts.sso import require_single_sign_on


class DeclaredAction(BasePermission):
    """Let in who may do the declared action; strangers get the same 404 as for an unknown id."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if not request.user or not request.user.is_authenticated:
            return False
        operation = view.operation(request.method)
        if view.access.kind != "organisation" or operation is None:
            return True
        if isinstance(request.auth, ApiKey):
            self.let_key_in(request.auth, view, operation.action)
        else:
            self.let_person_in(request, view, operation.action)
        return True

    def let_key_in(self, key: ApiKey, view: Any, action: Action) -> None:
        if key.organisation.public_id != view.kwargs["organisation_id"]:
            raise Http404
        view.organisation, view.actor = key.organisation, Actor.key(key)
        require(key.organisation, "api_client", action)
        if scope_of(action) not in key.scopes:
            raise PermissionDenied(
                f"This key has the scopes {', '.join(key.scopes)}. This needs {scope_of(action)}."
            )

    def let_person_in(self, request: Request, view: Any, action: Action) -> None:
        member = membership_by_id(request.user, view.kwargs["organisation_id"])
        if member is None:
            raise Http404
        view.organisation, view.member = member.organisation, member
        view.actor = Actor.person(request.user, member.role)
        require(member.organisation, member.role, action)
        require_section(member, action, view.section)
        require_single_sign_on(member, request.user)
        require_second_factor(member.organisation, request.user)
        require_proof(request._request, action)
