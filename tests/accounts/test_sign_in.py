"""How people sign in, prove who they are again, and end their sessions."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.core.context import request_context
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.test import Client, override_settings
from django.utils import timezone

from accounts import services, sessions
from accounts.audit import Actor
from accounts.factors import set_second_factor_rule
from accounts.models import AuditEvent, Membership, Organisation, PersonSession, User
from accounts.sealing import seal, unseal
from accounts.sessions import device_of
from accounts.tenancy import scope
from tests.world import PASSWORD, World, enter

SignIn = Callable[[World, str], Client]
OWNER = "owner.north@twin.example"
WRONG = "wrong horse battery staple"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605 Version/19.0 Safari/604.1"


@pytest.fixture(autouse=True)
def nothing_before() -> Iterator[None]:
    mail.outbox.clear()
    cache.clear()
    yield
    cache.clear()


def at(world: World, path: str = "") -> str:
    return f"/o/{world.north.slug}/{path}"


def log_in(client: Client, email: str = OWNER, password: str = PASSWORD, **headers: str) -> Any:
    return client.post("/account/login/", {"login": email, "password": password}, headers=headers)


def code_of(secret: str, steps: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def with_app(world: World, name: str) -> str:
    """Give a person an authenticator app and recovery codes; the app's secret."""
    person, secret = world.person(name), generate_totp_secret()
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    TOTP.activate(person, secret)
    RecoveryCodes.activate(person)
    return secret


def trail(organisation: Organisation) -> list[tuple[str, Any]]:
    with scope(organisation):
        events = AuditEvent.objects.order_by("number").values_list("action", "after")
        return [event for event in events if event[0].startswith(("organisation.s", "member.", "api_key.r"))]


# Passwords and attempts


def test_passwords_are_hashed_with_argon2_and_older_hashes_are_replaced_at_the_sign_in(world: World) -> None:
    owner = User.objects.get(email=OWNER)
    assert owner.password.startswith("argon2$argon2id$")
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.PBKDF2PasswordHasher"]):
        owner.set_password(PASSWORD)
        owner.save()
    assert owner.password.startswith("pbkdf2_sha256$")
    assert log_in(Client()).status_code == 302
    assert User.objects.get(pk=owner.pk).password.startswith("argon2$argon2id$")


def test_guessing_is_stopped_and_the_person_still_gets_in_from_a_known_browser(world: World) -> None:
    at_home, attacker = Client(), Client(REMOTE_ADDR="203.0.113.9")
    assert log_in(at_home).status_code == 302
    at_home.post("/account/logout/")
    answers = [log_in(attacker, password=WRONG) for _ in range(6)]
    assert "Too many failed login attempts" in answers[5].content.decode()
    assert "Too many failed login attempts" in log_in(attacker).content.decode()
    assert attacker.get("/").status_code == 302
    assert log_in(at_home).status_code == 302
    assert at_home.get(at(world)).status_code == 200


def test_a_new_password_by_mail_ends_the_wait_at_once(world: World) -> None:
    elsewhere, attacker = Client(REMOTE_ADDR="198.51.100.4"), Client(REMOTE_ADDR="203.0.113.9")
    for _ in range(6):
        log_in(attacker, password=WRONG)
    assert "Too many failed" in log_in(elsewhere).content.decode()
    elsewhere.post("/account/password/reset/", {"email": OWNER})
    found = re.search(r"http://testserver(/account/password/reset/key/\S+)", str(mail.outbox[-1].body))
    assert found is not None
    form = elsewhere.get(found[1], follow=True).request["PATH_INFO"]
    elsewhere.post(form, {"password1": "another long password", "password2": "another long password"})
    assert log_in(elsewhere, password="another long password").status_code == 302


def test_thirty_sign_ins_a_minute_from_one_address_are_the_most(world: World) -> None:
    client = Client()
    statuses = [log_in(client, f"nobody{n}@twin.example", WRONG).status_code for n in range(31)]
    assert (statuses[:30].count(200), statuses[30]) == (30, 429)


def use_up_attempts() -> None:
    """Wrong passwords for the owner until no more are taken from browsers that are not known."""
    for _ in range(5):
        log_in(Client(REMOTE_ADDR="203.0.113.9"), password=WRONG)


@pytest.mark.parametrize("cookie", ["", "forged", "eyJhIjoxfQ:1abc:x"])
def test_a_forged_device_opens_no_attempts_of_its_own(world: World, cookie: str) -> None:
    use_up_attempts()
    attacker = Client(REMOTE_ADDR="198.51.100.4")
    attacker.cookies[settings.DEVICE_COOKIE_NAME] = cookie
    assert "Too many failed" in log_in(attacker).content.decode()


