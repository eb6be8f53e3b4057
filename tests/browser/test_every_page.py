"""Every page of the product, in light and dark, wide and narrow: axe finds nothing, and nothing scrolls sideways."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from accounts.models import User
from tests.browser.addresses import ANONYMOUS, TWO_FACTORS, Route, address, routes
from tests.browser.conftest import Windows, enter
from tests.browser.looks import faults
from tests.browser.site import Site

CODE_SECONDS = 30


@pytest.fixture(scope="module")
def reader(chromium: Browser, site: Site, signed_in: Path) -> Iterator[Callable[[Route], Page]]:
    """Two windows for all pages: the owner's, and one for pages before the sign-in."""
    windows = Windows(chromium, site.url, signed_in)
    owners, anonymous = windows.open(), windows.open(known=False)

    def read(route: Route) -> Page:
        page = anonymous if route.name in ANONYMOUS else owners
        answer = page.goto(site.url + address(route, site))
        assert answer is not None
        assert answer.status == 200
        windows.check()
        return page

    yield read
    windows.close()


@pytest.mark.parametrize("route", routes(), ids=lambda route: route.name)
def test_nothing_is_in_the_way_of_anybody(route: Route, reader: Callable[[Route], Page]) -> None:
    assert faults(reader(route)) == {}


@pytest.fixture
def guarded(site: Site) -> tuple[Site, str]:
    """A site whose owner signs in with a second factor, and the factor's secret."""
    secret = generate_totp_secret()
    person = User.objects.create_user("guarded@manufacturer.example", site.password, name="Greta Guarded")
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    TOTP.activate(person, secret)
    RecoveryCodes.activate(person)
    return site.of(person), secret


def test_nothing_is_in_the_way_of_a_person_with_two_factors(
    windows: Windows, guarded: tuple[Site, str]
) -> None:
    site, secret = guarded
    page = windows.open(known=False)
    enter(page, site)
    assert page.url.startswith(site.url + reverse("mfa_authenticate"))
    assert faults(page) == {}
    page.get_by_label("Code").fill(format_hotp_value(hotp_value(secret, int(time.time()) // CODE_SECONDS)))
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("My organisations")
    for name in ("mfa_index", *TWO_FACTORS[1:]):
        page.goto(site.url + reverse(name))
        if page.url.startswith(site.url + reverse("account_reauthenticate")):
            assert faults(page) == {}, "account_reauthenticate"
            page.get_by_label("Password").fill(site.password)
            page.get_by_role("button", name="Confirm").click()
        page.wait_for_url(site.url + reverse(name))
        assert faults(page) == {}, name
