"""Organisations and their members over the API."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from accounts.models import Invitation, Membership, Organisation, User
from tests.api.conftest import Call, Caller, faults, refused, trail
from tests.world import PASSWORD, World


def test_a_person_lists_creates_renames_archives_and_restores_organisations(person: Call) -> None:
    stranger = person("stranger")
    assert stranger.get("/api/v1/organisations/") == {"items": [], "next": None}
    made = stranger("POST", "/api/v1/organisations/", {"name": " Fresh ", "time_zone": "Europe/Berlin"})
    body = made.json()
    assert (made.status_code, made["ETag"]) == (201, '"v1"')
    assert re.fullmatch(r"org_[a-z2-7]{26}", body["id"])
    at = f"/api/v1/organisations/{body['id']}/"
    assert made["Location"] == f"http://testserver{at}"
    assert body == {
        "id": body["id"], "version": 1, "name": "Fresh", "slug": "fresh", "time_zone": "Europe/Berlin",
        "created_at": body["created_at"], "archived": False,
    }  # fmt: skip
    assert stranger.get(at) == body
    assert stranger.get("/api/v1/organisations/")["items"] == [body]

    refused(stranger("PUT", at, {"name": "New", "time_zone": "UTC"}), 428)
    refused(stranger("PUT", at, {"name": "New", "time_zone": "UTC"}, If_Match='"v2"'), 412)
    changed = stranger("PUT", at, {"name": "New", "time_zone": "UTC"}, If_Match='"v1"')
    assert (changed.status_code, changed["ETag"], changed.json()["name"]) == (200, '"v2"', "New")
    refused(stranger("DELETE", at, If_Match='"v1"'), 412)
    archived = stranger("DELETE", at, If_Match='"v2"')
    assert (archived.status_code, archived["ETag"], archived.json()["archived"]) == (200, '"v3"', True)
    assert stranger.get("/api/v1/organisations/")["items"] == []
    assert stranger.get("/api/v1/organisations/?archived=true")["items"] == [archived.json()]
    assert stranger.get(f"{at}vendors/")["items"] == []
    problem = refused(stranger("POST", f"{at}vendors/", {"key": "a"}), 403)
    assert (
        problem["detail"]
        == "This organisation is archived: it can be read, not changed. An owner can restore it."
    )
    restored = stranger("POST", f"{at}restore/", If_Match='"v3"')
    assert (restored.status_code, restored.json()["archived"]) == (200, False)
    assert trail(Organisation.objects.get(public_id=body["id"])) == [
        "organisation.created",
        "organisation.changed",
        "organisation.archived",
        "organisation.restored",
    ]


def test_an_organisation_that_cannot_be_is_refused(person: Call) -> None:
    stranger, before = person("stranger"), Organisation.objects.count()
    at = "/api/v1/organisations/"
    assert faults(stranger("POST", at, {"time_zone": "Mars", "slug": "mine", "owner": "usr_x"})) == {
        "/name": "“name” is missing",
        "/slug": "unknown key “slug”",
        "/owner": "unknown key “owner”",
    }
    assert list(faults(stranger("POST", at, {"name": " "}))) == ["/name"]
    assert list(faults(stranger("POST", at, {"name": "New", "time_zone": "Mars"}))) == ["/time_zone"]
    assert list(faults(stranger("POST", at, ["New"]))) == [""]
    assert Organisation.objects.count() == before


def test_a_key_sees_its_organisation_and_creates_none(world: World, key: Call) -> None:
    assert [o["id"] for o in key.get("/api/v1/organisations/")["items"]] == [world.north.public_id]
    refused(key("POST", "/api/v1/organisations/", {"name": "New"}), 403)
    assert Organisation.objects.count() == 2


def test_the_life_of_a_member(world: World, person: Call) -> None:
    owner, start = person("north/owner"), len(trail(world.north))
    before = owner.get("members/")["items"]
    assert [m["role"] for m in before] == [
        "owner", "admin", "editor", "compliance_officer", "contributor", "approver", "auditor", "viewer", "editor",
    ]  # fmt: skip

    invited = owner("POST", "invitations/", {"email": "New@Twin.example", "role": "viewer"})
    invitation = invited.json()
    assert (invited.status_code, invited["ETag"]) == (201, '"v1"')
    assert re.fullmatch(r"inv_[a-z2-7]{26}", invitation["id"])
    assert invited["Location"] == owner.whole("invitations", invitation["id"])
    assert invitation == {
        "id": invitation["id"], "version": 1, "email": "new@twin.example", "role": "viewer", "state": "open",
        "expires_at": invitation["expires_at"], "created_at": invitation["created_at"], "created_by": "Owner",
    }  # fmt: skip
    assert owner.get("invitations/")["items"] == [invitation]
    assert owner.get("members/")["items"] == before
    body = joined(owner, "New Person")
    at = f"members/{body['id']}/"
    assert re.fullmatch(r"usr_[a-z2-7]{26}", body["id"])
    assert body == {
        "id": body["id"], "version": 1, "email": "new@twin.example", "name": "New Person", "role": "viewer",
        "created_at": body["created_at"], "archived": False,
    }  # fmt: skip
    accepted = owner.get(f"invitations/{invitation['id']}/")
    assert (accepted["state"], owner.get("invitations/")["items"]) == ("accepted", [])
    refused(owner("DELETE", f"invitations/{invitation['id']}/", If_Match='"v2"'), 409)
    assert owner.get(at) == body
    assert owner.get("members/")["items"] == [*before, body]

    refused(owner("PUT", at, {"role": "editor"}), 428)
    changed = owner("PUT", at, {"role": "editor"}, If_Match='"v1"')
    assert (changed.status_code, changed["ETag"], changed.json()["role"]) == (200, '"v2"', "editor")
    refused(owner("PUT", at, {"role": "auditor"}, If_Match='"v1"'), 412)
    assert owner.get(at)["role"] == "editor"

    refused(owner("DELETE", at), 428)
    removed = owner("DELETE", at, If_Match='"v2"')
    assert (removed.status_code, removed["ETag"], removed.json()["archived"]) == (200, '"v3"', True)
    assert owner.get("members/")["items"] == before
    assert owner.get("members/?archived=true")["items"] == [*before, removed.json()]
    assert owner.get(at) == removed.json()
    refused(owner("PUT", at, {"role": "viewer"}, If_Match='"v3"'), 409)

    owner("POST", "invitations/", {"email": "new@twin.example", "role": "auditor"})
    client = Client()
    client.force_login(User.objects.get(email="new@twin.example"))
    assert client.post(link()).status_code == 302
    again = owner("GET", at)
    assert (again["ETag"], again.json()["role"], again.json()["archived"]) == ('"v4"', "auditor", False)
    assert trail(world.north)[start:] == [
        "invitation.created",
        "member.added",
        "member.role_changed",
        "member.removed",
        "invitation.created",
        "member.added",
    ]


def link() -> str:
    """The path of the last invitation that was mailed."""
    return re.findall(r"http://testserver(/invitations/[\w-]+/)", str(mail.outbox[-1].body))[0]


def joined(owner: Caller, name: str) -> Any:
    """The newest member, who has just joined by the mailed link."""
    assert mail.outbox[-1].to == ["new@twin.example"]
    answer = Client().post(link(), {"name": name, "password": PASSWORD})
    assert answer.status_code == 302
    return owner.get("members/")["items"][-1]


def test_an_invitation_is_sent_again_or_revoked(world: World, person: Call) -> None:
    owner, start = person("north/owner"), len(trail(world.north))
    made = owner("POST", "invitations/", {"email": "new@twin.example", "role": "viewer"}).json()
    at, first = f"invitations/{made['id']}/", link()
    refused(owner("POST", f"{at}resend/"), 428)
    again = owner("POST", f"{at}resend/", If_Match='"v1"')
    assert (again.status_code, again["ETag"], again.json()["state"]) == (200, '"v2"', "open")
    assert link() != first
    refused(owner("DELETE", at, If_Match='"v1"'), 412)
    revoked = owner("DELETE", at, If_Match='"v2"')
    assert (revoked.status_code, revoked.json()["state"]) == (200, "revoked")
    refused(owner("POST", f"{at}resend/", If_Match='"v3"'), 409)
    assert Client().get(link()).status_code == 404
    assert trail(world.north)[start:] == ["invitation.created", "invitation.resent", "invitation.revoked"]
    assert person("south/owner", "south").get("invitations/")["items"] == []


def test_a_person_who_cannot_be_invited_is_refused(world: World, person: Call) -> None:
    admin = person("north/admin")
    before = Invitation.objects.count(), Membership.everyone.count(), trail(world.north)
    assert faults(admin("POST", "invitations/", {"role": "god", "organisation": world.south.public_id})) == {
        "/email": "“email” is missing",
        "/role": "“god” is not allowed",
        "/organisation": "unknown key “organisation”",
    }
    assert list(faults(admin("POST", "invitations/", {"email": "a@b.example", "role": "api_client"}))) == [
        "/role"
    ]
    assert list(faults(admin("POST", "invitations/", {"email": "nobody", "role": "viewer"}))) == ["/email"]
    assert faults(
        admin("POST", "invitations/", {"email": "viewer.north@twin.example", "role": "viewer"})
    ) == {"/email": "viewer.north@twin.example: a member already. Change the role in the list."}
    refused(admin("POST", "invitations/", {"email": "a@b.example", "role": "owner"}), 403)
    assert (Invitation.objects.count(), Membership.everyone.count(), trail(world.north)) == before
    assert mail.outbox == []


def test_the_last_owner_and_owners_in_general_are_protected(world: World, person: Call) -> None:
    before = trail(world.north)
    owner, admin = person("north/owner"), person("north/admin")
    last = f"members/{world.person('north/owner').public_id}/"
    own = f"members/{world.person('north/admin').public_id}/"
    refused(owner("PUT", last, {"role": "viewer"}, If_Match='"v1"'), 409)
    refused(owner("DELETE", last, If_Match='"v1"'), 409)
    refused(admin("PUT", own, {"role": "owner"}, If_Match='"v1"'), 403)
    refused(admin("DELETE", last, If_Match='"v1"'), 403)
    assert trail(world.north) == before
    assert [m["role"] for m in owner.get("members/")["items"]][:2] == ["owner", "admin"]


@pytest.mark.parametrize("name", ["south/owner", "stranger"])
def test_another_organisations_member_is_not_there(world: World, person: Call, name: str) -> None:
    owner = person("north/owner")
    at = f"members/{world.person(name).public_id}/"
    for method, body in (("GET", None), ("PUT", {"role": "viewer"}), ("DELETE", None)):
        theirs, nobody = (owner(method, path, body, If_Match='"v1"') for path in (at, "members/usr_nobody/"))
        assert refused(theirs, 404) | {"instance": ""} == refused(nobody, 404) | {"instance": ""}
