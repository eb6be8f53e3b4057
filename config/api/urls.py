from django.urls import include, path, re_path

from compliance.models import ControlAnswer, RegimeScope
from config.api import organisations, pages, records, runs
from inventory.models import BaseModel, Budget, DataAsset, UseCase, Vendor

KINDS = (
    ("data-assets", DataAsset, "edit_inventory"),
    ("vendors", Vendor, "edit_inventory"),
    ("base-models", BaseModel, "edit_inventory"),
    ("budgets", Budget, "edit_inventory"),
    ("use-cases", UseCase, "edit_inventory"),
    ("regime-scopes", RegimeScope, "edit_compliance"),
    ("control-answers", ControlAnswer, "edit_compliance"),
)


def record_urls() -> list[object]:
    found: list[object] = []
    for name, model, edit in KINDS:
        listed, detail = records.views_for(model, edit)  # type: ignore[arg-type]
        found.append(path(f"{name}/", listed.as_view(), name=f"api_{name}"))
        found.append(path(f"{name}/<str:record_id>/", detail.as_view(), name=f"api_{name}_detail"))
    return found


inside = [
    path("", organisations.OrganisationDetail.as_view(), name="api_organisation"),
    path("profile/", records.ProfileDetail.as_view(), name="api_profile"),
    path("assessment/", organisations.Assessment.as_view(), name="api_assessment"),
    path("members/", organisations.MemberList.as_view(), name="api_members"),
    path("audit-events/", organisations.AuditEventList.as_view(), name="api_audit_events"),
    *record_urls(),
    path("runs/", runs.RunList.as_view(), name="api_runs"),
    path("runs/<str:run_id>/", runs.RunDetail.as_view(), name="api_run"),
    path("runs/<str:run_id>/cancel/", runs.RunCancel.as_view(), name="api_run_cancel"),
    path("runs/<str:run_id>/retry/", runs.RunRetry.as_view(), name="api_run_retry"),
    path("runs/<str:run_id>/result/", runs.RunResult.as_view(), name="api_result"),
    path("reports/", runs.ReportList.as_view(), name="api_reports"),
    path("reports/<str:report_id>/", runs.ReportDetail.as_view(), name="api_report"),
    path("reports/<str:report_id>/pdf/", runs.ReportPdf.as_view(), name="api_report_pdf"),
]
urlpatterns = [
    path("openapi.json", pages.schema, name="api_schema"),
    path("problems/<int:status>/", pages.problem, name="api_problem"),
    path("organisations/", organisations.OrganisationList.as_view(), name="api_organisations"),
    path("organisations/<str:organisation_id>/", include(inside)),
    re_path(r"^.*$", pages.nowhere, name="api_nowhere"),
]
