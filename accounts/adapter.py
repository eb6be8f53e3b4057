"""How sign-in behaves here: who may sign up, what a sign-in leaves behind, and how secrets are kept."""

from __future__ import annotations

from typing import Any, cast

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from accounts import sessions
from accounts.devices import known_device, remember_device
from accounts.factors import FACTORS
from accounts.models import Membership, User
from accounts.sealing import seal, unseal
from accounts.sso import bound_to, note_break_glass


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Public sign-up is closed unless the operator opens it; each sign-in is a session that its person can end."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return bool(settings.OPEN_SIGNUP)

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        """Turn away, whatever they proved, who must come through their organisation's own provider."""
        provider = bound_to(user) if sessions.only_organisation(request) is None else None
        if provider is not None:
            messages.error(request, "Your organisation signs you in. Use its own sign-in.")
            return redirect("sso_find")
        return cast(HttpResponse | None, super().pre_login(request, user, **kwargs))

    def login(self, request: HttpRequest, user: User) -> None:
        super().login(request, user)
        sessions.begin(request, user)
        if sessions.only_organisation(request) is None:
            note_break_glass(user)

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, Any]) -> Any:
        """A link for a new password, or where to sign in for whom a password opens nothing."""
        if bound_to(user) is None:
            return super().send_password_reset_mail(user, email, context)
        address = self.request.build_absolute_uri(reverse("sso_find"))
        return self.send_mail("account/email/sso_only", email, {"address": address})

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Whoever came through a provider proves it there again."""
        if getattr(user, "only_organisation", None) is not None:
            return [
                {"id": "sso", "description": "Use your organisation's sign-in", "url": reverse("sso_again")}
            ]
        return cast(list[dict[str, Any]], super().get_reauthentication_methods(user))

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

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """The last factor of an owner who keeps the way in past a provider stays."""
        user = authenticator.user
        kept = Membership.objects.filter(user=user, break_glass=True, organisation__sso_only=True).exists()
        others = Authenticator.objects.filter(user=user, type__in=FACTORS).exclude(pk=authenticator.pk)
        return authenticator.type not in FACTORS or not kept or others.exists()

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text)
