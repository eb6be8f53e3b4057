"""API keys: `Authorization: Bearer sxt_…`. A key opens one organisation and nothing else."""

from __future__ import annotations

from django.utils import timezone
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.models import ApiKey
from accounts.queries import api_key_for


class KeyUser:
    """What DRF calls a user, for a key: authenticated, and no person."""

    is_authenticated = True
    is_active = True
    pk = None


class KeyAuthentication(BaseAuthentication):
    def authenticate(self, request: Request) -> tuple[KeyUser, ApiKey] | None:
        scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
        if not scheme:
            return None
        if scheme.lower() != "bearer":
            raise AuthenticationFailed("The Authorization header must read “Bearer sxt_…”.")
        key = api_key_for(secret.strip())
        if key is None:
            raise AuthenticationFailed(
                "This API key is wrong, revoked or expired. Make a new one on the page API keys."
            )
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=timezone.now())
        return KeyUser(), key

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="Sextant API"'
