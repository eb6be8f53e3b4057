"""An organisation's name, time zone and archiving, and who belongs to it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from accounts import services
from accounts.audit import Actor
from accounts.clock import today
from accounts.models import AuditEvent, Membership, Organisation, User
from accounts.tenancy import scope
from accounts.versions import Conflict
from tests.world import World

SignIn = Callable[[World, str], Client]


def at(world: World, path: str, side: str = "north") -> str:
    return f"/o/{getattr(world, side).slug}/{path}"


def acting(world: World, name: str) -> Actor:
    return Actor.person(world.person(name), name.partition("/")[2])


def trail(organisation: Organisation) -> list[tuple[str, Any, Any]]:
    """What was done since the world was built, oldest first."""
    with scope(organisation):
        events = AuditEvent.objects.order_by("number").exclude(action__endswith=".created")
        return [(e.action, e.before, e.after) for e in events if e.action not in BUILDING]


BUILDING = ("assessment.imported",)


def role_of(world: World, person: str, side: str = "north") -> str | None:
    found = Membership.objects.filter(organisation=getattr(world, side), user=world.person(person)).first()
    return found.role if found else None


def member(world: World, person: str, side: str = "north") -> Membership:
    return Membership.everyone.get(organisation=getattr(world, side), user=world.person(person))


def test_an_admin_renames_the_organisation_and_its_address_stays(world: World, sign_in: SignIn) -> None:
    slug = world.north.slug
    answer = sign_in(world, "north/admin").post(
        at(world, "settings/change/"), {"name": " North Works ", "time_zone": "Europe/Berlin", "version": "1"}
    )
    assert answer["Location"] == f"/o/{slug}/settings/"
    north = Organisation.objects.get(pk=world.north.pk)
    assert (north.name, north.time_zone, north.slug, north.version) == (
        "North Works",
        "Europe/Berlin",
        slug,
        2,
    )
    before = {"name": "Twin Company", "time_zone": "UTC"}
    after = {"name": "North Works", "time_zone": "Europe/Berlin"}
    assert trail(north) == [("organisation.changed", before, after)]
    assert Organisation.objects.get(pk=world.south.pk).name == "Twin Company"


def test_saving_what_is_stored_already_changes_nothing(world: World) -> None:
    with scope(world.north):
        same = services.change_organisation(
            name="Twin Company", time_zone="UTC", actor=acting(world, "north/owner"), version=1
        )
    assert same.version == 1
    assert trail(world.north) == []


def test_who_saves_second_is_told_what_is_stored_now(world: World, sign_in: SignIn) -> None:
    client = sign_in(world, "north/owner")
    form = {"name": "First", "time_zone": "UTC", "version": "1"}
    client.post(at(world, "settings/change/"), form)
    answer = client.post(at(world, "settings/change/"), form | {"name": "Second"})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "This was changed by somebody else since you opened it. Stored now: First, UTC, EUR." in page
    assert 'value="Second"' in page
    assert 'name="version" value="2"' in page
    assert Organisation.objects.get(pk=world.north.pk).name == "First"


@pytest.mark.parametrize(
    ("name", "time_zone", "where", "words"),
    [
        ("  ", "UTC", "/name", "A name has 1 to 200 characters."),
        ("x" * 201, "UTC", "/name", "A name has 1 to 200 characters."),
        ("North", "Mars", "/time_zone", "“Mars” is no time zone. Right: a name like Europe/Berlin."),
        ("North", "../UTC", "/time_zone", "“../UTC” is no time zone. Right: a name like Europe/Berlin."),
    ],
)
def test_settings_that_cannot_be_are_refused(
    in_north: World, name: str, time_zone: str, where: str, words: str
) -> None:
    with pytest.raises(services.Refused) as refusal:
        services.change_organisation(name=name, time_zone=time_zone, actor=acting(in_north, "north/owner"))
    assert (refusal.value.where, str(refusal.value)) == (where, words)
    assert Organisation.objects.get(pk=in_north.north.pk).version == 1
    assert trail(in_north.north) == []


def test_an_archived_organisation_is_read_and_not_changed_until_an_owner_restores_it(
    world: World, sign_in: SignIn
) -> None:
    assert sign_in(world, "north/admin").post(at(world, "settings/archive/")).status_code == 403
    assert trail(world.north) == []
    client = sign_in(world, "north/owner")
    assert client.post(at(world, "settings/archive/")).status_code == 302
    assert client.post(at(world, "settings/archive/")).status_code == 302
    assert [action for action, _, _ in trail(world.north)] == ["organisation.archived"]
    for page in ("", "use-cases/", "members/", "audit/", "settings/", "runs/", "reports/"):
        assert client.get(at(world, page)).status_code == 200, page
    shown = client.get(at(world, "use-cases/")).content.decode()
    assert "This organisation is archived: it can be read, not changed." in shown
    assert "New use case" not in shown
    for deed in ("use-cases/new/", "runs/start/", "members/invite/", "settings/change/", "api-keys/"):
        refusal = client.post(at(world, deed))
        assert refusal.status_code == 403, deed
        assert "An owner can restore it." in refusal.content.decode()
    key = {"HTTP_AUTHORIZATION": f"Bearer {world.keys['north']}"}
    api = f"/api/v1/organisations/{world.north.public_id}/vendors/"
    assert Client().get(api, **key).status_code == 200
    assert Client().post(api, "{}", content_type="application/json", **key).status_code == 403
    assert [action for action, _, _ in trail(world.north)] == ["organisation.archived"]
    assert client.get(at(world, "use-cases/new/", "south")).status_code == 404
    assert client.post(at(world, "settings/restore/")).status_code == 302
    assert client.get(at(world, "use-cases/new/")).status_code == 200
    assert [action for action, _, _ in trail(world.north)] == [
        "organisation.archived",
        "organisation.restored",
    ]


def test_an_archived_organisation_stands_apart_among_my_organisations(world: World, sign_in: SignIn) -> None:
    with scope(world.south):
        services.archive_organisation(actor=acting(world, "south/owner"))
    page = sign_in(world, "both").get("/").content.decode()
    live, _, archived = page.partition("<h2>Archived</h2>")
    assert f'href="/o/{world.north.slug}/"' in live
    assert f'href="/o/{world.south.slug}/"' not in live
    assert f'href="/o/{world.south.slug}/"' in archived


def test_a_day_is_the_day_where_the_organisation_is(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    night = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)
    monkeypatch.setattr("django.utils.timezone.now", lambda: night)
    with scope(world.north):
        assert today().isoformat() == "2026-11-24"
        moved = services.change_organisation(
            name="North", time_zone="Asia/Tokyo", actor=acting(world, "north/owner")
        )
    with scope(moved):
        assert today().isoformat() == "2026-11-25"


def test_a_removed_member_has_no_access_from_that_moment(world: World, sign_in: SignIn) -> None:
    client = sign_in(world, "north/editor")
    assert client.get(at(world, "")).status_code == 200
    with scope(world.north):
        services.remove_member(member(world, "north/editor"), actor=acting(world, "north/owner"))
    assert client.get(at(world, "")).status_code == 404
    assert client.get(f"/api/v1/organisations/{world.north.public_id}/").status_code == 404
    assert client.get("/api/v1/organisations/").json()["items"] == []
    assert trail(world.north) == [("member.removed", {"role": "editor"}, None)]
    shown = sign_in(world, "north/owner").get(at(world, "members/")).content.decode()
    assert "editor.north@twin.example" in shown.partition("<h2>Former members</h2>")[2]


def test_a_removed_member_who_is_added_again_comes_back_in_the_new_role(world: World) -> None:
    owner = acting(world, "north/owner")
    with scope(world.north):
        services.remove_member(member(world, "north/editor"), actor=owner)
        services.add_member(email="Editor.North@twin.example", role="viewer", actor=owner)
    assert role_of(world, "north/editor") == "viewer"
    assert Membership.everyone.filter(user=world.person("north/editor")).count() == 1
    assert User.objects.filter(email__iexact="editor.north@twin.example").count() == 1
    assert trail(world.north) == [
        ("member.removed", {"role": "editor"}, None),
        ("member.added", None, {"role": "viewer"}),
    ]


def test_removing_somebody_twice_is_told(world: World) -> None:
    gone, owner = member(world, "north/viewer"), acting(world, "north/owner")
    with scope(world.north):
        services.remove_member(gone, actor=owner)
        for deed in (
            lambda: services.remove_member(gone, actor=owner),
            lambda: services.change_role(gone, "editor", actor=owner),
        ):
            with pytest.raises(services.Refused, match="is no member any more"):
                deed()
    assert len(trail(world.north)) == 1


def test_the_last_owner_stays(world: World) -> None:
    owner, last = acting(world, "north/owner"), member(world, "north/owner")
    with scope(world.north):
        for deed in (
            lambda: services.remove_member(last, actor=owner),
            lambda: services.change_role(last, "admin", actor=owner),
        ):
            with pytest.raises(services.Refused, match="keeps at least one owner"):
                deed()
    assert role_of(world, "north/owner") == "owner"
    assert trail(world.north) == []


def test_only_an_owner_makes_changes_or_removes_owners(world: World, sign_in: SignIn) -> None:
    admin = acting(world, "north/admin")
    with scope(world.north):
        for deed in (
            lambda: services.change_role(member(world, "north/admin"), "owner", actor=admin),
            lambda: services.change_role(member(world, "north/owner"), "viewer", actor=admin),
            lambda: services.remove_member(member(world, "north/owner"), actor=admin),
            lambda: services.add_member(email="new@twin.example", role="owner", actor=admin),
        ):
            with pytest.raises(PermissionDenied, match="Only an owner"):
                deed()
    client = sign_in(world, "north/admin")
    own = world.person("north/admin").public_id
    assert client.post(at(world, f"members/{own}/role/"), {"role": "owner"}).status_code == 403
    assert trail(world.north) == []
    assert role_of(world, "north/admin") == "admin"
    assert not User.objects.filter(email="new@twin.example").exists()
    with scope(world.north):
        services.change_role(member(world, "north/admin"), "owner", actor=acting(world, "north/owner"))
    assert role_of(world, "north/admin") == "owner"


def test_a_role_that_is_there_already_changes_nothing(world: World) -> None:
    with scope(world.north):
        services.change_role(member(world, "north/viewer"), "viewer", actor=acting(world, "north/owner"))
    assert member(world, "north/viewer").version == 1
    assert trail(world.north) == []


def test_a_stale_change_of_a_member_is_refused(world: World) -> None:
    owner, viewer = acting(world, "north/owner"), member(world, "north/viewer")
    with scope(world.north):
        services.change_role(viewer, "auditor", actor=owner, version=1)
        for deed in (
            lambda: services.change_role(viewer, "editor", actor=owner, version=1),
            lambda: services.remove_member(viewer, actor=owner, version=1),
        ):
            with pytest.raises(Conflict):
                deed()
    assert role_of(world, "north/viewer") == "auditor"
    assert len(trail(world.north)) == 1


@pytest.mark.parametrize(
    ("email", "role", "where", "words"),
    [
        ("nobody", "viewer", "/email", "“nobody” is no e-mail address."),
        ("new@twin.example", "api_client", "/role", "“api_client” is no role."),
        ("new@twin.example", "god", "/role", "“god” is no role."),
        ("VIEWER.north@twin.example", "editor", "/email", "viewer.north@twin.example is a member already."),
    ],
)
def test_a_member_who_cannot_be_is_refused(
    in_north: World, email: str, role: str, where: str, words: str
) -> None:
    before = User.objects.count(), Membership.everyone.count()
    with pytest.raises(services.Refused) as refusal:
        services.add_member(email=email, role=role, actor=acting(in_north, "north/owner"))
    assert refusal.value.where == where
    assert str(refusal.value).startswith(words)
    assert (User.objects.count(), Membership.everyone.count()) == before
    assert trail(in_north.north) == []


def test_a_new_organisation_asks_its_first_questions_and_reading_writes_nothing(
    world: World, sign_in: SignIn
) -> None:
    new = services.create_organisation(name="New", owner=world.person("stranger"))
    with scope(new):
        services.add_member(
            email="viewer.north@twin.example", role="viewer", actor=Actor("system", "", "", "owner")
        )
    client = sign_in(world, "stranger")
    page = client.get(f"/o/{new.slug}/organisation/", follow=True)
    assert page.redirect_chain == [(f"/o/{new.slug}/organisation/new/", 302)]
    assert 'value="New"' in page.content.decode()
    viewer = sign_in(world, "north/viewer").get(f"/o/{new.slug}/organisation/")
    assert "Nobody has answered for the organisation yet." in viewer.content.decode()
    assert [action for action, _, _ in trail(new)] == ["member.added"]
