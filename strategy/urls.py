from django.urls import path

from strategy import dutyviews, releaseviews, scenarioanswers, scenarioviews, usageviews, views
from strategy.pricepages import PRICES

urlpatterns = [
    path("usage/", usageviews.usage_page, name="usage"),
    path("", views.overview, name="overview"),
    path("method/", views.method, name="method"),
    path("templates/", views.templates, name="templates"),
    path("templates/<slug:key>/", views.use_template, name="use_template"),
    *PRICES.urls(),
    path("knowledge/changes/", releaseviews.changes, name="knowledge_changes"),
    path("runs/", views.runs, name="runs"),
    path("runs/start/", views.start_run, name="start_run"),
    path("runs/<str:run_id>/cancel/", views.cancel_run, name="cancel_run"),
    path("runs/<str:run_id>/retry/", views.retry_run, name="retry_run"),
    path("runs/<str:run_id>/status/", views.run_status, name="run_status"),
    path("runs/<str:run_id>/tasks/", dutyviews.make_tasks, name="make_tasks"),
    path("scenarios/", scenarioviews.scenario_list, name="scenarios"),
    path("scenarios/new/", scenarioviews.new_scenario, name="new_scenario"),
    path("scenarios/<str:scenario_id>/", scenarioviews.show_scenario, name="scenario"),
    path("scenarios/<str:scenario_id>/rename/", scenarioviews.rename_scenario, name="rename_scenario"),
    path("scenarios/<str:scenario_id>/choose/", scenarioanswers.choose_answer, name="choose_answer"),
    path("scenarios/<str:scenario_id>/change/", scenarioanswers.change_scenario, name="change_scenario"),
    path(
        "scenarios/<str:scenario_id>/take-out/<int:number>/",
        scenarioanswers.take_out_answer,
        name="take_out_answer",
    ),
    path("scenarios/<str:scenario_id>/archive/", scenarioviews.archive_scenario, name="archive_scenario"),
    path("scenarios/<str:scenario_id>/analyse/", scenarioviews.run_scenario, name="run_scenario"),
]
