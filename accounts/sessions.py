"""A person's sessions: begun at the sign-in, seen while used, ended by the person, a new password or a removal.

A session ends after eight hours without use (SESSION_COOKIE_AGE) and, used or not, a day after the sign-in.
Who does something dangerous must have proven within PROOF who they are, by password, code or passkey.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from typing import Final

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import (
    AUTHENTICATION_METHODS_SESSION_KEY,
    get_authentication_records,
)
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.models import PersonSession, User

LONGEST: Final = timedelta(hours=24).total_seconds()
NOTED_EVERY: Final = timedelta(minutes=5).total_seconds()
PROOF: Final = timedelta(minutes=15).total_seconds()
MARK: Final = "sitting"
BROWSERS: Final = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS: Final = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def device_of(user_agent: str) -> str:
    """Browser and system as far as the browser tells: `Firefox on Linux`; what it does not tell is unknown."""
    browser = next((name for mark, name in BROWSERS if mark in user_agent), None)
    system = next((name for mark, name in SYSTEMS if mark in user_agent), None)
    if browser is None and system is None:
        return "Unknown device"
    return f"{browser or 'Unknown browser'} on {system or 'an unknown system'}"


def begin(request: HttpRequest, user: User) -> PersonSession:
    """Note a sign-in that has just succeeded; forget the person's sessions that have ended by themselves."""
    if not request.session.session_key:
        request.session.create()
    alive = Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")
    PersonSession.objects.filter(user=user).exclude(session_key__in=alive).delete()
    now = timezone.now()
    sitting = PersonSession.objects.create(
        user=user,
        session_key=request.session.session_key,
        device=device_of(request.headers.get("User-Agent", "")),
        address=_address(request),
        started_at=now,
        seen_at=now,
    )
    request.session[MARK] = {
        "id": sitting.public_id,
        "key": sitting.session_key,
        "since": now.timestamp(),
        "seen": now.timestamp(),
    }
    return sitting


def _address(request: HttpRequest) -> str | None:
    try:
        return str(get_adapter().get_client_ip(request))
    except PermissionDenied:
        return None


def sessions_of(user: User) -> QuerySet[PersonSession]:
    """The sessions of a person that go on, last used first."""
    alive = Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")
    return PersonSession.objects.filter(user=user, session_key__in=alive)


def end(sessions: QuerySet[PersonSession]) -> int:
    """End sessions at once, and say how many. Whoever holds one of their cookies is signed out."""
    store = import_module(settings.SESSION_ENGINE).SessionStore
    ended = list(sessions)
    for sitting in ended:
        store(sitting.session_key).delete()
    PersonSession.objects.filter(pk__in=[sitting.pk for sitting in ended]).delete()
    return len(ended)


def end_all(user: User, *, but: str | None = None) -> int:
    """End every session of a person, except the one with the key `but`."""
    return end(PersonSession.objects.filter(user=user).exclude(session_key=but or ""))


def proven_lately(request: HttpRequest) -> bool:
    """Whether the person has signed in, or confirmed who they are, within PROOF."""
    records = get_authentication_records(request, request.user)  # type: ignore[arg-type]
    return bool(records) and time.time() - records[-1]["at"] < PROOF


def only_organisation(request: HttpRequest) -> int | None:
    """The one organisation that a session opens which its provider began; None for any other session."""
    records = request.session.get(AUTHENTICATION_METHODS_SESSION_KEY) or []
    return next((record["organisation"] for record in records if record["method"] == "sso"), None)


class Sessions:
    """Ends a session that is a day old, notes every five minutes that one is used, and follows a changed key."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return self.get_response(request)
        sitting = request.session.get(MARK)
        if sitting is not None and time.time() - sitting["since"] > LONGEST:
            PersonSession.objects.filter(public_id=sitting["id"]).delete()
            logout(request)
        only = only_organisation(request)
        if only is not None:
            request.user.only_organisation = only  # type: ignore[union-attr]
        response = self.get_response(request)
        self._note(request)
        return response

    def _note(self, request: HttpRequest) -> None:
        sitting, key = request.session.get(MARK), request.session.session_key
        now = timezone.now()
        if sitting is None or key is None:
            return
        if key != sitting["key"] or now.timestamp() - sitting["seen"] > NOTED_EVERY:
            PersonSession.objects.filter(public_id=sitting["id"]).update(session_key=key, seen_at=now)
            request.session[MARK] = {**sitting, "key": key, "seen": now.timestamp()}
