"""What every page carries and refuses: sign-in, cookies, headers, redirects, hosts, and text that is never code."""

from __future__ import annotations

import base64
import os
import re
import secrets
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client, override_settings

from accounts.audit import Actor
from accounts.models import User
from accounts.tenancy import scope
from compliance.models import ControlAnswer
from compliance.services import create_control_answer
from inventory.models import BaseModel, DataAsset, UseCase, Vendor
from inventory.services import create_record
from tests.strategy.stored import finished_run
from tests.world import PASSWORD, World

SignIn = Callable[[World, str], Client]
ROOT = Path(__file__).parents[2]
TRUSTED = {
    "accounts/templatetags/widgets.py",
    "reports/paper/__init__.py",
    "reports/paper/material.py",
    "reports/resultviews.py",
    "reports/templatetags/results.py",
    "templates/accounts/mail/deleted.txt",
    "templates/accounts/mail/deletion.txt",
    "templates/accounts/mail/invitation.txt",
    "templates/accounts/mail/staff.txt",
}
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'-alert(1)-'",
    "<svg/onload=alert(1)>",
    "{{7*7}}{% debug %}",
    "</textarea></title><script>alert(1)</script>",
    "javascript:alert(1)",
)


@pytest.fixture(autouse=True)
def no_mails_before() -> None:
    mail.outbox.clear()


def log_in(client: Client, email: str, password: str, **more: Any) -> Any:
    return client.post("/account/login/", {"login": email, "password": password, **more})


def test_a_person_signs_in_with_the_password_and_gets_a_new_session(world: World, client: Client) -> None:
    client.get("/account/login/")
    client.session["planted"] = True
    planted = client.session.session_key
    answer = log_in(client, "Owner.North@twin.example", PASSWORD)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    cookie = answer.cookies[settings.SESSION_COOKIE_NAME]
    assert cookie.value not in (planted, "")
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert client.get(f"/o/{world.north.slug}/").status_code == 200


def test_a_wrong_sign_in_says_the_same_whether_the_address_is_known(world: World) -> None:
    pages = []
    for email in ("owner.north@twin.example", "nobody@twin.example"):
        client = Client()
        answer = log_in(client, email, "wrong horse battery staple")
        assert answer.status_code == 200
        pages.append(
            re.sub(r'(nonce|csrfmiddlewaretoken" value)="[^"]+"', "", answer.content.decode()).replace(
                email, ""
            )
        )
        assert client.get("/").status_code == 302
    assert pages[0] == pages[1]


def test_a_forgotten_password_is_answered_the_same_whether_the_address_is_known(world: World) -> None:
    answers = []
    for email in ("owner.north@twin.example", "nobody@twin.example"):
        answer = Client().post("/account/password/reset/", {"email": email})
        answers.append((answer.status_code, answer["Location"]))
    assert answers[0] == answers[1]
    assert [message.to for message in mail.outbox] == [["owner.north@twin.example"], ["nobody@twin.example"]]


@pytest.mark.parametrize(
    "next_page",
    [
        "https://evil.example/", "//evil.example/", "///evil.example/", "/\\evil.example/", "\\\\evil.example/",
        "http:evil.example", "https:///evil.example", "javascript:alert(1)", "data:text/html,x",
        "//evil.example@testserver/", "https://testserver@evil.example/", "/%09/evil.example",
    ],
)  # fmt: skip
def test_a_sign_in_leads_to_no_other_site(world: World, client: Client, next_page: str) -> None:
    answer = log_in(client, "owner.north@twin.example", PASSWORD, next=next_page)
    assert answer.status_code == 302
    target = answer["Location"]
    assert target.startswith("/")
    assert not target.startswith(("//", "/\\"))


@pytest.mark.parametrize("header", ["HTTP_HOST", "HTTP_X_FORWARDED_HOST", "HTTP_FORWARDED"])
def test_a_mails_link_leads_to_our_host_whatever_a_header_says(world: World, header: str) -> None:
    value = "host=evil.example" if header == "HTTP_FORWARDED" else "evil.example"
    answer = Client().post(
        "/account/password/reset/", {"email": "owner.north@twin.example"}, **{header: value}
    )
    if header == "HTTP_HOST":
        assert answer.status_code == 400
        assert mail.outbox == []
    else:
        assert "http://testserver/account/password/reset/key/" in mail.outbox[0].body
    assert all("evil" not in message.body for message in mail.outbox)


