"""A person who is erased is nowhere by name; what they did stays, and the trail still proves itself."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection, transaction
from django.db.utils import Error
from django.test import Client

from accounts import invitations, services
from accounts.audit import Actor, head
from accounts.chain import Broken, verify
from accounts.erasure import erase_person
from accounts.models import AuditEvent, Membership, User
from accounts.tenancy import scope
from inventory.models import Vendor
from inventory.services import create_record
from strategy.knowledge import current
from strategy.models import Scenario, Snapshot
from strategy.scenarios import create_scenario
from strategy.services import take_snapshot
from tests.world import World, member

SignIn = Callable[[World, str], Client]
NAME, ADDRESS = "Wilhelmina Quince", "wilhelmina.quince@twin.example"


@pytest.fixture
def gone(world: World) -> Membership:
    """A former editor of North who was invited, wrote, and was removed."""
    user = member(ADDRESS, NAME)
    owner = Actor.person(world.person("north/owner"), "owner")
    Membership.objects.create(organisation=world.north, user=user, role="editor")
    me = Actor.person(user, "editor")
    with scope(world.north):
        invitations.invite(
            [invitations.Asked("friend@twin.example", "viewer")], actor=Actor.person(user, "admin")
        )
        create_record(Vendor, {"key": "hers", "name": "Hers"}, actor=me)
        take_snapshot(actor=me)
        create_scenario(actor=me, name="Hers", answers={}, base_run=None, knowledge=current())
        found = Membership.objects.get(organisation=world.north, user=user)
        return services.remove_member(found, actor=owner)


def everywhere() -> dict[str, int]:
    """In how many rows of which table the name or the address still stands, as the open organisation sees them."""
    found = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute(
                f'SELECT count(*) FROM "{table}" t WHERE t::text ILIKE %s OR t::text ILIKE %s',
                [f"%{NAME}%", f"%{ADDRESS}%"],
            )
            amount = cursor.fetchone()[0]
            if amount:
                found[table] = amount
    return found


def test_an_erased_person_is_nowhere_and_the_trail_keeps_its_meaning(world: World, gone: Membership) -> None:
    owner, person = Actor.person(world.person("north/owner"), "owner"), gone.user.public_id
    with scope(world.north):
        assert {"accounts_user", "accounts_auditevent", "strategy_snapshot", "strategy_scenario",
                "accounts_invitation"} <= set(everywhere())  # fmt: skip
        told = list(AuditEvent.objects.order_by("number").values_list("number", "action", "actor_id", "hash"))
        printed = head()
        erasure = erase_person(gone, actor=owner)
        assert erasure.label == "Former member 1"
        assert everywhere() == {}
        assert verify() is None
        after = list(
            AuditEvent.objects.order_by("number").values_list("number", "action", "actor_id", "hash")
        )
        assert after[:-1] == told
        assert AuditEvent.objects.get(hash=printed)
        hers = AuditEvent.objects.filter(actor_id=person)
        assert {event.actor_label for event in hers} == {"Former member 1"}
        assert hers.get(action="vendor.created").object_label == "Hers"
        entry = AuditEvent.objects.latest("number")
        assert (entry.action, entry.object_id, entry.object_label, entry.actor_label) == (
            "person.erased", person, "Former member 1", "Owner",
        )  # fmt: skip
        assert Snapshot.objects.filter(created_by="Former member 1").count() == 1
        assert Scenario.objects.get(name="Hers").created_by == "Former member 1"
        assert erasure.mentions == ()
    user = User.objects.get(public_id=person)
    assert (user.name, user.email, user.is_active) == ("Former member 1", f"{person}@erased.invalid", False)
    assert not user.has_usable_password()


def test_a_text_that_holds_the_name_is_listed_and_not_changed(world: World, gone: Membership) -> None:
    owner = Actor.person(world.person("north/owner"), "owner")
    with scope(world.north):
        create_record(Vendor, {"key": "about", "name": f"Firm of {NAME}"}, actor=owner)
        erasure = erase_person(gone, actor=owner)
        assert [(m.kind, m.name, m.changeable) for m in erasure.mentions] == [
            ("audit event", str(erasure.mentions[0].name), False),
            ("vendor", f"Firm of {NAME}", True),
        ]
        assert Vendor.objects.get(key="about").name == f"Firm of {NAME}"
        assert AuditEvent.objects.latest("number").after == {"also": [], "mentions": 2}


def test_who_belongs_elsewhere_too_keeps_the_account_and_is_erased_here_only(
    world: World, gone: Membership
) -> None:
    Membership.objects.create(organisation=world.south, user=gone.user, role="viewer")
    with scope(world.north):
        erase_person(gone, actor=Actor.person(world.person("north/owner"), "owner"))
        assert set(everywhere()) == {"accounts_user"}
        assert verify() is None
    user = User.objects.get(pk=gone.user.pk)
    assert (user.name, user.email, user.is_active) == (NAME, ADDRESS, True)
    assert [m.organisation for m in Membership.everyone.filter(user=user)] == [world.south]


def test_a_person_who_shares_the_name_keeps_their_entries(world: World, gone: Membership) -> None:
    other = member("other@twin.example", NAME)
    Membership.objects.create(organisation=world.north, user=other, role="editor")
    with scope(world.north):
        create_record(Vendor, {"key": "others"}, actor=Actor.person(other, "editor"))
        erase_person(gone, actor=Actor.person(world.person("north/owner"), "owner"))
        assert AuditEvent.objects.get(actor_id=other.public_id).actor_label == NAME
        assert verify() is None


def test_a_member_is_not_erased_before_being_removed(world: World) -> None:
    viewer = Membership.objects.get(organisation=world.north, user=world.person("north/viewer"))
    with scope(world.north):
        before = head()
        with pytest.raises(services.Refused, match="is still a member"):
            erase_person(viewer, actor=Actor.person(world.person("north/owner"), "owner"))
        assert head() == before
    assert User.objects.get(pk=viewer.user.pk).email == "viewer.north@twin.example"


def test_an_owner_erases_on_the_page_of_members(world: World, gone: Membership, sign_in: SignIn) -> None:
    at = f"/o/{world.north.slug}/members/{gone.user.public_id}/erase/"
    assert sign_in(world, "north/admin").post(at).status_code == 403
    client = sign_in(world, "north/owner")
    page = client.post(at).content.decode()
    assert "The person is called “Former member 1” here from now on." in page
    assert client.post(at).status_code == 404
    shown = client.get(f"/o/{world.north.slug}/members/").content.decode()
    assert NAME not in shown
    assert "Former member 1" in shown


def test_names_without_an_entry_of_an_erasure_are_found(world: World, gone: Membership) -> None:
    """The database lets names go only by its own function, and the check asks for the entry that belongs to it."""
    with scope(world.north):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT set_config('app.erasing', '{world.north.pk}', true)")
            for statement in (
                "UPDATE accounts_auditevent SET actor_label = 'x'",
                "DELETE FROM accounts_auditevent",
            ):
                with pytest.raises(Error, match="permission denied"), transaction.atomic():
                    cursor.execute(statement)
        first = AuditEvent.objects.filter(actor_id=gone.user.public_id).order_by("number")[0].number
        with connection.cursor() as cursor:
            cursor.execute("SELECT erase_names(%s, %s, %s, %s)", [gone.user.public_id, [], [NAME], "Nobody"])
        assert verify() == Broken(first, "has other names than were written")
    with scope(world.south):
        assert verify() is None
