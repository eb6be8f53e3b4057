"""Every page of the URLconf, with its address in the served example: a page that is new is tested at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.tenancy import scope
from compliance.models import Evidence, RemediationTask, Waiver
from compliance.views import PAGES as COMPLIANCE
from inventory.views import PAGES as INVENTORY
from strategy.pricepages import PRICES
from tests.browser.site import Site

KINDS = {pages.url_name: pages for pages in (*INVENTORY, PRICES, *COMPLIANCE)}
TWO_FACTORS = (
    "mfa_authenticate",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
)
NO_PAGE = {
    "healthz": "words for machines",
    "readyz": "words for machines",
    "run_status": "words for scripts",
    "report_status": "words for scripts",
    "report_pdf": "a file",
    "comparison_table": "a file",
    "evidence_file": "a file",
    "register_file": "a file",
    "oscal_file": "a file",
    "oscal_plan": "a file",
    "mfa_download_recovery_codes": "a file",
    "export_audit": "a file",
    "export_everything": "a file",
    "csp_report": "takes reports of browsers",
    "sso_start": "leads on to the provider",
    "sso_again": "leads on to the provider",
    "sso_callback": "comes back from the provider",
    "logo": "a picture",
    "mfa_login_webauthn": "words for scripts",
    "mfa_reauthenticate_webauthn": "opened by a person with a passkey",
    "mfa_edit_webauthn": "opened by a person with a passkey",
    "mfa_remove_webauthn": "opened by a person with a passkey",
    "account_logout": "signs out",
    "run_answer": "leads on to a record",
    "profile": "leads on to a record",
    "account_confirm_login_code": "leads on: no code was sent",
    "account_set_password": "leads on: there is a password",
    **dict.fromkeys(TWO_FACTORS, "opened by a person with two factors"),
    **dict.fromkeys(
        ("invite", "add_domain", "prove_domain", "remove_domain", "set_provider", "remove_provider", "set_sso_only",
         "resend_invitation", "revoke_invitation", "end_session", "end_other_sessions",
         "change_second_factor", "change_role", "remove_member", "erase_member", "delete_organisation", "revoke_api_key", "replace_api_key", "start_run", "cancel_run",
         "retry_run", "pin_use_cases",
         "use_template", "request_report", "change_settings", "change_look", "change_logo", "remove_logo", "archive_organisation", "restore_organisation",
         "decide_question", "comment_task", "comment_evidence", "end_waiver", "make_tasks", "edit_task", "edit_evidence", "archive_evidence", "add_evidence_version", "review_evidence", "change_spans", "rename_scenario", "take_out_answer", "archive_scenario", "run_scenario", "tell_apart",
         *(f"{name}_archive" for name in KINDS)),
        "takes a form",
    ),
}  # fmt: skip
ANONYMOUS = (
    "invitation",
    "sso_find",
    "account_login",
    "account_signup",
    "account_reset_password",
    "account_reset_password_from_key",
)


@dataclass(frozen=True)
class Route:
    """A named route and the parameters that its address needs."""

    name: str
    parameters: frozenset[str]


def routes() -> list[Route]:
    """All routes that are pages of people, in the order of the URLconf."""
    return [route for route in _routes(get_resolver().url_patterns, frozenset()) if route.name not in NO_PAGE]


def _routes(patterns: list[URLPattern | URLResolver], outer: frozenset[str]) -> Iterator[Route]:
    for pattern in patterns:
        parameters = outer | frozenset(pattern.pattern.regex.groupindex)
        if isinstance(pattern, URLPattern):
            yield Route(pattern.name or str(pattern.pattern), parameters)
        elif not str(pattern.pattern).startswith("api/"):
            yield from _routes(pattern.url_patterns, parameters)


def address(route: Route, site: Site) -> str:
    """The path of a page in the served example. Raises KeyError for a parameter that this does not know."""
    values = {
        "slug": site.organisation.slug,
        "run_id": site.run.public_id,
        "report_id": site.report.public_id,
        "scenario_id": site.scenario.public_id,
        "secret": site.invitation,
        "regime": "HIPAA",
        "requirement_id": "164.308(a)(7)(ii)(A)",
        "control_id": "backup-and-recovery",
        "user_id": site.owner.public_id,
        "uidb36": user_pk_to_url_str(site.owner),
        "key": "service-desk" if route.name in ("run_use_case", "run_option_duties") else default_token_generator.make_token(site.owner),
    }  # fmt: skip
    if "record_id" in route.parameters:
        with scope(site.organisation):
            values["record_id"] = KINDS[route.name.rpartition("_")[0]].model.objects.first().public_id
    if route.name == "register":
        values["name"] = "gaps"
    if route.name == "question":
        values |= {"use_case": "service-desk", "name": "dpia"}
    if "task_id" in route.parameters:
        with scope(site.organisation):
            values["task_id"] = RemediationTask.objects.earliest("pk").public_id
    if "waiver_id" in route.parameters:
        with scope(site.organisation):
            values["waiver_id"] = Waiver.objects.earliest("pk").public_id
    if "evidence_id" in route.parameters:
        with scope(site.organisation):
            values["evidence_id"] = Evidence.objects.earliest("pk").public_id
    asked = {
        "change_scenario": "?at=/use_cases/service-desk/value",
        "comparison": f"?a={site.run.public_id}&b={site.other_run.public_id}",
    }
    path = reverse(route.name, kwargs={name: values[name] for name in route.parameters})
    return path + asked.get(route.name, "")
