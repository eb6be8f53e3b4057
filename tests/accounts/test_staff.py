"""Those who operate the server come in with a reason, for half an hour, to look only; the organisation sees it all."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from accounts.audit import Actor, head
from accounts.models import AuditEvent, Membership, User
from accounts.services import remove_member
from accounts.tenancy import scope
from tests.world import World, enter, member

REASON = "Ticket 4711: a paper cannot be printed"


@pytest.fixture
def staff(world: World) -> User:
    """Somebody of the staff with a second factor, who belongs to no organisation."""
    user = member("operator@server.example", "Operator")
    user.is_staff = True
    user.save()
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
    mail.outbox.clear()
    return user


def come_in(world: World, staff: User, reason: str = REASON) -> None:
    call_command("staff_access", world.north.slug, staff.email, reason=reason)


def test_staff_comes_in_with_a_reason_for_half_an_hour_and_the_organisation_sees_it(
    world: World, staff: User
) -> None:
    client, at = enter(Client(), staff), f"/o/{world.north.slug}/"
    assert client.get(at).status_code == 404
    come_in(world, staff)
    page = client.get(at).content.decode()
    assert "You are here as staff of this server until" in page
    assert REASON in page
    assert client.get(f"{at}audit/").status_code == 403
    assert client.post(f"{at}vendors/new/", {"key": "by-staff"}).status_code == 403
    assert client.get(f"/o/{world.south.slug}/").status_code == 404
    with scope(world.north):
        came, *viewed = AuditEvent.objects.filter(action__startswith="staff.").order_by("number")
        until = Membership.objects.get(user=staff).ends_at
        assert until is not None
        assert (came.action, came.actor_id, came.after) == (
            "staff.came_in",
            staff.public_id,
            {"reason": REASON, "until": until.isoformat()},
        )
        assert [(event.action, event.after) for event in viewed] == [("staff.viewed", {"page": at})]
    assert timedelta(minutes=29) < until - timezone.now() <= timedelta(minutes=30)
    assert [message.to for message in mail.outbox] == [["owner.north@twin.example"]]
    assert "Ticket" not in mail.outbox[0].body
    members = enter(Client(), world.person("north/owner")).get(f"{at}members/").content.decode()
    assert f"<strong>Staff of this server:</strong> {REASON}" in members


def test_staff_access_ends_by_itself(world: World, staff: User) -> None:
    come_in(world, staff)
    client, at = enter(Client(), staff), f"/o/{world.north.slug}/"
    assert client.get(at).status_code == 200
    Membership.objects.filter(user=staff).update(ends_at=timezone.now() - timedelta(seconds=1))
    assert client.get(at).status_code == 404
    assert client.get(f"/api/v1/organisations/{world.north.public_id}/").status_code == 404
    come_in(world, staff, "Ticket 4712: it fails again today")
    assert client.get(at).status_code == 200


def test_an_owner_ends_staff_access_at_once(world: World, staff: User) -> None:
    come_in(world, staff)
    with scope(world.north):
        membership = Membership.objects.get(user=staff)
        remove_member(membership, actor=Actor.person(world.person("north/owner"), "owner"))
    assert enter(Client(), staff).get(f"/o/{world.north.slug}/").status_code == 404


@pytest.mark.parametrize(
    ("who", "reason", "words"),
    [
        ("operator@server.example", "because", "A reason has 15 to 300 characters"),
        ("stranger@twin.example", REASON, "stranger@twin.example is not staff of this server"),
        ("nobody@server.example", REASON, "There is no person"),
        ("new@server.example", REASON, "new@server.example has no second factor"),
        ("both@twin.example", REASON, "both@twin.example is a member already"),
    ],
)
def test_without_reason_staff_or_second_factor_nobody_comes_in(
    world: World, staff: User, who: str, reason: str, words: str
) -> None:
    new = member("new@server.example", "New")
    both = world.person("both")
    User.objects.filter(pk__in=[new.pk, both.pk]).update(is_staff=True)
    Authenticator.objects.create(user=both, type=Authenticator.Type.TOTP, data={})
    with scope(world.north):
        before = (head(), Membership.everyone.count())
    with pytest.raises(CommandError, match=words):
        call_command("staff_access", world.north.slug, who, reason=reason)
    with scope(world.north):
        assert (head(), Membership.everyone.count()) == before
    assert mail.outbox == []


def test_owners_see_who_came_in_why_until_when_and_how_much_they_looked_at(world: World, staff: User) -> None:
    at = f"/o/{world.north.slug}/"
    owner = enter(Client(), world.person("north/owner"))
    assert "Nobody of the staff has come in yet." in owner.get(f"{at}staff-access/").content.decode()
    come_in(world, staff)
    operator = enter(Client(), staff)
    for path in ("", "vendors/", "runs/"):
        assert operator.get(f"{at}{path}").status_code == 200
    page = owner.get(f"{at}staff-access/").content.decode()
    assert "Operator may look at Twin Company until" in page
    assert page.count(REASON) == 2
    assert re.search(r'data-label="Pages opened">3 <a', page)
    trail = re.search(r'data-label="Pages opened">3 <a href="([^"]+)"', page)
    assert trail is not None
    assert "/vendors/" in owner.get(trail[1].replace("&amp;", "&")).content.decode()
    Membership.objects.filter(user=staff).update(ends_at=timezone.now() - timedelta(seconds=1))
    after = owner.get(f"{at}staff-access/").content.decode()
    assert "may look at" not in after
    assert after.count(REASON) == 1
    assert enter(Client(), world.person("north/editor")).get(f"{at}staff-access/").status_code == 403
    south = enter(Client(), world.person("south/owner")).get(f"/o/{world.south.slug}/staff-access/")
    assert REASON not in south.content.decode()
