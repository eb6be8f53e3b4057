from django.urls import path

from config.api import catalogues, postures, releases

catalogue_urls = [
    path("knowledge/changes/", releases.KnowledgeChangesView.as_view(), name="api_knowledge_changes"),
    path("compliance/matrix/", postures.Matrix.as_view(), name="api_matrix"),
    path(
        "runs/<str:run_id>/use-cases/<str:key>/duties/",
        postures.UseCaseDuties.as_view(),
        name="api_use_case_duties",
    ),
    path("catalogues/", catalogues.CatalogueList.as_view(), name="api_catalogues"),
    path("catalogues/<str:regime>/", catalogues.CatalogueDetail.as_view(), name="api_catalogue"),
    path(
        "catalogues/<str:regime>/<path:requirement_id>/",
        catalogues.RequirementDetail.as_view(),
        name="api_requirement",
    ),
    path("common-controls/", catalogues.CommonControlList.as_view(), name="api_common_controls"),
    path(
        "common-controls/<str:control_id>/",
        catalogues.CommonControlDetail.as_view(),
        name="api_common_control",
    ),
]
