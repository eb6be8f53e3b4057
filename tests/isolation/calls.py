"""The table of every address, every method and the action that it takes: what the access matrix is made of.

`{vendor}` and the like stand for ids of the organisation that is called; `status` is the answer to who may,
`events` how many entries of the trail a write makes.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from accounts.roles import Action
from inventory.knowledge import current
from reports.registers import REGISTERS
from tests.world import TWIN

PLACE = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True)
class Call:
    """One request to one organisation's part of the pages or of the API."""

    method: str
    path: str
    action: Action
    body: Any = None
    status: int = 200
    events: int = 0
    api: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)
    form: bool = False
    file: bytes = b"signed anew"

    def __str__(self) -> str:
        return f"{self.method} {'api/' if self.api else ''}{self.path}"

    @property
    def is_read(self) -> bool:
        return self.method in ("GET", "HEAD")

    def address(self, place: str, ids: Mapping[str, str]) -> str:
        """The address at an organisation, of which `place` is the slug or, for the API, the id."""
        start = f"/api/v1/organisations/{place}/" if self.api else f"/o/{place}/"
        return start + self.path.format(**ids)

    def data(self, ids: Mapping[str, str]) -> tuple[bytes, str]:
        """The body as it is sent, and its content type."""
        if self.form:
            sent = {**self.body, "file": SimpleUploadedFile("new.txt", self.file)}
            return encode_multipart(BOUNDARY, sent), MULTIPART_CONTENT
        if self.api:
            text = json.dumps(self.body) if self.body is not None else ""
            return PLACE.sub(lambda found: ids[found[1]], text).encode(), "application/json"
        form = {
            name: PLACE.sub(lambda found: ids[found[1]], value) for name, value in (self.body or {}).items()
        }
        return urlencode(form).encode(), "application/x-www-form-urlencoded"


def get(path: str, action: Action = "view", status: int = 200, api: bool = False) -> Call:
    return Call("GET", path, action, status=status, api=api)


def post(path: str, action: Action, body: Any = None, status: int = 302, events: int = 1) -> Call:
    return Call("POST", path, action, body, status, events)


def upload(path: str, body: Any, status: int, api: bool = False) -> Call:
    return Call("POST", path, "edit_compliance", body, status, 1, api, form=True)


def picture(path: str, api: bool = False) -> Call:
    status = 200 if api else 302
    return Call("POST", path, "manage_organisation", {}, status, 1, api, form=True, file=LOGO)


def write(
    method: str,
    path: str,
    action: Action,
    body: Any = None,
    status: int = 200,
    events: int = 1,
    version: str = "v1",
) -> Call:
    return Call(method, path, action, body, status, events, True, {"If-Match": f'"{version}"'})


def record_pages(slug: str, one: str, edit: Action, new: dict[str, str], form: dict[str, str]) -> list[Call]:
    at = f"{slug}/{{{one}}}/"
    return [
        get(f"{slug}/"),
        get(f"{slug}/new/", edit),
        post(f"{slug}/new/", edit, new),
        get(at),
        get(f"{at}edit/", edit),
        post(f"{at}edit/", edit, form | {"version": "1"}),
        post(f"{at}archive/", edit),
    ]


def record_calls(kind: str, one: str, edit: Action, new: dict[str, Any], part: dict[str, Any]) -> list[Call]:
    at = f"{kind}/{{{one}}}/"
    return [
        get(f"{kind}/", api=True),
        write("POST", f"{kind}/", edit, new, status=201),
        get(at, api=True),
        write("PUT", at, edit, part),
        write("DELETE", at, edit),
        write("POST", f"{at}restore/", edit, events=0),
    ]


