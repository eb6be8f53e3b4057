from django.urls import path

from strategy import views

urlpatterns = [
    path("", views.overview, name="overview"),
    path("templates/", views.templates, name="templates"),
    path("templates/<slug:key>/", views.use_template, name="use_template"),
    path("runs/", views.runs, name="runs"),
    path("runs/start/", views.start_run, name="start_run"),
    path("runs/<str:run_id>/cancel/", views.cancel_run, name="cancel_run"),
    path("runs/<str:run_id>/retry/", views.retry_run, name="retry_run"),
    path("runs/<str:run_id>/status/", views.run_status, name="run_status"),
]
