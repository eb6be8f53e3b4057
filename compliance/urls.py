from django.urls import path

from compliance import catalogueviews, views
from compliance.workurls import work_urls

urlpatterns = [
    *(url for pages in views.PAGES for url in pages.urls()),
    *work_urls,
    path("requirements/", catalogueviews.catalogues, name="catalogues"),
    path("requirements/<str:regime>/", catalogueviews.catalogue, name="catalogue"),
    path("requirements/<str:regime>/<path:requirement_id>/", catalogueviews.requirement, name="requirement"),
    path("common-controls/", catalogueviews.common_controls, name="common_controls"),
    path("common-controls/<str:control_id>/", catalogueviews.common_control, name="common_control"),
]