SETTINGS = {"name": "New", "time_zone": "UTC", "version": "1", "currency": "USD", "planned": "1"}
LOGO = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
"""One pixel."""
TASK: dict[str, Any] = {"text": "New", "due": "2027-01-04", "days": "2.5", "state": "started"}
FORM_OF_SPANS = {
    **{f"sla_{row.weight}": "40" for row in current().plan.sla},
    **{f"freshness_{row.kind}": "6" for row in current().plan.freshness},
}
SPANS: dict[str, Any] = {"sla": {"duty": 40}, "freshness": {}}
EVIDENCE: dict[str, Any] = {"name": "New", "kind": "policy", "valid_from": "2026-11-24"}
WAIVER: dict[str, Any] = {
    "kind": "risk",
    "about": "ISO27001/A.5.1",
    "level": "medium",
    "reason": "New",
    "expires_on": (date.today() + timedelta(days=30)).isoformat(),
}
DECISION = {"verdict": "needed", "reason": "New"}
FILE = {"valid_from": "2026-11-24"}
SCENARIO: dict[str, Any] = {"name": "New", "answers": {"/use_cases/1/users": 12}}
CALLS: tuple[Call, ...] = (
    # Pages of the organisation and its people
    get(""),
    get("settings/"),
    post("settings/change/", "manage_organisation", SETTINGS, events=2),
    get("usage/", "see_usage"),
    get("staff-access/", "see_usage"),
    get("branding/"),
    get("branding/logo/"),
    post("branding/change/", "manage_organisation", {"colour": "#123456", "version": "1"}),
    picture("branding/logo/change/"),
    post("branding/logo/remove/", "manage_organisation"),
    post("settings/archive/", "own_organisation"),
    post("settings/restore/", "own_organisation", events=0),
    post("settings/export/", "own_organisation", status=200),
    post("settings/delete/", "own_organisation", {"name": "Twin Company"}),
    get("members/", "view_members"),
    post("members/invite/", "manage_members", {"people": "new@twin.example", "role": "viewer"}),
    post("members/{member}/role/", "manage_members", {"role": "auditor"}),
    get("members/{member}/limits/", "manage_members"),
    post("members/{member}/limits/", "manage_members", {"ends_on": "2099-01-01"}),
    post("members/{member}/remove/", "manage_members"),
    post("members/{former}/erase/", "own_organisation", status=200),
    post("invitations/{invitation}/resend/", "manage_members"),
    post("invitations/{invitation}/revoke/", "manage_members"),
    get("sign-in/", "manage_sign_in"),
    post("sign-in/second-factor/", "manage_sign_in", {"needed": "no", "grace_days": "7"}),
    get("sign-in/sso/", "manage_sign_in"),
    post("sign-in/sso/domains/", "manage_sign_in", {"name": "new.example"}),
    post("sign-in/sso/domains/{domain}/prove/", "manage_sign_in", events=0),
    post("sign-in/sso/domains/{domain}/remove/", "manage_sign_in"),
    post(
        "sign-in/sso/provider/", "manage_sign_in", {"issuer": "https://127.0.0.1", "client_id": "x"}, 400, 0
    ),
    post("sign-in/sso/provider/remove/", "manage_sign_in"),
    post("sign-in/sso/only/", "manage_sign_in", {"only": "no"}),
    get("roles/"),
    get("api-keys/", "manage_api_keys"),
    post("api-keys/", "manage_api_keys", {"name": "New", "days": "30", "scopes": "read"}, status=200),
    post("api-keys/{key}/replace/", "manage_api_keys", {"days": "7"}, status=200, events=2),
    post("api-keys/{key}/revoke/", "manage_api_keys"),
    get("audit/", "view_audit"),
    get("audit/check/", "view_audit"),
    post("audit/export/", "view_audit", {"format": "csv", "person": "Owner"}, status=200),
    # Pages of records
    get("organisation/", status=302),
    get("organisation/new/", "edit_inventory"),
    post("organisation/new/", "edit_inventory", {"name": "Twice"}, status=400, events=0),
    get("organisation/{profile}/"),
    get("organisation/{profile}/edit/", "edit_inventory"),
    post("organisation/{profile}/edit/", "edit_inventory", {"name": "New", "version": "1"}),
    *record_pages(
        "data-assets", "data_asset", "edit_inventory", {"key": "new"}, {"key": "spare", "name": "N"}
    ),
    *record_pages("vendors", "vendor", "edit_inventory", {"key": "new"}, {"key": "spare", "name": "N"}),
    *record_pages(
        "base-models", "base_model", "edit_inventory", {"key": "new"}, {"key": "spare", "name": "N"}
    ),
    *record_pages("budgets", "budget", "edit_inventory", {"period": "2032-Q1"}, {"period": "2031-Q2"}),
    *record_pages(
        "prices",
        "own_price",
        "edit_inventory",
        {"fact": "fx.EUR", "since": "2026-10-01", "value": "1.2"},
        {"fact": "price.gpu.hour", "since": "2026-10-01", "value": "2"},
    ),
    *record_pages("use-cases", "use_case", "edit_inventory", {"key": "new"}, {"key": "spare", "name": "N"}),
    *record_pages(
        "regimes", "regime", "edit_compliance", {"regime": "HIPAA"}, {"regime": "SOC2", "in_scope": "true"}
    ),
    *record_pages(
        "controls",
        "control",
        "edit_compliance",
        {"regime": "GDPR", "requirement_id": "Art. 33(1)"},
        {"regime": "GDPR", "requirement_id": "Art. 32(1)", "status": "partial"},
    ),
    *record_pages(
        "common-answers",
        "common_answer",
        "edit_compliance",
        {"control": "monitoring"},
        {"control": "logging", "status": "partial"},
    ),
    get("knowledge/changes/"),
    get("posture/"),
    get("runs/{run}/use-cases/assistant/duties/"),
    get("requirements/"),
    get("requirements/GDPR/"),
    get("requirements/GDPR/Art. 32(1)(c)/"),
    get("common-controls/"),
    get("common-controls/backup-and-recovery/"),
    get("method/"),
    get("templates/"),
    post("templates/clinical-documentation/", "edit_inventory", events=2),
    # Pages of analyses and board papers
    get("runs/"),
    post("runs/start/", "run_analysis", {"as_of": "2026-12-24"}),
    post("runs/{open_run}/cancel/", "run_analysis"),
    post("runs/{cancelled_run}/retry/", "run_analysis"),
    get("runs/{open_run}/status/"),
    get("runs/{run}/"),
    get("runs/{run}/use-cases/assistant/"),
    get("runs/{run}/findings/"),
    get("runs/{run}/portfolio/"),
    post("runs/{run}/portfolio/pin/", "run_analysis", {"pin-assistant": "out"}, events=3),
    get("runs/{run}/roadmap/"),
    get("runs/{run}/regimes/"),
    get("runs/{run}/risks/"),
    get("runs/{run}/origins/"),
    get("runs/{run}/answer/?at=/use_cases/0/name", status=302),
    # Pages of remediation
    post("runs/{run}/tasks/", "edit_compliance"),
    get("tasks/"),
    get("tasks/{task}/"),
    post(
        "tasks/{task}/change/",
        "edit_compliance",
        TASK | {"version": "1", "waits_for": "{other_task}"},
        400,
        0,
    ),
    post("tasks/{task}/change/", "edit_compliance", TASK | {"version": "1"}),
    post("tasks/{other_task}/change/", "edit_compliance", TASK | {"version": "1", "waits_for": "{task}"}),
    get("evidence/"),
    get("evidence/new/", "edit_compliance"),
    upload("evidence/new/", EVIDENCE, 302),
    get("evidence/{evidence}/"),
    post("evidence/{evidence}/change/", "edit_compliance", EVIDENCE | {"version": "1"}),
    post("evidence/{evidence}/archive/", "edit_compliance"),
    upload("evidence/{evidence}/versions/", FILE, 302),
    post("evidence/{evidence}/versions/1/review/", "edit_compliance", {"verdict": "accept"}),
    get("evidence/{evidence}/versions/1/file/"),
    post("tasks/{task}/comments/", "comment", {"text": "New"}),
    post("evidence/{evidence}/comments/", "comment", {"text": "New"}),
    get("waivers/"),
    get("waivers/new/", "accept_risk"),
    post("waivers/new/", "accept_risk", WAIVER),
    get("waivers/{waiver}/"),
    post("waivers/{waiver}/end/", "accept_risk", {"reason": "New"}),
    get("registers/"),
    *(get(f"registers/{name}/") for name in REGISTERS),
    get("registers/gaps/csv/", "export_document"),
    get("registers/all/xlsx/", "export_document"),
    get("oscal/", "export_document"),
    get("oscal/plan-of-action/", "export_document"),
    get("questions/"),
    get("questions/assistant/dpia/"),
    post("questions/assistant/dpia/decide/", "edit_compliance", DECISION),
    get("spans/"),
    post("spans/change/", "edit_compliance", FORM_OF_SPANS | {"version": "1"}),
    # Pages of what-if scenarios and comparisons
    get("scenarios/"),
    get("scenarios/new/", "run_analysis"),
    post("scenarios/new/", "run_analysis", {"name": "New", "run": "{run}"}),
    get("scenarios/{scenario}/"),
    post("scenarios/{scenario}/rename/", "run_analysis", {"name": "New", "version": "1"}),
    get("scenarios/{scenario}/choose/", "run_analysis"),
    get("scenarios/{scenario}/change/?at=/use_cases/assistant/users", "run_analysis"),
    post(
        "scenarios/{scenario}/change/?at=/use_cases/assistant/users",
        "run_analysis",
        {"users": "7", "version": "1"},
    ),
    post("scenarios/{scenario}/take-out/0/", "run_analysis", {"version": "1"}),
    post("scenarios/{scenario}/archive/", "run_analysis"),
    post("scenarios/{scenario}/analyse/", "run_analysis", {"as_of": "2026-12-24"}),
    get("compare/"),
    get("compare/table/", status=302),
    post("compare/tell-apart/", "run_analysis", {"a": "{run}", "b": "{other_run}"}, events=0),
    get("reports/"),
    post("reports/request/", "create_report", {"run": "{run}"}),
    get("reports/{report}/"),
    get("reports/{report}/status/"),
    get("reports/{report}/pdf/"),
    # The API: the organisation and its people
    get("", api=True),
    write("PUT", "", "manage_organisation", {"name": "New", "time_zone": "UTC"}),
    write("DELETE", "", "own_organisation"),
    get("usage/", "see_usage", api=True),
    get("branding/", api=True),
    write("PUT", "branding/", "manage_organisation", {"colour": "#123456"}),
    get("branding/logo/", api=True),
    picture("branding/logo/", api=True),
    write("DELETE", "branding/logo/", "manage_organisation"),
    write("POST", "restore/", "own_organisation", events=0),
    get("members/", "view_members", api=True),
    get("members/{member}/", "view_members", api=True),
    write("PUT", "members/{member}/", "manage_members", {"role": "auditor"}),
    write("DELETE", "members/{member}/", "manage_members"),
    get("invitations/", "view_members", api=True),
    write(
        "POST", "invitations/", "manage_members", {"email": "new@twin.example", "role": "viewer"}, status=201
    ),
    get("invitations/{invitation}/", "view_members", api=True),
    write("POST", "invitations/{invitation}/resend/", "manage_members"),
    write("DELETE", "invitations/{invitation}/", "manage_members"),
    get("audit-events/", "view_audit", api=True),
    # The API: records
    get("profile/", api=True),
    write("PUT", "profile/", "edit_inventory", {"name": "New"}),
    get("assessment/", "export_document", api=True),
    write("POST", "assessment/", "import_document", json.loads(TWIN.read_text()), status=409, events=0),
    *record_calls(
        "data-assets", "data_asset", "edit_inventory", {"key": "new"}, {"key": "spare", "name": "N"}
    ),
    *record_calls("vendors", "vendor", "edit_inventory", {"key": "new"}, {"key": "spare", "name": "N"}),
    *record_calls(
        "base-models", "base_model", "edit_inventory", {"key": "new"}, {"key": "spare", "name": "N"}
    ),
    *record_calls("budgets", "budget", "edit_inventory", {"period": "2032-Q1"}, {"period": "2031-Q2"}),
    *record_calls(
        "own-prices",
        "own_price",
        "edit_inventory",
        {"fact": "fx.EUR", "since": "2026-10-01", "value": "1.2"},
        {"fact": "price.gpu.hour", "since": "2026-10-01", "value": "2"},
    ),
    *record_calls("use-cases", "use_case", "edit_inventory", {"key": "new"}, {"key": "spare", "name": "N"}),
    *record_calls(
        "regime-scopes",
        "regime",
        "edit_compliance",
        {"regime": "HIPAA"},
        {"regime": "SOC2", "in_scope": True},
    ),
    *record_calls(
        "control-answers",
        "control",
        "edit_compliance",
        {"regime": "GDPR", "requirement_id": "Art. 33(1)"},
        {"regime": "GDPR", "requirement_id": "Art. 32(1)", "status": "partial"},
    ),
    *record_calls(
        "common-control-answers",
        "common_answer",
        "edit_compliance",
        {"control": "monitoring"},
        {"control": "logging", "status": "partial"},
    ),
    # The API: remediation
    get("tasks/", api=True),
    write("POST", "tasks/", "edit_compliance", {"run": "{run}"}),
    get("tasks/{task}/", api=True),
    write("PUT", "tasks/{other_task}/", "edit_compliance", TASK | {"waits_for": ["{task}"]}),
    get("evidence/", api=True),
    upload("evidence/", EVIDENCE, 201, api=True),
    get("evidence/{evidence}/", api=True),
    write("PUT", "evidence/{evidence}/", "edit_compliance", {"name": "New", "kind": "policy"}),
    write("DELETE", "evidence/{evidence}/", "edit_compliance"),
    write("POST", "evidence/{evidence}/restore/", "edit_compliance", events=0),
    upload("evidence/{evidence}/versions/", FILE, 201, api=True),
    write("POST", "evidence/{evidence}/versions/1/review/", "edit_compliance", {"accept": True}),
    get("evidence/{evidence}/versions/1/file/", api=True),
    get("tasks/{task}/comments/", api=True),
    write("POST", "tasks/{task}/comments/", "comment", {"text": "New"}, status=201),
    get("evidence/{evidence}/comments/", api=True),
    write("POST", "evidence/{evidence}/comments/", "comment", {"text": "New"}, status=201),
    get("waivers/", api=True),
    write("POST", "waivers/", "accept_risk", WAIVER, status=201),
    get("waivers/{waiver}/", api=True),
    write("POST", "waivers/{waiver}/end/", "accept_risk", {"reason": "New"}),
    get("registers/", api=True),
    *(get(f"registers/{name}/", api=True) for name in REGISTERS),
    get("registers/gaps/csv/", "export_document", api=True),
    get("registers/all/xlsx/", "export_document", api=True),
    get("oscal/", "export_document", api=True),
    get("oscal/plan-of-action/", "export_document", api=True),
    get("questions/", api=True),
    get("determinations/", api=True),
    write(
        "POST",
        "determinations/",
        "edit_compliance",
        DECISION | {"use_case": "assistant", "question": "dpia"},
        status=201,
    ),
    get("spans/", api=True),
    write("PUT", "spans/", "edit_compliance", SPANS),
    get("price-book/", api=True),
    get("method/", api=True),
    get("use-case-templates/", api=True),
    Call(
        "POST",
        "use-case-templates/clinical-documentation/use-cases/",
        "edit_inventory",
        status=201,
        events=2,
        api=True,
    ),
    get("knowledge/changes/", api=True),
    get("compliance/matrix/", api=True),
    get("runs/{run}/use-cases/assistant/duties/", api=True),
    get("catalogues/", api=True),
    get("catalogues/GDPR/", api=True),
    get("catalogues/GDPR/Art. 32(1)(c)/", api=True),
    get("common-controls/", api=True),
    get("common-controls/backup-and-recovery/", api=True),
    # The API: analyses and board papers
    get("snapshots/", api=True),
    get("snapshots/{snapshot}/", api=True),
    get("snapshots/{snapshot}/document/", "export_document", api=True),
    get("runs/", api=True),
    write("POST", "runs/", "run_analysis", {"as_of": "2026-12-24"}, status=202),
    get("runs/{run}/", api=True),
    write("POST", "runs/{open_run}/cancel/", "run_analysis"),
    write("POST", "runs/{cancelled_run}/retry/", "run_analysis", status=202),
    get("runs/{run}/result/", api=True),
    get("runs/{run}/use-cases/", api=True),
    get("runs/{run}/use-cases/assistant/", api=True),
    get("runs/{run}/portfolio/", api=True),
    write(
        "POST",
        "runs/{run}/portfolio/",
        "run_analysis",
        {"pins": {"assistant": {"pinned": "in"}}},
        status=202,
        events=3,
    ),
    get("runs/{run}/roadmap/", api=True),
    get("runs/{run}/readiness/", api=True),
    get("runs/{run}/risks/", api=True),
    get("runs/{run}/regimes/", api=True),
    get("runs/{run}/trace/", api=True),
    get("scenarios/", api=True),
    write("POST", "scenarios/", "run_analysis", SCENARIO | {"base_run": "{run}"}, status=201),
    get("scenarios/{scenario}/", api=True),
    write("PUT", "scenarios/{scenario}/", "run_analysis", SCENARIO),
    write("DELETE", "scenarios/{scenario}/", "run_analysis"),
    write("POST", "scenarios/{scenario}/restore/", "run_analysis", events=0),
    get("scenarios/{scenario}/drift/", api=True),
    get("scenarios/{scenario}/runs/", api=True),
    write("POST", "scenarios/{scenario}/runs/", "run_analysis", {"as_of": "2026-12-25"}, status=202),
    get("comparisons/?a={run}&b={other_run}", api=True),
    write("POST", "comparisons/", "run_analysis", {"a": "{run}", "b": "{other_run}"}, status=202, events=0),
    get("reports/", api=True),
    write("POST", "reports/", "create_report", {"run": "{run}"}, status=202),
    get("reports/{report}/", api=True),
    get("reports/{report}/pdf/", api=True),
)

