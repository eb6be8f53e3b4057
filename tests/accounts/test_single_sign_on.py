"""Single sign-on against a real provider, a provider that cheats, and a name server that proves domains."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core import mail
from django.test import Client, override_settings
from django.utils import timezone

from accounts import domains, invitations, oidc, services, sso
from accounts.adapter import MfaAdapter
from accounts.audit import Actor
from accounts.models import (
    AuditEvent,
    Domain,
    ExternalIdentity,
    IdentityProvider,
    Membership,
    Organisation,
    PersonSession,
    User,
)
from accounts.sealing import unseal
from accounts.tenancy import scope
from tests.accounts.providers import (
    Cheat,
    NameServer,
    Provider,
    cheating_provider,
    name_server,
    real_provider,
)
from tests.world import PASSWORD, World, enter

SignIn = Callable[[World, str], Client]
VIEWER = "viewer.north@twin.example"
SECRET = "the client's secret"


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    with real_provider(tmp_path_factory.mktemp("provider") / "log") as running:
        running.knows("viewer", email=VIEWER, email_verified=True, name="V. Iewer")
        running.knows("both", email="both@twin.example", email_verified=True)
        running.knows("new", email="new@twin.example", email_verified=True, name="Nina New")
        running.knows("stranger", email="stranger@twin.example", email_verified=True)
        running.knows("owner", email="owner.north@twin.example", email_verified=True)
        running.knows("unverified", email=VIEWER, email_verified=False)
        running.knows("elsewhere", email="viewer@other.example", email_verified=True)
        yield running


@pytest.fixture(scope="module")
def cheat() -> Iterator[Cheat]:
    with cheating_provider() as running:
        yield running


@pytest.fixture
def names() -> Iterator[NameServer]:
    with name_server() as running, override_settings(DNS_SERVERS=[running.address]):
        yield running


@pytest.fixture(autouse=True)
def no_mails_before() -> None:
    mail.outbox.clear()


def at(world: World, path: str = "", side: str = "north") -> str:
    return f"/o/{getattr(world, side).slug}/{path}"


def acting(world: World) -> Actor:
    return Actor.person(world.person("north/owner"), "owner")


def allowed(*servers: Provider | Cheat) -> Any:
    return override_settings(OUTGOING_ALLOWED=[f"127.0.0.1:{server.port}" for server in servers])


def set_up(world: World, server: Provider | Cheat, role_for_new: str = "") -> IdentityProvider:
    """North signs its people in at the server; its domain is proven."""
    with scope(world.north):
        made = sso.set_provider(
            issuer=server.issuer,
            client_id="sextant",
            client_secret=SECRET,
            role_for_new=role_for_new,
            actor=acting(world),
        )
    Domain.objects.create(organisation=world.north, name="twin.example", token="x", proven_at=timezone.now())
    return made


def go(client: Client, server: Provider, made: IdentityProvider, subject: str, query: str = "") -> Any:
    """Start here, sign in there, come back."""
    leaving = client.get(f"/sso/{made.public_id}/{query}")
    assert leaving.status_code == 302, leaving.content.decode()
    return client.get(server.sign_in(leaving["Location"], subject))


def trail(world: World, *starts: str) -> list[str]:
    with scope(world.north):
        events = AuditEvent.objects.order_by("number").values_list("action", flat=True)
        return [action for action in events if action.startswith(starts)]


def counts() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (User, ExternalIdentity, PersonSession))


# Signing in


def test_a_member_signs_in_at_the_provider(world: World, provider: Provider) -> None:
    with allowed(provider):
        made, client = set_up(world, provider), Client()
        leaving = client.get(f"/sso/{made.public_id}/")
        asked = parse_qs(urlsplit(leaving["Location"]).query)
        assert leaving["Location"].startswith(f"{provider.issuer}/oauth2/authorize?")
        assert (asked["scope"], asked["code_challenge_method"]) == (["openid email profile"], ["S256"])
        assert asked["redirect_uri"] == ["http://testserver/sso/callback/"]
        back = provider.sign_in(leaving["Location"], "viewer")
        answer = client.get(back)
        assert (answer.status_code, answer["Location"]) == (302, at(world))
        assert client.get(at(world)).status_code == 200
        identity = ExternalIdentity.objects.get()
        assert (identity.subject, identity.user) == ("viewer", world.person("north/viewer"))
        assert trail(world, "identity.") == ["identity.linked"]
        again = Client()
        assert go(again, provider, made, "viewer").status_code == 302
        assert (ExternalIdentity.objects.count(), PersonSession.objects.count()) == (1, 2)
        assert client.get(back).status_code == 403
        assert Client().get(back).status_code == 403


def test_a_session_from_a_provider_opens_its_organisation_alone(world: World, provider: Provider) -> None:
    with allowed(provider):
        made, client = set_up(world, provider), Client()
        assert go(client, provider, made, "both").status_code == 302
        assert client.get(at(world)).status_code == 200
        assert client.get(at(world, side="south")).status_code == 404
        assert client.get(f"/api/v1/organisations/{world.south.public_id}/vendors/").status_code == 404
        listed = client.get("/api/v1/organisations/").json()["items"]
        assert [one["id"] for one in listed] == [world.north.public_id]
        client.post("/account/logout/")
        client.post("/account/login/", {"login": "both@twin.example", "password": PASSWORD})
        assert client.get(at(world, side="south")).status_code == 200


def test_a_browser_that_was_signed_in_keeps_nothing_of_it(world: World, provider: Provider) -> None:
    with allowed(provider):
        made, client = set_up(world, provider), enter(Client(), world.person("south/owner"))
        leaving = client.get(f"/sso/{made.public_id}/")
        assert client.get(provider.sign_in(leaving["Location"], "both")).status_code == 302
        assert client.get(at(world, side="south")).status_code == 404
        assert client.get(at(world)).status_code == 200


@pytest.mark.parametrize(
    ("subject", "words"),
    [
        ("unverified", "does not say that the address is verified"),
        ("elsewhere", "The domain other.example is not proven"),
        ("stranger", "You are no member of this organisation yet"),
        ("new", "You are no member of this organisation yet"),
    ],
)
def test_who_is_no_member_is_not_signed_in(
    world: World, provider: Provider, subject: str, words: str
) -> None:
    with allowed(provider):
        made, client = set_up(world, provider), Client()
        before = counts()
        answer = go(client, provider, made, subject)
        assert (answer.status_code, words in answer.content.decode()) == (403, True)
        assert counts() == before
        assert client.get(at(world)).status_code == 302
        assert trail(world, "identity.", "member.") == []


def test_a_person_who_is_new_joins_in_the_role_that_was_set_or_the_one_of_the_invitation(
    world: World, provider: Provider
) -> None:
    with allowed(provider):
        made = set_up(world, provider, role_for_new="viewer")
        with scope(world.north):
            invitations.invite([invitations.Asked("both2@twin.example", "editor")], actor=acting(world))
        provider.knows("both2", email="both2@twin.example", email_verified=True)
        assert go(Client(), provider, made, "new").status_code == 302
        assert go(Client(), provider, made, "both2").status_code == 302
        people = Membership.objects.filter(user__email__in=["new@twin.example", "both2@twin.example"])
        assert sorted(people.values_list("user__email", "role")) == [
            ("both2@twin.example", "editor"),
            ("new@twin.example", "viewer"),
        ]
        made_person = User.objects.get(email="new@twin.example")
        assert (made_person.name, made_person.has_usable_password()) == ("Nina New", False)


def test_a_removed_member_is_let_in_no_more(world: World, provider: Provider) -> None:
    with allowed(provider):
        made, client = set_up(world, provider), Client()
        go(client, provider, made, "viewer")
        with scope(world.north):
            viewer = Membership.objects.get(user=world.person("north/viewer"))
            services.remove_member(viewer, actor=acting(world))
        assert client.get(at(world)).status_code == 302
        before = counts()
        assert go(Client(), provider, made, "viewer").status_code == 403
        assert counts() == before


def test_a_domain_that_was_let_go_lets_nobody_in(world: World, provider: Provider) -> None:
    with allowed(provider):
        made = set_up(world, provider)
        assert go(Client(), provider, made, "viewer").status_code == 302
        with scope(world.north):
            domains.remove_domain(Domain.objects.get(), actor=acting(world))
        before = counts()
        assert go(Client(), provider, made, "viewer").status_code == 403
        assert counts() == before


# Tokens that cheat


BAD: dict[str, Callable[[Cheat, str], str]] = {
    "another nonce": lambda c, n: c.signed(c.claims("stolen")),
    "no nonce": lambda c, n: c.signed(c.claims(n, nonce=None)),
    "another client": lambda c, n: c.signed(c.claims(n, aud="other")),
    "several clients": lambda c, n: c.signed(c.claims(n, aud=["sextant", "other"], azp="other")),
    "another issuer": lambda c, n: c.signed(c.claims(n, iss="http://127.0.0.1:1")),
    "expired": lambda c, n: c.signed(c.claims(n, exp=1_700_000_000)),
    "from the future": lambda c, n: c.signed(c.claims(n, iat=4_000_000_000, exp=4_000_000_300)),
    "no subject": lambda c, n: c.signed(c.claims(n, sub=None)),
    "unknown key": lambda c, n: c.signed(c.claims(n), kid="k2"),
    "unsigned": lambda c, n: jwt.encode(c.claims(n), None, algorithm="none", headers={"kid": "k1"}),
    "signed with our secret": lambda c, n: c.signed(c.claims(n), key=SECRET * 2, alg="HS256"),
    "changed after signing": lambda c, n: c.signed(c.claims(n))[:-8] + "AAAAAAAA",
    "unverified address": lambda c, n: c.signed(c.claims(n, email_verified="true")),
    "no token": lambda c, n: "",
}


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad.replace(" ", "-"))
def test_a_token_that_cheats_signs_nobody_in(world: World, cheat: Cheat, bad: str) -> None:
    with allowed(cheat):
        made, client = set_up(world, cheat), Client()
        asked = parse_qs(urlsplit(client.get(f"/sso/{made.public_id}/")["Location"]).query)
        cheat.token, before = BAD[bad](cheat, asked["nonce"][0]), counts()
        answer = client.get("/sso/callback/", {"code": "c", "state": asked["state"][0]})
        assert answer.status_code == 403
        assert "You were not signed in" in answer.content.decode()
        assert counts() == before
        assert client.get(at(world)).status_code == 302


def test_the_same_token_unchanged_signs_in_and_the_verifier_was_sent(world: World, cheat: Cheat) -> None:
    with allowed(cheat):
        made, client = set_up(world, cheat), Client()
        asked = parse_qs(urlsplit(client.get(f"/sso/{made.public_id}/")["Location"]).query)
        cheat.token = cheat.signed(cheat.claims(asked["nonce"][0]))
        cheat.asked.clear()
        assert client.get("/sso/callback/", {"code": "c", "state": asked["state"][0]}).status_code == 302
        assert client.get(at(world)).status_code == 200
        assert len(cheat.asked[0]["code_verifier"][0]) == 64


@pytest.mark.parametrize(
    "query", [{}, {"state": "forged"}, {"state": "", "code": "c"}, {"error": "access_denied"}]
)
def test_an_answer_that_nobody_asked_for_signs_nobody_in(
    world: World, cheat: Cheat, query: dict[str, str]
) -> None:
    with allowed(cheat):
        made, client = set_up(world, cheat), Client()
        client.get(f"/sso/{made.public_id}/")
        before, asked = counts(), len(cheat.asked)
        assert client.get("/sso/callback/", query).status_code == 403
        assert (counts(), len(cheat.asked)) == (before, asked)


def test_an_answer_of_another_issuer_is_refused(world: World, cheat: Cheat) -> None:
    with allowed(cheat):
        made, client = set_up(world, cheat), Client()
        asked = parse_qs(urlsplit(client.get(f"/sso/{made.public_id}/")["Location"]).query)
        query = {"code": "c", "state": asked["state"][0], "iss": "https://evil.example"}
        answer = client.get("/sso/callback/", query)
        assert (answer.status_code, "comes from another provider" in answer.content.decode()) == (403, True)


# The only way in


def with_factor(world: World) -> User:
    owner = User.objects.get(email="owner.north@twin.example")
    EmailAddress.objects.create(user=owner, email=owner.email, verified=True, primary=True)
    TOTP.activate(owner, generate_totp_secret())
    return owner


def make_only(world: World, made: IdentityProvider) -> None:
    owner = with_factor(world)
    owner.only_organisation = world.north.pk  # type: ignore[attr-defined]
    with scope(world.north):
        sso.set_only(only=True, break_glass=owner.public_id, user=owner, actor=acting(world))


def test_where_the_provider_is_the_only_way_passwords_and_resets_open_nothing(
    world: World, provider: Provider
) -> None:
    with allowed(provider):
        made, client = set_up(world, provider), Client()
        signed_in = enter(Client(), world.person("north/editor"))
        make_only(world, made)
        refused = signed_in.get(at(world))
        assert (refused.status_code, f"/sso/{made.public_id}/" in refused.content.decode()) == (403, True)
        api = f"/api/v1/organisations/{world.north.public_id}/vendors/"
        assert signed_in.get(api).status_code == 403
        answer = client.post("/account/login/", {"login": VIEWER, "password": PASSWORD})
        assert answer["Location"] == "/sso/"
        assert client.get("/").status_code == 302
        assert PersonSession.objects.count() == 0
        reset = client.post("/account/password/reset/", {"email": VIEWER})
        assert reset["Location"] == "/account/password/reset/done/"
        assert "/account/password/reset/key/" not in str(mail.outbox[-1].body)
        assert "http://testserver/sso/" in str(mail.outbox[-1].body)
        assert go(client, provider, made, "viewer").status_code == 302
        assert client.get(at(world)).status_code == 200
        south = enter(Client(), world.person("both"))
        assert south.get(at(world, side="south")).status_code == 200
        assert south.get(at(world)).status_code == 403


def test_the_kept_owner_still_gets_in_with_two_factors_and_each_time_is_entered(
    world: World, provider: Provider
) -> None:
    with allowed(provider):
        make_only(world, set_up(world, provider))
        owner = enter(Client(), world.person("north/owner"))
        assert owner.get(at(world)).status_code == 200
        client = Client()
        answer = client.post("/account/login/", {"login": "owner.north@twin.example", "password": PASSWORD})
        assert answer["Location"].startswith("/account/2fa/authenticate/")
        assert trail(world, "sign_in.") == []
        sso.note_break_glass(world.person("north/owner"))
        assert trail(world, "sign_in.") == ["sign_in.break_glass"]


def test_the_kept_owner_keeps_role_membership_and_factor(world: World, provider: Provider) -> None:
    with allowed(provider):
        make_only(world, set_up(world, provider))
        kept = Membership.objects.get(organisation=world.north, user=world.person("north/owner"))
        Membership.objects.filter(user=world.person("north/admin")).update(role="owner")
        before = trail(world, "")
        with scope(world.north):
            for deed in (
                lambda: services.remove_member(kept, actor=acting(world)),
                lambda: services.change_role(kept, "admin", actor=acting(world)),
                lambda: sso.remove_provider(actor=acting(world)),
            ):
                with pytest.raises(services.Refused, match=r"keeps the way in|the only way in"):
                    deed()
        factor = Authenticator.objects.get(user=kept.user, type="totp")
        assert MfaAdapter().can_delete_authenticator(factor) is False
        assert trail(world, "") == before
        TOTP.activate(world.person("stranger"), generate_totp_secret())
        free = Authenticator.objects.get(user=world.person("stranger"))
        assert MfaAdapter().can_delete_authenticator(free) is True


@pytest.mark.parametrize(
    ("through_it", "keeper", "words"),
    [
        (False, "north/owner", "Sign in through the provider first"),
        (True, "north/admin", "One owner with a password and a second factor"),
        (True, "south/owner", "One owner with a password and a second factor"),
    ],
)
def test_nobody_locks_everybody_out(
    world: World, provider: Provider, through_it: bool, keeper: str, words: str
) -> None:
    with allowed(provider):
        set_up(world, provider)
        owner = with_factor(world)
        if through_it:
            owner.only_organisation = world.north.pk  # type: ignore[attr-defined]
        with scope(world.north), pytest.raises(services.Refused, match=words):
            sso.set_only(
                only=True,
                break_glass=world.person(keeper).public_id,
                user=owner,
                actor=acting(world),
            )
        assert Organisation.objects.get(pk=world.north.pk).sso_only is False
        assert not Membership.objects.filter(break_glass=True).exists()
        assert trail(world, "organisation.sso") == []


def test_a_dangerous_change_is_proven_at_the_provider(world: World, provider: Provider) -> None:
    with allowed(provider):
        made, client = set_up(world, provider), Client()
        go(client, provider, made, "owner")
        session = client.session
        records = session["account_authentication_methods"]
        session["account_authentication_methods"] = [{**records[0], "at": records[0]["at"] - 3600}]
        session.save()
        viewer = world.person("north/viewer").public_id
        asked = client.post(at(world, f"members/{viewer}/role/"), {"role": "editor"})
        assert asked["Location"].startswith("/sso/again/?next=")
        assert "Confirm that it is you" in client.get(asked["Location"]).content.decode()
        leaving = client.get(asked["Location"] + "&go=1")
        assert "prompt=login" in leaving["Location"]
        wrong = client.get(provider.sign_in(leaving["Location"], "viewer"))
        assert wrong.status_code == 403
        assert Membership.objects.get(user=world.person("north/viewer")).role == "viewer"
        client.post(at(world, f"members/{viewer}/role/"), {"role": "editor"})
        leaving = client.get(asked["Location"] + "&go=1")
        done = client.get(provider.sign_in(leaving["Location"], "owner"))
        assert done["Location"] == at(world, "members/")
        assert Membership.objects.get(user=world.person("north/viewer")).role == "editor"


# Setting up


def test_a_domain_is_proven_by_its_entry_alone(world: World, sign_in: SignIn, names: NameServer) -> None:
    client = sign_in(world, "north/owner")
    client.post(at(world, "sign-in/sso/domains/"), {"name": " Twin.Example. "})
    domain = Domain.objects.get()
    assert (domain.name, len(domain.token), domain.proven_at) == ("twin.example", 40, None)
    name, content = domain.record
    prove = at(world, f"sign-in/sso/domains/{domain.public_id}/prove/")
    for entry in (None, "sextant=guessed", content[:-1]):
        names.entries = {name: entry} if entry else {}
        assert "has no TXT entry" in client.post(prove, follow=True).content.decode()
        assert Domain.objects.get().proven_at is None
    names.entries = {name: content}
    assert "twin.example is proven." in client.post(prove, follow=True).content.decode()
    assert trail(world, "domain.") == ["domain.added", "domain.proven"]
    south = enter(Client(), world.person("south/owner"))
    south.post(at(world, "sign-in/sso/domains/", "south"), {"name": "twin.example"})
    theirs = Domain.objects.get(organisation=world.south)
    names.entries = {theirs.record[0]: theirs.record[1]}
    prove = at(world, f"sign-in/sso/domains/{theirs.public_id}/prove/", "south")
    assert "is proven for another organisation" in south.post(prove, follow=True).content.decode()
    assert Domain.objects.get(organisation=world.south).proven_at is None


@pytest.mark.parametrize(
    "name", ["localhost", "a b.example", "-x.example", "http://x.example", "1.2.3.4", "x" * 250]
)
def test_what_is_no_domain_is_refused(world: World, name: str) -> None:
    with scope(world.north), pytest.raises(services.Refused):
        domains.add_domain(name=name, actor=acting(world))
    assert (Domain.objects.count(), trail(world, "domain.")) == (0, [])


def test_a_provider_is_asked_before_it_is_stored_and_its_secret_lies_sealed(
    world: World, sign_in: SignIn, provider: Provider
) -> None:
    form = {"issuer": provider.issuer, "client_id": "sextant", "client_secret": SECRET, "role_for_new": ""}
    client, place = sign_in(world, "north/owner"), at(world, "sign-in/sso/provider/")
    refused = client.post(place, form)
    assert (refused.status_code, IdentityProvider.objects.count()) == (400, 0)
    with allowed(provider):
        for wrong in ({"issuer": f"{provider.issuer}/x"}, {"client_secret": ""}, {"role_for_new": "owner"}):
            assert client.post(place, form | wrong).status_code == 400, wrong
            assert (IdentityProvider.objects.count(), trail(world, "provider.")) == (0, [])
        assert client.post(place, form).status_code == 302
        stored = IdentityProvider.objects.get()
        assert SECRET not in str(IdentityProvider.objects.values().get())
        assert unseal(stored.client_secret) == SECRET
        assert client.post(place, form | {"client_secret": ""}).status_code == 302
        assert unseal(IdentityProvider.objects.get().client_secret) == SECRET
    assert SECRET not in client.get(at(world, "sign-in/sso/")).content.decode()
    assert trail(world, "provider.") == ["provider.set", "provider.set"]


def test_the_sign_in_page_finds_the_provider_by_the_domain_alone(world: World, provider: Provider) -> None:
    with allowed(provider):
        made = set_up(world, provider)
    pages = [
        Client().post("/sso/", {"email": email})
        for email in (VIEWER, "nobody@twin.example", "x@other.example")
    ]
    assert [page.status_code for page in pages] == [200, 200, 400]
    assert [f"/sso/{made.public_id}/" in page.content.decode() for page in pages] == [True, True, False]


def test_a_discovery_of_another_issuer_is_refused(world: World, provider: Provider) -> None:
    with allowed(provider), pytest.raises(oidc.SignInRefused, match="calls itself"):
        oidc.discover(f"http://127.0.0.1:{provider.port}/")