def test_another_persons_device_opens_no_attempts(world: World) -> None:
    attacker = Client(REMOTE_ADDR="198.51.100.4")
    assert log_in(attacker, "stranger@twin.example").status_code == 302
    attacker.post("/account/logout/")
    use_up_attempts()
    assert "Too many failed" in log_in(attacker).content.decode()


# The second factor


def test_a_code_of_the_app_is_asked_for_and_works_once(world: World) -> None:
    secret = with_app(world, "north/owner")
    client, code = Client(), code_of(secret)
    assert log_in(client)["Location"].startswith("/account/2fa/authenticate/")
    assert client.get(at(world)).status_code == 302
    assert client.post("/account/2fa/authenticate/", {"code": "000000"}).status_code == 200
    assert client.get(at(world)).status_code == 302
    assert client.post("/account/2fa/authenticate/", {"code": code}).status_code == 302
    assert client.get(at(world)).status_code == 200
    again = Client()
    log_in(again)
    assert again.post("/account/2fa/authenticate/", {"code": code}).status_code == 200
    assert again.get(at(world)).status_code == 302


def test_a_recovery_code_works_once(world: World) -> None:
    with_app(world, "north/owner")
    stored = Authenticator.objects.get(user=world.person("north/owner"), type="recovery_codes")
    code = RecoveryCodes(stored).generate_codes()[0]
    for works in (True, False):
        client = Client()
        log_in(client)
        client.post("/account/2fa/authenticate/", {"code": code})
        assert (client.get(at(world)).status_code == 200) is works


def test_a_new_password_does_not_pass_the_second_factor_by(world: World) -> None:
    with_app(world, "north/owner")
    client = Client()
    client.post("/account/password/reset/", {"email": OWNER})
    found = re.search(r"http://testserver(/account/password/reset/key/\S+)", str(mail.outbox[-1].body))
    assert found is not None
    form = client.get(found[1], follow=True).request["PATH_INFO"]
    client.post(form, {"password1": "another long password", "password2": "another long password"})
    assert client.get(at(world)).status_code == 302
    assert log_in(client, password="another long password")["Location"].startswith("/account/2fa/")
    assert client.get(at(world)).status_code == 302


def test_seeds_lie_sealed_and_open_after_the_key_was_rotated(world: World) -> None:
    secret = with_app(world, "north/owner")
    stored = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in stored
    sealed = seal(secret)
    with override_settings(SECRET_KEY="a new key", SECRET_KEY_FALLBACKS=[settings.SECRET_KEY]):
        assert unseal(sealed) == secret
        renewed = seal(secret)
    with override_settings(SECRET_KEY="a new key"):
        assert unseal(renewed) == secret


def test_an_organisation_asks_everybody_for_a_second_factor_after_a_grace(
    world: World, sign_in: SignIn
) -> None:
    with_app(world, "north/owner")
    owner = sign_in(world, "north/owner")
    form = {"needed": "yes", "grace_days": "7"}
    assert owner.post(at(world, "sign-in/second-factor/"), form)["Location"] == at(world, "sign-in/")
    since = Organisation.objects.get(pk=world.north.pk).second_factor_from
    assert since is not None
    assert abs(since - timezone.now() - timedelta(days=7)) < timedelta(minutes=1)
    assert trail(world.north) == [
        ("organisation.second_factor_set", {"second_factor_from": since.isoformat()})
    ]
    viewer = enter(Client(), world.person("north/viewer"))
    page = viewer.get(at(world)).content.decode()
    assert "lets in only who signs in with a second factor" in page
    Organisation.objects.filter(pk=world.north.pk).update(second_factor_from=timezone.now())
    refused = viewer.get(at(world))
    assert (refused.status_code, 'href="/account/2fa/"' in refused.content.decode()) == (403, True)
    api = f"/api/v1/organisations/{world.north.public_id}/vendors/"
    assert viewer.get(api).status_code == 403
    assert viewer.get("/account/2fa/").status_code == 200
    assert owner.get(at(world)).status_code == 200
    assert enter(Client(), world.person("both")).get(f"/o/{world.south.slug}/").status_code == 200
    with_app(world, "north/viewer")
    assert viewer.get(at(world)).status_code == 200


def test_an_owner_without_a_second_factor_cannot_lock_everybody_out(world: World, sign_in: SignIn) -> None:
    form = {"needed": "yes", "grace_days": "0"}
    answer = sign_in(world, "north/owner").post(at(world, "sign-in/second-factor/"), form)
    assert answer.status_code == 400
    assert "Set up a second factor of your own first" in answer.content.decode()
    with scope(world.north), pytest.raises(services.Refused, match="31 days of grace"):
        set_second_factor_rule(
            user=world.person("north/owner"), actor=Actor("person", "", ""), needed=False, grace_days=31
        )
    assert Organisation.objects.get(pk=world.north.pk).second_factor_from is None
    assert trail(world.north) == []


