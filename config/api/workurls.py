from django.urls import path

from config.api import work

work_urls = [
    path("tasks/", work.TaskList.as_view(), name="api_tasks"),
    path("tasks/<str:task_id>/", work.TaskDetail.as_view(), name="api_task"),
    path("spans/", work.Spans.as_view(), name="api_spans"),
]
