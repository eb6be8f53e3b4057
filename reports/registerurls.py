from django.urls import path

from reports import questionviews, registerviews

register_urls = [
    path("registers/", registerviews.registers, name="registers"),
    path("registers/<str:name>/", registerviews.register, name="register"),
    path("registers/<str:name>/<str:form>/", registerviews.register_file, name="register_file"),
    path("questions/", questionviews.questions, name="questions"),
    path("questions/<str:use_case>/<str:name>/", questionviews.question, name="question"),
    path(
        "questions/<str:use_case>/<str:name>/decide/", questionviews.decide_question, name="decide_question"
    ),
    path("oscal/", registerviews.oscal_file, name="oscal_file"),
    path("oscal/plan-of-action/", registerviews.oscal_plan, name="oscal_plan"),
]
