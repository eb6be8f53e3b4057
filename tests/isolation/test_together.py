"""Many at once, and an intruder past all guards: what the trail and the rules of membership are worth. These commit."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import psycopg
import pytest
from django.db import connections, transaction

from accounts import services as people
from accounts.audit import Actor
from accounts.chain import Broken, verify
from accounts.invitations import Asked, accept_as_new, invite
from accounts.models import ApiKey, AuditCounter, AuditEvent, Membership, Organisation, User
from accounts.tenancy import scope
from accounts.versions import Conflict
from compliance.models import ControlAnswer
from compliance.services import create_control_answer
from inventory.models import UseCase, Vendor
from inventory.records import InvalidPart, part_of
from inventory.services import archive_record, create_record, update_record
from tests.isolation.superuser import superuser
from tests.world import PASSWORD, World

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


def together(*deeds: Callable[[], Any]) -> list[Any]:
    """Do things at the same time, each on a connection of its own; what each gave or raised."""
    start = Barrier(len(deeds))

    def do(deed: Callable[[], Any]) -> Any:
        start.wait()
        try:
            return deed()
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(do, deeds))


def test_numbers_have_no_holes_and_no_doubles_while_many_write_at_once(world: World) -> None:
    actor = Actor.person(world.person("north/owner"), "owner")

    def writer(name: int) -> Callable[[], None]:
        def write() -> None:
            for number in range(5):
                with scope(world.north):
                    create_record(Vendor, {"key": f"v{name}-{number}"}, actor=actor)
                    if number == 3:
                        transaction.set_rollback(True)

        return write

    with scope(world.north):
        before = AuditCounter.objects.get().last
    assert together(*(writer(name) for name in range(6))) == [None] * 6
    with scope(world.north):
        numbers = list(AuditEvent.objects.order_by("number").values_list("number", flat=True))
        assert numbers == list(range(1, before + 6 * 4 + 1))
        assert Vendor.objects.count() == 1 + 6 * 4
        assert verify() is None
    with scope(world.south):
        assert verify() is None


def test_the_first_entries_of_a_new_organisation_do_not_collide(world: World) -> None:
    bare = Organisation.objects.create(name="Bare", slug="bare")
    actor = Actor.person(world.person("stranger"), "owner")

    def write(key: str) -> Callable[[], None]:
        def deed() -> None:
            with scope(bare):
                create_record(Vendor, {"key": key}, actor=actor)

        return deed

    assert together(*(write(f"v{name}") for name in range(6))) == [None] * 6
    with scope(bare):
        assert sorted(AuditEvent.objects.values_list("number", flat=True)) == [1, 2, 3, 4, 5, 6]
        assert verify() is None


def test_two_owners_who_remove_each_other_leave_one(world: World) -> None:
    first = Membership.objects.get(organisation=world.north, role="owner")
    second = Membership.objects.get(organisation=world.north, role="admin")
    owner = Actor.person(first.user, "owner")
    with scope(world.north):
        people.change_role(second, "owner", actor=owner)

    def remove(membership: Membership) -> Callable[[], None]:
        def deed() -> None:
            with scope(world.north):
                people.remove_member(membership, actor=owner)

        return deed

    ends = together(remove(first), remove(second))
    assert sorted(type(end).__name__ for end in ends) == ["NoneType", "Refused"]
    assert Membership.objects.filter(organisation=world.north, role="owner").count() == 1


def test_what_is_done_twice_at_once_is_entered_once(world: World) -> None:
    actor = Actor.person(world.person("north/owner"), "owner")
    key = ApiKey.objects.get(organisation=world.north)
    with scope(world.north):
        vendor = create_record(Vendor, {"key": "twice"}, actor=actor)

    def archive() -> None:
        with scope(world.north):
            archive_record(vendor, actor=actor)

    def revoke() -> None:
        with scope(world.north):
            people.revoke_api_key(key, actor=actor)

    def add() -> None:
        with scope(world.north):
            people.add_member(email="twice@twin.example", role="viewer", actor=actor)

    together(archive, archive, revoke, revoke, add, add)
    with scope(world.north):
        for action in ("vendor.archived", "api_key.revoked", "member.added"):
            assert AuditEvent.objects.filter(action=action).count() == 1, action


def test_a_link_that_is_opened_many_times_at_once_lets_one_person_in_once(world: World) -> None:
    actor = Actor.person(world.person("north/owner"), "owner")
    with scope(world.north):
        secret = invite([Asked("fresh@twin.example", "viewer")], actor=actor)[0].secret

    def join() -> object:
        return accept_as_new(secret, name="Fresh", password=PASSWORD)

    ends = together(join, join, join)
    assert sorted(type(end).__name__ for end in ends) == ["Membership", "Refused", "Refused"]
    assert User.objects.filter(email="fresh@twin.example").count() == 1
    with scope(world.north):
        assert AuditEvent.objects.filter(action="member.added").count() == 1


def test_two_who_save_the_same_version_do_not_overwrite_each_other(world: World) -> None:
    actor = Actor.person(world.person("north/owner"), "owner")
    with scope(world.north):
        vendor = Vendor.objects.get()
        part = part_of(vendor)

    def save(country: str) -> Callable[[], str]:
        def deed() -> str:
            with scope(world.north):
                update_record(vendor, part | {"country": country}, actor=actor, version=1)
            return country

        return deed

    ends = together(save("DE"), save("FR"), save("IT"))
    (kept,) = [end for end in ends if isinstance(end, str)]
    assert [type(end) for end in ends if end != kept] == [Conflict, Conflict]
    with scope(world.north):
        stored = Vendor.objects.get()
        assert (stored.answers["country"], stored.version) == (kept, 2)
        assert AuditEvent.objects.filter(action="vendor.changed").count() == 1


def test_a_key_is_given_once_however_many_ask_at_once(world: World) -> None:
    actor = Actor.person(world.person("north/owner"), "owner")

    def create() -> None:
        with scope(world.north):
            create_record(Vendor, {"key": "wanted"}, actor=actor)

    def answer() -> None:
        with scope(world.north):
            create_control_answer(
                ControlAnswer, {"regime": "GDPR", "requirement_id": "Art. 32(1)"}, actor=actor
            )

    ends = together(create, create, create, answer, answer)
    assert [type(end) for end in ends if end is not None] == [InvalidPart] * 3
    with scope(world.north):
        assert (Vendor.objects.count(), ControlAnswer.objects.count()) == (2, 2)
        assert verify() is None


def test_what_is_linked_is_not_archived_in_the_same_moment(world: World) -> None:
    """Whichever comes first, no live use case ever refers to an archived record."""
    actor = Actor.person(world.person("north/owner"), "owner")
    for number in range(4):
        with scope(world.north):
            vendor = create_record(Vendor, {"key": f"v{number}"}, actor=actor)

        def link(key: str = vendor.key) -> None:
            with scope(world.north):
                create_record(UseCase, {"key": f"uses-{key}", "vendor": key}, actor=actor)

        def archive(vendor: Vendor = vendor) -> None:
            with scope(world.north):
                archive_record(vendor, actor=actor)

        ends = together(link, archive)
        assert sorted(type(end).__name__ for end in ends) in (
            ["InUse", "NoneType"],
            ["InvalidPart", "NoneType"],
        )
        with scope(world.north):
            assert not UseCase.objects.filter(archived_at=None, vendor__archived_at__isnull=False).exists()


def test_a_person_whom_two_organisations_add_at_once_is_one_person(world: World) -> None:
    def add(side: Organisation) -> Callable[[], None]:
        def deed() -> None:
            with scope(side):
                actor = Actor("system", "", "Sextant", "owner")
                people.add_member(email="shared@twin.example", role="viewer", actor=actor)

        return deed

    assert together(add(world.north), add(world.south)) == [None, None]
    user = User.objects.get(email="shared@twin.example")
    assert Membership.objects.filter(user=user).count() == 2


def test_organisations_of_one_name_that_are_made_at_once_have_addresses_of_their_own(world: World) -> None:
    owner = world.person("stranger")
    ends = together(*[lambda: people.create_organisation(name="Same", owner=owner).slug] * 2)
    assert len(set(ends)) == 2
    assert all(str(slug).startswith("same") for slug in ends)


def test_whoever_changes_the_trail_is_found(world: World) -> None:
    """As the superuser, past grants, triggers and row-level security; each change is undone before the next."""
    with scope(world.north):
        last = AuditCounter.objects.get().last
        assert (verify(), last > 10) == (None, True)
    north = f"organisation_id = {world.north.pk}"
    changes: list[tuple[str, Broken]] = [
        (f"UPDATE accounts_auditevent SET action = 'vendor.shown' WHERE {north} AND number = 7",
         Broken(7, "is not as it was written")),
        (f"UPDATE accounts_auditevent SET actor_label = 'Somebody' WHERE {north} AND number = 1",
         Broken(1, "has other names than were written")),
        (f"UPDATE accounts_auditevent SET object_label = 'Nothing' WHERE {north} AND number = 9",
         Broken(9, "has other names than were written")),
        (f"UPDATE accounts_auditevent SET actor_label = 'Somebody', salt = '' WHERE {north} AND number = 1",
         Broken(1, "has other names than were written")),
        (f"UPDATE accounts_auditevent SET actor_id = 'usr_other' WHERE {north} AND number = 3",
         Broken(3, "is not as it was written")),
        (f"UPDATE accounts_auditevent SET key_id = '' WHERE {north} AND number = 2",
         Broken(2, "is not as it was written")),
        (f"UPDATE accounts_auditevent SET at = at + interval '1 microsecond' WHERE {north} AND number = {last}",
         Broken(last, "is not as it was written")),
        (f"UPDATE accounts_auditevent SET after = after || '{{\"users\": 1}}' WHERE {north} AND number = 10",
         Broken(10, "is not as it was written")),
        (f"UPDATE accounts_auditevent SET before = '{{}}' WHERE {north} AND number = 10",
         Broken(10, "is not as it was written")),
        (f"UPDATE accounts_auditevent SET hash = repeat('0', 64) WHERE {north} AND number = 5",
         Broken(5, "is not as it was written")),
        (f"DELETE FROM accounts_auditevent WHERE {north} AND number = 4", Broken(4, "is missing")),
        (f"DELETE FROM accounts_auditevent WHERE {north} AND number = {last}", Broken(last, "is missing")),
        (f"DELETE FROM accounts_auditevent WHERE {north}", Broken(1, "is missing")),
        (f"DELETE FROM accounts_auditevent WHERE {north}; DELETE FROM accounts_auditcounter WHERE {north}",
         Broken(1, "is missing")),
        (f"DELETE FROM accounts_auditcounter WHERE {north}", Broken(last + 1, "is missing")),
        (f"DELETE FROM accounts_auditevent WHERE {north} AND number = {last}; UPDATE accounts_auditcounter SET "
         f"last = {last - 1}, head = (SELECT hash FROM accounts_auditevent WHERE {north} AND number = {last - 1}) WHERE {north}",
         Broken(last - 1, "is not the end that was sealed")),
        (f"DELETE FROM accounts_auditevent WHERE {north} AND number = {last}; "
         f"UPDATE accounts_auditcounter SET last = {last - 1} WHERE {north}",
         Broken(last - 1, "is not the last one that was counted")),
        (f"UPDATE accounts_auditcounter SET last = {last - 1} WHERE {north}",
         Broken(last, "is not the last one that was counted")),
        (f"UPDATE accounts_auditevent SET number = 1000 + number WHERE {north} AND number IN (6, 8); "
         f"UPDATE accounts_auditevent SET number = 1014 - number WHERE {north} AND number > 1000",
         Broken(6, "is not as it was written")),
        (f"UPDATE accounts_auditevent a SET (action, hash) = (b.action, b.hash) FROM accounts_auditevent b "
         f"WHERE a.{north} AND a.number = 2 AND b.organisation_id = {world.south.pk} AND b.number = 2",
         Broken(2, "is not as it was written")),
        (f"DELETE FROM accounts_auditevent WHERE {north}; UPDATE accounts_auditevent SET organisation_id = "
         f"{world.north.pk} WHERE organisation_id = {world.south.pk}; DELETE FROM accounts_auditcounter WHERE {north}; "
         f"UPDATE accounts_auditcounter SET organisation_id = {world.north.pk}",
         Broken(1, "is not as it was written")),
        (f"UPDATE accounts_auditcounter a SET (last, head, seal) = (b.last, b.head, b.seal) FROM "
         f"accounts_auditcounter b WHERE a.{north} AND b.organisation_id = {world.south.pk}",
         Broken(last, "is not the last one that was counted")),
    ]  # fmt: skip
    with superuser() as opened:
        for change, found in changes:
            assert tampered(opened, change, world) == found, change
    with scope(world.north):
        assert verify() is None


def tampered(opened: psycopg.Connection, change: str, world: World) -> Broken | None:
    """What the check finds after a change that no guard of the database saw; then all is put back."""
    tables = ("accounts_auditevent", "accounts_auditcounter")
    opened.execute("SET session_replication_role = replica")
    for table in tables:
        opened.execute(f"CREATE TABLE kept_{table} AS TABLE {table}")
    try:
        opened.execute(change)
        with scope(world.north):
            found = verify()
        if str(world.north.pk) not in change.rpartition("SET organisation_id = ")[2]:
            with scope(world.south):
                assert verify() is None
    finally:
        for table in tables:
            opened.execute(f"DELETE FROM {table}")
            opened.execute(f"INSERT INTO {table} SELECT * FROM kept_{table}")
            opened.execute(f"DROP TABLE kept_{table}")
    return found