# Addresses outside any organisation: what nobody, a person and a key are answered.
PUBLIC = {
    "/healthz": (200, 200, 200),
    "/help/": (200, 200, 200),
    "/invitations/no-such-secret/": (404, 404, 404),
    "/readyz": (200, 200, 200),
    "/sso/": (200, 200, 200),
    "/sso/callback/": (403, 403, 403),
    "/sso/idp_none/": (404, 404, 404),
    "/csp-report": (405, 405, 405),
    "/api/v1/openapi.json": (200, 200, 200),
    "/api/v1/problems/404/": (200, 200, 200),
    "/api/v1/nothing": (404, 404, 404),
    "/account/login/": (200, 302, 200),
    "/account/signup/": (200, 302, 200),
    "/account/inactive/": (200, 200, 200),
    "/account/confirm-email/": (200, 200, 200),
    "/account/confirm-email/no-such-key/": (200, 200, 200),
    "/account/password/reset/": (200, 200, 200),
    "/account/password/reset/done/": (200, 200, 200),
    "/account/password/reset/key/1-set-password/": (200, 200, 200),
    "/account/password/reset/key/done/": (200, 200, 200),
    "/account/login/code/confirm/": (302, 302, 302),
    "/account/2fa/authenticate/": (302, 302, 302),
    "/account/2fa/webauthn/login/": (302, 302, 302),
    "/account/logout/": (302, 200, 302),
}
SIGNED_IN = {
    "/": (302, 302, 302),
    "/start/": (302, 200, 302),
    "/api/v1/organisations/": (401, 200, 200),
    "/account/email/": (302, 200, 302),
    "/account/reauthenticate/": (302, 200, 302),
    "/account/password/change/": (302, 200, 302),
    "/account/password/set/": (302, 302, 302),
    "/sso/again/": (302, 404, 302),
    "/security/sessions/": (302, 200, 302),
    "/security/sessions/end-others/": (302, 405, 302),
    "/security/sessions/ses_none/end/": (302, 405, 302),
    "/account/2fa/": (302, 200, 302),
    "/account/2fa/webauthn/": (302, 200, 302),
    "/account/2fa/webauthn/add/": (302, 302, 302),
    "/account/2fa/webauthn/reauthenticate/": (302, 302, 302),
    "/account/2fa/webauthn/keys/1/edit/": (302, 302, 302),
    "/account/2fa/webauthn/keys/1/remove/": (302, 302, 302),
    "/account/2fa/reauthenticate/": (302, 302, 302),
    "/account/2fa/totp/activate/": (302, 302, 302),
    "/account/2fa/totp/deactivate/": (302, 404, 302),
    "/account/2fa/recovery-codes/": (302, 404, 302),
    "/account/2fa/recovery-codes/generate/": (302, 302, 302),
    "/account/2fa/recovery-codes/download/": (302, 404, 302),
}
