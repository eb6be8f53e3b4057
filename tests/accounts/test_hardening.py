"""What the product refuses at its edges: forged forms, other origins, formulas, pickles, open files, loud logs."""

from __future__ import annotations

import ast
import csv
import io
import json
import logging
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.contrib.auth.password_validation import validate_password
from django.core import mail
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.test import Client, override_settings
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import AuditEvent
from accounts.spreadsheet import cell, table
from accounts.tenancy import scope
from config.celery import app
from config.environment import text
from config.logs import JsonFormatter
from inventory.models import Vendor
from tests.isolation.calls import CALLS
from tests.skipping import leave_out
from tests.world import PASSWORD, World

SignIn = Callable[[World, str], Client]
ROOT = Path(__file__).parents[2]
ROOMS = ("engine", "accounts", "inventory", "compliance", "strategy", "reports", "config")
WRITES = [call for call in CALLS if not call.is_read and not call.api and "{" not in call.path]


def sources() -> Iterator[tuple[str, ast.Module]]:
    """Every file of the product, read as Python."""
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            yield str(path.relative_to(ROOT)), ast.parse(path.read_text())


def imports(tree: ast.Module) -> set[str]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return found


# Forms and origins


def entries(world: World) -> int:
    with scope(world.north):
        return int(AuditEvent.objects.count())


@pytest.mark.parametrize("call", WRITES, ids=str)
def test_a_form_from_elsewhere_is_refused(world: World, call: Any) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.person("north/owner"))
    before = entries(world)
    answer = client.post(f"/o/{world.north.slug}/{call.path}", call.body or {})
    assert answer.status_code == 403
    assert entries(world) == before


def test_a_session_writes_over_the_api_only_with_the_token_and_a_key_needs_none(world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.person("north/owner"))
    address = f"/api/v1/organisations/{world.north.public_id}/vendors/"
    before = entries(world)
    assert client.post(address, '{"key": "forged"}', "application/json").status_code == 403
    assert entries(world) == before
    key = {"Authorization": f"Bearer {world.keys['north']}"}
    assert client.post(address, '{"key": "by-key"}', "application/json", headers=key).status_code == 201
    assert entries(world) == before + 1


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://testserver.evil.example"])
def test_no_other_origin_is_told_that_it_may_read(world: World, sign_in: SignIn, origin: str) -> None:
    client = sign_in(world, "north/owner")
    for address in (f"/o/{world.north.slug}/", f"/api/v1/organisations/{world.north.public_id}/vendors/"):
        for answer in (
            client.get(address, headers={"Origin": origin}),
            client.options(address, headers={"Origin": origin, "Access-Control-Request-Method": "POST"}),
        ):
            assert [name for name in answer.headers if name.lower().startswith("access-control")] == []
            assert answer["Cross-Origin-Resource-Policy"] == "same-origin"


