from django.urls import path

from compliance import views, workviews

urlpatterns = [
    *(url for pages in views.PAGES for url in pages.urls()),
    path("tasks/", workviews.tasks, name="tasks"),
    path("tasks/<str:task_id>/", workviews.task, name="task"),
    path("tasks/<str:task_id>/change/", workviews.edit_task, name="edit_task"),
    path("spans/", workviews.spans, name="spans"),
    path("spans/change/", workviews.change_spans, name="change_spans"),
]