# Proof before dangerous changes


def test_a_dangerous_change_waits_until_the_person_has_proven_who_they_are(world: World) -> None:
    owner = enter(Client(), world.person("north/owner"), seconds_ago=sessions.PROOF + 1)
    viewer = world.person("north/viewer").public_id
    deeds = [
        (f"members/{viewer}/role/", {"role": "editor"}),
        (f"members/{viewer}/remove/", {}),
        ("members/invite/", {"people": "new@twin.example", "role": "viewer"}),
        ("api-keys/", {"name": "New", "days": "9", "scopes": "read"}),
        ("settings/archive/", {}),
        ("sign-in/second-factor/", {"needed": "no", "grace_days": "1"}),
    ]
    before = trail(world.north)
    for path, form in deeds:
        answer = owner.post(at(world, path), form)
        assert answer["Location"].startswith("/account/reauthenticate/?next="), path
    api = f"/api/v1/organisations/{world.north.public_id}/members/{viewer}/"
    refused = owner.put(
        api, {"role": "editor"}, content_type="application/json", headers={"If-Match": '"v1"'}
    )
    assert (refused.status_code, refused.json()["detail"]) == (
        403,
        "This needs a fresh sign-in. Sign in again, then repeat the request.",
    )
    assert trail(world.north) == before
    assert mail.outbox == []
    assert Membership.objects.get(user=world.person("north/viewer")).role == "viewer"
    assert Organisation.objects.get(pk=world.north.pk).archived_at is None
    assert owner.get(at(world, "members/")).status_code == 200
    assert owner.post(at(world, "vendors/new/"), {"key": "new"}).status_code == 302


def test_what_was_sent_is_done_once_the_person_has_proven_it(world: World) -> None:
    owner = enter(Client(), world.person("north/owner"), seconds_ago=sessions.PROOF + 1)
    EmailAddress.objects.create(user=world.person("north/owner"), email=OWNER, verified=True, primary=True)
    viewer = world.person("north/viewer")
    answer = owner.post(at(world, f"members/{viewer.public_id}/role/"), {"role": "editor"})
    assert owner.post(answer["Location"], {"password": WRONG}).status_code == 200
    assert Membership.objects.get(user=viewer).role == "viewer"
    page = owner.get(answer["Location"]).content.decode()
    after = re.search(r'name="next" value="([^"]+)"', page)
    assert after is not None
    done = owner.post("/account/reauthenticate/", {"password": PASSWORD, "next": after[1]})
    assert done["Location"] == at(world, "members/")
    assert Membership.objects.get(user=viewer).role == "editor"
    assert trail(world.north) == [("member.role_changed", {"role": "editor"})]


# Notices


def test_a_new_address_counts_once_it_is_confirmed_and_the_old_one_is_told(world: World) -> None:
    client = Client()
    EmailAddress.objects.create(user=world.person("north/owner"), email=OWNER, verified=True, primary=True)
    log_in(client)
    asked = client.post("/account/email/", {"email": "moved@twin.example", "action_add": "1"})
    assert asked["Location"].startswith("/account/reauthenticate/")
    client.post(asked["Location"], {"password": PASSWORD})
    client.post("/account/email/", {"email": "moved@twin.example", "action_add": "1"})
    assert User.objects.get(pk=world.person("north/owner").pk).email == OWNER
    found = re.search(r"http://testserver(/account/confirm-email/\S+)", str(mail.outbox[-1].body))
    assert found is not None
    assert mail.outbox[-1].to == ["moved@twin.example"]
    told = len(mail.outbox)
    client.post(found[1])
    assert User.objects.get(pk=world.person("north/owner").pk).email == "moved@twin.example"
    assert [OWNER] in [message.to for message in mail.outbox[told:]]
    assert log_in(Client()).status_code == 200
    assert log_in(Client(), "moved@twin.example").status_code == 302