def test_every_page_forbids_what_it_does_not_need(world: World, sign_in: SignIn) -> None:
    client = sign_in(world, "north/owner")
    slug = world.north.slug
    addresses = ["/", f"/o/{slug}/", f"/o/{slug}/use-cases/new/", f"/o/{slug}/nothing/", "/o/nobody/", "/help/",
                 "/account/email/", f"/api/v1/organisations/{world.north.public_id}/vendors/"]  # fmt: skip
    for address in addresses:
        answer = client.get(address, follow=True)
        policy = dict(
            part.strip().partition(" ")[::2] for part in answer["Content-Security-Policy"].split(";")
        )
        assert policy["default-src"] == policy["base-uri"] == policy["object-src"] == "'none'", address
        assert policy["frame-ancestors"] == "'none'"
        assert policy["style-src"] == policy["connect-src"] == policy["form-action"] == "'self'"
        nonces = set(re.findall(r'<script nonce="([^"]+)" src=', answer.content.decode()))
        assert policy["script-src"].split() == [*(f"'nonce-{nonce}'" for nonce in nonces), "'strict-dynamic'"]
        assert "unsafe" not in answer["Content-Security-Policy"]
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["X-Frame-Options"] == "DENY"
        assert answer["Referrer-Policy"] == "same-origin"
        assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
        assert answer["Permissions-Policy"] == "camera=(), geolocation=(), microphone=()"
        assert "no-store" in answer["Cache-Control"], address


def test_a_script_runs_only_with_the_word_of_its_own_answer(world: World, sign_in: SignIn) -> None:
    client, words = sign_in(world, "north/owner"), set()
    for address in ("/help/", "/help/", f"/o/{world.north.slug}/", "/account/2fa/", "/o/nobody/"):
        answer = client.get(address)
        page = answer.content.decode()
        scripts = re.findall(r"<script[^>]*>", page)
        (word,) = set(re.findall(r'nonce="([^"]*)"', page))
        assert scripts
        assert all(f'nonce="{word}"' in script for script in scripts), address
        assert f"script-src 'nonce-{word}' 'strict-dynamic';" in answer["Content-Security-Policy"]
        assert len(base64.b64decode(word)) == 16
        words.add(word)
    anybody = Client().get("/account/login/")
    for script in re.findall(r"<script[^>]*>", anybody.content.decode()):
        assert 'type="application/json"' in script or 'nonce="' in script
    assert len(words) == 5


def test_titles_of_sign_in_pages_are_written_as_all_others(world: World, sign_in: SignIn) -> None:
    client = sign_in(world, "north/owner")
    for address, title, button in (
        ("/account/password/change/", "Change password", "Change password"),
        ("/account/password/reset/", "Password reset", "Reset my password"),
        ("/account/email/", "Email address", "Change email"),
    ):
        page = client.get(address).content.decode()
        assert f"<h1>{title}</h1>" in page
        assert f"<title>{title} · Sextant</title>" in page
        assert re.search(rf'<button[^>]*type="submit"[^>]*>{button}</button>', page), address


def test_the_menu_marks_the_open_page_alone(world: World, sign_in: SignIn) -> None:
    page = sign_in(world, "north/owner").get(f"/o/{world.north.slug}/settings/").content.decode()
    marked = re.findall(r'aria-current="(?:page|true)">([^<]+)</a>', page)
    assert marked == ["Settings"]


def test_no_page_holds_inline_script_or_style(world: World, sign_in: SignIn) -> None:
    client = sign_in(world, "north/owner")
    for path in ("", "use-cases/", "use-cases/new/", "members/", "audit/", "runs/", "settings/"):
        page = client.get(f"/o/{world.north.slug}/{path}").content.decode()
        assert re.findall(r"<script(?![^>]*\bsrc=)[^>]*>", page) == [], path
        assert re.findall(r"<style|\sstyle=|\son\w+=", page) == [], path


def test_text_is_trusted_as_markup_only_where_it_is_known_to_be() -> None:
    """A new place that passes escaping by is to be looked at and then listed here."""
    pattern = re.compile(r"mark_safe|format_html|SafeString\(|autoescape\s+off|\|\s*safe\b|safeseq")
    rooms = ("accounts", "inventory", "compliance", "strategy", "reports", "config", "templates")
    found = {
        str(path.relative_to(ROOT))
        for room in rooms
        for path in (ROOT / room).rglob("*")
        if path.suffix in (".py", ".html", ".txt") and pattern.search(path.read_text())
    }
    assert found == TRUSTED


@pytest.mark.parametrize("hostile", HOSTILE)
def test_what_people_type_is_shown_and_never_run(world: World, sign_in: SignIn, hostile: str) -> None:
    actor = Actor.person(world.person("north/owner"), "owner")
    with scope(world.north):
        made = [
            create_record(DataAsset, {"key": "hostile", "name": hostile, "kind": hostile, "owner": hostile}, actor=actor),
            create_record(Vendor, {"key": "hostile", "name": hostile, "country": hostile}, actor=actor),
            create_record(BaseModel, {"key": "hostile", "name": hostile}, actor=actor),
            create_record(
                UseCase,
                {"key": "hostile", "name": hostile, "purpose": hostile, "department": hostile, "vendor": "hostile",
                 "model": "hostile", "data_assets": ["hostile"]},
                actor=actor,
            ),
            create_control_answer(
                ControlAnswer,
                {"regime": "GDPR", "requirement_id": "Art. 32(1)", "reason": hostile, "use_case": "hostile"},
                actor=actor,
            ),
        ]  # fmt: skip
        run = finished_run(actor, hostile)
    client = sign_in(world, "north/owner")
    kinds = ("data-assets", "vendors", "base-models", "use-cases", "controls")
    paths = [""]
    for kind, record in zip(kinds, made, strict=True):
        paths += [f"{kind}/", f"{kind}/{record.public_id}/", f"{kind}/{record.public_id}/edit/"]
    paths += ["audit/", f"vendors/?q={hostile}", "reports/"]
    pages = ("", "use-cases/assistant/", "findings/", "roadmap/", "regimes/", "risks/", "origins/")
    paths += [f"runs/{run.public_id}/{page}" for page in pages]
    shown = 0
    for path in paths:
        page = client.get(f"/o/{world.north.slug}/{path}").content.decode()
        assert "<script>alert" not in page, path
        assert "<svg/onload" not in page, path
        assert "<img src=x" not in page, path
        assert 'href="javascript:' not in page, path
        assert "49{" not in page, path
        shown += page.count("alert(1)") + page.count("7*7")
    assert shown > 20