@override_settings(
    SECURE_HSTS_SECONDS=31_536_000, SECURE_HSTS_INCLUDE_SUBDOMAINS=True, SECURE_HSTS_PRELOAD=True
)
def test_a_browser_is_told_to_keep_to_https(client: Client, db: None) -> None:
    answer = client.get("/help/", secure=True)
    assert answer["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"


def test_a_proxys_headers_are_believed_only_from_a_proxy(world: World) -> None:
    """Without BEHIND_PROXY a client cannot say that it came by https, nor from where."""
    assert configured.SECURE_PROXY_SSL_HEADER is None
    assert configured.USE_X_FORWARDED_HOST is False
    assert configured.ALLAUTH_TRUSTED_PROXY_COUNT == 0
    with override_settings(SECURE_SSL_REDIRECT=True):
        assert Client().get("/help/", headers={"X-Forwarded-Proto": "https"}).status_code == 301
        with override_settings(SECURE_PROXY_SSL_HEADER=("HTTP_X_FORWARDED_PROTO", "https")):
            assert Client().get("/help/", headers={"X-Forwarded-Proto": "https"}).status_code == 200


SET_BY_THE_PRODUCT = ("id", "version", "organisation", "organisation_id", "created_at", "archived", "archived_at",
                      "created_by", "position", "role", "approved_by", "public_id", "pk")  # fmt: skip


@pytest.mark.parametrize("name", SET_BY_THE_PRODUCT)
def test_fields_that_the_product_sets_cannot_be_sent(world: World, name: str) -> None:
    """Over the API a field that is not the caller's is refused; in a form it is not read."""
    key = {"Authorization": f"Bearer {world.keys['north']}"}
    at, before = f"/api/v1/organisations/{world.north.public_id}/", entries(world)
    for kind, body in (("vendors/", {"key": "sent"}), ("use-cases/", {"key": "sent"}), ("runs/", {})):
        answer = Client().post(f"{at}{kind}", json.dumps(body | {name: "x"}), "application/json", headers=key)
        assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json"), kind
    assert entries(world) == before
    client = Client()
    client.force_login(world.person("north/owner"))
    client.post(f"/o/{world.north.slug}/vendors/new/", {"key": "sent", name: world.south.public_id})
    with scope(world.north):
        made = Vendor.objects.get(key="sent")
        assert (made.version, made.archived_at, made.answers) == (1, None, {})
    with scope(world.south):
        assert not Vendor.objects.filter(key="sent").exists()


# Passwords and the end of a session


@pytest.mark.parametrize(
    ("password", "refused"),
    [
        ("short-pass1", "at least 12 characters"),
        ("password1234", "too common"),
        ("qwertyuiop123", "too common"),
        ("lower case words only", ""),
        ("ÜÄÖ ελληνικά 漢字", ""),
        ("x y" * 21 + "z", ""),
        ("correct horse battery staple" * 4, ""),
    ],
)
def test_a_password_is_long_and_uncommon_and_otherwise_free(password: str, refused: str) -> None:
    try:
        validate_password(password)
        told = ""
    except ValidationError as error:
        told = " ".join(error.messages)
    assert (refused in told, bool(told)) == (True, bool(refused))


def test_a_password_is_asked_for_in_a_masked_field_that_takes_what_a_manager_pastes(
    client: Client, db: None
) -> None:
    page = client.get("/account/login/").content.decode()
    field = re.search(r"<input[^>]*name=\"password\"[^>]*>", page)
    assert field is not None
    assert 'type="password"' in field[0]
    assert 'autocomplete="current-password"' in field[0]
    assert "maxlength" not in field[0]
    assert "onpaste" not in page


@pytest.mark.parametrize(
    "typed", [f" {PASSWORD}", f"{PASSWORD} ", PASSWORD.upper(), PASSWORD[:-1], PASSWORD[:20]]
)
def test_a_password_counts_exactly_as_it_was_typed(world: World, typed: str) -> None:
    client = Client()
    client.post("/account/login/", {"login": world.person("north/viewer").email, "password": typed})
    assert client.get(f"/o/{world.north.slug}/").status_code == 302


def test_after_signing_out_the_session_is_dead_and_the_browser_is_cleared(world: World) -> None:
    client = Client()
    client.force_login(world.person("north/viewer"))
    kept = client.cookies[configured.SESSION_COOKIE_NAME].value
    answer = client.post("/account/logout/")
    assert answer["Clear-Site-Data"] == '"cache", "storage"'
    client.cookies[configured.SESSION_COOKIE_NAME] = kept
    assert client.get(f"/o/{world.north.slug}/").status_code == 302


# Reports of the content security policy


def test_a_report_of_the_policy_is_logged_without_what_people_typed(
    client: Client, db: None, caplog: pytest.LogCaptureFixture, listening: None
) -> None:
    policy = client.get("/help/")["Content-Security-Policy"]
    assert policy.endswith("report-uri /csp-report") or "report-uri /csp-report;" in policy
    report = {"csp-report": {"violated-directive": "script-src", "blocked-uri": "https://evil.example/x.js?token=secret",
                             "document-uri": "https://testserver/o/a/?q=secret"}}  # fmt: skip
    answer = client.post("/csp-report", json.dumps(report), "application/csp-report")
    assert answer.status_code == 204
    assert caplog.messages == [
        "content security policy: script-src stopped https://evil.example/x.js on https://testserver/o/a/"
    ]


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b'{"csp-report": 1}', b"[" * 10_000, b"x" * 20_000]
)
def test_a_report_that_cannot_be_read_is_let_go(
    client: Client, db: None, caplog: pytest.LogCaptureFixture, listening: None, body: bytes
) -> None:
    assert client.post("/csp-report", body, "application/csp-report").status_code == 204
    assert caplog.messages == []


# The log