def test_the_person_is_told_when_a_factor_is_added_or_removed(
    world: World, django_capture_on_commit_callbacks: Any
) -> None:
    with_app(world, "north/owner")
    client = enter(Client(), world.person("north/owner"))
    asked = client.post("/account/2fa/totp/deactivate/")
    client.post(asked["Location"].partition("?")[0], {"password": PASSWORD, "next": "/account/2fa/"})

    def committed(path: str, form: dict[str, str]) -> None:
        """Send a form, and do what waits for the commit, which a test's transaction never reaches."""
        with django_capture_on_commit_callbacks() as waiting:
            answer = client.post(path, form)
        with request_context(answer.wsgi_request):
            for deed in waiting:
                deed()

    committed("/account/2fa/totp/deactivate/", {})
    assert not Authenticator.objects.filter(user=world.person("north/owner"), type="totp").exists()
    assert "Authenticator app deactivated" in str(mail.outbox[-1].body)
    client.get("/account/2fa/totp/activate/")
    secret = client.session["mfa.totp.secret"]
    committed("/account/2fa/totp/activate/", {"code": code_of(secret)})
    assert Authenticator.objects.filter(user=world.person("north/owner"), type="totp").exists()
    bodies = [str(message.body) for message in mail.outbox]
    assert any("Authenticator app activated" in body for body in bodies)
    assert all(message.to == [OWNER] for message in mail.outbox)
    assert all(secret not in body for body in bodies)


# Sessions


def test_a_person_sees_their_sessions_and_ends_one(world: World) -> None:
    desk, phone = Client(), Client(REMOTE_ADDR="198.51.100.4")
    log_in(desk, **{"User-Agent": FIREFOX})
    log_in(phone, **{"User-Agent": SAFARI})
    page = desk.get("/security/sessions/").content.decode()
    assert "Firefox on Linux" in page
    assert "Safari on iPhone" in page
    assert 'Unknown <span class="muted">(address 198.51.100.4)</span>' in page
    sitting = PersonSession.objects.get(device="Safari on iPhone")
    assert phone.get(at(world)).status_code == 200
    assert desk.post(f"/security/sessions/{sitting.public_id}/end/").status_code == 302
    assert phone.get(at(world)).status_code == 302
    assert desk.get(at(world)).status_code == 200
    own = PersonSession.objects.get(device="Firefox on Linux")
    assert desk.post(f"/security/sessions/{own.public_id}/end/").status_code == 404


def test_nobody_ends_anothers_session(world: World) -> None:
    mine, theirs = Client(), Client()
    log_in(mine)
    log_in(theirs, "stranger@twin.example")
    sitting = PersonSession.objects.get(user=world.person("stranger"))
    assert mine.post(f"/security/sessions/{sitting.public_id}/end/").status_code == 404
    mine.post("/security/sessions/end-others/")
    assert theirs.get("/security/sessions/").status_code == 200
    assert PersonSession.objects.filter(user=world.person("stranger")).count() == 1


def test_a_new_password_ends_every_other_session(world: World) -> None:
    here, there = Client(), Client()
    log_in(here)
    log_in(there)
    EmailAddress.objects.filter(user=world.person("north/owner")).update(verified=True)
    form = {
        "oldpassword": PASSWORD,
        "password1": "another long password",
        "password2": "another long password",
    }
    assert here.post("/account/password/change/", form).status_code == 302
    assert there.get(at(world)).status_code == 302
    assert here.get(at(world)).status_code == 200
    kept = PersonSession.objects.get(user=world.person("north/owner"))
    assert kept.session_key == here.session.session_key
    assert "Your password has been changed" in str(mail.outbox[-1].body)


def test_a_removed_member_is_signed_out_everywhere(world: World) -> None:
    client = Client()
    log_in(client, "viewer.north@twin.example")
    assert client.get(at(world)).status_code == 200
    with scope(world.north):
        viewer = Membership.objects.get(user=world.person("north/viewer"))
        services.remove_member(viewer, actor=Actor.person(world.person("north/owner"), "owner"))
    assert client.get(at(world))["Location"].startswith("/account/login/")
    assert PersonSession.objects.count() == 0


def test_a_session_ends_a_day_after_the_sign_in(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client()
    log_in(client)
    session, now = client.session, time.time()
    session[sessions.MARK] = {**session[sessions.MARK], "since": now - 24 * 3600 + 60, "seen": now - 301}
    session.save()
    before = PersonSession.objects.get().seen_at
    assert client.get(at(world)).status_code == 200
    assert PersonSession.objects.get().seen_at > before
    session = client.session
    session[sessions.MARK] = {**session[sessions.MARK], "since": now - 24 * 3600 - 1}
    session.save()
    assert client.get(at(world)).status_code == 302
    assert PersonSession.objects.count() == 0


@pytest.mark.parametrize(
    ("user_agent", "device"),
    [
        (FIREFOX, "Firefox on Linux"),
        (SAFARI, "Safari on iPhone"),
        ("curl/8.5", "Unknown device"),
        ("", "Unknown device"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/142.0 Safari/537.36 Edg/142.0", "Edge on Windows"),
        ("Mozilla/5.0 (PlayStation)", "Unknown device"),
        ("Firefox/140.0", "Firefox on an unknown system"),
    ],
)
def test_a_device_is_named_as_far_as_it_is_known(user_agent: str, device: str) -> None:
    assert device_of(user_agent) == device
