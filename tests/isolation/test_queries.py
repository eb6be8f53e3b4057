"""Pages ask the database a fixed number of questions, however much there is to show; each question is named."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.audit import Actor
from accounts.services import create_organisation
from accounts.tenancy import scope
from compliance.models import ControlAnswer
from inventory.models import DataAsset, OrganisationProfile, OwnPrice, UseCase, Vendor
from inventory.records import part_of
from inventory.services import create_record, update_record
from tests.grow import grow
from tests.questions import questions
from tests.world import World

SignIn = Callable[[World, str], Client]

FRAME = ("the session", "the person", "the membership", "the scope before", "the organisations of the menu")
LIST = ("how many", "the rows")
ANSWERED = ("the answers", "the answers on common controls", "the scopes")
CHOICES = ("use cases to choose", "vendors to choose", "models to choose", "data assets to choose")
USED = ("members", "open invitations", "the month's runs", "evidence files", "papers", "logos")
PAGES: dict[str, tuple[str, ...]] = {
    "": ("the counts", "the last run", "the last result", "is there a use case", "the profile", *USED),
    "data-assets/": LIST,
    "vendors/": LIST,
    "base-models/": LIST,
    "budgets/": LIST,
    "prices/": ("the own prices",),
    "prices/?show=all": ("the own prices",),
    "prices/new/": ("the profile",),
    "prices/{price}/": ("the record",),
    "prices/{price}/edit/": ("the record", "the profile"),
    "use-cases/": LIST,
    "regimes/": LIST,
    "controls/": LIST,
    "common-answers/": LIST,
    "posture/": ("the last run",),
    "requirements/": ANSWERED,
    "requirements/ISO27001/": ANSWERED,
    "requirements/ISO27001/?whole=1": ANSWERED,
    "requirements/GDPR/Art. 32(1)/": ANSWERED,
    "common-controls/": ANSWERED,
    "common-controls/logging/": ANSWERED,
    "runs/": LIST,
    "reports/": (*LIST, "is there a result to print"),
    "members/": ("the members", "the former members", "the invitations"),
    "audit/": (*LIST, "the actions to filter by"),
    "api-keys/": ("the keys",),
    "settings/": ("the profile",),
    "branding/": ("the branding",) * 2,
    "usage/": (*USED, "how long runs waited", "how many wait"),
    "staff-access/": ("who is inside", *LIST[:1]),
    "roles/": (),
    "method/": (),
    "templates/": (),
    "organisation/{profile}/": ("the record",),
    "organisation/{profile}/edit/": ("the record", "the profile"),
    "data-assets/{asset}/": ("the record", "who uses it"),
    "vendors/{vendor}/": ("the record", "who uses it"),
    "controls/{control}/": ("the record", "use cases to choose"),
    "controls/{control}/edit/": ("the record", "use cases to choose", "the profile"),
    "controls/new/": ("use cases to choose", "the profile"),
    "use-cases/new/": (*CHOICES, "the profile"),
    "use-cases/{use_case}/": ("the record", "its data assets", *CHOICES, "who uses it"),
    "use-cases/{use_case}/edit/": ("the record", "its data assets", *CHOICES, "the profile"),
}


@pytest.fixture
def world(shared_world: World, db: None) -> World:
    return shared_world


def link_all_assets(world: World) -> None:
    """Let one use case draw on every data asset there is."""
    actor = Actor.person(world.person("north/owner"), "owner")
    with scope(world.north):
        use_case = UseCase.objects.get(key="triage")
        every = list(DataAsset.objects.values_list("key", flat=True))
        update_record(use_case, part_of(use_case) | {"data_assets": every}, actor=actor)


def test_pages_ask_the_same_few_questions_however_much_there_is(world: World, sign_in: SignIn) -> None:
    client = sign_in(world, "north/owner")
    by = Actor.person(world.person("north/owner"), "owner")
    with scope(world.north):
        ids = {
            "use_case": UseCase.objects.get(key="triage").public_id,
            "asset": DataAsset.objects.get(key="tickets").public_id,
            "vendor": Vendor.objects.get().public_id,
            "control": ControlAnswer.objects.get().public_id,
            "price": create_record(OwnPrice, {"fact": "fx.EUR", "since": "2026-01-01"}, actor=by).public_id,
            "profile": OrganisationProfile.objects.get().public_id,
        }
    expected = {path: len(FRAME) + len(named) for path, named in PAGES.items()}
    for amount in (2, 9):
        grow(world, amount)
        link_all_assets(world)
        found = {path: questions(client, f"/o/{world.north.slug}/{path.format(**ids)}") for path in PAGES}
        assert {path: len(asked) for path, asked in found.items()} == expected, amount


def test_my_organisations_are_one_question(world: World, sign_in: SignIn) -> None:
    client = sign_in(world, "north/owner")
    for amount in (1, 4):
        for number in range(amount):
            create_organisation(name=f"More {number}", owner=world.person("north/owner"))
        assert len(questions(client, "/")) == 3
