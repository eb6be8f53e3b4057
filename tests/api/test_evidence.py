"""Evidence over the API: uploaded as a form, reviewed by somebody else, fetched as an attachment."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from compliance.uploads import LARGEST
from config.uploads import BESIDE_THE_FILE
from tests.api.conftest import Call, Caller, faults, refused, trail
from tests.world import World

FORM = {
    "name": "Agreement",
    "kind": "contract",
    "valid_from": "2026-11-01",
    "valid_until": "2028-10-31",
    "links": ["GDPR/Art. 28(3)", "HIPAA/164.308(b)(1)/assistant"],
}


def upload(
    caller: Caller, path: str, form: dict[str, Any], name: str = "a.txt", content: bytes = b"signed"
) -> HttpResponse:
    data = encode_multipart(BOUNDARY, {**form, "file": SimpleUploadedFile(name, content)})
    return caller.client.generic(
        "POST", caller.address(path), data, MULTIPART_CONTENT, headers=caller.headers
    )


def test_a_key_uploads_and_a_person_accepts(world: World, key: Caller, person: Call) -> None:
    stored = upload(key, "evidence/", FORM)
    assert stored.status_code == 201, stored.content
    body = stored.json()
    assert stored["Location"] == key.whole("evidence", body["id"])
    assert (body["links"], body["counts_until"]) == (FORM["links"], None)
    version = body["versions"][0]
    assert version["sha256"] == hashlib.sha256(b"signed").hexdigest()
    assert (version["review"], version["holds_until"]) == ("pending", "2028-10-31")
    at = f"evidence/{body['id']}/versions/1"
    assert refused(key("POST", f"{at}/review/", {"accept": True}), 409)["detail"] == (
        "Who uploaded a file does not review it. Somebody else must."
    )
    officer = person("north/compliance_officer")
    assert faults(officer("POST", f"{at}/review/", {"accept": False})) == {"/reason": "is empty or too long"}
    accepted = officer("POST", f"{at}/review/", {"accept": True})
    assert accepted.json()["counts_until"] == "2028-10-31"
    assert accepted["ETag"] == '"v2"'
    assert trail(world.north)[-2:] == ["evidence.created", "evidence.accepted"]


def test_a_file_is_fetched_as_an_attachment_that_nothing_runs(key: Caller) -> None:
    body = upload(key, "evidence/", FORM, "a\u202eb.txt").json()
    answer = key("GET", f"evidence/{body['id']}/versions/1/file/", Accept="application/octet-stream")
    assert (answer.status_code, answer.content) == (200, b"signed")
    assert answer["Content-Disposition"] == 'attachment; filename="ab.txt"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    again = key("GET", f"evidence/{body['id']}/versions/1/file/", If_None_Match=answer["ETag"])
    assert (again.status_code, again.content) == (304, b"")


def test_refused_uploads_name_each_fault_and_store_nothing(world: World, key: Caller) -> None:
    before = trail(world.north)
    wrong = {"name": "", "kind": "selfie", "valid_from": "2026-11-01", "valid_until": "2026-10-01"}
    assert faults(upload(key, "evidence/", {**wrong, "links": ["GDPR/Art. 280"]}, "a.svg", b"<svg/>")) == {
        "/links/0": "GDPR has no requirement “Art. 280”",
        "/file": "its name ends in “.svg”",
        "/name": "0 characters",
        "/kind": "unknown kind “selfie”",
        "/valid_until": "is before the day from which it holds",
    }
    assert faults(upload(key, "evidence/", {"valid_from": "soon", "colour": "1"})) == {
        "/colour": "unknown key “colour”",
        "/name": "“name” is missing",
        "/kind": "“kind” is missing",
        "/valid_from": "“soon” does not fit",
    }
    refused(key("POST", "evidence/", FORM), 415)
    assert key.get("evidence/")["items"] == []
    assert trail(world.north) == before


def test_a_body_that_announces_too_much_is_refused_unread(key: Caller) -> None:
    answer = key.client.generic(
        "POST",
        key.address("evidence/"),
        b"",
        MULTIPART_CONTENT,
        headers=key.headers,
        CONTENT_LENGTH=str(LARGEST + BESIDE_THE_FILE + 1),
    )
    refused(answer, 413)


def test_a_version_is_added_and_the_piece_changed_archived_and_restored(key: Caller) -> None:
    at = f"evidence/{upload(key, 'evidence/', FORM).json()['id']}/"
    second = upload(key, f"{at}versions/", {"valid_from": "2026-11-20"}, content=b"signed anew")
    assert [version["number"] for version in second.json()["versions"]] == [2, 1]
    settings = {"name": "DPA", "kind": "contract", "links": ["GDPR/Art. 28(3)"]}
    refused(key("PUT", at, settings, If_Match='"v1"'), 412)
    changed = key("PUT", at, settings, If_Match='"v2"').json()
    assert (changed["name"], changed["links"], changed["version"]) == ("DPA", ["GDPR/Art. 28(3)"], 3)
    assert key("DELETE", at, If_Match='"v3"').json()["archived"] is True
    assert key.get("evidence/")["items"] == []
    assert faults(upload(key, f"{at}versions/", {"valid_from": "2026-11-20"})) == {
        "": "the evidence is archived"
    }
    assert key("POST", f"{at}restore/", If_Match='"v4"').json()["archived"] is False
    assert json.loads(key("GET", "evidence/").content)["items"][0]["id"] == changed["id"]
