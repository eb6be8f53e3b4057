"""Every address of the product."""

from django.urls import include, path

from config.cspreport import csp_report
from config.health import healthz, readyz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("csp-report", csp_report, name="csp_report"),
    path("account/", include("allauth.urls")),
    path("", include("accounts.urls")),
    path("o/<slug:slug>/", include("inventory.urls")),
    path("o/<slug:slug>/", include("compliance.urls")),
    path("o/<slug:slug>/", include("strategy.urls")),
    path("o/<slug:slug>/", include("reports.urls")),
    path("api/v1/", include("config.api.urls")),
]
handler400 = "config.errors.bad_request"
handler403 = "config.errors.forbidden"
handler404 = "config.errors.not_found"
handler500 = "config.errors.server_error"
