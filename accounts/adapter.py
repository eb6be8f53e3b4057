"""How sign-in behaves here: public sign-up is closed unless the operator opens it."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import ResetPasswordForm
from django.conf import settings
from django.http import HttpRequest

from accounts.models import User


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return bool(settings.OPEN_SIGNUP)


def send_password_link(request: HttpRequest, user: User) -> None:
    """Let a person who has no password yet set one by e-mail; others sign in as they always do."""
    if user.has_usable_password():
        return
    form = ResetPasswordForm({"email": user.email})
    if form.is_valid():
        form.save(request)
