from django.urls import include, path, re_path

from accounts.roles import Action, Section
from compliance.models import CommonControlAnswer, ControlAnswer, RegimeScope
from config.api import (
    brandings,
    comparisons,
    invitations,
    knowledge,
    organisations,
    pages,
    records,
    results,
    runs,
    scenarios,
    usage,
)
from config.api.catalogueurls import catalogue_urls
from config.api.workurls import work_urls
from inventory.models import BaseModel, Budget, DataAsset, OwnPrice, Record, UseCase, Vendor

KINDS: tuple[tuple[str, type[Record], Action, Section | None], ...] = (
    ("data-assets", DataAsset, "edit_inventory", "data_assets"),
    ("vendors", Vendor, "edit_inventory", "vendors"),
    ("base-models", BaseModel, "edit_inventory", "base_models"),
    ("budgets", Budget, "edit_inventory", "budgets"),
    ("own-prices", OwnPrice, "edit_inventory", "own_prices"),
    ("use-cases", UseCase, "edit_inventory", "use_cases"),
    ("regime-scopes", RegimeScope, "edit_compliance", "regimes"),
    ("control-answers", ControlAnswer, "edit_compliance", "controls"),
    ("common-control-answers", CommonControlAnswer, "edit_compliance", None),
)


def record_urls() -> list[object]:
    found: list[object] = []
    for name, model, edit, section in KINDS:
        listed, detail, restore = records.views_for(model, edit, section)
        one = f"{name}/<str:record_id>/"
        found.append(path(f"{name}/", listed.as_view(), name=f"api_{name}"))
        found.append(path(one, detail.as_view(), name=f"api_{name}_detail"))
        found.append(path(f"{one}restore/", restore.as_view(), name=f"api_{name}_restore"))
    return found


inside = [
    path("", organisations.OrganisationDetail.as_view(), name="api_organisation"),
    path("restore/", organisations.OrganisationRestore.as_view(), name="api_organisation_restore"),
    path("branding/", brandings.BrandingDetail.as_view(), name="api_branding"),
    path("branding/logo/", brandings.LogoDetail.as_view(), name="api_logo"),
    path("usage/", usage.UsageDetail.as_view(), name="api_usage"),
    path("profile/", records.ProfileDetail.as_view(), name="api_profile"),
    path("assessment/", organisations.Assessment.as_view(), name="api_assessment"),
    path("members/", organisations.MemberList.as_view(), name="api_members"),
    path("members/<str:member_id>/", organisations.MemberDetail.as_view(), name="api_member"),
    path("invitations/", invitations.InvitationList.as_view(), name="api_invitations"),
    path("invitations/<str:invitation_id>/", invitations.InvitationDetail.as_view(), name="api_invitation"),
    path(
        "invitations/<str:invitation_id>/resend/",
        invitations.InvitationResend.as_view(),
        name="api_invitation_resend",
    ),
    path("audit-events/", organisations.AuditEventList.as_view(), name="api_audit_events"),
    *record_urls(),
    path("method/", knowledge.Method.as_view(), name="api_method"),
    path("price-book/", knowledge.PriceBook.as_view(), name="api_price_book"),
    path("use-case-templates/", knowledge.UseCaseTemplates.as_view(), name="api_use_case_templates"),
    path(
        "use-case-templates/<str:template_key>/use-cases/",
        knowledge.UseCaseFromTemplate.as_view(),
        name="api_use_case_from_template",
    ),
    path("snapshots/", runs.SnapshotList.as_view(), name="api_snapshots"),
    path("snapshots/<str:snapshot_id>/", runs.SnapshotDetail.as_view(), name="api_snapshot"),
    path(
        "snapshots/<str:snapshot_id>/document/",
        runs.SnapshotDocument.as_view(),
        name="api_snapshot_document",
    ),
    path("runs/", runs.RunList.as_view(), name="api_runs"),
    path("runs/<str:run_id>/", runs.RunDetail.as_view(), name="api_run"),
    path("runs/<str:run_id>/cancel/", runs.RunCancel.as_view(), name="api_run_cancel"),
    path("runs/<str:run_id>/retry/", runs.RunRetry.as_view(), name="api_run_retry"),
    path("runs/<str:run_id>/result/", runs.RunResult.as_view(), name="api_result"),
    path("runs/<str:run_id>/use-cases/", results.RunUseCases.as_view(), name="api_run_use_cases"),
    path("runs/<str:run_id>/use-cases/<str:key>/", results.RunUseCase.as_view(), name="api_run_use_case"),
    path("runs/<str:run_id>/portfolio/", results.RunPortfolio.as_view(), name="api_run_portfolio"),
    path("runs/<str:run_id>/roadmap/", results.RunRoadmap.as_view(), name="api_run_roadmap"),
    path("runs/<str:run_id>/readiness/", results.RunReadiness.as_view(), name="api_run_readiness"),
    path("runs/<str:run_id>/risks/", results.RunRisks.as_view(), name="api_run_risks"),
    path("runs/<str:run_id>/regimes/", results.RunRegimes.as_view(), name="api_run_regimes"),
    path("runs/<str:run_id>/trace/", results.RunTrace.as_view(), name="api_run_trace"),
    path("scenarios/", scenarios.ScenarioList.as_view(), name="api_scenarios"),
    path("scenarios/<str:scenario_id>/", scenarios.ScenarioDetail.as_view(), name="api_scenario"),
    path(
        "scenarios/<str:scenario_id>/restore/",
        scenarios.ScenarioRestore.as_view(),
        name="api_scenario_restore",
    ),
    path("scenarios/<str:scenario_id>/drift/", scenarios.ScenarioDrift.as_view(), name="api_scenario_drift"),
    path("scenarios/<str:scenario_id>/runs/", scenarios.ScenarioRuns.as_view(), name="api_scenario_runs"),
    path("comparisons/", comparisons.Comparisons.as_view(), name="api_comparisons"),
    *work_urls,
    *catalogue_urls,
    path("reports/", runs.ReportList.as_view(), name="api_reports"),
    path("reports/<str:report_id>/", runs.ReportDetail.as_view(), name="api_report"),
    path("reports/<str:report_id>/pdf/", runs.ReportPdf.as_view(), name="api_report_pdf"),
]
urlpatterns = [
    path("openapi.json", pages.Schema.as_view(), name="api_schema"),
    path("problems/<int:status>/", pages.ProblemPage.as_view(), name="api_problem"),
    path("organisations/", organisations.OrganisationList.as_view(), name="api_organisations"),
    path("organisations/<str:organisation_id>/", include(inside)),
    re_path(r"^.*$", pages.nowhere, name="api_nowhere"),
]
