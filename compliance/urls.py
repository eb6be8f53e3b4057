from django.urls import path

from compliance import catalogueviews, evidenceviews, views, workviews

urlpatterns = [
    *(url for pages in views.PAGES for url in pages.urls()),
    path("tasks/", workviews.tasks, name="tasks"),
    path("tasks/<str:task_id>/", workviews.task, name="task"),
    path("tasks/<str:task_id>/change/", workviews.edit_task, name="edit_task"),
    path("evidence/", evidenceviews.evidence_list, name="evidence_list"),
    path("evidence/new/", evidenceviews.new_evidence, name="new_evidence"),
    path("evidence/<str:evidence_id>/", evidenceviews.show_evidence, name="evidence"),
    path("evidence/<str:evidence_id>/change/", evidenceviews.edit_evidence, name="edit_evidence"),
    path("evidence/<str:evidence_id>/archive/", evidenceviews.archive_evidence, name="archive_evidence"),
    path(
        "evidence/<str:evidence_id>/versions/",
        evidenceviews.add_evidence_version,
        name="add_evidence_version",
    ),
    path(
        "evidence/<str:evidence_id>/versions/<int:number>/review/",
        evidenceviews.review_evidence,
        name="review_evidence",
    ),
    path(
        "evidence/<str:evidence_id>/versions/<int:number>/file/",
        evidenceviews.evidence_file,
        name="evidence_file",
    ),
    path("spans/", workviews.spans, name="spans"),
    path("spans/change/", workviews.change_spans, name="change_spans"),
    path("requirements/", catalogueviews.catalogues, name="catalogues"),
    path("requirements/<str:regime>/", catalogueviews.catalogue, name="catalogue"),
    path("requirements/<str:regime>/<str:requirement_id>/", catalogueviews.requirement, name="requirement"),
    path("common-controls/", catalogueviews.common_controls, name="common_controls"),
    path("common-controls/<str:control_id>/", catalogueviews.common_control, name="common_control"),
]
