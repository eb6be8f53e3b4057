"""People in a browser: a passkey from beginning to end, joining by a link, and the pages that limit and let in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from accounts.audit import SYSTEM
from accounts.domains import add_domain
from accounts.invitations import Asked, invite
from accounts.models import IdentityProvider, Membership, User
from accounts.sealing import seal
from accounts.services import add_member, limit_member
from accounts.tenancy import scope
from tests.browser.conftest import Windows, enter
from tests.browser.looks import faults
from tests.browser.site import Site


@pytest.fixture
def at_localhost(chromium: Browser, site: Site) -> Iterator[Page]:
    """A window at a name instead of a number, since passkeys belong to names, with a device that makes them."""
    home = site.url.replace("127.0.0.1", "localhost")
    windows = Windows(chromium, home, owner=None)
    page = windows.open(known=False)
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
               "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True}  # fmt: skip
    device.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    page.goto(home + reverse("account_login"))
    yield page
    windows.check()
    windows.close()


def member(site: Site, name: str, role: str) -> Membership:
    """A new member of the site's organisation, with the site's password and a confirmed address."""
    email = f"{name}@manufacturer.example"
    person = User.objects.create_user(email, site.password, name=name.title())
    EmailAddress.objects.create(user=person, email=email, verified=True, primary=True)
    with scope(site.organisation):
        return add_member(email=email, role=role, actor=SYSTEM)


def test_a_passkey_is_added_and_signs_in_without_a_password(site: Site, at_localhost: Page) -> None:
    page, person = at_localhost, member(site, "pamela", "viewer").user
    page.get_by_label("Email").fill(person.email)
    page.get_by_label("Password").fill(site.password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("button", name="Menu")).to_have_count(0)
    home = page.url.partition("/o/")[0]
    page.goto(home + reverse("mfa_add_webauthn"))
    page.get_by_label("Password").fill(site.password)
    page.get_by_role("button", name="Confirm").click()
    page.get_by_label("Passwordless").check()
    assert faults(page) == {}
    page.get_by_role("button", name="Add").click()
    page.wait_for_url(lambda url: "/add/" not in url)
    page.goto(home + reverse("mfa_list_webauthn"))
    expect(page.get_by_role("main")).to_contain_text("Signs in alone")
    assert faults(page) == {}
    page.context.clear_cookies()
    page.goto(home + reverse("account_login"))
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(lambda url: url.endswith(f"/o/{site.organisation.slug}/"))
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_a_new_person_joins_by_the_link_of_the_mail(windows: Windows, site: Site) -> None:
    with scope(site.organisation):
        issued = invite([Asked("newcomer@manufacturer.example", "editor")], actor=SYSTEM)[0]
    page = windows.open(known=False)
    page.goto(site.url + reverse("invitation", args=[issued.secret]))
    page.get_by_label("Your name").fill("Nora Newcomer")
    page.get_by_label("Choose a password").fill("short")
    page.get_by_role("button", name="Join").click()
    page.locator("#error-summary").wait_for()
    assert faults(page) == {}
    page.get_by_label("Choose a password").fill("rain falls on the old harbour")
    page.get_by_role("button", name="Join").click()
    page.wait_for_url(f"**/o/{site.organisation.slug}/")
    page.goto(site.url + reverse("invitation", args=[issued.secret]))
    expect(page.get_by_role("heading", level=1)).to_have_text("This link does not work")
    assert faults(page) == {}


def an_invitation_for_somebody_else(page: Page, site: Site) -> None:
    page.goto(site.url + reverse("invitation", args=[site.invitation]))
    expect(page.get_by_role("alert")).to_contain_text("This invitation is for guest@manufacturer.example")


def what_a_contributor_was_given(page: Page, site: Site) -> None:
    given = member(site, "clara", "contributor")
    with scope(site.organisation):
        limit_member(given, sections=["use_cases", "vendors"], regimes=[], ends_at=None, actor=SYSTEM)
    page.context.clear_cookies()
    enter(page, site.of(given.user))
    expect(page.get_by_role("main").get_by_role("link", name="Vendors")).to_be_visible()


def limits_of_an_auditor(page: Page, site: Site) -> None:
    auditor = member(site, "adam", "auditor")
    page.goto(site.url + reverse("member_limits", args=[site.organisation.slug, auditor.user.public_id]))
    page.get_by_label("GDPR", exact=True).check()


def single_sign_on_that_is_set_up(page: Page, site: Site) -> None:
    with scope(site.organisation):
        add_domain(name="manufacturer.example", actor=SYSTEM)
    IdentityProvider.objects.create(
        organisation=site.organisation,
        issuer="https://login.manufacturer.example",
        client_id="sextant",
        client_secret=seal("secret"),
    )
    page.goto(site.url + reverse("sso_settings", args=[site.organisation.slug]))
    expect(page.get_by_role("button", name="Look now for the entry of manufacturer.example")).to_be_visible()


def a_second_factor_that_will_be_asked_for(page: Page, site: Site) -> None:
    site.organisation.second_factor_from = timezone.now() + timedelta(days=7)
    site.organisation.save()
    page.goto(f"{site.url}/o/{site.organisation.slug}/use-cases/")
    expect(page.get_by_role("main")).to_contain_text("lets in only who signs in with a second factor")


def an_answer_of_a_provider_that_nobody_asked_for(page: Page, site: Site) -> None:
    page.goto(f"{site.url}{reverse('sso_callback')}?state=x&code=y")
    expect(page.get_by_role("heading", level=1)).to_have_text("You were not signed in")


def a_proof_before_a_change(page: Page, site: Site) -> None:
    page.goto(site.url + reverse("account_reauthenticate"))
    expect(page.get_by_role("button", name="Confirm")).to_be_visible()


STATES: tuple[Callable[[Page, Site], None], ...] = (
    an_invitation_for_somebody_else,
    what_a_contributor_was_given,
    limits_of_an_auditor,
    single_sign_on_that_is_set_up,
    a_second_factor_that_will_be_asked_for,
    an_answer_of_a_provider_that_nobody_asked_for,
    a_proof_before_a_change,
)


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_nothing_is_in_the_way_of_people(
    windows: Windows, site: Site, state: Callable[[Page, Site], None]
) -> None:
    page = windows.open()
    state(page, site)
    try:
        assert faults(page) == {}
    finally:
        site.organisation.second_factor_from = None
        site.organisation.save()
