"""API keys: `Authorization: Bearer sxt_…`. A key opens one organisation and nothing else."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db.models import Q
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.models import ApiKey
from accounts.queries import api_key_for

USE_NOTED_EVERY: Final = timedelta(minutes=1)


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
        note_use(key)
        return KeyUser(), key

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="Sextant API"'


def note_use(key: ApiKey) -> None:
    """Remember to the minute when a key was used, so that its requests do not wait for each other."""
    now = timezone.now()
    if key.last_used_at is None or key.last_used_at <= now - USE_NOTED_EVERY:
        stale = Q(last_used_at=None) | Q(last_used_at__lte=now - USE_NOTED_EVERY)
        ApiKey.objects.filter(stale, pk=key.pk).update(last_used_at=now)