@pytest.fixture
def listening(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Hear the product's own log, which does not pass its lines on."""
    log = logging.getLogger("sextant")
    log.addHandler(caplog.handler)
    yield
    log.removeHandler(caplog.handler)


def test_signing_in_and_failing_to_is_logged_without_address_or_password(
    world: World, client: Client, caplog: pytest.LogCaptureFixture, listening: None
) -> None:
    owner = world.person("north/owner")
    for email, password in ((owner.email, "wrong password 1"), ("nobody@twin.example", "wrong password 2")):
        client.post("/account/login/", {"login": email, "password": password})
    client.post("/account/login/", {"login": owner.email, "password": PASSWORD})
    client.post("/account/logout/")
    told = [message for message in caplog.messages if "127.0.0.1" in message]
    assert told == [
        "sign-in failed: nobody who is known from 127.0.0.1",
        "sign-in failed: nobody who is known from 127.0.0.1",
        f"signed in: {owner.public_id} from 127.0.0.1",
        f"signed out: {owner.public_id} from 127.0.0.1",
    ]
    for secret in (owner.email, "nobody@twin.example", "wrong password", PASSWORD):
        assert secret not in caplog.text


def test_a_refusal_is_logged_with_its_request(
    world: World, sign_in: SignIn, caplog: pytest.LogCaptureFixture
) -> None:
    answer = sign_in(world, "north/viewer").get(f"/o/{world.north.slug}/audit/")
    assert answer.status_code == 403
    record = next(record for record in caplog.records if record.name == "django.request")
    line = json.loads(JsonFormatter().format(record))
    assert line["request_id"] == answer["X-Request-Id"]
    assert (line["level"], line["event"]) == (
        "warning",
        f"Forbidden (Permission denied): /o/{world.north.slug}/audit/",
    )
    assert line["timestamp"].endswith("Z")


def test_no_address_breaks_a_line_of_the_log(
    client: Client, db: None, caplog: pytest.LogCaptureFixture
) -> None:
    client.get("/o/a%0A%7B%22event%22%3A%22forged%22%7D%0D/")
    lines = [JsonFormatter().format(record) for record in caplog.records]
    assert lines
    assert not any("\n" in line or "\r" in line for line in lines)


# Files that a spreadsheet opens


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("=1+1", "'=1+1"), ("+1+1", "'+1+1"), ("-1+1", "'-1+1"), ("@SUM(A1)", "'@SUM(A1)"), ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"), ("\n=1", "'\n=1"), ("＝1+1", "'＝1+1"), ("＋1", "'＋1"), ("－1", "'－1"), ("＠A", "'＠A"),
        ("-5", "-5"), ("+5.25", "+5.25"), (-5, "-5"), ("-1e3", "-1e3"), ("-5 ", "'-5 "), ("-NaN", "'-NaN"),
        ("plain", "plain"), (None, ""), (["=1", "b"], "'=1, b"), (["a", "=b"], "a, =b"),
    ],
)  # fmt: skip
def test_a_cell_never_becomes_a_formula_and_a_number_stays_one(value: Any, written: str) -> None:
    assert cell(value) == written


@given(st.lists(st.lists(st.text(max_size=20), min_size=1, max_size=4), min_size=1, max_size=5))
def test_whatever_is_written_comes_back_as_one_cell_that_no_spreadsheet_computes(
    rows: list[list[str]],
) -> None:
    read = list(csv.reader(io.StringIO(table(rows), newline="")))
    shown = [
        [value.removeprefix("'") if value[:2] not in ("", "'") else value for value in row] for row in read
    ]
    assert [len(row) for row in read] == [len(row) for row in rows]
    for got, sent in zip(read, rows, strict=True):
        for written, value in zip(got, sent, strict=True):
            assert written in (value, f"'{value}")
            assert not written.startswith(("=", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))
    assert shown


def test_csv_is_written_in_one_place_only() -> None:
    writers = {
        name
        for name, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in ("writer", "DictWriter")
    }
    assert writers == {"accounts/spreadsheet.py"}


# What the code may not do


OUTSIDE = {
    "requests",
    "httpx",
    "urllib.request",
    "http.client",
    "urllib3",
    "aiohttp",
    "socket",
    "ftplib",
}


def test_nothing_in_the_product_asks_another_server() -> None:
    """One client asks providers, and it alone; tests/accounts/test_outgoing.py says what it refuses."""
    assert {name for name, tree in sources() if OUTSIDE & imports(tree)} == {"accounts/outgoing.py"}


def test_nothing_unpickles_evaluates_or_starts_a_shell() -> None:
    wrong = set()
    for name, tree in sources():
        if {"pickle", "marshal", "shelve", "dill", "yaml"} & imports(tree):
            wrong.add(name)
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
                if isinstance(node.func, ast.Name) and called in ("eval", "exec", "compile", "__import__"):
                    wrong.add(f"{name}: {called}")
                if any(word.arg == "shell" for word in node.keywords) or called in ("system", "popen"):
                    wrong.add(f"{name}: a shell")
    assert wrong == set()


