from django.urls import path

from compliance import evidenceviews, waiverviews, workviews

work_urls = [
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
    path("tasks/<str:task_id>/comments/", waiverviews.comment_task, name="comment_task"),
    path("evidence/<str:evidence_id>/comments/", waiverviews.comment_evidence, name="comment_evidence"),
    path("waivers/", waiverviews.waiver_list, name="waivers"),
    path("waivers/new/", waiverviews.new_waiver, name="new_waiver"),
    path("waivers/<str:waiver_id>/", waiverviews.waiver, name="waiver"),
    path("waivers/<str:waiver_id>/end/", waiverviews.end_waiver, name="end_waiver"),
    path("spans/", workviews.spans, name="spans"),
    path("spans/change/", workviews.change_spans, name="change_spans"),
]
