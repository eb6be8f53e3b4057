"""How sign-in behaves here: who may sign up, what a sign-in leaves behind, and how secrets are kept."""

from __future__ import annotations

from typing import Any, cast

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from accounts import sessions
from accounts.devices import known_device, remember_device
from accounts.models import User
from accounts.sealing import seal, unseal


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Public sign-up is closed unless the operator opens it; each sign-in is a session that its person can end."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return bool(settings.OPEN_SIGNUP)

    def login(self, request: HttpRequest, user: User) -> None:
        super().login(request, user)
        sessions.begin(request, user)

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        response = cast(HttpResponse, super().post_login(request, user, **kwargs))
        remember_device(response, user.email)
        return response

    def set_password(self, user: User, password: str) -> None:
        """Set a password, and end every other session of the person."""
        super().set_password(user, password)
        sessions.end_all(user, but=self.request.session.session_key if self.request.user == user else None)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Attempts are counted by address; those from a browser that the person has used before, apart."""
        key = str(super()._get_login_attempts_cache_key(request, **credentials))
        device = known_device(request, credentials.get("email", ""))
        return f"{key}:{device}" if device else key


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Seeds of authenticator apps and recovery codes are stored sealed."""

    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text)