@pytest.mark.parametrize(
    "query",
    ["page=0", "page=-1", "page=x", "page=99999999999999999999", "q=%00", "q=%27%22%25%5C", "archived=x", "q=" + "x" * 5000,
     "person=%25%27&action=%27;--", "number=/a/b/../c&q=(", "at=/../..", "use_case=%27&regime=%22&state=x&options=all"],
)  # fmt: skip
def test_no_query_makes_a_page_fail(world: World, sign_in: SignIn, query: str) -> None:
    with scope(world.north):
        run = finished_run(Actor.person(world.person("north/owner"), "owner"), "Staff assistant")
    client = sign_in(world, "north/owner")
    for path in ("vendors/", "audit/", "runs/", "reports/", f"runs/{run.public_id}/findings/",
                 f"runs/{run.public_id}/origins/", f"runs/{run.public_id}/answer/"):  # fmt: skip
        assert client.get(f"/o/{world.north.slug}/{path}?{query}").status_code in (200, 302, 400, 404), path


def test_a_null_character_is_the_callers_fault(world: World, sign_in: SignIn) -> None:
    client, slug, api = (
        sign_in(world, "north/owner"),
        world.north.slug,
        f"/api/v1/organisations/{world.north.public_id}",
    )
    for address in (f"/o/{slug}/vendors/%00/", f"/o/{slug}/vendors/?q=%00", f"/o/{slug}/runs/%00/status/"):  # fmt: skip
        answer = client.get(address)
        assert (answer.status_code, "<h1>Not understood</h1>" in answer.content.decode()) == (400, True), (
            address
        )
    assert client.post(f"/o/{slug}/reports/request/", {"run": "a\x00b"}).status_code == 400
    filtered = client.get(f"/o/{slug}/audit/?person=%00")
    assert filtered.status_code == 200
    assert "Person: Null characters are not allowed. It was left out." in filtered.content.decode()
    for address in (f"{api}/vendors/%00/", f"{api}/runs/%00/result/", "/api/v1/organisations/%00/"):
        answer = client.get(address)
        assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json"), address


@override_settings(SECURE_SSL_REDIRECT=True)
def test_plain_http_is_led_to_https(world: World, client: Client) -> None:
    answer = client.get("/account/login/")
    assert (answer.status_code, answer["Location"]) == (301, "https://testserver/account/login/")
    secure = client.get("/account/login/", secure=True)
    assert secure.status_code == 200


NOT_IN_OPERATION = ("SEXTANT_LOCAL", "SECRET_KEY", "DJANGO_ALLOW_ASYNC_UNSAFE")


def test_the_product_in_operation_has_no_weakness_that_django_knows(tmp_path: Path) -> None:
    """`check --deploy` with the settings of operation: no SEXTANT_LOCAL, so cookies are Secure and HSTS is on."""
    kept = {name: value for name, value in os.environ.items() if name not in NOT_IN_OPERATION}
    environment = {**kept, "SECRET_KEY": secrets.token_urlsafe(50), "SEXTANT_VAR": str(tmp_path)}
    told = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert (told.returncode, told.stdout) == (0, "System check identified no issues (0 silenced).\n"), (
        told.stderr
    )
    names = "SESSION_COOKIE_NAME, CSRF_COOKIE_NAME, SESSION_COOKIE_SECURE, CSRF_COOKIE_SECURE, SECURE_HSTS_SECONDS, DEBUG"
    asked = subprocess.run(
        [sys.executable, "-c", f"from config.settings import {names}\nprint({names})"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert asked.stdout == "__Host-session __Host-csrf True True 31536000 False\n"


def test_a_password_is_kept_by_argon2_alone(db: None) -> None:
    person = User.objects.create_user("fresh@north.example", PASSWORD)
    kept = User.objects.get(pk=person.pk).password
    assert kept.startswith("argon2$argon2id$v=19$")
    assert PASSWORD not in kept
    assert person.check_password(PASSWORD)
    assert not person.check_password(PASSWORD[::-1])
    assert User.objects.create_user("other@north.example", PASSWORD).password != kept
