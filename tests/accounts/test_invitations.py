"""How people join: a link that works once, for the address that it was sent to."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.test import Client, override_settings
from django.utils import timezone

from accounts import invitations, services
from accounts.audit import Actor
from accounts.invitations import GONE, KNOWN, Asked, accept, accept_as_new, read_list
from accounts.models import AuditEvent, Invitation, Membership, Organisation, User
from accounts.queries import hashed
from accounts.tenancy import scope
from tests.world import PASSWORD, World

SignIn = Callable[[World, str], Client]
LINK = re.compile(r"http://testserver(/invitations/[\w-]{43}/)")
NEW = "new@twin.example"


@pytest.fixture(autouse=True)
def no_mails_before() -> None:
    mail.outbox.clear()


def at(world: World, path: str) -> str:
    return f"/o/{world.north.slug}/{path}"


def trail(organisation: Organisation) -> list[str]:
    """What was done to invitations and members, oldest first."""
    with scope(organisation):
        events = AuditEvent.objects.order_by("number").values_list("action", flat=True)
        return [action for action in events if action.startswith(("invitation.", "member."))]


def invited(
    world: World, email: str = NEW, role: str = "viewer", by: str = "owner"
) -> tuple[Invitation, str]:
    """An invitation to North and its link's secret."""
    with scope(world.north):
        issued = invitations.invite([Asked(email, role)], actor=acting(world, by))[0]
    return issued.invitation, issued.secret


def acting(world: World, role: str) -> Actor:
    return Actor.person(world.person(f"north/{role}"), role)


def links() -> list[str]:
    return [LINK.findall(str(message.body))[0] for message in mail.outbox]


def test_a_pasted_list_invites_each_address_by_mail(world: World, sign_in: SignIn) -> None:
    people = "E-mail;Role\nAda@Twin.example;Approver\n\nBob <bob@twin.example>\ncleo@twin.example, editor\n"
    client = sign_in(world, "north/admin")
    answer = client.post(at(world, "members/invite/"), {"people": people, "role": "viewer"})
    assert answer["Location"] == at(world, "members/")
    assert list(Invitation.objects.values_list("email", "role")) == [
        ("ada@twin.example", "approver"),
        ("bob@twin.example", "viewer"),
        ("cleo@twin.example", "editor"),
    ]
    assert [message.to[0] for message in mail.outbox] == [
        "ada@twin.example",
        "bob@twin.example",
        "cleo@twin.example",
    ]
    assert [message.subject for message in mail.outbox] == ["[Sextant] An invitation"] * 3
    assert "admin invites you to join Twin Company on Sextant, as Approver." in mail.outbox[0].body
    assert len(set(links())) == 3
    assert trail(world.north) == ["invitation.created"] * 3
    page = client.get(at(world, "members/")).content.decode()
    assert "An invitation was sent to 3 people." in page
    assert all(f"Revoke the invitation of {name}@twin.example" in page for name in ("ada", "bob", "cleo"))


@pytest.mark.parametrize(
    ("people", "words"),
    [
        ("a@b.example\nnobody", "Line 2: “nobody” is no e-mail address."),
        ("a@b.example, god", "Line 1: “god” is no role."),
        ("a@b.example\nA@b.example", "Line 2: a@b.example stands here twice."),
        ("a@b.example\r\nBcc: victim@b.example", "Line 2: “bcc: victim@b.example” is no e-mail address."),
        ("email\n \n", "No address was given. Right: one address a line."),
        ("\n".join(f"p{n}@b.example" for n in range(51)), "51 people are more than 50 at once."),
        ("viewer.north@twin.example", "viewer.north@twin.example: a member already."),
    ],
)
def test_a_list_with_a_fault_invites_nobody(world: World, sign_in: SignIn, people: str, words: str) -> None:
    answer = sign_in(world, "north/owner").post(
        at(world, "members/invite/"), {"people": people, "role": "viewer"}
    )
    assert answer.status_code == 400
    assert words in answer.content.decode().replace("&#x27;", "'")
    assert (Invitation.objects.count(), mail.outbox, trail(world.north)) == (0, [], [])


def test_who_invites_learns_nothing_about_an_address(world: World, sign_in: SignIn) -> None:
    client, pages = sign_in(world, "north/owner"), []
    for email in ("stranger@twin.example", "nobody@twin.example"):
        answer = client.post(at(world, "members/invite/"), {"people": email, "role": "viewer"})
        page = client.get(answer["Location"]).content.decode()
        invitation = Invitation.objects.get(email=email)
        plain = re.sub(r'(nonce|csrfmiddlewaretoken" value)="[^"]+"', "", page)
        pages.append((answer.status_code, plain.replace(email, "").replace(invitation.public_id, "")))
        with scope(world.north):
            invitations.revoke(invitation, actor=acting(world, "owner"))
    assert pages[0] == pages[1]
    bodies = [LINK.sub("", str(m.body)).replace(m.to[0], "") for m in mail.outbox]
    assert bodies[0] == bodies[1]