RAW = {"accounts/operations.py", "accounts/migrations/0003_trail_keys.py", "config/migrations/0001_grants.py"}


def test_no_sql_is_put_together_from_text() -> None:
    """Statements are constants with parameters; migrations alone name tables, which no one types."""
    wrong = set()
    for name, tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                asked = ast.unparse(node.func.value)
                if node.func.attr in ("raw", "extra", "RawSQL") and asked.endswith(("objects", ")")):
                    wrong.add(name)
                if node.func.attr in ("execute", "executemany") and node.args:
                    wrong |= {name} if isinstance(node.args[0], (ast.JoinedStr, ast.BinOp)) else set()
    assert wrong <= RAW


TAKES_FILES = {
    "accounts/brandingviews.py",
    "accounts/forms.py",
    "compliance/evidenceviews.py",
    "compliance/forms.py",
    "config/api/brandings.py",
    "config/api/proofs.py",
}


def test_there_is_no_admin_and_files_come_in_at_listed_places_only() -> None:
    """A new place that takes files is to be looked at and then listed here."""
    assert "django.contrib.admin" not in configured.INSTALLED_APPS
    fields = re.compile(r"\b(FileField|ImageField|request\.FILES|FileUploadParser|MultiPartParser)\b")
    found = {
        str(path.relative_to(ROOT))
        for room in ROOMS
        for path in (ROOT / room).rglob("*.py")
        if fields.search(path.read_text())
    }
    assert found == TAKES_FILES


def test_an_html_upload_is_no_upload(world: World, sign_in: SignIn) -> None:
    """A file that is sent with a form is not read by any view and is nowhere afterwards."""
    file = io.BytesIO(b"<script>alert(1)</script>")
    file.name = "../../evil.html"
    client = sign_in(world, "north/owner")
    answer = client.post(f"/o/{world.north.slug}/vendors/new/", {"key": "with-file", "name": file})
    assert answer.status_code in (302, 400)
    assert not list(Path(configured.VAR_DIR).rglob("evil*"))


@pytest.mark.parametrize("path", ["/.git/config", "/.env", "/static/", "/static/css/", "/static/../manage.py",
                                  "/static/..%2fmanage.py", "/manage.py", "/var/secrets/secret-key", "/media/"])  # fmt: skip
def test_no_source_and_no_folder_is_served(client: Client, db: None, path: str) -> None:
    assert client.get(path).status_code == 404


def test_the_printer_is_of_a_version_without_known_holes() -> None:
    """Before 70 it followed redirects, and attachments and styles went past the fetcher."""
    assert int(version("weasyprint").partition(".")[0]) >= 70


# Secrets


def test_a_secret_may_come_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = tmp_path / "secret"
    secret.write_text("from the file\n")
    monkeypatch.delenv("OUR_SECRET", raising=False)
    with pytest.raises(ImproperlyConfigured, match="OUR_SECRET is not set"):
        text("OUR_SECRET")
    monkeypatch.setenv("OUR_SECRET_FILE", str(secret))
    assert text("OUR_SECRET") == "from the file"
    monkeypatch.setenv("OUR_SECRET", "from the environment")
    assert text("OUR_SECRET") == "from the environment"
    monkeypatch.delenv("OUR_SECRET")
    secret.unlink()
    with pytest.raises(ImproperlyConfigured, match=r"OUR_SECRET_FILE: .*Right: a readable file"):
        text("OUR_SECRET")


def test_a_replaced_secret_key_signs_nobody_out_while_it_is_a_fallback(world: World, settings: Any) -> None:
    client = Client()
    client.force_login(world.person("north/owner"))
    address, former = f"/o/{world.north.slug}/", settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "n" * 60, [former]
    assert client.get(address).status_code == 200
    other = Client()
    other.force_login(world.person("north/owner"))
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "m" * 60, []
    assert other.get(address).status_code == 302


def test_no_secret_stands_in_the_repository() -> None:
    """No key, token or password of the usual shapes in any file that git knows."""
    shapes = re.compile(
        rb"-----BEGIN [A-Z ]*PRIVATE KEY|AKIA[0-9A-Z]{16}|ghp_[A-Za-z0-9]{36}|xox[abp]-\w{10}|sk-[A-Za-z0-9]{40}|"
        rb"sxt_[a-z0-9]{10}_[A-Za-z0-9-]{40}|SECRET_KEY\s*=\s*['\"][^'\"]{20}"
    )
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    files = [ROOT / name for name in listed.stdout.splitlines()]
    assert len(files) > 200
    assert [str(path) for path in files if path.is_file() and shapes.search(path.read_bytes())] == []


