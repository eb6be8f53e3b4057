"""Settings: currency and fiscal year are the organisation's own answers, stored once and changed here or there."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import AuditEvent, Membership, Organisation
from accounts.tenancy import scope
from inventory.models import OrganisationProfile
from tests.world import World, enter

SignIn = Callable[[World, str], Client]
FORM = {"name": "Twin Company", "time_zone": "UTC", "version": "1", "planned": "1", "currency": "EUR"}


def at(world: World, path: str) -> str:
    return f"/o/{world.north.slug}/{path}"


def answers(organisation: Organisation) -> dict[str, object]:
    with scope(organisation):
        stored = OrganisationProfile.objects.get().answers
    return {name: stored.get(name) for name in ("currency", "fiscal_year_start", "sector")}


def last_entries(organisation: Organisation) -> list[tuple[str, str]]:
    with scope(organisation):
        events = AuditEvent.objects.filter(action__in=("organisation.changed", "organisationprofile.changed"))
        return list(events.order_by("number").values_list("action", "actor_label"))


def test_currency_and_fiscal_year_are_the_answers_of_the_organisation(world: World, sign_in: SignIn) -> None:
    client = sign_in(world, "north/admin")
    page = client.get(at(world, "settings/")).content.decode()
    assert 'name="currency" value="EUR"' in page
    typed = FORM | {"name": "North", "currency": "USD", "fiscal_year_start": "4"}
    assert client.post(at(world, "settings/change/"), typed).status_code == 302
    assert answers(world.north) == {"currency": "USD", "fiscal_year_start": "04-01", "sector": "services"}
    assert last_entries(world.north) == [
        ("organisation.changed", "admin"),
        ("organisationprofile.changed", "admin"),
    ]
    assert 'name="fiscal_year_start" value="04-01"' in client.get(at(world, "settings/")).content.decode()
    assert answers(world.south) == {"currency": "EUR", "fiscal_year_start": None, "sector": "services"}


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"currency": "Euro"}, "Right: three letters of ISO 4217, like EUR."),
        ({"fiscal_year_start": "13"}, "Right: "),
        ({"fiscal_year_start": "02-30"}, "Right: "),
        ({"time_zone": "Mars"}, "Mars is not one of the available choices."),
    ],
)
def test_one_wrong_answer_stores_none_of_them(
    world: World, sign_in: SignIn, typed: dict[str, str], words: str
) -> None:
    client = sign_in(world, "north/owner")
    answer = client.post(at(world, "settings/change/"), FORM | {"name": "Renamed"} | typed)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert words in page
    assert 'value="Renamed"' in page
    assert Organisation.objects.get(pk=world.north.pk).name == "Twin Company"
    assert answers(world.north)["currency"] == "EUR"
    assert last_entries(world.north) == []


def test_who_saves_old_answers_is_told_and_stores_nothing(world: World, sign_in: SignIn) -> None:
    client = sign_in(world, "north/owner")
    client.post(at(world, "settings/change/"), FORM | {"currency": "CHF"})
    answer = client.post(at(world, "settings/change/"), FORM | {"name": "Renamed", "currency": "USD"})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Stored now: Twin Company, UTC, CHF." in page
    assert 'name="planned" value="2"' in page
    assert 'name="currency" value="USD"' in page
    assert (Organisation.objects.get(pk=world.north.pk).name, answers(world.north)["currency"]) == (
        "Twin Company",
        "CHF",
    )


def test_the_first_answer_makes_the_organisations_record(world: World) -> None:
    stranger = enter(Client(), world.person("stranger"))
    stranger.post("/start/", {"name": "New", "time_zone": "UTC"})
    made = Organisation.objects.get(name="New")
    first = {"name": "New", "time_zone": "UTC", "version": "1", "planned": "0"}
    assert stranger.post(f"/o/{made.slug}/settings/change/", first).status_code == 302
    with scope(made):
        assert not OrganisationProfile.objects.exists()
    assert (
        stranger.post(f"/o/{made.slug}/settings/change/", first | {"fiscal_year_start": "07-01"}).status_code
        == 302
    )
    assert answers(made) == {"currency": None, "fiscal_year_start": "07-01", "sector": None}


def test_who_does_not_see_the_organisations_answers_does_not_see_them_here(
    world: World, sign_in: SignIn
) -> None:
    """The contributor of the named world sees use cases and vendors."""
    page = sign_in(world, "north/contributor").get(at(world, "settings/")).content.decode()
    assert "Twin Company" in page
    assert "EUR" not in page
    Membership.objects.filter(user=world.person("north/contributor")).update(sections=["organisation"])
    assert "EUR" in sign_in(world, "north/contributor").get(at(world, "settings/")).content.decode()
