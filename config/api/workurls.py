from django.urls import path

from config.api import proofs, questions, registers, waivers, work

EVIDENCE = "evidence/<str:evidence_id>"
VERSION = f"{EVIDENCE}/versions/<int:number>"
work_urls = [
    path("tasks/", work.TaskList.as_view(), name="api_tasks"),
    path("tasks/<str:task_id>/", work.TaskDetail.as_view(), name="api_task"),
    path("evidence/", proofs.EvidenceList.as_view(), name="api_evidence_list"),
    path(f"{EVIDENCE}/", proofs.EvidenceDetail.as_view(), name="api_evidence"),
    path(f"{EVIDENCE}/restore/", proofs.EvidenceRestore.as_view(), name="api_evidence_restore"),
    path(f"{EVIDENCE}/versions/", proofs.EvidenceVersions.as_view(), name="api_evidence_versions"),
    path(f"{VERSION}/review/", proofs.EvidenceReview.as_view(), name="api_evidence_review"),
    path(f"{VERSION}/file/", proofs.EvidenceContent.as_view(), name="api_evidence_file"),
    path("tasks/<str:task_id>/comments/", waivers.TaskComments.as_view(), name="api_task_comments"),
    path(f"{EVIDENCE}/comments/", waivers.EvidenceComments.as_view(), name="api_evidence_comments"),
    path("waivers/", waivers.WaiverList.as_view(), name="api_waivers"),
    path("waivers/<str:waiver_id>/", waivers.WaiverDetail.as_view(), name="api_waiver"),
    path("waivers/<str:waiver_id>/end/", waivers.WaiverEnd.as_view(), name="api_waiver_end"),
    path("registers/", registers.RegisterList.as_view(), name="api_registers"),
    path("registers/<str:register>/", registers.RegisterDetail.as_view(), name="api_register"),
    path("registers/<str:register>/csv/", registers.RegisterCsv.as_view(), name="api_register_csv"),
    path("registers/<str:register>/xlsx/", registers.RegisterXlsx.as_view(), name="api_register_xlsx"),
    path("questions/", questions.Questions.as_view(), name="api_questions"),
    path("determinations/", questions.Determinations.as_view(), name="api_determinations"),
    path("oscal/", registers.Oscal.as_view(), name="api_oscal"),
    path("oscal/plan-of-action/", registers.OscalPlan.as_view(), name="api_oscal_plan"),
    path("spans/", work.Spans.as_view(), name="api_spans"),
]