def test_a_new_person_joins_by_the_link_and_is_signed_in(world: World, client: Client) -> None:
    _, secret = invited(world, role="editor")
    page = client.get(f"/invitations/{secret}/").content.decode()
    assert "Owner invites new@twin.example, as CIO or editor" in page
    answer = client.post(f"/invitations/{secret}/", {"name": "Nina New", "password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, at(world, ""))
    assert client.get(at(world, "")).status_code == 200
    user = User.objects.get(email=NEW)
    assert (user.name, user.password[:7]) == ("Nina New", "argon2$")
    assert list(user.emailaddress_set.values_list("email", "verified", "primary")) == [(NEW, True, True)]
    assert Membership.objects.get(user=user).role == "editor"
    assert trail(world.north) == ["invitation.created", "member.added"]
    again = Client().post(f"/invitations/{secret}/", {"name": "Other", "password": PASSWORD})
    assert (again.status_code, GONE in again.content.decode()) == (404, True)
    assert User.objects.filter(email=NEW).count() == 1


@pytest.mark.parametrize("password", ["short", "password1234", "new@twin.example", "x" * 129])
def test_a_weak_password_is_refused_and_the_link_still_works(
    world: World, client: Client, password: str
) -> None:
    _, secret = invited(world)
    answer = client.post(f"/invitations/{secret}/", {"name": "Nina", "password": password})
    assert answer.status_code == 400
    assert not User.objects.filter(email=NEW).exists()
    assert trail(world.north) == ["invitation.created"]
    assert client.get(f"/invitations/{secret}/").status_code == 200


def test_a_person_who_is_known_signs_in_and_accepts(world: World, client: Client) -> None:
    _, secret = invited(world, "stranger@twin.example", "auditor")
    known = client.post(f"/invitations/{secret}/", {"name": "Not me", "password": "another long password"})
    assert (known.status_code, KNOWN in known.content.decode()) == (400, True)
    stranger = User.objects.get(email="stranger@twin.example")
    assert (stranger.name, stranger.check_password(PASSWORD)) == ("Stranger", True)
    page = client.get(f"/invitations/{secret}/").content.decode()
    assert f'href="/account/login/?next=/invitations/{secret}/"' in page
    client.force_login(stranger)
    assert client.post(f"/invitations/{secret}/")["Location"] == at(world, "")
    assert Membership.objects.get(user=stranger).role == "auditor"
    assert trail(world.north) == ["invitation.created", "member.added"]


def test_a_link_works_for_its_own_address_only(world: World, sign_in: SignIn) -> None:
    _, secret = invited(world)
    client = sign_in(world, "stranger")
    assert (
        "You are signed in as stranger@twin.example" in client.get(f"/invitations/{secret}/").content.decode()
    )
    assert client.post(f"/invitations/{secret}/").status_code == 403
    with pytest.raises(PermissionDenied):
        accept(secret, world.person("stranger"))
    assert not Membership.everyone.filter(user=world.person("stranger")).exists()
    assert trail(world.north) == ["invitation.created"]


def test_links_that_do_not_work_all_say_the_same(world: World, client: Client) -> None:
    used = invited(world, "used@twin.example")[1]
    accept_as_new(used, name="Used", password=PASSWORD)
    taken_back, secret = invited(world, "back@twin.example")
    old, old_secret = invited(world, "old@twin.example")
    renewed, former = invited(world, "again@twin.example")
    Invitation.objects.filter(pk=old.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    with scope(world.north):
        invitations.revoke(taken_back, actor=acting(world, "owner"))
        fresh = invitations.resend(renewed, actor=acting(world, "owner")).secret
    before = User.objects.count(), Membership.everyone.count(), trail(world.north)
    pages = set()
    for dead in (used, secret, old_secret, former, "x" * 43):
        for answer in (
            client.get(f"/invitations/{dead}/"),
            client.post(f"/invitations/{dead}/", {"name": "N", "password": PASSWORD}),
        ):
            assert answer.status_code == 404
            pages.add(re.sub(r'nonce="[^"]+"', "", answer.content.decode()))
        with pytest.raises(services.Refused, match="Ask who invited you"):
            accept_as_new(dead, name="N", password=PASSWORD)
    assert len(pages) == 1
    assert (User.objects.count(), Membership.everyone.count(), trail(world.north)) == before
    assert accept_as_new(fresh, name="Again", password=PASSWORD).user.email == "again@twin.example"


def test_the_secret_of_a_link_is_stored_nowhere(world: World) -> None:
    invitation, secret = invited(world)
    assert len(secret) == 43
    stored = Invitation.objects.filter(pk=invitation.pk).values().get()
    assert stored["secret_hash"] == hashed(secret)
    assert secret not in str(stored)
    with scope(world.north):
        assert secret not in str(list(AuditEvent.objects.values()))


def test_only_an_owner_invites_owners_or_touches_their_invitations(world: World, sign_in: SignIn) -> None:
    admin = sign_in(world, "north/admin")
    form = {"people": f"{NEW}, owner", "role": "viewer"}
    assert admin.post(at(world, "members/invite/"), form).status_code == 403
    assert (Invitation.objects.count(), mail.outbox, trail(world.north)) == (0, [], [])
    invitation, secret = invited(world, role="owner")
    for deed in ("resend", "revoke"):
        address = at(world, f"invitations/{invitation.public_id}/{deed}/")
        assert admin.post(address).status_code == 403
    again = admin.post(at(world, "members/invite/"), {"people": NEW, "role": "viewer"})
    assert again.status_code == 403
    assert trail(world.north) == ["invitation.created"]
    assert accept_as_new(secret, name="Nina", password=PASSWORD).role == "owner"


def test_who_loses_the_role_takes_the_open_invitations_along(world: World) -> None:
    _, secret = invited(world, by="admin")
    other, _ = invited(world, "other@twin.example", by="owner")
    with scope(world.north):
        admin = Membership.objects.get(organisation=world.north, user=world.person("north/admin"))
        services.remove_member(admin, actor=acting(world, "owner"))
    with pytest.raises(services.Refused):
        accept_as_new(secret, name="Nina", password=PASSWORD)
    assert Invitation.objects.get(pk=other.pk).state == "open"
    assert not User.objects.filter(email=NEW).exists()
    assert trail(world.north)[2:] == ["member.removed", "invitation.revoked"]


def test_a_second_invitation_of_an_address_ends_the_first(world: World) -> None:
    _, first = invited(world, role="viewer")
    _, second = invited(world, role="editor")
    with pytest.raises(services.Refused):
        accept_as_new(first, name="Nina", password=PASSWORD)
    assert accept_as_new(second, name="Nina", password=PASSWORD).role == "editor"
    assert trail(world.north) == [
        "invitation.created",
        "invitation.revoked",
        "invitation.created",
        "member.added",
    ]


def test_an_archived_organisation_lets_nobody_join(world: World) -> None:
    _, secret = invited(world)
    with scope(world.north):
        services.archive_organisation(actor=acting(world, "owner"))
    with pytest.raises(services.Refused):
        accept_as_new(secret, name="Nina", password=PASSWORD)
    assert not User.objects.filter(email=NEW).exists()


@override_settings(
    EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend", EMAIL_HOST="127.0.0.1", EMAIL_PORT=9
)
def test_a_mail_that_is_not_taken_is_told_and_can_be_sent_again(world: World, sign_in: SignIn) -> None:
    client = sign_in(world, "north/owner")
    client.post(at(world, "members/invite/"), {"people": NEW, "role": "viewer"})
    page = client.get(at(world, "members/")).content.decode()
    assert "new@twin.example: invited, but the mail could not be sent. Send it again below." in page
    assert f"Send again to {NEW}" in page
    over_api = client.post(
        f"/api/v1/organisations/{world.north.public_id}/invitations/",
        {"email": "api@twin.example", "role": "viewer"},
        content_type="application/json",
    )
    assert over_api.status_code == 503
    assert not Invitation.objects.filter(email="api@twin.example").exists()


def test_the_page_says_where_mails_lie_while_no_server_is_set(world: World, sign_in: SignIn) -> None:
    with override_settings(EMAIL_HOST="", EMAIL_FILE_PATH="/srv/sextant/mail"):
        page = sign_in(world, "north/owner").get(at(world, "members/")).content.decode()
    assert "Mails are not sent: they lie as files in <code>/srv/sextant/mail</code>." in page
    with override_settings(EMAIL_HOST="smtp.example"):
        assert (
            "they lie as files"
            not in sign_in(world, "north/owner").get(at(world, "members/")).content.decode()
        )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a@b.example", [("a@b.example", "viewer")]),
        ("a@b.example\tCIO or editor", [("a@b.example", "editor")]),
        ('"Doe, Jane" <Jane@b.example>, approver', [("jane@b.example", "approver")]),
        ("email,role\na@b.example,admin", [("a@b.example", "admin")]),
        ("a@b.example,", [("a@b.example", "viewer")]),
    ],
)
def test_how_a_list_is_read(text: str, found: list[Any]) -> None:
    assert [(one.email, one.role) for one in read_list(text, "viewer")] == found
