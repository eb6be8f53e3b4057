from django.urls import path

from reports import (
    comparisonviews,
    exportviews,
    portfolioviews,
    postureviews,
    resultviews,
    views,
)
from reports.registerurls import register_urls

urlpatterns = [
    path("runs/<str:run_id>/", resultviews.run, name="run"),
    path("runs/<str:run_id>/use-cases/<str:key>/", resultviews.run_use_case, name="run_use_case"),
    path("posture/", postureviews.posture, name="posture"),
    path(
        "runs/<str:run_id>/use-cases/<str:key>/duties/",
        postureviews.run_option_duties,
        name="run_option_duties",
    ),
    path("runs/<str:run_id>/findings/", resultviews.run_findings, name="run_findings"),
    path("runs/<str:run_id>/portfolio/", portfolioviews.run_portfolio, name="run_portfolio"),
    path("runs/<str:run_id>/portfolio/pin/", portfolioviews.pin_use_cases, name="pin_use_cases"),
    path("runs/<str:run_id>/roadmap/", resultviews.run_roadmap, name="run_roadmap"),
    path("runs/<str:run_id>/regimes/", resultviews.run_regimes, name="run_regimes"),
    path("runs/<str:run_id>/risks/", resultviews.run_risks, name="run_risks"),
    path("runs/<str:run_id>/origins/", resultviews.run_origins, name="run_origins"),
    path("runs/<str:run_id>/answer/", resultviews.run_answer, name="run_answer"),
    path("compare/", comparisonviews.comparison, name="comparison"),
    path("compare/table/", comparisonviews.comparison_table, name="comparison_table"),
    path("compare/tell-apart/", comparisonviews.tell_apart, name="tell_apart"),
    path("settings/export/", exportviews.export_everything, name="export_everything"),
    path("reports/", views.reports, name="reports"),
    path("reports/request/", views.request_report, name="request_report"),
    path("reports/<str:report_id>/", views.report, name="report"),
    path("reports/<str:report_id>/status/", views.report_status, name="report_status"),
    path("reports/<str:report_id>/pdf/", views.report_pdf, name="report_pdf"),
    *register_urls,
]