# The queue


def test_the_queue_takes_json_only() -> None:
    assert list(app.conf.accept_content) == ["json"]
    assert (app.conf.task_serializer, app.conf.task_ignore_result) == ("json", True)


def test_a_task_has_limits_of_time_and_memory_and_comes_back_when_its_worker_is_lost() -> None:
    """The broker hides a message for longer than any task may take."""
    assert (app.conf.task_soft_time_limit, app.conf.task_time_limit) == (900, 930)
    assert app.conf.worker_max_memory_per_child == 2_000_000
    assert (app.conf.task_acks_late, app.conf.task_reject_on_worker_lost) == (True, True)
    assert app.conf.broker_transport_options["visibility_timeout"] > app.conf.task_time_limit


def test_the_printing_child_needs_no_network(tmp_path: Path) -> None:
    """The whole printing of a page in a namespace that has no network at all."""
    if subprocess.run(["unshare", "-rn", "true"], capture_output=True).returncode != 0:
        leave_out("This system lets nobody leave its network")
    program = (
        "from datetime import UTC, datetime\nfrom reports import fonts\nfrom reports.render import render_pdf\n"
        "import socket\n"
        "try:\n    socket.create_connection(('127.0.0.1', 9), timeout=1)\nexcept OSError as error:\n    print(error.errno)\n"
        "html = f'<html lang=\"en\"><head><title>T</title><style>{fonts.FACE} html {{font-family: Inter}}</style></head><body>x</body></html>'\n"
        "print(render_pdf(html, identifier='rep', timestamp=datetime(2026, 11, 24, tzinfo=UTC))[:5])"
    )
    done = subprocess.run(
        ["unshare", "-rn", sys.executable, "-c", program],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert done.stdout == "101\nb'%PDF-'\n", done.stderr


SECRET_TEXT = "Zaubernuss-4711"


def test_no_log_line_and_no_mail_holds_what_people_typed_or_a_secret(
    world: World, sign_in: SignIn, caplog: pytest.LogCaptureFixture, listening: None
) -> None:
    """The same word is sent in every field of every form and of the API, as password, as key and as a token.

    A mail tells only its own receiver the address that was typed.
    """
    caplog.set_level(logging.DEBUG)
    mail.outbox.clear()
    client = sign_in(world, "north/owner")
    client.raise_request_exception = False
    for call in WRITES:
        typed = dict.fromkeys(
            (call.body or {}) | {"q": "", "reason": "", "note": "", "email": ""}, SECRET_TEXT
        )
        client.post(f"/o/{world.north.slug}/{call.path}", typed)
    key = {"Authorization": f"Bearer {world.keys['north']}"}
    at = f"/api/v1/organisations/{world.north.public_id}/"
    for kind in (
        "vendors",
        "use-cases",
        "data-assets",
        "budgets",
        "control-answers",
        "scenarios",
        "runs",
        "reports",
    ):
        for body in (
            {"key": "k", "name": SECRET_TEXT, "purpose": SECRET_TEXT},
            {SECRET_TEXT: SECRET_TEXT},
            SECRET_TEXT,
        ):
            Client(raise_request_exception=False).post(
                f"{at}{kind}/", json.dumps(body), "application/json", headers=key
            )
    Client().get(at, headers={"Authorization": f"Bearer sxt_{SECRET_TEXT}"})
    Client().post("/account/login/", {"login": f"{SECRET_TEXT}@twin.example", "password": SECRET_TEXT})
    Client().post("/account/password/reset/", {"email": f"{SECRET_TEXT}@twin.example"})
    lines = [JsonFormatter().format(record) for record in caplog.records]
    assert len(lines) > 20
    for secret in (SECRET_TEXT, world.keys["north"], configured.SECRET_KEY, configured.AUDIT_KEY, PASSWORD):
        assert [line for line in lines if secret.lower() in line.lower()] == []
    others = [
        message for message in mail.outbox if message.to[0].lower() != f"{SECRET_TEXT}@twin.example".lower()
    ]
    bodies = [f"{message.subject} {message.body}" for message in others]
    assert [body for body in bodies if SECRET_TEXT.lower() in body.lower()] == []
