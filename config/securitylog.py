"""What a person's sign-in does is logged: who, from where, how; never what was typed."""

from __future__ import annotations

import logging
from typing import Any

from allauth.account import signals as account
from allauth.account.adapter import get_adapter
from allauth.mfa import signals as mfa
from django.contrib.auth import signals as auth
from django.core.exceptions import PermissionDenied
from django.dispatch import Signal
from django.http import HttpRequest

from accounts.models import User

log = logging.getLogger("sextant.security")
EVENTS: tuple[tuple[Signal, str], ...] = (
    (auth.user_logged_in, "signed in"),
    (auth.user_logged_out, "signed out"),
    (auth.user_login_failed, "sign-in failed"),
    (account.password_set, "password set"),
    (account.password_changed, "password changed"),
    (account.password_reset, "password reset"),
    (account.email_added, "e-mail address added"),
    (account.email_changed, "e-mail address changed"),
    (account.email_removed, "e-mail address removed"),
    (mfa.authenticator_added, "second factor added"),
    (mfa.authenticator_removed, "second factor removed"),
    (mfa.authenticator_reset, "recovery codes made anew"),
)


def connect() -> None:
    """Let every event write one line."""
    for signal, words in EVENTS:
        signal.connect(_writer(words), weak=False, dispatch_uid=f"security log: {words}")


def _writer(words: str) -> Any:
    def write(
        sender: Any, request: HttpRequest | None = None, user: User | None = None, **kwargs: Any
    ) -> None:
        who = user.public_id if isinstance(user, User) else "nobody who is known"
        log.info("%s: %s from %s", words, who, _where(request))

    return write


def _where(request: HttpRequest | None) -> str:
    """The caller's address, as far as the proxies that are trusted tell it."""
    try:
        return str(get_adapter().get_client_ip(request)) if request is not None else "no request"
    except PermissionDenied:
        return "an unknown address"
