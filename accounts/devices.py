"""Browsers from which a person has signed in: they keep attempts of their own.

Wrong passwords are counted by address. So that nobody can lock a person out by guessing, a browser that the
person has used before is counted apart: whoever guesses elsewhere uses up other attempts than theirs.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, salted_hmac

LASTS: Final = timedelta(days=180)
SALT: Final = "accounts.device"


def known_device(request: HttpRequest, email: str) -> str | None:
    """The mark of this browser where a person with that address has signed in on it; else None."""
    try:
        owner, mark = signing.loads(
            request.COOKIES.get(settings.DEVICE_COOKIE_NAME, ""),
            salt=SALT,
            max_age=LASTS,
            fallback_keys=settings.SECRET_KEY_FALLBACKS,
        )
    except (signing.BadSignature, ValueError):
        return None
    return str(mark) if constant_time_compare(owner, _owner(email)) else None


def remember_device(response: HttpResponse, email: str) -> None:
    """Let the browser be known by a cookie that tells nobody else whose it is."""
    response.set_cookie(
        settings.DEVICE_COOKIE_NAME,
        signing.dumps([_owner(email), secrets.token_urlsafe(16)], salt=SALT),
        max_age=LASTS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _owner(email: str) -> str:
    return salted_hmac(SALT, email.strip().lower(), algorithm="sha256").hexdigest()
