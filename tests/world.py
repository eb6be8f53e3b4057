"""The named world of the tests: two full organisations with twin data, and people who belong or don't.

North and South hold the same names, keys and mail domain. Every role is somebody in each; Both belongs to
both, Stranger to none.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.utils import timezone

from accounts.audit import Actor
from accounts.models import Membership, Organisation, User
from accounts.roles import MEMBER_ROLES, SCOPES
from accounts.services import create_api_key, create_organisation
from accounts.tenancy import scope
from engine.reading import read_document
from strategy.assessment import import_document

PASSWORD = "correct horse battery staple"
LIMITS: dict[str, dict[str, Any]] = {
    "contributor": {"sections": ["use_cases", "vendors"]},
    "auditor": {"regimes": ["GDPR", "SOC2"]},
}
TWIN = Path(__file__).parent / "data" / "twin.json"


@dataclass(frozen=True)
class World:
    north: Organisation
    south: Organisation
    people: dict[str, User]
    keys: dict[str, str]

    def person(self, name: str) -> User:
        """`north/viewer`, `south/owner`, `both` or `stranger`."""
        return self.people[name]


@cache
def hashed() -> str:
    """The one password of everybody, hashed once: hashing is slow on purpose."""
    return make_password(PASSWORD)


def member(email: str, name: str) -> User:
    user = User(email=email, name=name, password=hashed())
    user.save()
    return user


def enter(client: Client, user: User, *, seconds_ago: float = 0) -> Client:
    """Sign a person in past the slow check of the password, as if the password had been given just now."""
    client.force_login(user)
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "password", "at": time.time() - seconds_ago}]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    return client


def build_world() -> World:
    people: dict[str, User] = {}
    keys: dict[str, str] = {}
    organisations: dict[str, Organisation] = {}
    document: dict[str, Any] = json.loads(TWIN.read_text())
    for side in ("north", "south"):
        owner = member(f"owner.{side}@twin.example", "Owner")
        organisation = create_organisation(name="Twin Company", owner=owner)
        organisations[side] = organisation
        people[f"{side}/owner"] = owner
        for role in MEMBER_ROLES:
            if role == "owner":
                continue
            person = member(f"{role}.{side}@twin.example", role)
            Membership.objects.create(
                organisation=organisation, user=person, role=role, **LIMITS.get(role, {})
            )
            people[f"{side}/{role}"] = person
        with scope(organisation):
            import_document(read_document(document), actor=Actor.person(owner))
            _, keys[side] = create_api_key(
                name="Integration",
                expires_at=timezone.now() + timedelta(days=7),
                scopes=SCOPES,
                actor=Actor.person(owner),
            )
    people["both"] = member("both@twin.example", "Both")
    for organisation in organisations.values():
        Membership.objects.create(organisation=organisation, user=people["both"], role="editor")
    people["stranger"] = member("stranger@twin.example", "Stranger")
    return World(organisations["north"], organisations["south"], people, keys)
